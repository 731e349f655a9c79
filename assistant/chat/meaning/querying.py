"""The typed query that a head and what is said of its rows come to."""

from __future__ import annotations

from dataclasses import replace

from assistant.chat.meaning.clause import Clause
from assistant.chat.meaning.head import Head
from assistant.chat.meaning.lexicon import Cat
from assistant.chat.meaning.limiting import number_column
from assistant.chat.meaning.said import Said
from assistant.chat.meaning.schema import Schema
from assistant.chat.question.plan import Measure, Shape, TypedQuery
from assistant.chat.typed.catalogue import CATALOGUE

_MOST_ROWS = 10


def query_of(clause: Clause, schema: Schema, head: Head, said: Said) -> TypedQuery | None:
    """The typed query; None where the words ask for nothing that can be computed."""
    shape = _shape(clause, head, said)
    if shape is None:
        return None
    measure = head.measure or Measure.COUNT
    kind = CATALOGUE[head.kind]
    if measure in {Measure.SUM, Measure.AVERAGE} and not kind.amount:
        return None
    if measure is Measure.DURATION and not kind.durations:
        return None
    query = TypedQuery(
        head.kind,
        measure=measure,
        shape=shape,
        group=head.group if shape is Shape.RANK else None,
        unit=head.unit or "month",
        least=_least(head, measure),
        group_size=said.group_size,
        group_total=said.group_total,
        amount=said.amount,
        moment=said.moment,
        numbers=tuple(said.numbers),
        blanks=tuple(said.blanks),
        mine=said.mine,
        windows=tuple(said.windows),
        net=head.part == "net" or any(_is_net(item.text) for item in clause.items),
        receiver=measure is Measure.HANDOVERS and _received(clause),
        focus=_focus(head) if shape is Shape.TREND else "",
        claim="gap" if head.gap and len(said.periods) > 1 else "",
        limit=_limit(clause, head, shape),
        column=_column(clause, schema, head, measure, shape),
    )
    return replace(query, conditions=_conditions(head, said, query))


def _is_net(word: str) -> bool:
    return word.casefold() == "net"


def _shape(clause: Clause, head: Head, said: Said) -> Shape | None:
    if head.unit and (head.outlier or head.measure is not Measure.DURATION):
        return Shape.TREND
    if head.extreme in {"old", "new"}:
        single = _single_row(clause, head)
        if head.measure is None and (single or head.row):
            return Shape.TOP if head.extreme == "old" else Shape.LATEST
        return None
    lasting = head.measure is Measure.DURATION and head.extreme in {"slow", "quick"}
    if lasting and head.group is None:
        return Shape.TOP
    if (head.extreme and head.group is None) or (head.extreme and _single_row(clause, head)):
        if head.measure is Measure.HANDOVERS:
            return None
        if head.row or _single_row(clause, head):
            return Shape.TOP
    if head.group is not None and (
        head.extreme or said.group_size is not None or head.measure is not None
    ):
        return Shape.RANK
    if head.group is not None:
        return Shape.RANK if head.group == "owner" and clause.any(Cat.KIND) else None
    if head.measure is not None:
        return Shape.VALUE
    if head.row or clause.any(Cat.LIST, Cat.EXISTS):
        return Shape.LIST
    return None


def _single_row(clause: Clause, head: Head) -> bool:
    """Whether the superlative stands right before the noun of the rows: "the biggest order"."""
    at = head.extreme_at
    word = clause.items[at].text.casefold()
    if (
        "most" in word.split()
        and head.extreme == "most"
        and "valuable" not in word
        and "expensive" not in word
    ):
        return False
    if "number" in word or word in {"fewest", "least", "lead", "main", "top"}:
        return False
    place = at + 1
    while place < len(clause.items) and clause.items[place].has(
        Cat.FREE, Cat.VALUE, Cat.CONDITION, Cat.OURS
    ):
        if clause.items[place].has(Cat.KIND):
            break
        if clause.items[place].has(Cat.BY):
            return False
        place += 1
    if place >= len(clause.items):
        return False
    item = clause.items[place]
    if head.kind in item.of(Cat.KIND) and head.group != head.kind:
        return not item.plural or head.group is None
    return bool(item.has(Cat.MEASURE) and head.extreme in {"slow", "quick"} and head.group is None)


def _least(head: Head, measure: Measure) -> bool:
    if measure is Measure.DURATION:
        return head.extreme in {"quick", "least"}
    return head.extreme in {"least", "quick"}


def _received(clause: Clause) -> bool:
    text = " ".join(item.text.casefold() for item in clause.items)
    taken = any("handover.taken" in of for item in clause.items for of in item.of(Cat.EVENT))
    return (
        taken
        or text.startswith("to whom")
        or any(
            word in text.split()
            for word in ("received", "receive", "receives", "got", "get", "gets")
        )
    )


def _focus(head: Head) -> str:
    if head.outlier:
        return "outlier"
    return "extreme" if head.extreme in {"most", "least"} else ""


def _limit(clause: Clause, head: Head, shape: Shape) -> int:
    for at in clause.free(Cat.NUMBER):
        limit = clause.items[at].limit
        beside = abs(at - head.extreme_at) == 1
        if head.extreme and beside and limit is not None:
            clause.take(at)
            return min(int(limit.value) or 1, 50)
    if shape is Shape.LIST or (shape is Shape.RANK and not head.extreme):
        return _MOST_ROWS
    return 1


def _column(
    clause: Clause, schema: Schema, head: Head, measure: Measure, shape: Shape
) -> str | None:
    if measure is Measure.DURATION and shape is not Shape.TOP:
        return "response" if head.part == "response" and head.kind == "ticket" else None
    if shape is not Shape.TOP:
        return None
    if measure is Measure.DURATION or head.extreme in {"slow", "quick"}:
        return "duration"
    if head.extreme == "old":
        return "age"
    for at in clause.places(Cat.COLUMN):
        for of in clause.items[at].of(Cat.COLUMN):
            column = number_column(schema, head.kind, of)
            if column is not None:
                clause.take(at)
                return f"number:{column}"
    if CATALOGUE[head.kind].amount:
        for at in clause.free(Cat.COLUMN):
            if "amount" in clause.items[at].of(Cat.COLUMN):
                clause.take(at)
        return "amount"
    if head.kind == "account":
        return "number:employees"
    return "number:list_price" if head.kind == "product" else None


def _conditions(head: Head, said: Said, query: TypedQuery) -> tuple[str, ...]:
    found = list(dict.fromkeys(said.conditions))
    if query.measure is Measure.SHARE:
        found = [name for name in found if name not in {"won", "lost", "converted", "closed"}]
    if head.part == "open":
        found += [{"deal": "open", "invoice": "unpaid"}[head.kind]]
    if {"won", "lost"} <= set(found):
        found = [name for name in found if name not in {"won", "lost"}] + ["won or lost"]
    if {"won", "lost"} & set(found):
        found = [name for name in found if name not in {"closed", "open"}]
    if "overdue" in found:
        found = [name for name in found if name not in {"unpaid", "paid"}]
    if query.measure is Measure.DURATION or query.column == "duration":
        # What took a time has come to its end.
        done = {"deal": {"won", "closed"}, "ticket": {"closed"}}.get(query.kind, set())
        found = [name for name in found if name not in done]
    if (query.kind, query.moment) == ("deal", "expected") and not found:
        found.append("open")
    return tuple(dict.fromkeys(found))
