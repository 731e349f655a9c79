"""The features of a lead as of a moment, each with what it was measured from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.learning.signals import seniority
from scoring import (
    DaysSince,
    DecayedCount,
    Event,
    LevelFeature,
    Measured,
    NumberFeature,
    Row,
    Value,
    measure_events,
    plausible,
)
from scoring.binning import Feature

LARGEST_COMPANY = 5_000_000
# What a record was loaded with counts as known from its start: history begins with the first load.
FIRST_LOAD = timedelta(days=1)

_BY_THEM = frozenset({"open", "click", "visit", "pricing", "form", "reply", "meeting"})
COUNTS = (
    DecayedCount("opens", frozenset({"open"}), half_life_days=14, most_per_day=40),
    DecayedCount("clicks", frozenset({"click"}), half_life_days=14, most_per_day=40),
    DecayedCount("visits", frozenset({"visit"}), half_life_days=14, most_per_day=150),
    DecayedCount("pricing", frozenset({"pricing"}), half_life_days=30, most_per_day=60),
    DecayedCount("forms", frozenset({"form"}), half_life_days=30, most_per_day=15),
    DecayedCount("replies", frozenset({"reply"}), half_life_days=30, most_per_day=60),
    DecayedCount("meetings", frozenset({"meeting"}), half_life_days=45, most_per_day=10),
)
AGES = (
    DaysSince("days_since_engagement", _BY_THEM),
    DaysSince("days_since_outreach", frozenset({"outreach", "meeting"})),
)
FEATURES: tuple[Feature, ...] = (
    LevelFeature("source"),
    LevelFeature("seniority"),
    LevelFeature("country_known"),
    NumberFeature("company_size"),
    *(NumberFeature(count.name, direction=1) for count in COUNTS),
    NumberFeature("days_since_engagement", direction=-1),
    NumberFeature("days_since_outreach"),
    NumberFeature("days_open"),
)
LABELS: Mapping[str, str] = {
    "source": "Lead source",
    "seniority": "Seniority of the title",
    "country_known": "Country known",
    "company_size": "Employees of the company",
    "opens": "E-mails opened lately",
    "clicks": "Links clicked lately",
    "visits": "Visits to our pages lately",
    "pricing": "Visits to pages about prices lately",
    "forms": "Forms, downloads and sign-ups lately",
    "replies": "Messages from them lately",
    "meetings": "Meetings and calls lately",
    "days_since_engagement": "Days since they last did something",
    "days_since_outreach": "Days since we last got in touch",
    "days_open": "Days since the lead was opened",
}
# The field of the lead that a feature is read from.
FIELDS: Mapping[str, str] = {
    "source": "lead_source",
    "seniority": "title",
    "country_known": "country",
    "company_size": "employees",
    "days_open": "opened_at",
}


@dataclass(frozen=True, slots=True)
class Sign:
    """An event with where it is kept: kind `event` or `interaction`, and its id there."""

    event: Event
    kind: str
    id: str
    words: str


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of a lead from a moment on."""

    since: datetime
    version: int
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class History:
    """A lead with everything that bears on its features, in no particular order of time."""

    id: str
    account_id: str | None
    has_address: bool
    opened_at: datetime | None
    converted_at: datetime | None
    created_at: datetime
    known: tuple[Known, ...]
    signs: tuple[Sign, ...]

    def known_at(self, as_of: datetime) -> Known:
        """The latest that was known by then, or what the record was first loaded with."""
        limit = max(as_of, self.created_at + FIRST_LOAD)
        ordered = sorted(self.known, key=lambda known: known.version)
        return next((k for k in reversed(ordered) if k.since <= limit), ordered[0])


@dataclass(frozen=True, slots=True)
class Described:
    """A lead's features as of a moment, and what is behind each."""

    row: Row
    version: int
    measured: Mapping[str, Measured]
    signs: Mapping[str, Sign]


def describe(lead: History, as_of: datetime) -> Described:
    """Measure every feature of a lead; nothing that happened after as_of plays a part."""
    known = lead.known_at(as_of)
    measured = measure_events([*COUNTS, *AGES], [sign.event for sign in lead.signs], as_of)
    measured["company_size"] = plausible(
        _number(known.fields.get("employees")), lowest=1, highest=LARGEST_COMPANY
    )
    measured["days_open"] = plausible(_days(lead.opened_at, as_of), lowest=0, highest=10_000)
    row: dict[str, Value] = {name: each.value for name, each in measured.items()}
    row["source"] = _text(known.fields.get("lead_source"))
    row["seniority"] = seniority(_text(known.fields.get("title")))
    row["country_known"] = "yes" if known.fields.get("country") else "no"
    return Described(row, known.version, measured, {sign.event.id: sign for sign in lead.signs})


def _days(since: datetime | None, as_of: datetime) -> float | None:
    return None if since is None else (as_of - since) / timedelta(days=1)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _text(value: object) -> str | None:
    return value.strip().lower() or None if isinstance(value, str) else None
