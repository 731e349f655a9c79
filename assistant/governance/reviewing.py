"""Who decides on a call: corrects its transcript, edits, signs, refuses or takes back its note.

Reading and deciding differ: support reads every account, and a signed note changes the records of
whoever looks after it.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from assistant.db.tables import Record, TeamMember, User
from assistant.errors import NotAllowed
from assistant.governance.access import Principal, Role

REASON = (
    "You can read this call; who brought it, who looks after its account or a manager decides on "
    "its transcript and note."
)


def may_review(session: Session, principal: Principal, call_id: str) -> bool:
    """May this person, who sees the call, decide on it?

    Its owner, managers, and from sales the account's owner and team may. Support decides on calls
    of the own desk: those that an agent of one's team brought.
    """
    record, governing = aliased(Record), aliased(Record)
    found = session.execute(
        select(record.owner_id, governing.owner_id, governing.team_id)
        .join(governing, governing.id == record.governing_id)
        .where(record.id == call_id)
    ).one_or_none()
    if found is None:
        return False
    call_owner_id, account_owner_id, team_id = found
    if principal.user_id == call_owner_id or principal.role is Role.MANAGER:
        return True
    if principal.role is Role.REP:
        return principal.user_id == account_owner_id or team_id in principal.team_ids
    return principal.role is Role.SUPPORT and _of_own_desk(session, principal, call_owner_id)


def require_reviewer(session: Session, principal: Principal, call_id: str) -> None:
    """Raises NotAllowed, with the reason, for who may read the call and no more."""
    if not may_review(session, principal, call_id):
        raise NotAllowed(REASON)


def _of_own_desk(session: Session, principal: Principal, user_id: str | None) -> bool:
    colleague = (
        select(User.id)
        .join(TeamMember, TeamMember.user_id == User.id)
        .where(
            User.id == user_id,
            User.role == Role.SUPPORT.value,
            TeamMember.team_id.in_(principal.team_ids),
        )
        .limit(1)
    )
    return session.scalar(colleague) is not None
