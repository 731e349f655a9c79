"""Limits on how many rows a group has, on a column of numbers, on a time, on money."""

from __future__ import annotations

from dataclasses import replace

from assistant.chat.meaning.clause import Clause
from assistant.chat.meaning.head import Head
from assistant.chat.meaning.item import Limit
from assistant.chat.meaning.lexicon import Cat
from assistant.chat.meaning.said import Said
from assistant.chat.meaning.schema import Schema
from assistant.chat.question.plan import Bound, Measure, NumberFilter
from assistant.chat.typed.catalogue import CATALOGUE
from assistant.chat.typed.extras import Sort

_SECONDS = {"hour": 3600, "day": 86400, "week": 604800, "month": 2629800, "year": 31557600}


_NUMBERS = frozenset(
    {"employees", "annual_revenue", "list_price", "floor_price", "min_quantity", "max_quantity",
     "discount_percent", "probability", "net_total", "balance"}
)  # fmt: skip


def take_limits(clause: Clause, schema: Schema, said: Said, head: Head) -> None:
    """Limits on how many rows a group has, on a column of numbers, on a time, on money."""
    for at in clause.free(Cat.BOUND):
        limit = clause.items[at].limit
        if limit is None:
            continue
        limit = _inverted(clause, at, limit)
        column = _number_beside(clause, schema, said.kind, at)
        kind = CATALOGUE[said.kind]
        if column is not None:
            said.numbers += _filters(column, limit)
        elif limit.unit in _SECONDS and kind.durations:
            scale = _SECONDS[limit.unit]
            said.numbers += _filters(
                "duration",
                replace(limit, value=limit.value * scale, high=limit.high and limit.high * scale),
            )
        elif (
            limit.unit in {"", "time"}
            and limit.value < 1000
            and (head.group or head.measure is Measure.HANDOVERS)
            and limit.currency is None
        ):
            bound = Bound(limit.operator, limit.value)
            if head.group is None:
                said.amount = bound
            else:
                said.group_size = bound
        elif limit.unit in {"", "money"} and head.group and head.measure is Measure.SUM:
            said.group_total = Bound(limit.operator, limit.value, limit.currency)
        elif limit.unit in {"", "money"} and kind.amount:
            said.amount = Bound(limit.operator, limit.value, limit.currency)
            if limit.high is not None:
                said.numbers.append(NumberFilter(kind.amount, "<=", limit.high))
        else:
            continue
        clause.take(at)
        _take_limited(clause, at)


_INVERSE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def _inverted(clause: Clause, at: int, limit: Limit) -> Limit:
    """ "Leave out those with fewer than three": the others are meant."""
    for place in range(max(at - 5, 0), at):
        if clause.items[place].has(Cat.EXCEPT) and place not in clause.used:
            clause.take(place)
            for one in range(place, at):
                if clause.items[one].has(Cat.KIND, Cat.ALL):
                    clause.take(one)
            return replace(limit, operator=_INVERSE.get(limit.operator, limit.operator))
    return limit


def _take_limited(clause: Clause, at: int) -> None:
    """The noun after a limit says again what is counted: "at least two won deals", "of them"."""
    place = at + 1
    while place < len(clause.items) and clause.items[place].has(
        Cat.FREE, Cat.CONDITION, Cat.EVENT, Cat.KIND, Cat.VALUE, Cat.TIME
    ):
        item = clause.items[place]
        if item.has(Cat.KIND, Cat.TIME) or (
            item.has(Cat.EVENT, Cat.CONDITION)
            and place + 1 < len(clause.items)
            and clause.items[place + 1].has(Cat.KIND)
        ):
            clause.take(place)
        place += 1


def _number_beside(clause: Clause, schema: Schema, kind: str, at: int) -> str | None:
    """The column of numbers that a limit is on: its noun stands right before or after it."""
    for place in (at + 1, at - 1, at + 2, at - 2):
        if not 0 <= place < len(clause.items):
            continue
        for of in clause.items[place].of(Cat.COLUMN):
            column = number_column(schema, kind, of)
            if column is not None:
                clause.take(place)
                return column
    return None


def number_column(schema: Schema, kind: str, of: str) -> str | None:
    """A column of numbers of this kind by what an item says."""
    owner, dot, column = of.partition(".")
    if dot:
        extra = schema.kept(owner, column)
        return column if owner == kind and extra is not None and extra.sort is Sort.NUMBER else None
    return of if of in _NUMBERS and of in CATALOGUE[kind].table.c else None


def _filters(column: str, limit: Limit) -> list[NumberFilter]:
    found = [NumberFilter(column, limit.operator, limit.value)]
    if limit.high is not None:
        found.append(NumberFilter(column, "<=", limit.high))
    return found
