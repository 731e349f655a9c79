"""The guard of the human in the loop: what reviews, second looks and fields say of a team.

When surely more signed lines do not hold than may, or surely fewer fields are filled than before
the roll-out, new notes of the team are written by hand until a person lifts that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.db.tables import DraftingStage, Note, SecondLook, Team
from assistant.governance.access import Principal
from assistant.notes import fills, second_looks, service, stages, store
from assistant.settings import Settings
from scoring import fall_interval, wilson_interval

# The interval is looked at after every verdict: with few of them it would too often be unlucky.
LEAST_LOOKS = 20


@dataclass(frozen=True, slots=True)
class Rules:
    """From when on a team falls back, and how much is looked at twice."""

    second_look_percent: float = 2.0
    window: timedelta = timedelta(days=30)
    disagreement_percent: float = 10.0
    fill_drop_percent: float = 10.0
    default_mode: stages.Mode = "all"


@dataclass(frozen=True, slots=True)
class Share:
    """A share of things counted, with its 95 % interval."""

    count: int
    total: int
    low: float
    high: float

    @property
    def share(self) -> float | None:
        """None when nothing was counted."""
        return self.count / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """How well a field of the team's open deals is filled: at the roll-out and now."""

    field: str
    before: Share | None
    now: Share
    valid: Share
    fell_low: float | None
    on: date | None


@dataclass(frozen=True, slots=True)
class TeamFigures:
    """What the guard knows of one team."""

    team_id: str
    disagreement: Share
    rejected_held: Share
    open_looks: int
    fields: tuple[FieldChange, ...]


def rules_of(settings: Settings) -> Rules:
    """The rules as they are set."""
    return Rules(
        settings.second_look_percent,
        timedelta(days=settings.guard_window_days),
        settings.guard_disagreement_percent,
        settings.guard_fill_drop_percent,
        settings.drafting_mode,
    )


def share(count: int, total: int) -> Share:
    """A share with its Wilson interval."""
    return Share(count, total, *wilson_interval(count, total))


def sign(
    session: Session,
    principal: Principal,
    note_id: str,
    rules: Rules,
    *,
    if_match: str | None,
    now: datetime,
    measured: bool = True,
    chance: second_looks.Draw = second_looks.chance,
) -> store.SeenNote:
    """Confirm the note, and draw the lines that somebody looks at again."""
    seen = service.confirm_note(
        session, principal, note_id, if_match=if_match, now=now, measured=measured
    )
    second_looks.draw(
        session, seen[0], share_percent=rules.second_look_percent, now=now, chance=chance
    )
    return seen


def judge(
    session: Session,
    principal: Principal,
    look_id: str,
    rules: Rules,
    *,
    holds: bool,
    reason: str,
    now: datetime,
) -> SecondLook:
    """Keep a second verdict, and let the team fall back if it was one too many."""
    look = second_looks.judge(session, principal, look_id, holds=holds, reason=reason, now=now)
    if look.team_id is not None and not holds:
        _guard(session, look.team_id, rules, now)
    return look


def watch(session: Session, now: datetime, *, rules: Rules) -> int:
    """Keep the day's figures of each team and let the guard look at them; returns teams paused."""
    teams = list(session.scalars(select(Team.id)))
    for team_id in teams:
        fills.keep(session, team_id, now=now)
    return sum(_guard(session, team_id, rules, now) for team_id in teams)


def _guard(session: Session, team_id: str, rules: Rules, now: datetime) -> bool:
    because = why_fall_back(figures(session, team_id, rules, now=now), rules)
    if not because:
        return False
    return stages.fall_back(session, team_id, because, default=rules.default_mode, now=now)


def why_fall_back(found: TeamFigures, rules: Rules) -> str:
    """Why the team should write notes by hand, in words for those whom it concerns."""
    said = found.disagreement
    if said.total >= LEAST_LOOKS and said.low * 100 > rules.disagreement_percent:
        return (
            f"a second person found that {said.count} of {said.total} signed lines do not say "
            f"what was said, surely more than {rules.disagreement_percent:g}%."
        )
    for each in found.fields:
        if each.before and each.fell_low and each.fell_low * 100 > rules.fill_drop_percent:
            return (
                f"{each.field.replace('_', ' ')} is filled in {each.now.count} of "
                f"{each.now.total} open deals, at the roll-out it was "
                f"{each.before.count} of {each.before.total}."
            )
    return ""


def figures(session: Session, team_id: str, rules: Rules, *, now: datetime) -> TeamFigures:
    """Second looks since the window began or a person lifted a pause, and fields since roll-out."""
    stage = session.get(DraftingStage, team_id)
    since = now - rules.window
    if stage is not None and stage.counted_from is not None:
        since = max(since, stage.counted_from)
    return TeamFigures(
        team_id,
        _looks(session, team_id, second_looks.SIGNED, since, holds=False),
        _looks(session, team_id, second_looks.REJECTED, since, holds=True),
        session.scalar(
            select(func.count())
            .select_from(SecondLook)
            .join(Note, Note.id == SecondLook.note_id)
            .where(SecondLook.team_id == team_id, SecondLook.looked_at.is_(None))
        )
        or 0,
        tuple(_fields(session, team_id, stage, now)),
    )


def _looks(session: Session, team_id: str, first: str, since: datetime, *, holds: bool) -> Share:
    counted = (
        SecondLook.team_id == team_id, SecondLook.first == first, SecondLook.looked_at >= since,
    )  # fmt: skip
    total = session.scalar(select(func.count()).where(*counted)) or 0
    found = session.scalar(select(func.count()).where(*counted, SecondLook.holds.is_(holds))) or 0
    return share(found, total)


def _fields(
    session: Session, team_id: str, stage: DraftingStage | None, now: datetime
) -> Iterable[FieldChange]:
    baseline = stage.rolled_out_at if stage is not None else None
    if stage is not None and stage.counted_from is not None:
        baseline = stage.counted_from
    before = fills.kept(session, team_id, baseline.date()) if baseline else {}
    for fill in fills.measure(session, team_id, now=now):
        was = before.get(fill.field)
        fell = (
            fall_interval((was.filled, was.records), (fill.filled, fill.records)) if was else None
        )
        yield FieldChange(
            fill.field,
            share(was.filled, was.records) if was else None,
            share(fill.filled, fill.records),
            share(fill.valid, fill.records),
            fell[0] if fell else None,
            baseline.date() if baseline and was else None,
        )
