"""Features of a lead as of a moment, from the events known by then.

Every value keeps the ids of the events behind it. Values that no person could have caused (a mail
scanner opens every link at once) are quarantined: missing, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite

from scoring.values import ScoringError

_DAY = timedelta(days=1)
# After ten half-lives an event weighs less than a thousandth; older ones are left out.
_HALF_LIVES_KEPT = 10


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. at: when.  known_at: when it was recorded, if later."""

    id: str
    kind: str
    at: datetime
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DecayedCount:
    """How often something happened, an event counting half after half_life_days.

    most_per_day: more events than this within 24 hours are no person's doing.
    """

    name: str
    kinds: frozenset[str]
    half_life_days: float
    most_per_day: int


@dataclass(frozen=True, slots=True)
class DaysSince:
    """Days since the latest event; missing when there was none."""

    name: str
    kinds: frozenset[str]


EventFeature = DecayedCount | DaysSince


@dataclass(frozen=True, slots=True)
class Measured:
    """A feature's value, the events behind it (latest first), and why it was quarantined, if so."""

    value: float | None
    events: tuple[str, ...] = ()
    quarantined: str = ""


def measure_events(
    features: Sequence[EventFeature], events: Iterable[Event], as_of: datetime
) -> dict[str, Measured]:
    """Measure every feature as of a moment; events after it, or not known by then, play no part.

    Raises ScoringError when a time carries no zone: two clocks must not be mixed.
    """
    if as_of.tzinfo is None:
        raise ScoringError("as_of needs a time zone.")
    known = [event for event in events if _known(event, as_of)]
    known.sort(key=lambda event: (event.at, event.id), reverse=True)
    return {
        feature.name: _measured(
            feature, [event for event in known if event.kind in feature.kinds], as_of
        )
        for feature in features
    }


def plausible(value: float | None, *, lowest: float, highest: float) -> Measured:
    """A plain number as a feature; not finite or outside its plausible range, it is quarantined."""
    if value is None or (isfinite(value) and lowest <= value <= highest):
        return Measured(value)
    return Measured(None, quarantined=f"{value:g} is not within {lowest:g} and {highest:g}")


def quarantined(measured: Mapping[str, Measured]) -> dict[str, str]:
    """The features that ran away, with the reason."""
    return {name: each.quarantined for name, each in measured.items() if each.quarantined}


def _known(event: Event, as_of: datetime) -> bool:
    if event.at.tzinfo is None:
        raise ScoringError(f"Event {event.id} has a time without a zone.")
    return event.at <= as_of and (event.known_at is None or event.known_at <= as_of)


def _measured(feature: EventFeature, events: Sequence[Event], as_of: datetime) -> Measured:
    if isinstance(feature, DaysSince):
        if not events:
            return Measured(None)
        return Measured((as_of - events[0].at) / _DAY, (events[0].id,))
    ages = [(as_of - event.at) / _DAY for event in events]
    kept = [age for age in ages if age <= feature.half_life_days * _HALF_LIVES_KEPT]
    ids = tuple(event.id for event in events[: len(kept)])
    if _most_within_a_day(kept) > feature.most_per_day:
        return Measured(None, ids, f"more than {feature.most_per_day} within one day")
    return Measured(sum(0.5 ** (age / feature.half_life_days) for age in kept), ids)


def _most_within_a_day(ages: Sequence[float]) -> int:
    """The largest number of events in any 24 hours; ages in days, rising."""
    first = most = 0
    for last, age in enumerate(ages):
        while age - ages[first] >= 1:
            first += 1
        most = max(most, last - first + 1)
    return most
