"""The stretches of time in a question, each with the moment of the rows it is about."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.chat.meaning.clause import Clause
from assistant.chat.meaning.lexicon import Cat
from assistant.chat.meaning.said import Said
from assistant.chat.typed.catalogue import CATALOGUE


def take_times(clause: Clause, said: Said, places: Sequence[int]) -> None:
    """Periods, each of the moment that is said beside it."""
    for at in places:
        period = clause.items[at].period
        if period is None or at in clause.used:
            continue
        if period.text.casefold() in {"today", "now"} and "overdue" in said.conditions:
            clause.take(at)
            continue
        moment = _moment_before(clause, said.kind, at)
        if moment is not None and said.moment not in {None, moment} and said.periods:
            said.windows.append((moment, period))
            clause.take(at)
            continue
        if moment is not None:
            said.moment = moment
        elif (
            said.kind == "lead"
            and said.moment == "converted"
            and not said.periods
            and _noun_before(clause, said.kind, at)
        ):
            # "Leads from April that were converted": when they came, not when they went.
            said.moment = "opened"
        said.periods.append(period)
        clause.take(at)


def _moment_before(clause: Clause, kind: str, at: int) -> str | None:
    """The moment of the verb or adjective right before a period."""
    place = at - 1
    while (
        place >= 0
        and clause.items[place].has(Cat.FREE, Cat.WITH, Cat.PERIOD, Cat.OR, Cat.TIME, Cat.OURS)
        and not clause.items[place].has(Cat.EVENT)
    ):
        place -= 1
    if place < 0:
        return None
    for of in clause.items[place].of(Cat.EVENT):
        for one in of.split():
            owner, _, moment = one.partition(":")[0].partition(".")
            if owner == kind and moment in CATALOGUE[kind].moments:
                return moment
    return None


def _noun_before(clause: Clause, kind: str, at: int) -> bool:
    before = clause.before(at, Cat.FREE)
    return before is not None and kind in clause.items[before].of(Cat.KIND)
