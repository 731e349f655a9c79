"""Rows that name our own users in a source's terms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.crm.hygiene import fold
from assistant.crm.survivors import row_values
from assistant.db.tables import SourceRow, SourceUser, TeamMember, User
from assistant.errors import Invalid
from assistant.governance.access import Role
from assistant.governance.people import ensure_user, team_named

# What a file may make of a new user; roles that see everything are given by a person alone.
_ROLES = (
    (Role.MANAGER, r"manager|head|lead(?:er)?|director|vp|chief"),
    (Role.SUPPORT, r"support|service|help ?desk|agent|care"),
)


# Whoever signs in for a customer is none of us; customer service and customer success are.
_OUTSIDERS = re.compile(
    r"(?:(?:portal|external|end) )?(?:customers?|clients?|guests?|consumers?|users?)"
    r"(?: (?:portal|community|self service))?(?: (?:users?|contacts?|log ?ins?))?"
)


def stated_role(words: str) -> Role | None:
    """The role that a file's words for a person's work stand for; None for any other."""
    role = fold(words)
    if _OUTSIDERS.fullmatch(role) and role not in ("user", "users"):
        return Role.CUSTOMER
    return next((known for known, like in _ROLES if re.search(rf"\b(?:{like})\b", role)), None)


def ensure_named_user(
    session: Session, email: str, *, now: datetime, source_id: str, name: str = ""
) -> User | None:
    """The user of this e-mail, made when new; None for an address that cannot be a user's."""
    try:
        return ensure_user(
            session, email, now=now, actor_id=f"import {source_id}"[:60], name=name[:200]
        )
    except Invalid:
        return None


def put_users(session: Session, rows: Sequence[SourceRow], *, now: datetime) -> list[str]:
    """Link each row to the user of its e-mail; returns the waiting targets they now fill."""
    targets: list[str] = []
    for row in rows:
        values = row_values(row)
        email, name = str(values.get("email") or ""), str(values.get("name") or "")
        existed = session.scalar(select(User.id).where(User.email == email)) is not None
        user = ensure_named_user(session, email, now=now, source_id=row.source_id, name=name)
        if user is None:
            continue
        if not existed:
            _equip(session, user, values)
        session.merge(
            SourceUser(source_id=row.source_id, external_id=row.external_id, user_id=user.id)
        )
        targets += [f"id:{row.external_id}", f"email:{email}"]
        targets += [f"name:{fold(user.name)}"] if user.name else []
    session.flush()
    return targets


def _equip(session: Session, user: User, values: object) -> None:
    """Role, team and territory of a user whom the file made; a known user keeps their own."""
    stated = values if isinstance(values, dict) else {}
    role = stated_role(str(stated.get("role") or ""))
    if role is not None:
        user.role = role.value
    if role is Role.CUSTOMER:
        return
    user.territory = str(stated["territory"])[:100] if stated.get("territory") else None
    if team := stated.get("team"):
        session.add(TeamMember(team_id=team_named(session, str(team)[:120]).id, user_id=user.id))
