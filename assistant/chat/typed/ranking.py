"""Groups in order: values from what was added up, spellings put together, small groups left out."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from decimal import Decimal

from assistant.chat.question.plan import Bound, Measure
from assistant.chat.typed.query import Group

_COMPARE = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}


def value_of(measure: Measure, rows: int, total: object) -> Decimal:
    """The measure of a group from its number of rows and what was added up over them."""
    if measure is Measure.COUNT:
        return Decimal(rows)
    summed = decimal(total)
    if measure in {Measure.SUM, Measure.QUANTITY}:
        return summed
    return summed / rows if rows else Decimal(0)


def decimal(total: object) -> Decimal:
    return total if isinstance(total, Decimal) else Decimal(str(total or 0))


def put_together(
    measure: Measure, found: Iterable[tuple[str, str, str | None, int, object]]
) -> list[Group]:
    """Groups from (key, label, currency, rows, total); keys that differ in case are one."""
    together: dict[tuple[str, str | None], tuple[str, str, int, Decimal]] = {}
    # The spelling of most rows comes first and names the group.
    for key, label, currency, count, total in sorted(found, key=lambda one: -one[3]):
        name = (str(key).strip().casefold(), currency)
        first_key, first_label, rows, summed = together.get(name, (key, label, 0, Decimal(0)))
        together[name] = (first_key, first_label, rows + count, summed + decimal(total))
    return [
        Group(str(key).strip(), str(label).strip(), value_of(measure, rows, total), rows, currency)
        for (_, currency), (key, label, rows, total) in together.items()
    ]


def within(groups: Sequence[Group], size: Bound | None) -> list[Group]:
    """The groups whose number of rows keeps the bound."""
    if size is None:
        return list(groups)
    compare = _COMPARE[size.operator]
    return [group for group in groups if compare(Decimal(group.rows), size.value)]


def totalling(groups: Sequence[Group], total: Bound | None) -> list[Group]:
    """The groups whose measure keeps the bound, in its currency where it names one."""
    if total is None:
        return list(groups)
    compare = _COMPARE[total.operator]
    return [
        group
        for group in groups
        if compare(group.value, total.value) and total.currency in {None, group.currency}
    ]


def in_order(groups: Sequence[Group], *, least: bool) -> list[Group]:
    """The largest first, or the smallest; equal ones by name."""
    sign = 1 if least else -1
    return sorted(groups, key=lambda group: (sign * group.value, group.label.casefold()))
