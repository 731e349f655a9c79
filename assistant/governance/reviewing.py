"""Who decides: on a call (its transcript and note), and on an action that is suggested.

Reading and deciding differ: support reads every account, a team reads each other's, and a signed
note or an accepted action changes the work of whoever looks after them.
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

ACTION_REASON = (
    "You can read this suggestion; who looks after its record or its account, or their manager, "
    "decides on it."
)


def may_decide(principal: Principal, owner_ids: tuple[str | None, str | None], led: bool) -> bool:
    """May this person, who sees a suggestion, accept or dismiss it?

    owner_ids: of its record and of the account. led: is the account of the person's own teams?
    What nobody looks after waits for whoever takes it.
    """
    if principal.role is Role.MANAGER:
        mine = led or principal.user_id in owner_ids or not any(owner_ids)
        return mine or any(owner in principal.desk_ids for owner in owner_ids)
    return principal.user_id in owner_ids or not any(owner_ids)


def may_review(session: Session, principal: Principal, call_id: str) -> bool:
    """May this person, who sees the call, decide on it?

    Its owner, managers of the account's team, and from sales its owner and team may. Support
    decides on calls of the own desk: those that an agent of one's team brought.
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
    if principal.user_id == call_owner_id:
        return True
    looked_after = principal.user_id == account_owner_id or team_id in principal.team_ids
    if principal.role is Role.MANAGER:
        # Who leads a desk reads, as its agents do, calls of other teams' accounts.
        nobodys = team_id is None and account_owner_id is None
        return looked_after or nobodys or call_owner_id in principal.desk_ids
    if principal.role is Role.REP:
        return looked_after
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
