"""From a parsed computation to what is run: values, records, periods, and what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from assistant.chat.asking import Asking
from assistant.chat.names import Known
from assistant.chat.question import cues
from assistant.chat.question.clock import Clock
from assistant.chat.question.plan import Measure, Plan, Related, Shape, TypedQuery, Words
from assistant.chat.standing import of_accounts, with_status
from assistant.chat.typed.catalogue import CATALOGUE
from assistant.chat.typed.query import Linked, Resolved, Scope
from assistant.chat.typed.selection import takes_scope
from assistant.chat.values import Read, negations, read_values
from assistant.chat.vocabulary import Values

_MOST_PARTS = 4


def resolve(
    session: Session,
    asking: Asking,
    query: TypedQuery,
    plan: Plan,
    entities: Sequence[Known],
    places: Mapping[str, int],
) -> tuple[tuple[Resolved, ...], tuple[str, ...]]:
    """What is computed, one part for each period and account that is compared, and the words
    that could not be accounted for."""
    read, query = _read(session, asking, query, plan, entities)
    clock = Clock(asking.now, asking.calendar)
    whole = Resolved(
        query=query,
        now=asking.now,
        today=clock.today,
        zone=asking.calendar.zone,
        fiscal_year_start_month=asking.calendar.fiscal_year_start_month,
        filters=read.filters,
        topic=tuple(stem for stem, _ in read.topic),
        topic_words=tuple(word for _, word in read.topic),
    )
    scopes = [Scope(one.kind, one.id, one.name) for one in entities]
    linked, left = _linked(session, asking, whole, scopes, places)
    whole = replace(whole, linked=linked)
    understood = [*read.spans, *negations(plan.words, read.spans)]
    unsure = [
        words.text for words in plan.unsure
        if not any(first <= words.first < last for first, last in understood)
    ]  # fmt: skip
    parts = [
        each for scoped in _scoped(whole, left) for timed in _timed(scoped, plan)
        for each in _recorded_too(timed)
    ]  # fmt: skip
    if len(parts) > 1 and len(plan.periods) > 1:
        unsure = [word for word in unsure if not cues.COMPARING.fullmatch(word)]
    # A bare number is a measure of something, not what a text is about.
    numbers = any(word.isdigit() for word in whole.topic_words)
    if whole.topic_words and (numbers or query.kind not in _WITH_TOPICS):
        unsure += whole.topic_words
        parts = [replace(part, topic=(), topic_words=()) for part in parts]
    return tuple(parts[:_MOST_PARTS]), tuple(dict.fromkeys([*unsure, *read.unknown]))


def _read(
    session: Session, asking: Asking, query: TypedQuery, plan: Plan, entities: Sequence[Known]
) -> tuple[Read, TypedQuery]:
    """What the words say of the rows' own values, and the query as these values settle it."""
    accounts = asking.vocabulary.of(session, asking.principal, CATALOGUE["account"])
    query = of_accounts(query, plan.words, accounts)
    kind = CATALOGUE[query.kind]
    read = read_values(
        asking.vocabulary.of(session, asking.principal, kind), plan.words,
        plan.unread, common=_common(plan),
        grouped=kind.groups.get(query.group or "", ""),
    )  # fmt: skip
    named = any(one.kind == "account" for one in entities)
    if query.kind == "account" and query.group != "status" and not named:
        read = with_status(read, plan.words, accounts)
    if query.kind == "interaction" and query.channel == "call" and read.topic:
        recorded = read_values(
            asking.vocabulary.of(session, asking.principal, CATALOGUE["call"]), plan.words,
            plan.unread,
        )  # fmt: skip
        if recorded.filters and not recorded.topic:
            # Only calls that were recorded here have such a state.
            query, read = replace(query, kind="call", channel=None), recorded
    return _settled(read, query, asking.vocabulary.of(session, asking.principal, kind))


def _settled(read: Read, query: TypedQuery, values: Values) -> tuple[Read, TypedQuery]:
    """What words say of a period and not of a row; a currency only where rows state theirs."""
    if query.currency and not dict(values).get("currency"):
        query = replace(query, currency=None)
    if query.group == "state" and not dict(values).get("state"):
        query = replace(query, group="region")
    if query.shape is Shape.TREND or query.period is not None:
        kept = tuple(one for one in read.filters if one.label.casefold() != "new")
        read = replace(read, filters=kept)
    return read, query


