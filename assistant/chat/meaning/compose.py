"""What the main clause of a question is after: rows, groups, measure."""

from __future__ import annotations

from assistant.chat.meaning.clause import Clause
from assistant.chat.meaning.groups import find_group
from assistant.chat.meaning.head import Head
from assistant.chat.meaning.lexicon import Cat
from assistant.chat.meaning.measuring import find_measure
from assistant.chat.meaning.nouns import kind_of, target_of
from assistant.chat.meaning.schema import Schema


def head_of(clause: Clause, schema: Schema) -> Head | None:
    """The head of a question for something computed; None where it asks for nothing of the sort."""
    head = Head()
    _extreme(clause, head)
    _unit(clause, head)
    target = target_of(clause, head)
    head.kind = kind_of(clause, head, target)
    if not head.kind:
        return None
    find_group(clause, schema, head, target)
    find_measure(clause, schema, head)
    return head


def _extreme(clause: Clause, head: Head) -> None:
    """The superlative, if there is one."""
    for cat, name in (
        (Cat.SLOW, "slow"), (Cat.QUICK, "quick"), (Cat.LEAST, "least"), (Cat.MOST, "most"),
        (Cat.OLD, "old"), (Cat.NEW, "new"),
    ):  # fmt: skip
        places = clause.places(cat)
        if places:
            head.extreme, head.extreme_at = name, places[0]
            clause.take(*places)
            return
    for at in clause.places(Cat.KIND):
        if _leads(clause, at):
            head.extreme, head.extreme_at = "most", at
            clause.take(at)
            return


def _leads(clause: Clause, at: int) -> bool:
    """Whether "leads" is a verb: "which region leads in sales", "which one leads"."""
    before = clause.before(at)
    if clause.items[at].text.casefold() not in {"leads", "lead", "led"} or before is None:
        return False
    item = clause.items[before]
    at_end = at + 1 >= len(clause.items) - 1
    return item.has(Cat.COLUMN, Cat.WHO, Cat.KIND) or (item.has(Cat.WHICH) and at_end)


def _unit(clause: Clause, head: Head) -> None:
    """A calendar unit by which the rows are followed over time, and what of it is asked."""
    if clause.any(Cat.OUTLIER):
        head.outlier = True
        head.unit = "month"
        clause.take_all(Cat.OUTLIER)
    for at in clause.places(Cat.UNIT):
        word = clause.items[at].text.casefold()
        unit = _unit_of(word)
        before = clause.before(at, Cat.FREE, Cat.NUMBER, Cat.OURS)
        asked = before is not None and clause.items[before].has(
            Cat.BY, Cat.WHICH, Cat.ALL, Cat.MOST, Cat.LEAST, Cat.OLD
        )
        if asked or head.outlier or word.endswith("ly") or _single(clause, at):
            head.unit = unit
            clause.take(at)
            number = clause.before(at, Cat.FREE)
            if number is not None and clause.items[number].has(Cat.NUMBER):
                clause.take(number)
    if clause.any(Cat.WHEN) and head.extreme in {"most", "least"} and not head.unit:
        head.unit = "month"
        clause.take_all(Cat.WHEN)
    if clause.any(Cat.GAP):
        head.gap = True
        clause.take_all(Cat.GAP)


def _unit_of(word: str) -> str:
    return next((unit for unit in ("week", "quarter", "year") if word.startswith(unit)), "month")


def _single(clause: Clause, at: int) -> bool:
    """ "One month", "a month", "any single month" in a question for one."""
    place = clause.before(at, Cat.FREE) if at and clause.items[at - 1].text in _SORTS else at - 1
    before = clause.items[place].text.casefold() if place is not None and place >= 0 else ""
    return before in {"one", "a", "any", "single", "in", "no"}


_SORTS = frozenset({"particular", "certain", "given", "single"})
