"""Every query on scores, overrides and the feeds they stand on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from assistant.db.tables import (
    EngagementEvent,
    Lead,
    Record,
    Score,
    ScoreOverride,
    Source,
    SourceLink,
    User,
)
from assistant.governance.access import Principal, visible
from assistant.learning.lead_store import may_convert

FEED_STALE_AFTER = timedelta(days=7)
# Where a lead without a probability stands among probabilities.
UNRANKED = -1.0


@dataclass(frozen=True, slots=True)
class Feed:
    """A system that leads or their events come from, and when it last delivered."""

    id: str
    name: str
    received_at: datetime | None

    def stale(self, now: datetime) -> str:
        """Why nothing should be built on it now; empty when it is fresh."""
        if self.received_at is None:
            return f"It is not known when {self.name} last delivered."
        age = now - self.received_at
        if age <= FEED_STALE_AFTER:
            return ""
        return (
            f"{self.name} last delivered {age.days} days ago, {FEED_STALE_AFTER.days} is too old."
        )


def feeds(session: Session) -> list[Feed]:
    """The systems that leads or their events come from."""
    of_leads = exists().where(SourceLink.source_id == Source.id, SourceLink.kind == "lead")
    of_events = exists().where(EngagementEvent.source_id == Source.id)
    query = select(Source).where(or_(of_leads, of_events)).order_by(Source.id)
    return [Feed(each.id, each.name, each.received_at) for each in session.scalars(query)]


def current_by_lead(session: Session, lead_ids: Sequence[str], model: str) -> dict[str, Score]:
    """The standing score of each of these leads."""
    query = select(Score).where(
        Score.record_id.in_(lead_ids), Score.model_name == model, Score.current.is_(True)
    )
    return {score.record_id: score for score in session.scalars(query)}


def replace_scores(session: Session, made: Sequence[Score], over: Sequence[str]) -> None:
    """Let these scores stand instead of the former of their leads; the leads in `over` get none."""
    leads = [*(score.record_id for score in made), *over]
    session.execute(
        update(Score)
        .where(Score.record_id.in_(leads), Score.current.is_(True))
        .values(current=False)
    )
    session.add_all(made)


def record_versions(session: Session, ids: Sequence[str]) -> dict[str, int]:
    """The version of each of these records."""
    found = session.execute(select(Record.id, Record.version).where(Record.id.in_(ids)))
    return {row.id: row.version for row in found}


@dataclass(frozen=True, slots=True)
class Scored:
    """A lead that may convert, and its standing score, if it has one."""

    lead: Lead
    version: int
    owner_id: str | None
    score: Score | None


def open_leads(
    session: Session,
    principal: Principal,
    model: str,
    *,
    account_id: str | None = None,
    after: tuple[float, str] | None = None,
    limit: int = 50,
) -> list[Scored]:
    """Leads the person may see, most likely first, those without a probability last.

    after: probability (UNRANKED for none) and id of the last lead of the page before.
    """
    rank = func.coalesce(Score.probability, UNRANKED)
    query = (
        select(Lead, Record.version, Record.owner_id, Score)
        .join(Record, Record.id == Lead.id)
        .outerjoin(
            Score,
            and_(Score.record_id == Lead.id, Score.current.is_(True), Score.model_name == model),
        )
        .where(visible(principal, Lead.id), may_convert())
        .order_by(rank.desc(), Lead.id)
        .limit(limit)
    )
    if account_id is not None:
        query = query.where(Lead.account_id == account_id)
    if after is not None:
        query = query.where(or_(rank < after[0], and_(rank == after[0], Lead.id > after[1])))
    return [
        Scored(lead, version, owner, score)
        for lead, version, owner, score in session.execute(query)
    ]


def score_of(session: Session, principal: Principal, score_id: str) -> Scored | None:
    """A score by its id, standing or not, if the person may see its lead."""
    query = (
        select(Lead, Record.version, Record.owner_id, Score)
        .join(Record, Record.id == Lead.id)
        .join(Score, Score.record_id == Lead.id)
        .where(Score.id == score_id, visible(principal, Lead.id))
    )
    row = session.execute(query).one_or_none()
    return Scored(*row) if row else None


def overrides(
    session: Session, lead_ids: Sequence[str], now: datetime
) -> dict[str, tuple[ScoreOverride, str]]:
    """The latest override of each of these leads that is not over, with its author's name."""
    query = (
        select(ScoreOverride, func.coalesce(func.nullif(User.name, ""), User.email))
        .join(User, User.id == ScoreOverride.decided_by)
        .where(
            ScoreOverride.record_id.in_(lead_ids),
            or_(ScoreOverride.expires_at.is_(None), ScoreOverride.expires_at > now),
        )
        .order_by(ScoreOverride.decided_at, ScoreOverride.id)
    )
    return {override.record_id: (override, author) for override, author in session.execute(query)}


def visible_among(session: Session, principal: Principal, ids: Sequence[str]) -> set[str]:
    """Those of these records that the person may see."""
    query = select(Record.id).where(Record.id.in_(ids), visible(principal, Record.id))
    return set(session.scalars(query))


def met_outcomes(
    session: Session,
    principal: Principal,
    model: str,
    band: str,
    *,
    horizon: timedelta,
    now: datetime,
) -> tuple[int, int]:
    """Of the leads once scored in this band, a full horizon ago: how many, and how many converted.

    Counts only leads the person may see; each once, from its earliest score in the band.
    """
    first = (
        select(Score.record_id, func.min(Score.as_of).label("as_of"))
        .where(Score.model_name == model, Score.band == band)
        .group_by(Score.record_id)
        .subquery()
    )
    rows = session.execute(
        select(first.c.as_of, Lead.converted_at)
        .join(Lead, Lead.id == first.c.record_id)
        .where(first.c.as_of <= now - horizon, visible(principal, Lead.id))
    ).all()
    converted = [at for as_of, at in rows if at is not None and as_of < at <= as_of + horizon]
    return len(rows), len(converted)


def erase_scores(session: Session, record_ids: Sequence[str]) -> int:
    """Remove scores and overrides of these records; returns how many rows went."""
    gone = 0
    for table in (ScoreOverride, Score):
        result = session.execute(
            delete(table).where(table.record_id.in_(record_ids)).returning(table.id)
        )
        gone += len(result.all())
    return gone