def _common(plan: Plan) -> list[Words]:
    """Common words that may be values, each with the one before it ("on hold")."""
    found = []
    for words in plan.unsure:
        before = re.search(r"[\w'’-]+\s+$", plan.words[: words.first])
        after = re.match(r"(?:\s+[\w'’&-]+){1,2}", plan.words[words.last :])
        first = before.start() if before else words.first
        last = words.last + (after.end() if after else 0)
        found.append(Words(plan.words[first:last], first, last))
    return found


_WITH_TOPICS = frozenset(kind.name for kind in CATALOGUE.values() if kind.topics)


def _linked(
    session: Session,
    asking: Asking,
    whole: Resolved,
    scopes: Sequence[Scope],
    places: Mapping[str, int],
) -> tuple[tuple[Linked, ...], tuple[Scope, ...]]:
    """What must stand beside the rows, with the named records that only it can belong to."""
    kind = CATALOGUE[whole.query.kind]
    own = [scope for scope in scopes if takes_scope(kind, scope)]
    foreign = [scope for scope in scopes if not takes_scope(kind, scope)]
    found: list[Linked] = []
    for one in whole.query.related:
        rows = []
        near = [scope for scope in foreign if _nearest(whole.query.related, scope, places) is one]
        for query in one.queries:
            other = CATALOGUE[query.kind]
            read = read_values(
                asking.vocabulary.of(session, asking.principal, other),
                " ".join(words.text for words in one.unread),
                [Words(words.text, 0, len(words.text)) for words in one.unread],
            )
            rows.append(
                replace(
                    whole,
                    query=query,
                    filters=read.filters,
                    linked=(),
                    topic=tuple(stem for stem, _ in read.topic),
                    topic_words=tuple(word for _, word in read.topic),
                    scopes=tuple(scope for scope in near if takes_scope(other, scope)),
                )
            )
        found.append(Linked(one.present, tuple(rows)))
    taken = {scope.record_id for one in found for rows in one.rows for scope in rows.scopes}
    return tuple(found), (*own, *(one for one in foreign if one.record_id not in taken))


def _nearest(related: Sequence[Related], scope: Scope, places: Mapping[str, int]) -> Related:
    """The relation that a named record belongs to: the last one that begins before it."""
    at = places.get(scope.record_id, 0)
    before = [one for one in related if one.first <= at]
    return max(before or related, key=lambda one: one.first)


def _scoped(whole: Resolved, scopes: Sequence[Scope]) -> list[Resolved]:
    """One part for each of several records of one kind, the others holding for all."""
    kinds = [scope.kind for scope in scopes]
    several = next((kind for kind in kinds if kinds.count(kind) > 1), None)
    if several is None:
        return [replace(whole, scopes=tuple(scopes))]
    others = tuple(scope for scope in scopes if scope.kind != several)
    return [replace(whole, scopes=(scope, *others)) for scope in scopes if scope.kind == several]


def _timed(whole: Resolved, plan: Plan) -> list[Resolved]:
    """One part for each of several periods."""
    periods = plan.periods
    if len(periods) < 2 or whole.query.shape is Shape.TREND:
        return [whole]
    return [replace(whole, query=replace(whole.query, period=period)) for period in periods]


def _recorded_too(whole: Resolved) -> list[Resolved]:
    """Calls are logged in the CRM or recorded here; notes are confirmed or wait: both are said."""
    query = whole.query
    if query.measure is not Measure.COUNT or query.shape in {Shape.RANK, Shape.TREND}:
        return [whole]
    if query.kind == "interaction" and query.channel == "call" and not query.conditions:
        recorded = replace(query, kind="call", channel=None)
        return [whole, replace(whole, query=recorded)]
    if query.kind == "note" and not query.conditions and query.period is None:
        waiting = replace(query, conditions=("waiting",))
        return [whole, replace(whole, query=waiting)]
    return [whole]
