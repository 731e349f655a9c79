"""The one door in: cleaned rows meet their records, or make them; golden rows and changes follow.

Idempotent by (source, kind, external id, version): taking a row again adds nothing, and versions
that arrive out of order end in the same state as in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, or_, select
from sqlalchemy.orm import Session, aliased

from assistant.crm import match_keys
from assistant.crm.event_rows import PEOPLE, claim_events, give_accounts, link_claimed_rows
from assistant.crm.golden import ACCOUNT_THROUGH, derive
from assistant.crm.kind import Kind
from assistant.crm.kinds import KINDS
from assistant.crm.linking import link_rows
from assistant.crm.match_keys import chunks
from assistant.crm.merging.links import MOVED, Link
from assistant.crm.merging.service import follow
from assistant.crm.reading import ReadRow
from assistant.crm.references import Resolver, waiting_targets
from assistant.crm.side_rows import settle_side_rows, take_side_rows
from assistant.crm.source_rows import keep_again, keep_rows
from assistant.crm.taken import Taken
from assistant.crm.turns import take_turns
from assistant.crm.user_rows import ensure_named_user
from assistant.db.tables import (
    PendingReference,
    Record,
    Source,
    SourceRow,
)


def ensure_source(
    session: Session, source_id: str, *, now: datetime, name: str = "", trust: int | None = None
) -> Source:
    """The source of this id, made when new; a given trust is kept."""
    source = session.get(Source, source_id)
    if source is None:
        source = Source(
            id=source_id, name=name or source_id, trust=50 if trust is None else trust,
            created_at=now,
        )  # fmt: skip
        session.add(source)
    elif trust is not None:
        source.trust = trust
    source.received_at = now
    session.flush()
    return source


def take_rows(
    session: Session,
    source_id: str,
    kind_name: str,
    rows: Sequence[ReadRow],
    *,
    now: datetime,
    changed_by: str,
    import_id: str | None = None,
) -> Taken:
    """Take a batch of one kind from one source in this transaction."""
    kind, taken = KINDS[kind_name], Taken()
    take_turns(session)
    new, known = _not_seen(session, source_id, kind_name, rows)
    taken.counts["unchanged"] = len(rows) - len(new)
    if len(new) < len(rows) and kind.table is not None:
        _take_again(session, source_id, kind, rows, new, taken, now=now, changed_by=changed_by)
    if not new:
        return taken
    if kind.table is None:
        targets = take_side_rows(
            session, source_id, kind, new, taken, now=now, import_id=import_id, known=known
        )  # fmt: skip
        _settle(session, source_id, kind, targets, now=now, changed_by=changed_by)
        return taken
    resolver = Resolver(session)
    _make_owners(session, source_id, kind, new, now=now)
    links = link_rows(session, source_id, kind, new, taken, resolver, now=now)
    keep_rows(
        session, source_id, kind_name, new, links, now=now, import_id=import_id, known=known
    )  # fmt: skip
    touched = sorted({links[row.external_id] for row in new})
    changed = derive(
        session, touched, now=now, changed_by=changed_by, origin=source_id, resolver=resolver
    )
    taken.counts["changed"] += len(changed)
    _welcome(session, source_id, kind, new, links, now=now, changed_by=changed_by)
    follow(session, kind.name, taken.joining, now=now)
    return taken


def _take_again(
    session: Session,
    source_id: str,
    kind: Kind,
    rows: Sequence[ReadRow],
    new: Sequence[ReadRow],
    taken: Taken,
    *,
    now: datetime,
    changed_by: str,
) -> None:
    """What rows say that were here already, where it is more than that they came again."""
    ids = {row.external_id for row in new}
    again = [row for row in rows if row.external_id not in ids]
    touched = keep_again(session, source_id, kind.name, again, now=now)
    if touched:
        changed = derive(session, touched, now=now, changed_by=changed_by, origin=source_id)
        taken.counts["changed"] += len(changed)
        taken.counts["unchanged"] -= len(touched)


def _not_seen(
    session: Session, source_id: str, kind: str, rows: Sequence[ReadRow]
) -> tuple[list[ReadRow], set[str]]:
    """The rows whose version is not here yet, each once, in the order of the batch.

    Beside them the external ids of which any version is here.
    """
    seen: set[tuple[str, str]] = set()
    for chunk in chunks(sorted({row.external_id for row in rows})):
        found = session.execute(
            select(SourceRow.external_id, SourceRow.version).where(
                SourceRow.source_id == source_id,
                SourceRow.kind == kind,
                SourceRow.external_id.in_(chunk),
            )
        )
        seen |= {(external_id, version) for external_id, version in found}
    fresh: dict[tuple[str, str], ReadRow] = {}
    for row in rows:
        key = (row.external_id, row.version)
        if key not in seen:
            fresh.setdefault(key, row)
    return list(fresh.values()), {external_id for external_id, _ in seen}


def _make_owners(
    session: Session, source_id: str, kind: Kind, rows: Iterable[ReadRow], *, now: datetime
) -> None:
    """An owner named by e-mail whom nobody added yet becomes a user who cannot sign in."""
    if not any(reference.name == "owner" for reference in kind.references):
        return
    named = {row.references.get("owner", {}).get("email", "") for row in rows} - {""}
    for email in sorted(named):
        ensure_named_user(session, email, now=now, source_id=source_id)


def _welcome(
    session: Session,
    source_id: str,
    kind: Kind,
    rows: Sequence[ReadRow],
    links: dict[str, str],
    *,
    now: datetime,
    changed_by: str,
) -> None:
    """Settle what waited for these records: references of other rows, and engagement events."""
    targets: set[str] = set()
    for row in rows:
        keys = match_keys.keys_of(kind.name, row.values, None)
        targets |= set(waiting_targets(keys, row.external_id))
    _settle(session, source_id, kind, targets, now=now, changed_by=changed_by)
    if kind.name in PEOPLE:
        people = {
            str(row.values["email"]): links[row.external_id]
            for row in rows
            if row.values.get("email")
        }
        claim_events(session, kind.name, people)
        link_claimed_rows(session, links.values())
        give_accounts(session, kind.name, links.values())


def _settle(
    session: Session,
    source_id: str,
    kind: Kind,
    targets: Iterable[str],
    *,
    now: datetime,
    changed_by: str,
) -> None:
    """Derive again whatever waited for one of these targets; ids are those of the source."""
    records: set[str] = set()
    rows: set[int] = set()
    for chunk in chunks(sorted(set(targets))):
        query = select(PendingReference.record_id, PendingReference.source_row_id).where(
            PendingReference.target_kind == kind.name,
            PendingReference.target.in_(chunk),
            or_(
                PendingReference.source_id == source_id,
                PendingReference.target.not_like("id:%"),
            ),
        )
        for record_id, row_id in session.execute(query):
            records |= {record_id} if record_id else set()
            rows |= {row_id} if row_id else set()
    if records:
        derive(session, records, now=now, changed_by=changed_by, origin=source_id)
    if rows:
        settle_side_rows(session, rows, now=now, origin=source_id)


def settle_accounts(session: Session, *, now: datetime, limit: int = 500) -> int:
    """Derive records again whose account is unknown though a record they name has one by now.

    Returns how many changed; at most `limit` of each kind are tried in one transaction.
    """
    found: set[str] = set()
    for kind in KINDS.values():
        if kind.table is None or kind.name == "account":
            continue
        child, target = aliased(Record), aliased(Record)
        for reference in kind.references:
            table = cast("Table", kind.table.__table__)
            name = f"{reference.name}_id"
            if name not in table.columns or reference.name not in ACCOUNT_THROUGH:
                continue
            moved = name in MOVED.get(table.name, ())
            column = Link(table, name).origin if moved else table.c[name]
            query = (
                select(child.id)
                .join(table, table.c.id == child.id)
                .join(target, target.id == column)
                .where(child.account_id.is_(None), target.account_id.is_not(None))
                .limit(limit)
            )
            found |= set(session.scalars(query))
    if not found:
        return 0
    return len(derive(session, found, now=now, changed_by="door", origin="door"))
