"""Roll-out of drafting: by team in stages, one switch for everybody, and the guard's fall-back.

Each decision reads the rows as they are: what one process switches holds in all at once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from assistant.db.tables import HOUSE, DraftingStage, Note, Record, Team, TeamMember
from assistant.errors import Conflict, Invalid, NotAllowed, NotFound
from assistant.governance import audit
from assistant.governance.access import Principal, Role
from assistant.notes import fills

Mode = Literal["off", "practice", "share", "all"]
MODES: tuple[Mode, ...] = ("off", "practice", "share", "all")
LIVE = ("share", "all")
_GUARD = "guard"


@dataclass(frozen=True, slots=True)
class Stage:
    """How far drafting goes in a team now, and why."""

    team_id: str
    team: str
    mode: str
    share_percent: int
    reason: str
    fell_back_at: datetime | None
    fell_back_because: str | None
    rolled_out_at: datetime | None


def team_of_note(session: Session, note_id: str) -> str | None:
    """The team that looks after the note's account, else that of who looks after the note."""
    record, governing = aliased(Record), aliased(Record)
    found = session.execute(
        select(governing.team_id, record.owner_id)
        .join(governing, governing.id == record.governing_id)
        .where(record.id == note_id)
    ).one_or_none()
    if found is None or found.team_id is not None:
        return found.team_id if found else None
    member = select(TeamMember.team_id).where(TeamMember.user_id == found.owner_id)
    return session.scalar(member.order_by(TeamMember.team_id).limit(1))


def why_by_hand(session: Session, note: Note, default: Mode) -> str:
    """Why this note is to be written by a person; nothing when it may be drafted."""
    house = session.get(DraftingStage, HOUSE, populate_existing=True)
    if house is not None and house.mode == "off":
        return f"drafting is switched off for everybody: {house.reason}"
    team_id = team_of_note(session, note.id)
    stage = session.get(DraftingStage, team_id, populate_existing=True) if team_id else None
    if stage is not None and stage.fell_back_at is not None:
        return f"drafting is paused for your team: {stage.fell_back_because}"
    mode = stage.mode if stage else default
    if mode == "off":
        return "drafting is off for your team."
    if mode == "practice":
        return "your team drafts in practice only so far."
    if mode == "share" and stage is not None and _place(note.call_id) >= stage.share_percent:
        return f"your team has {stage.share_percent}% of its calls drafted so far."
    return ""


def _place(call_id: str) -> int:
    """A place from 0 to 99 that stays with the call."""
    return int(hashlib.sha256(call_id.encode()).hexdigest(), 16) % 100


def house_is_on(session: Session) -> tuple[bool, str]:
    """Does anybody's drafting run, and why not?"""
    house = session.get(DraftingStage, HOUSE)
    return (house is None or house.mode != "off"), (house.reason if house else "")


def stages(session: Session, principal: Principal, default: Mode) -> list[Stage]:
    """The stages of the teams that this person keeps."""
    teams = session.execute(
        select(Team, DraftingStage)
        .outerjoin(DraftingStage, DraftingStage.team_id == Team.id)
        .order_by(Team.name)
    )
    return [
        Stage(
            team.id, team.name, row.mode if row else default, row.share_percent if row else 100,
            row.reason if row else "", row.fell_back_at if row else None,
            row.fell_back_because if row else None, row.rolled_out_at if row else None,
        )
        for team, row in teams
        if keeps(principal, team.id)
    ]  # fmt: skip


def keeps(principal: Principal, team_id: str) -> bool:
    """Does this person decide how far drafting goes in the team?"""
    if principal.role is Role.OPS:
        return True
    return principal.role is Role.MANAGER and team_id in principal.team_ids


def set_stage(
    session: Session,
    principal: Principal,
    team_id: str,
    *,
    mode: Mode,
    share_percent: int = 100,
    reason: str,
    now: datetime,
) -> DraftingStage:
    """Roll drafting out in a team, or take it back; `reason` is kept and audited."""
    _require_keeper(session, principal, team_id)
    if mode not in MODES:
        raise Invalid(f"Expected {', '.join(MODES)}, got '{mode[:40]}'.", field="mode")
    stage = _row(session, team_id, now)
    stage.mode, stage.share_percent = mode, share_percent
    if mode in LIVE and stage.rolled_out_at is None:
        stage.rolled_out_at = now
        fills.keep(session, team_id, now=now)
    _changed(stage, principal.user_id, reason, now)
    details: dict[str, object] = {"team": team_id, "mode": mode, "share_percent": share_percent}
    audit.append(session, principal.user_id, "drafting.stage", now=now, details=details)
    return stage


def switch_house(
    session: Session, principal: Principal, *, on: bool, reason: str, now: datetime
) -> DraftingStage:
    """The kill switch: from now on nothing is drafted for anybody, or drafting goes on."""
    principal.require_role(Role.OPS)
    stage = _row(session, HOUSE, now)
    stage.mode = "all" if on else "off"
    _changed(stage, principal.user_id, reason, now)
    action = "drafting.switched_on" if on else "drafting.switched_off"
    audit.append(session, principal.user_id, action, now=now)
    return stage


def fall_back(
    session: Session, team_id: str, because: str, *, default: Mode, now: datetime
) -> bool:
    """The guard's word: new notes of the team are written by hand. Says whether that is news."""
    stage = _row(session, team_id, now, default)
    if stage.fell_back_at is not None:
        return False
    stage.fell_back_at, stage.fell_back_because = now, because
    audit.append(session, _GUARD, "drafting.fell_back", now=now, details={"team": team_id})
    return True


def lift(
    session: Session, principal: Principal, team_id: str, *, reason: str, now: datetime
) -> DraftingStage:
    """A person's word against the guard's; what was counted before counts no more."""
    _require_keeper(session, principal, team_id)
    stage = session.get(DraftingStage, team_id)
    if stage is None or stage.fell_back_at is None:
        raise Conflict("Drafting of this team is not paused.")
    stage.fell_back_at = stage.fell_back_because = None
    stage.counted_from = now
    fills.keep(session, team_id, now=now)
    _changed(stage, principal.user_id, reason, now)
    details: dict[str, object] = {"team": team_id}
    audit.append(session, principal.user_id, "drafting.lifted", now=now, details=details)
    return stage


def _require_keeper(session: Session, principal: Principal, team_id: str) -> None:
    principal.require_role(Role.MANAGER, Role.OPS)
    if session.get(Team, team_id) is None or (
        principal.role is Role.MANAGER and team_id not in principal.team_ids
    ):
        raise NotFound(f"There is no team '{team_id[:60]}' that you keep.")
    if not keeps(principal, team_id):
        raise NotAllowed("Managers of the team and operations decide on its drafting.")


def _row(session: Session, team_id: str, now: datetime, mode: Mode = "all") -> DraftingStage:
    found = session.get(DraftingStage, team_id, populate_existing=True)
    if found is None:
        found = DraftingStage(
            team_id=team_id, mode=mode, share_percent=100, reason="", changed_by=_GUARD,
            changed_at=now,
        )  # fmt: skip
        session.add(found)
    return found


def _changed(stage: DraftingStage, by: str, reason: str, now: datetime) -> None:
    said = " ".join(reason.split())
    if not said:
        raise Invalid("Say why: the reason is kept with the change.", field="reason")
    stage.reason, stage.changed_by, stage.changed_at = said, by, now
