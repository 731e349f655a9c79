"""Whether one record is asked for, and which."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from assistant.chat.asking import Asking
from assistant.chat.meaning.assembling import Reading, resolved_of
from assistant.chat.meaning.clause import Clause
from assistant.chat.meaning.described import meant
from assistant.chat.meaning.head import Head
from assistant.chat.meaning.lexicon import Cat
from assistant.chat.meaning.said import Said
from assistant.chat.question.fields import FIELDS
from assistant.chat.question.plan import Measure, Shape, TypedQuery
from assistant.chat.typed.catalogue import CATALOGUE

_COUNTED = (Cat.COUNT, Cat.AVERAGE, Cat.SHARE, Cat.OFTEN, Cat.LONG, Cat.SUM)


_SOFT = (Cat.WORD, Cat.NUMBER, Cat.VALUE, Cat.MEASURE, Cat.BOUND)


_NARROWING = (Cat.WORD, Cat.VALUE, Cat.ENTITY, Cat.PERIOD, Cat.CONDITION)


def means_one(clause: Clause, head: Head) -> bool:
    """Whether one record is asked for: a noun in the singular, and nothing that is measured."""
    if (
        head.extreme
        or head.unit
        or head.gap
        or head.measure in {Measure.SHARE, Measure.HANDOVERS, Measure.DURATION}
    ):
        return False
    if head.kind not in _DESCRIBED:
        return False
    nouns = [item for item in clause.items if head.kind in item.of(Cat.KIND)]
    counted = [
        at
        for at in clause.places(*_COUNTED)
        if not clause.items[at].has(Cat.COLUMN, Cat.FREE) and not _of_number(clause, at)
    ]
    if not nouns or any(item.plural for item in nouns) or counted or clause.any(Cat.BY):
        return False
    if clause.any(Cat.NEGATION, Cat.EXISTS) or (clause.any(Cat.WHO) and not clause.any(Cat.LIST)):
        return False
    return any(item.has(*_NARROWING) for item in clause.items)


def _of_number(clause: Clause, at: int) -> bool:
    """ "The number of the order" asks for a number, "the number of orders" for how many."""
    if not clause.items[at].text.casefold().endswith("number of"):
        return False
    place = clause.after(at, Cat.FREE)
    return (
        place is not None and clause.items[place].has(Cat.KIND) and not clause.items[place].plural
    )


_DESCRIBED = frozenset({"ticket", "order", "deal", "invoice", "quote", "lead", "task", "payment"})


def one_meant(
    session: Session, asking: Asking, clause: Clause, head: Head, said: Said, text: str
) -> Reading | None:
    """The record that is described, by what is said of it and the words that are left."""
    fields = fields_asked(text, head.kind)
    amount = CATALOGUE[head.kind].amount
    if not fields and amount and (clause.any(Cat.MUCH) or head.measure is Measure.SUM):
        fields = (amount,)
    words = [
        item.text for at, item in enumerate(clause.items)
        if item.has(*_SOFT) and at not in clause.used
    ]  # fmt: skip
    words += [item.text for item in clause.items if item.has(Cat.PROBLEM)]
    said.group_size, said.amount = None, None
    query = TypedQuery(
        head.kind, shape=Shape.LIST, conditions=_settled_conditions(said), moment=said.moment,
        period=said.periods[0] if said.periods else None, mine=said.mine, limit=7,
    )  # fmt: skip
    whole = resolved_of(asking, query, said)
    ids = meant(session, asking.principal, whole, words)
    if not ids:
        return None
    left = tuple(item.text for item in clause.left() if item.has(Cat.ENTITY, Cat.PERIOD))
    whole = replace(whole, only=ids)
    return Reading(
        (whole,),
        tuple(said.entities),
        said.unclear,
        left,
        fields,
        one=True,
        periods=tuple(said.periods),
    )


def without_items(text: str, clause: Clause) -> str:
    """The words without those that put rows in order or narrow them: "by amount" asks for none."""
    for at in clause.places(
        Cat.MOST, Cat.LEAST, Cat.CONDITION, Cat.TIME, Cat.SLOW, Cat.BY, Cat.MEASURE
    ):
        item = clause.items[at]
        last = (
            clause.items[at + 1].last
            if item.has(Cat.BY) and at + 1 < len(clause.items)
            else item.last
        )
        text = text[: item.first] + " " * (last - item.first) + text[last:]
    return text


def _settled_conditions(said: Said) -> tuple[str, ...]:
    found = dict.fromkeys(said.conditions)
    return tuple(
        name for name in found if not (name in {"closed", "open"} and {"won", "lost"} & set(found))
    )


def fields_asked(text: str, kind: str) -> tuple[str, ...]:
    """The fields of the record that are asked for, in the words for them."""
    found = [
        (match.start(), name) for name, pattern in FIELDS.get(kind, {}).items()
        if (match := pattern.search(text))
    ]  # fmt: skip
    return tuple(name for _, name in sorted(found))[:3]
