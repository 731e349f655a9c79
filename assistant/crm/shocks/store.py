"""Shocks as people see and clear them, and as scores and plays heed them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from assistant.crm.cursors import Page, decode, encode
from assistant.crm.shocks.model import HOLDS, LAY_OFF, WITHHOLDING
from assistant.crm.shocks.reader import tell
from assistant.crm.shocks.wording import what_happened, what_to_do
from assistant.db.tables import Account, Contact, Lead, Record, Shock
from assistant.errors import Conflict, Invalid, NotFound
from assistant.governance import audit
from assistant.governance.access import STAFF, Principal, Role, require_visible, visible

CLEARERS = (Role.REP, Role.SUPPORT, Role.MANAGER, Role.OPS)


@dataclass(frozen=True, slots=True)
class ShownShock:
    """A shock in words, with what it rests on."""

    id: str
    kind: str
    record_id: str
    record_kind: str
    record_version: int
    account_id: str | None
    name: str
    what: str
    to_do: str
    evidence_record_id: str | None
    evidence_field: str | None
    source_row_id: int | None
    before: str | None
    after: str | None
    at: datetime
    found_at: datetime


def is_open(now: datetime) -> ColumnElement[bool]:
    """SQL: does the shock stand, neither cleared nor long past?"""
    return and_(Shock.cleared_at.is_(None), Shock.at > now - HOLDS)


def open_shocks(
    session: Session,
    principal: Principal,
    *,
    now: datetime,
    account_id: str | None = None,
    record_id: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[ShownShock]:
    """Shocks that stand, of what this person may see, the latest first.

    Raises NotFound for an account that they may not see, Invalid for another list's cursor.
    """
    principal.require_role(*sorted(STAFF))
    query = _shown().where(is_open(now), _readable(principal))
    if account_id is not None:
        require_visible(session, principal, account_id, "account")
        query = query.where(Record.account_id == account_id)
    if record_id is not None:
        query = query.where(Shock.record_id == record_id)
    if cursor:
        at, last = _position(cursor)
        query = query.where(or_(Shock.at < at, and_(Shock.at == at, Shock.id < last)))
    rows = session.execute(query.order_by(Shock.at.desc(), Shock.id.desc()).limit(limit + 1)).all()
    items = tuple(_show(*row) for row in rows[:limit])
    more = len(rows) > limit
    return Page(items, encode([items[-1].at.isoformat(), items[-1].id]) if more else None)


def _position(cursor: str) -> tuple[datetime, str]:
    at, last = decode(cursor, 2)
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid("Expected a cursor as this list gave it.", field="cursor")
    return moment, last


def clear(
    session: Session, principal: Principal, shock_id: str, reason: str, *, now: datetime
) -> None:
    """A person has looked: the shock no longer stands, and why is kept.

    Clearing again changes nothing for who did it. Raises NotFound, Invalid without a reason,
    Conflict when someone else did.
    """
    principal.require_role(*CLEARERS)
    if not reason.strip():
        raise Invalid("Say what you found out: it is kept beside the change.", field="reason")
    query = select(Shock).where(Shock.id == shock_id, _readable(principal)).with_for_update()
    shock = session.scalar(query)
    if shock is None:
        raise NotFound(f"There is no change '{shock_id[:60]}' that you can see.")
    if shock.cleared_at is not None:
        if shock.cleared_by == principal.user_id:
            return
        raise Conflict("Someone else has cleared this already.")
    shock.cleared_at, shock.cleared_by = now, principal.user_id
    shock.cleared_reason = reason.strip()
    session.flush()
    record = session.get_one(Record, shock.record_id)
    audit.append(
        session, principal.user_id, "shock.cleared", now=now, kind=record.kind,
        record_id=record.id, details={"shock": shock.id, "of": shock.kind},
    )  # fmt: skip
    tell(session, [record.id], now)


def _readable(principal: Principal) -> ColumnElement[bool]:
    """SQL: may the person see the record, and what the shock rests on?"""
    evidence = or_(
        Shock.evidence_record_id.is_(None),
        visible(principal, func.coalesce(Shock.evidence_record_id, "")),
    )
    return and_(visible(principal, Shock.record_id), evidence)


def standing(session: Session, now: datetime, among: ColumnElement[bool]) -> list[ShownShock]:
    """Shocks that stand on records of this condition, whoever may see them: for plays."""
    query = _shown().where(
        is_open(now), among, Record.archived_at.is_(None), Record.golden_id == Record.id
    )
    return [_show(*row) for row in session.execute(query.order_by(Shock.at, Shock.id))]


def withholding(session: Session, lead_ids: Sequence[str], now: datetime) -> dict[str, list[str]]:
    """By lead, why no score should be shown now: a shock of its own, or of its account."""
    reasons: dict[str, list[str]] = defaultdict(list)
    own = _shown().where(
        Shock.record_id.in_(lead_ids), is_open(now), Shock.kind.in_(sorted(WITHHOLDING))
    )
    for row in session.execute(own.order_by(Shock.at, Shock.id)):
        shown = _show(*row)
        reasons[shown.record_id].append(f"{shown.what} {shown.to_do}")
    accounts = session.execute(
        select(Lead.id, Shock.at)
        .join(Shock, Shock.record_id == Lead.account_id)
        .where(Lead.id.in_(lead_ids), is_open(now), Shock.kind == LAY_OFF)
        .order_by(Shock.at, Shock.id)
    )
    for lead_id, at in accounts:
        # Whoever sees the lead need not see what was said.
        reasons[lead_id].append(
            f"Its account has spoken of cuts since {at.day} {at:%b %Y}: find out before you count "
            "on it."
        )
    return reasons


def _shown() -> Select[Shock, Record, str]:
    name: ColumnElement[str] = func.coalesce(Contact.name, Lead.name, Account.name, "")
    return (
        select(Shock, Record, name)
        .join(Record, Record.id == Shock.record_id)
        .outerjoin(Contact, Contact.id == Shock.record_id)
        .outerjoin(Lead, Lead.id == Shock.record_id)
        .outerjoin(Account, Account.id == Shock.record_id)
    )


def _show(shock: Shock, record: Record, name: str) -> ShownShock:
    return ShownShock(
        id=shock.id,
        kind=shock.kind,
        record_id=shock.record_id,
        record_kind=record.kind,
        record_version=record.version,
        account_id=record.account_id,
        name=name,
        what=what_happened(shock, name),
        to_do=what_to_do(shock.kind, shock.evidence_field),
        evidence_record_id=shock.evidence_record_id,
        evidence_field=shock.evidence_field,
        source_row_id=shock.source_row_id,
        before=shock.before,
        after=shock.after,
        at=shock.at,
        found_at=shock.found_at,
    )
