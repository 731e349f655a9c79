"""Every query of making and changing records by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from assistant.crm import match_keys
from assistant.crm.golden_reads import golden_rows
from assistant.crm.kinds import KINDS
from assistant.crm.reading import Value
from assistant.db.tables import (
    Account,
    Record,
    SourceLink,
    SourceRow,
    SourceUser,
    User,
    new_id,
)
from assistant.governance.access import Principal, Role, require_visible, visible
from assistant.governance.records import PREFIXES

SOURCE = "rapport"
TRUST = 100  # what a person types here stands over what any system sends
_FURTHEST_PARENT = 50


def sees_record(session: Session, principal: Principal, kind: str, record_id: str) -> bool:
    """Whether there is such a record, or such a colleague, that the person may name.

    A record that was merged may be named as long as they see what stands for it.
    """
    if kind == "user":
        user = session.get(User, record_id)
        return user is not None and user.role != Role.CUSTOMER
    query = select(Record.id).where(
        Record.id == record_id, Record.kind == kind, visible(principal, Record.golden_id)
    )
    return session.scalar(query) is not None


def content_of(session: Session, kind: str, record_id: str) -> dict[str, object]:
    """The golden row by column, in JSON's types."""
    table = cast("Table", getattr(KINDS[kind].table, "__table__", None))
    return golden_rows(session, table, [record_id]).get(record_id, {})


def record_to_change(session: Session, principal: Principal, kind: str, record_id: str) -> Record:
    """The record, or what stands for it by a merge, read for writing.

    Raises NotFound in one form for absent and forbidden.
    """
    standing = session.scalar(select(Record.golden_id).where(Record.id == record_id)) or record_id
    require_visible(session, principal, standing, kind)
    return session.get_one(Record, standing, with_for_update=True, populate_existing=True)


def new_record(session: Session, kind: str, confidentiality: str, *, now: datetime) -> str:
    """A fresh identity that this service itself names by its id."""
    record_id = new_id(PREFIXES[kind])
    record = Record(
        id=record_id, kind=kind, golden_id=record_id, governing_id=record_id,
        account_id=record_id if kind == "account" else None, confidentiality=confidentiality,
        version=1, created_at=now, updated_at=now,
    )  # fmt: skip
    session.add(record)
    session.flush()
    name_by_id(session, kind, record_id, now=now)
    return record_id


def name_by_id(session: Session, kind: str, record_id: str, *, now: datetime) -> None:
    """Let rows of this service's own name a record by its id."""
    if kind == "user":
        if session.get(SourceUser, (SOURCE, record_id)) is None:
            session.add(SourceUser(source_id=SOURCE, external_id=record_id, user_id=record_id))
    elif session.get(SourceLink, (SOURCE, kind, record_id)) is None:
        link = SourceLink(
            source_id=SOURCE, kind=kind, external_id=record_id, record_id=record_id,
            method="own id", linked_at=now,
        )  # fmt: skip
        session.add(link)
    session.flush()


def visible_twin(
    session: Session,
    principal: Principal,
    kind: str,
    values: Mapping[str, Value],
    account_id: str | None,
) -> tuple[str, str] | None:
    """A record that a key says is the same one, with the key's name, if the person sees it.

    A weaker key counts only for a record that does not contradict a stronger one.
    """
    strong = match_keys.identifying(kind, match_keys.keys_of(kind, values, account_id))
    found = match_keys.find(session, kind, strong)
    for place, key in enumerate(strong):
        for record_id in found.get(key, []):
            known = content_of(session, kind, record_id)
            contradicted = any(known.get(field) for field, _ in strong[:place])
            if not contradicted and sees_record(session, principal, kind, record_id):
                return record_id, key[0]
    return None


def leads_back(session: Session, account_id: str, parent_id: str) -> bool:
    """Whether the parents of `parent_id` come to the account itself."""
    seen = {account_id}
    following: str | None = parent_id
    for _ in range(_FURTHEST_PARENT):
        if following is None:
            return False
        if following in seen:
            return True
        seen.add(following)
        following = session.scalar(select(Account.parent_account_id).where(Account.id == following))
    return True


def keep_edit(
    session: Session,
    kind: str,
    record_id: str,
    payload: Mapping[str, object],
    cleaned: Mapping[str, object],
    issues: Mapping[str, str],
    *,
    now: datetime,
) -> None:
    """Keep an edit as it came; the row itself never counts, what stands of it are the decisions."""
    row = SourceRow(
        source_id=SOURCE, kind=kind, external_id=f"edit:{new_id('edt')}",
        version=now.isoformat(), version_at=now, payload=dict(payload), cleaned=dict(cleaned),
        issues=dict(issues), deleted=False, current=False, record_id=record_id, received_at=now,
    )  # fmt: skip
    session.add(row)
