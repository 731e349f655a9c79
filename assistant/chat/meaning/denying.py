"""What a question says that rows are not, or leaves out."""

from __future__ import annotations

from assistant.chat.meaning.clause import Clause
from assistant.chat.meaning.lexicon import Cat
from assistant.chat.meaning.said import Said
from assistant.chat.meaning.schema import Schema
from assistant.chat.meaning.telling import take_condition, take_event, take_value
from assistant.chat.question.plan import Blank
from assistant.chat.typed.catalogue import CATALOGUE

_SAID = (Cat.VALUE, Cat.CONDITION, Cat.OR, Cat.NEGATION, Cat.FREE, Cat.EXCEPT)


def take_negated(clause: Clause, schema: Schema, said: Said, at: int) -> None:
    """ "Not paid", "no cancelled ones", "without voided orders", "neither … nor …"."""
    taken = False
    place = at + 1
    while place < len(clause.items):
        item = clause.items[place]
        if _denied(clause, schema, said, place, taken=taken):
            taken = True
        elif item.has(Cat.KIND) and said.kind in item.of(Cat.KIND):
            clause.take(place)
        elif item.has(Cat.COMMA) and _goes_on(clause, place):
            pass
        elif not item.has(*_SAID):
            break
        place += 1
    if taken:
        clause.take(at)
        clause.take(
            *(
                one
                for one in range(at, min(place, len(clause.items)))
                if clause.items[one].has(Cat.NEGATION, Cat.EXCEPT)
            )
        )


def _denied(clause: Clause, schema: Schema, said: Said, at: int, *, taken: bool) -> bool:
    """What a negation before it denies; a verb or a field only where nothing was denied yet."""
    item = clause.items[at]
    if item.has(Cat.CONDITION) and take_condition(clause, schema, said, at, negated=True):
        return True
    if item.has(Cat.EVENT) and not taken and take_event(clause, said, at, negated=True):
        return True
    if item.values and take_value(clause, schema, said, at, negated=True):
        return True
    return item.has(Cat.COLUMN) and not taken and _blank(clause, said, at)


def _goes_on(clause: Clause, at: int) -> bool:
    """Whether a list goes on after a comma: "no voided, refunded ones"."""
    after = clause.after(at, Cat.OR, Cat.FREE)
    return (
        clause.items[at].text in {",", "/"}
        and after is not None
        and clause.items[after].has(Cat.VALUE, Cat.CONDITION)
    )


def _blank(clause: Clause, said: Said, at: int) -> bool:
    for name in clause.items[at].of(Cat.COLUMN):
        if name in CATALOGUE[said.kind].table.c:
            said.blanks.append(Blank(name, present=False))
            clause.take(at)
            return True
    return False


def take_excepted(clause: Clause, schema: Schema, said: Said) -> None:
    """ "Excluding cancelled ones", "cancelled orders left out": those are not meant."""
    for at in clause.places(Cat.EXCEPT):
        after = clause.after(at, Cat.FREE, Cat.OR, Cat.NEGATION, Cat.EXCEPT, Cat.ALL)
        forward = after is not None and clause.items[after].has(
            Cat.VALUE, Cat.CONDITION, Cat.PERIOD
        )
        step = 1 if forward else -1
        place, taken = at + step, False
        while 0 <= place < len(clause.items):
            item = clause.items[place]
            if (
                place not in clause.used
                and item.has(Cat.CONDITION)
                and take_condition(clause, schema, said, place, negated=True)
            ) or (
                place not in clause.used
                and item.values
                and take_value(clause, schema, said, place, negated=True)
            ):
                taken = True
            elif item.has(Cat.KIND) and said.kind in item.of(Cat.KIND):
                clause.take(place)
            elif item.period is not None and place not in clause.used and not taken:
                said.without.append(item.period)
                clause.take(place)
                taken = True
                break
            elif item.has(Cat.COMMA) and _goes_on(clause, place):
                pass
            elif not item.has(*_SAID, Cat.IS):
                break
            place += step
        if taken:
            clause.take(at)
            clause.take(
                *(
                    one
                    for one in range(min(at, place + 1), max(at, place))
                    if clause.items[one].has(Cat.NEGATION, Cat.EXCEPT)
                )
            )
