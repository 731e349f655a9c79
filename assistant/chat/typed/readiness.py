"""Computed answers that would rest on too few rows with the field they are about."""

from __future__ import annotations

from assistant.chat.question.plan import Measure, Shape
from assistant.chat.typed.catalogue import CATALOGUE
from assistant.chat.typed.query import Result
from assistant.crm.kinds import KINDS
from assistant.crm.readiness import LEAST_RECORDS, Need

LEAST_PERCENT = 20
# Groups that a row need not have: a deal that runs was lost for no reason.
_OPTIONAL_GROUPS = frozenset({"reason", "product"})
_MONEY = frozenset({Measure.SUM, Measure.AVERAGE})


def answer_needs() -> tuple[Need, ...]:
    """Per kind, the fields that sums and periods of computed answers rest on."""
    needs = []
    for kind in CATALOGUE.values():
        first = next(iter(kind.moments.values()), None)
        fields = tuple(name for name in (kind.amount, first) if name)
        if kind.amount and kind.name in KINDS:
            needs.append(Need(f"sums of {kind.plural}", kind.name, kind.plural, fields))
    return tuple(needs)


def too_thin(result: Result, least_percent: int = LEAST_PERCENT) -> str:
    """Why a sum, an average or a ranking would mislead: too few rows have what it is made of."""
    query = result.resolved.query
    kind = CATALOGUE[query.kind]
    if result.total < LEAST_RECORDS or query.group_size:
        return ""
    if query.shape is Shape.RANK and query.group not in _OPTIONAL_GROUPS:
        field, known = query.group, sum(group.rows for group in result.groups)
    elif query.shape is Shape.VALUE and query.measure in _MONEY:
        field, known = kind.amount, sum(group.rows for group in result.values)
    else:
        return ""
    percent = 100 * known / result.total
    if percent >= least_percent:
        return ""
    return (
        f"I do not compute this: the {field} is known of {percent:.0f} % of the {result.total:,} "
        f"{kind.plural}, and {least_percent} % are needed. Fill it in at its source, or map the "
        "column that holds it."
    )
