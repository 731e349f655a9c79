"""The one access predicate: who may see which record, written once, for SQL.

Every query of every store joins `visible(...)`; so do aggregates, the arms of search, citations
and counts. What a person may not see therefore looks exactly like what does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session, aliased

from assistant.db.tables import Record
from assistant.errors import NotAllowed, NotFound


class Role(StrEnum):
    """What a person is here for; each sees the records that this takes."""

    REP = "rep"
    SUPPORT = "support"
    MANAGER = "manager"
    OPS = "ops"
    PRIVACY = "privacy"
    CUSTOMER = "customer"


STAFF = frozenset(Role) - {Role.CUSTOMER}
# Support serves customers; what sales still hopes for is not theirs to read.
HIDDEN_FROM_SUPPORT = ("lead", "deal", "quote")
PUBLIC_KINDS = ("article", "product")
# Fields that only some roles read, in records that others may see as well.
CONFIDENTIAL_FIELDS: dict[tuple[str, str], frozenset[Role]] = {
    ("product", "floor_price"): frozenset({Role.MANAGER, Role.OPS}),
}


@dataclass(frozen=True, slots=True)
class Principal:
    """The person (or their program) that asks; `scopes` bounds a token, None is a whole sign-in.

    desk_ids: the support agents whom a manager leads; what they see, the manager sees.
    """

    user_id: str
    role: Role
    team_ids: tuple[str, ...] = ()
    scopes: frozenset[str] | None = None
    desk_ids: tuple[str, ...] = ()

    def require(self, scope: str) -> None:
        """Raises NotAllowed when a token lacks `scope` (read, write, admin)."""
        if self.scopes is not None and scope not in self.scopes:
            raise NotAllowed(
                f"This token may {', '.join(sorted(self.scopes)) or 'do nothing'}; "
                f"this request needs '{scope}'. Create a token with that scope."
            )

    def require_role(self, *roles: Role) -> None:
        """Raises NotAllowed when the person has none of these roles."""
        if self.role not in roles:
            raise NotAllowed(f"This is for {', '.join(roles)}; you are signed in as {self.role}.")


# Made once: a query of many arms, each with the predicate, is built quicker than it is run.
_RECORD, _GOVERNING = aliased(Record), aliased(Record)


def visible(principal: Principal, record_id: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """SQL: may `principal` see the record whose id is in this column, and does it still stand?"""
    record, governing = _RECORD, _GOVERNING
    return exists(
        select(1)
        .select_from(record)
        .join(governing, governing.id == record.governing_id)
        .where(
            record.id == record_id,
            record.archived_at.is_(None),
            record.golden_id == record.id,
            _rule(principal, record, governing),
        )
        .correlate_except(record, governing)
    )


def golden_of(record_id: SQLColumnExpression[str]) -> ColumnElement[str]:
    """SQL: the record that stands for the one in this column, by its merges."""
    own = aliased(Record)
    query = select(own.golden_id).where(own.id == record_id).correlate_except(own)
    return query.scalar_subquery()


def _rule(
    principal: Principal, record: type[Record], governing: type[Record]
) -> ColumnElement[bool]:
    own = record.owner_id == principal.user_id
    if principal.role is Role.CUSTOMER:
        return and_(record.confidentiality == "open", record.kind.in_(PUBLIC_KINDS))
    if principal.role in (Role.OPS, Role.PRIVACY):
        return or_(own, record.confidentiality != "private")
    team = governing.team_id.in_(principal.team_ids) if principal.team_ids else false()
    reach: ColumnElement[bool] = or_(own, governing.owner_id == principal.user_id, team)
    kinds: ColumnElement[bool] = true()
    if principal.role is Role.SUPPORT:
        reach, kinds = true(), or_(own, record.kind.not_in(HIDDEN_FROM_SUPPORT))
    if principal.role is Role.MANAGER:
        unassigned = and_(governing.team_id.is_(None), governing.owner_id.is_(None))
        reach = or_(reach, unassigned, record.owner_id.in_(principal.desk_ids))
    restricted = own if principal.role is not Role.MANAGER else reach
    if principal.desk_ids:
        reach = or_(reach, record.kind.not_in(HIDDEN_FROM_SUPPORT))
    return and_(
        kinds,
        or_(
            record.confidentiality.in_(("open", "internal")),
            and_(record.confidentiality == "account", reach),
            and_(record.confidentiality == "restricted", restricted),
            and_(record.confidentiality == "private", own),
        ),
    )


def require_visible(session: Session, principal: Principal, record_id: str, kind: str) -> Record:
    """The record, or NotFound in the same words whether it is absent or forbidden."""
    query = select(Record).where(
        Record.id == record_id, Record.kind == kind, visible(principal, Record.id)
    )
    record = session.scalar(query)
    if record is None:
        raise not_found(kind, record_id)
    return record


def not_found(kind: str, record_id: str) -> NotFound:
    """The one reply for what is absent and for what is forbidden."""
    return NotFound(f"There is no {kind} '{record_id[:60]}' that you can see.")


def sees_kind(principal: Principal, kind: str) -> bool:
    """May this role see records of this kind at all? If not, their ids are nobody's news either."""
    if principal.role is Role.CUSTOMER:
        return kind in PUBLIC_KINDS
    return principal.role is not Role.SUPPORT or kind not in HIDDEN_FROM_SUPPORT


def hidden_fields(principal: Principal, kind: str) -> frozenset[str]:
    """Fields of this kind that the person's role does not read."""
    return frozenset(
        field
        for (of_kind, field), roles in CONFIDENTIAL_FIELDS.items()
        if of_kind == kind and principal.role not in roles
    )
