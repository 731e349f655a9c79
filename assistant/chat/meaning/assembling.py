"""From a head and what is said of its rows to what is computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.chat.asking import Asking
from assistant.chat.meaning.said import Said
from assistant.chat.meaning.stretches import joined, without_those
from assistant.chat.names import Known, Mention
from assistant.chat.question.clock import Clock
from assistant.chat.question.periods import Period
from assistant.chat.question.plan import Measure, Shape, TypedQuery
from assistant.chat.typed.phrases import join
from assistant.chat.typed.query import Linked, Resolved, Scope, ValueFilter
from assistant.chat.values import either


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question comes to, and the words that nothing accounts for."""

    parts: tuple[Resolved, ...] = ()
    entities: tuple[Known, ...] = ()
    unclear: Mention | None = None
    left: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    one: bool = False  # one record is meant, by what is said of it
    periods: tuple[Period, ...] = ()


def resolved_of(asking: Asking, query: TypedQuery, said: Said) -> Resolved:
    """The query with all that is said of its rows, at the moment and in the calendar of asking."""
    clock = Clock(asking.now, asking.calendar)
    return Resolved(
        query=query,
        now=asking.now,
        today=clock.today,
        zone=asking.calendar.zone,
        fiscal_year_start_month=asking.calendar.fiscal_year_start_month,
        filters=tuple(_settled(said.filters, query)),
        scopes=tuple(said.scopes),
        part=_of_part(asking, query, said),
        linked=tuple(
            Linked(present, (resolved_of(asking, _of_rows(other), other),))
            for present, other in said.related
        ),
    )


def _of_part(asking: Asking, query: TypedQuery, said: Said) -> Resolved | None:
    """Of a share: the rows that are counted among all."""
    if query.measure is not Measure.SHARE or not said.part:
        return None
    counted = Said(said.kind, filters=said.part)
    return resolved_of(asking, TypedQuery(said.kind, shape=Shape.LIST), counted)


def _settled(filters: Sequence[ValueFilter], query: TypedQuery) -> list[ValueFilter]:
    """Either of two values of a column; "new" of a time says when, not in which state."""
    timed = query.period is not None or query.shape is Shape.TREND or bool(query.moment)
    return either(
        [
            one
            for one in filters
            if not (timed and one.label.casefold() == "new" and not one.negated)
        ]
    )


def _of_rows(said: Said) -> TypedQuery:
    """The rows that stand beside others."""
    return TypedQuery(
        said.kind, shape=Shape.LIST, conditions=tuple(dict.fromkeys(said.conditions)),
        period=said.periods[0] if said.periods else None, moment=said.moment,
        numbers=tuple(said.numbers), blanks=tuple(said.blanks), amount=said.amount, mine=said.mine,
    )  # fmt: skip


# Of these nobody can add up two figures to that of both.
_OF_ALL = frozenset({Measure.AVERAGE, Measure.SHARE, Measure.DURATION})


def parts_of(whole: Resolved, said: Said, *, together: bool = False) -> list[Resolved]:
    """One part for each of several periods, and for each of several records of one kind; of
    colleagues before those one for all, where they are taken together or no sum tells it."""
    periods = [without_those(period, said.without, whole.now) for period in joined(said.periods)]
    timed = [replace(whole, query=replace(whole.query, period=period)) for period in periods] or [
        whole
    ]
    if whole.query.shape is Shape.TREND and periods:
        timed = timed[:1]
    kinds = [scope.kind for scope in whole.scopes]
    several = next((kind for kind in kinds if kinds.count(kind) > 1), None)
    if several is None or whole.query.measure is Measure.HANDOVERS:
        return timed
    each = [
        replace(part, scopes=tuple(
            one for one in part.scopes if one.kind != several or one == scope
        ))
        for part in timed for scope in whole.scopes if scope.kind == several
    ]  # fmt: skip
    if several == "owner" and len(timed) == 1 and (together or whole.query.measure in _OF_ALL):
        return [_of_all(timed[0]), *each]
    return each


def _of_all(part: Resolved) -> Resolved:
    """The part over the rows of any of its colleagues."""
    people = [one for one in part.scopes if one.kind == "owner"]
    label = join([one.label for one in people])
    whole = Scope("owner", people[0].record_id, label, tuple(one.record_id for one in people[1:]))
    return replace(part, scopes=(*(one for one in part.scopes if one.kind != "owner"), whole))
