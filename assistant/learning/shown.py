"""A score as it is shown: the sum, its sources, what a person holds against it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from assistant.db.tables import Score, ScoreOverride
from assistant.learning.models import LEAD_CONVERSION
from assistant.learning.score_store import Scored
from assistant.learning.training import HORIZON


@dataclass(frozen=True, slots=True)
class Source:
    """Something a contribution comes from: an event, an interaction, or a field of the lead."""

    kind: str
    id: str
    at: str | None
    words: str | None
    version: int | None
    field: str | None


@dataclass(frozen=True, slots=True)
class ShownContribution:
    """What one feature adds, in log-odds, and what it was measured from."""

    feature: str
    label: str
    value: float | str | None
    cell: str
    log_odds: float
    events: int
    sources: tuple[Source, ...]
    quarantined: str


@dataclass(frozen=True, slots=True)
class Override:
    """What a person holds against the score, and why."""

    id: str
    probability: float | None
    reason: str
    decided_by: str
    decided_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """How leads scored in this band fared, a full horizon later."""

    band: str
    leads: int
    converted: int
    horizon_days: int


@dataclass(frozen=True, slots=True)
class ShownScore:
    """The score of one lead: base + contributions = log_odds; or why there is none.

    id is None while the lead has no score at all.
    """

    id: str | None
    lead_id: str
    lead_version: int
    lead_name: str
    company: str | None
    account_id: str | None
    owner_id: str | None
    model: str
    model_version: int | None
    as_of: datetime | None
    current: bool
    probability: float | None
    log_odds: float | None
    base: float | None
    band: str | None
    horizon_days: int
    contributions: tuple[ShownContribution, ...]
    withheld_because: tuple[str, ...]
    freshness: Mapping[str, str | None]
    override: Override | None
    track_record: TrackRecord | None = None


def show(
    scored: Scored,
    absent: tuple[str, ...],
    seen: Collection[str],
    held: tuple[ScoreOverride, str] | None,
    bases: Mapping[tuple[str, int], float],
) -> ShownScore:
    """A lead's score for people; absent: why a lead without score has none, seen: visible records.

    bases: the base of each scorecard by model name and version.
    """
    lead, score = scored.lead, scored.score
    shown = ShownScore(
        id=None,
        lead_id=lead.id,
        lead_version=scored.version,
        lead_name=lead.name,
        company=lead.company,
        account_id=lead.account_id,
        owner_id=scored.owner_id,
        model=LEAD_CONVERSION,
        model_version=None,
        as_of=None,
        current=True,
        probability=None,
        log_odds=None,
        base=None,
        band=None,
        horizon_days=HORIZON.days,
        contributions=(),
        withheld_because=absent,
        freshness={},
        override=_override(held),
    )
    return shown if score is None else _with_score(shown, score, seen, bases)


def _with_score(
    shown: ShownScore, score: Score, seen: Collection[str], bases: Mapping[tuple[str, int], float]
) -> ShownScore:
    version = score.model_version
    return replace(
        shown,
        id=score.id,
        model=score.model_name,
        model_version=version,
        as_of=score.as_of,
        current=score.current,
        probability=score.probability,
        log_odds=score.log_odds,
        base=None if version is None else bases.get((score.model_name, version)),
        band=score.band,
        contributions=tuple(_contribution(part, seen) for part in score.contributions),
        withheld_because=tuple(score.withheld_because),
        freshness={name: None if at is None else str(at) for name, at in score.freshness.items()},
    )


def _contribution(part: Mapping[str, object], seen: Collection[str]) -> ShownContribution:
    value = part["value"]
    return ShownContribution(
        feature=str(part["feature"]),
        label=str(part["label"]),
        value=value if isinstance(value, float | int | str) else None,
        cell=str(part["cell"]),
        log_odds=float(str(part["log_odds"])),
        events=int(str(part["events"])),
        sources=tuple(
            Source(
                kind=str(source["kind"]),
                id=str(source["id"]),
                at=_optional(source.get("at")),
                words=_optional(source.get("words")),
                version=int(str(source["version"])) if "version" in source else None,
                field=_optional(source.get("field")),
            )
            for source in sources_of(part)
            if source["kind"] != "interaction" or source["id"] in seen
        ),
        quarantined=str(part["quarantined"]),
    )


def sources_of(part: Mapping[str, object]) -> list[Mapping[str, object]]:
    """What a kept contribution was measured from, as documents."""
    sources = part["sources"]
    return sources if isinstance(sources, list) else []


def _optional(value: object) -> str | None:
    return None if value is None else str(value)


def _override(held: tuple[ScoreOverride, str] | None) -> Override | None:
    if held is None:
        return None
    override, author = held
    return Override(
        override.id,
        override.probability,
        override.reason,
        author,
        override.decided_at,
        override.expires_at,
    )
