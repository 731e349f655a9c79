"""The planned steps, run under the asker's access; one that does not fit the question is refused.

A model may misread a question or lie about it. So code holds each computation against the words:
the kind it counts must be named in them, whoever is named must be in its scope, and its time must
be the one that they name. What is left says in its own sentence what was computed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from assistant.chat.asking import Asking
from assistant.chat.gathered import Search, Step
from assistant.chat.interpret import Understood
from assistant.chat.names import Known
from assistant.chat.planning.model import Arguments, PlannedStep
from assistant.chat.question import cues
from assistant.chat.question.clock import Clock
from assistant.chat.question.periods import Period, find_periods
from assistant.chat.question.plan import Intent, Measure, Plan, Shape, TypedQuery
from assistant.chat.texts.plain import carries_markup
from assistant.chat.typed.catalogue import CATALOGUE
from assistant.chat.typed.compared import said
from assistant.chat.typed.links import NotComputable
from assistant.chat.typed.query import Resolved, Scope
from assistant.chat.typed.readiness import too_thin
from assistant.chat.typed.run import run
from assistant.chat.typed.selection import takes_scope
from assistant.search.project import PROJECTORS

_PASSAGES = 10
_FIGURE = re.compile(r"\d")  # a passage with the same figure is about the same by chance
_SOMEBODY = frozenset({"account", "contact", "deal"})
_CODE = re.compile(
    r"\bselect\b.+\bfrom\b|\bdrop\s+table\b|;\s*--|\bunion\s+select\b", re.IGNORECASE
)


class Refused(Exception):
    """The step does not fit the question, or names what there is not; says which."""


def run_step(
    session: Session,
    asking: Asking,
    search: Search,
    question: str,
    step: PlannedStep,
    labelled: Mapping[str, Known],
) -> Step:
    """What the step finds: sentences of a computation, or passages to read. Raises Refused."""
    taken = step.arguments
    unknown = [label for label in taken.about or () if label not in labelled]
    if unknown:
        raise Refused("a label names nothing")
    about = [labelled[label] for label in taken.about or ()]
    period = _period(asking, question, taken)
    if step.tool == "compute":
        return _computed(session, asking, question, taken, about, list(labelled.values()), period)
    if step.tool == "search":
        somebody = {one.id for one in labelled.values() if one.kind in _SOMEBODY}
        if somebody - {one.id for one in about}:
            raise Refused("somebody named in the question is left out")
        return _found(session, asking, search, question, taken, about, period)
    raise Refused("there is no such tool")


def _computed(
    session: Session,
    asking: Asking,
    question: str,
    taken: Arguments,
    about: list[Known],
    named: list[Known],
    period: Period | None,
) -> Step:
    query = _query(question, taken, period)
    kind = CATALOGUE[query.kind]
    scopes = [Scope(one.kind, one.id, one.name) for one in about]
    wanted = [one for one in named if takes_scope(kind, Scope(one.kind, one.id, one.name))]
    if {one.id for one in wanted} - {one.id for one in about}:
        raise Refused("somebody named in the question is left out")
    if not all(takes_scope(kind, scope) for scope in scopes):
        raise Refused(f"{kind.plural} do not belong to what is named")
    clock = Clock(asking.now, asking.calendar)
    resolved = Resolved(
        query, asking.now, clock.today, asking.calendar.zone,
        asking.calendar.fiscal_year_start_month, tuple(scopes),
    )  # fmt: skip
    try:
        result = run(session, asking.principal, resolved)
    except NotComputable:
        raise Refused("this cannot be computed") from None
    if too_thin(result):
        raise Refused("too few records have what it needs")
    plan = Plan(Intent.TYPED, question, query=query, kind=query.kind, period=period)
    understood = Understood(plan, tuple(about), resolved=resolved)
    return Step(understood, tuple(said([result])))


def _query(question: str, taken: Arguments, period: Period | None) -> TypedQuery:
    kind = CATALOGUE.get(taken.kind or "")
    if kind is None or kind.name not in cues.KINDS or not cues.KINDS[kind.name].search(question):
        raise Refused("the question names no records of this kind")
    conditions = cues.CONDITIONS.get(kind.name, {})
    if taken.condition is not None and (
        taken.condition not in conditions or not conditions[taken.condition].search(question)
    ):
        raise Refused("the question does not say this condition")
    groups = {"owner", "account", *kind.groups}
    shape = Shape(taken.shape or "value")
    if (shape is Shape.RANK) != (taken.group is not None) or (taken.group or "owner") not in groups:
        raise Refused("a ranking needs a group of its kind, and nothing else has one")
    measure = Measure(taken.measure or "count")
    if measure is not Measure.COUNT and kind.amount is None:
        raise Refused(f"{kind.plural} have no amount")
    return TypedQuery(
        kind.name, measure, shape, tuple(filter(None, [taken.condition])),
        group=taken.group, unit=taken.unit or "month", limit=taken.limit or 1, period=period,
        mine=bool(taken.mine), column="amount" if shape is Shape.TOP and kind.amount else None,
    )  # fmt: skip


def _period(asking: Asking, question: str, taken: Arguments) -> Period | None:
    """The stretch of time of a step: the one that the question names, or none."""
    named = find_periods(question, asking.now, asking.calendar)
    if taken.since is None and taken.until is None:
        if named:
            raise Refused("the time that the question names is left out")
        return None
    clock = Clock(asking.now, asking.calendar)
    start = clock.midnight(taken.since) if taken.since else None
    end = _after(clock, taken.until)
    for one in named:
        if (one.start, one.end) == (start, end):
            return one
    raise Refused("the question names another time")


def _after(clock: Clock, until: date | None) -> datetime | None:
    """The end of a stretch that has this last day."""
    return clock.midnight(until + timedelta(days=1)) if until else None


def _found(
    session: Session,
    asking: Asking,
    search: Search,
    question: str,
    taken: Arguments,
    about: list[Known],
    period: Period | None,
) -> Step:
    text = " ".join((taken.text or "").split())
    if not text or carries_markup(text) or _CODE.search(text):
        raise Refused("a search needs words, and no addresses or code")
    kinds = tuple(taken.kinds or ())
    if set(kinds) - PROJECTORS.keys():
        raise Refused("there is no such kind of records")

    def one(kind: str) -> str | None:
        return next((known.id for known in about if known.kind == kind), None)

    hits = search(
        session, asking.principal, text, account_id=one("account"), contact_id=one("contact"),
        deal_id=one("deal"), kinds=kinds, since=period.start if period else None,
        until=period.end if period else None, limit=_PASSAGES,
    )  # fmt: skip
    # What is read has to be about the question or about these words for it.
    words = " ".join(word for word in text.casefold().split() if not _FIGURE.search(word))
    asked = f"{question} ({words})"
    plan = Plan(Intent.SEARCH, asked, words=text, period=period)
    return Step(Understood(plan, tuple(about)), passages=tuple(hit.passage for hit in hits))
