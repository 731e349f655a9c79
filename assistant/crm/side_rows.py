"""Rows of kinds without a golden row of their own: parts of records, events, users."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from assistant.crm.event_rows import put_events, take_new_events
from assistant.crm.kind import Kind
from assistant.crm.kinds import KINDS
from assistant.crm.match_keys import chunks
from assistant.crm.parts import mentions_in, rebuild_parts
from assistant.crm.reading import ReadRow
from assistant.crm.references import Mention, Resolver, waiting_target
from assistant.crm.source_rows import keep_rows
from assistant.crm.taken import Taken
from assistant.crm.user_rows import ensure_named_user, put_users
from assistant.db.tables import PendingReference, SourceRow


def take_side_rows(
    session: Session,
    source_id: str,
    kind: Kind,
    rows: Sequence[ReadRow],
    taken: Taken,
    *,
    now: datetime,
    import_id: str | None,
    known: Collection[str],
) -> list[str]:
    """Keep the rows and put them where they belong; one whose parent is unknown waits for it.

    known: the external ids of which other versions are here already.
    Returns the waiting targets that these rows fill: users may be waited for.
    """
    if kind.name == "event":
        fresh, rows = _parted(rows, known)
        waiting = take_new_events(session, source_id, fresh, now=now, import_id=import_id)
        _let_wait(session, source_id, kind, waiting)
        taken.counts["created"] += len(fresh)
        if not rows:
            return []
    _make_users(session, source_id, kind, rows, now=now)
    keep_rows(
        session, source_id, kind.name, rows, {}, now=now, import_id=import_id, known=known
    )  # fmt: skip
    external_ids = {row.external_id for row in rows}
    kept, former, left = _kept(session, source_id, kind.name, external_ids)
    taken.counts["created"] += len(external_ids - former)
    taken.counts["changed"] += len(external_ids & former)
    if kind.name == "user":
        return put_users(session, kept, now=now)
    taken.counts["waiting"] += _put(session, kind, kept, left, now=now, origin=source_id)
    return []


def _parted(rows: Sequence[ReadRow], known: Collection[str]) -> tuple[list[ReadRow], list[ReadRow]]:
    """Rows of which there is one version only, and those of which there are several."""
    sent = Counter(row.external_id for row in rows)
    single = {one for one, versions in sent.items() if versions == 1 and one not in known}
    return (
        [row for row in rows if row.external_id in single],
        [row for row in rows if row.external_id not in single],
    )


def _let_wait(
    session: Session, source_id: str, kind: Kind, waiting: Sequence[tuple[str, str, Mention]]
) -> None:
    """Write down, by external id and reference, what rows name that is not here yet."""
    ids: dict[str, int] = {}
    for chunk in chunks(sorted({external_id for external_id, _, _ in waiting})):
        query = select(SourceRow.external_id, SourceRow.id).where(
            SourceRow.source_id == source_id,
            SourceRow.kind == kind.name,
            SourceRow.external_id.in_(chunk),
        )
        ids |= {external_id: row_id for external_id, row_id in session.execute(query)}  # noqa: C416
    rows = [
        {
            "source_row_id": ids[external_id], "field": name, "source_id": source_id,
            "target_kind": mention.kind, "target": waiting_target(mention.kind, mention),
        }
        for external_id, name, mention in waiting
    ]  # fmt: skip
    if rows:
        session.execute(insert(PendingReference), rows)


def settle_side_rows(
    session: Session, source_row_ids: Iterable[int], *, now: datetime, origin: str
) -> None:
    """Put rows that have waited where they belong, now that something has arrived."""
    by_kind: dict[str, list[SourceRow]] = defaultdict(list)
    wanted = sorted(set(source_row_ids))
    for start in range(0, len(wanted), 400):
        query = select(SourceRow).where(
            SourceRow.id.in_(wanted[start : start + 400]), SourceRow.current.is_(True)
        )
        for row in session.scalars(query):
            by_kind[row.kind].append(row)
    for name, rows in sorted(by_kind.items()):
        _put(session, KINDS[name], rows, set(), now=now, origin=origin)


def _kept(
    session: Session, source_id: str, kind: str, external_ids: Iterable[str]
) -> tuple[list[SourceRow], set[str], set[str]]:
    """The rows that count now; of which ids there were versions before, and their parents."""
    current: list[SourceRow] = []
    former: set[str] = set()
    left: set[str] = set()
    for chunk in chunks(sorted(external_ids)):
        query = (
            select(SourceRow)
            .where(
                SourceRow.source_id == source_id,
                SourceRow.kind == kind,
                SourceRow.external_id.in_(chunk),
            )
            .order_by(SourceRow.id)
        )
        for row in session.scalars(query):
            if row.current:
                current.append(row)
            else:
                former.add(row.external_id)
                left |= {row.record_id} if row.record_id else set()
    return current, former, left


def _put(
    session: Session,
    kind: Kind,
    rows: Sequence[SourceRow],
    left: set[str],
    *,
    now: datetime,
    origin: str,
) -> int:
    """Attach rows to their parents, leaving those in `left`; returns how many wait for one."""
    mentions = {row.id: mentions_in(kind, row) for row in rows}
    resolver = Resolver(session)
    resolver.load(m for own in mentions.values() for ways in own.values() for m in ways)
    waiting = _waiting(kind, rows, mentions, resolver)
    _write_waiting(session, [row.id for row in rows], waiting)
    if kind.name == "event":
        put_events(session, rows, now=now, origin=origin)
        return 0
    touched = set(left)
    orphans = 0
    for row in rows:
        parent = resolver.first_found(mentions[row.id].get(kind.parent or "", []))
        orphans += parent is None
        if parent != row.record_id:
            touched |= {row.record_id} if row.record_id else set()
            row.record_id = parent
        touched |= {parent} if parent else set()
    session.flush()
    rebuild_parts(session, kind.name, touched, now=now, origin=origin)
    return orphans


def _waiting(
    kind: Kind,
    rows: Sequence[SourceRow],
    mentions: dict[int, dict[str, list[Mention]]],
    resolver: Resolver,
) -> list[dict[str, object]]:
    """What each row names that is not here; an event waits for ids alone, its e-mail is claimed."""
    return [
        {
            "source_row_id": row.id, "field": name, "source_id": row.source_id,
            "target_kind": mention.kind, "target": waiting_target(mention.kind, mention),
        }
        for row in rows
        for name, ways in mentions[row.id].items()
        for mention in resolver.unfound_before(ways)
        if kind.name != "event" or mention.key == "id"
    ]  # fmt: skip


def _write_waiting(
    session: Session, row_ids: Sequence[int], waiting: Sequence[dict[str, object]]
) -> None:
    for start in range(0, len(row_ids), 400):
        chunk = row_ids[start : start + 400]
        session.execute(delete(PendingReference).where(PendingReference.source_row_id.in_(chunk)))
    if waiting:
        session.execute(insert(PendingReference), list(waiting))


def _make_users(
    session: Session, source_id: str, kind: Kind, rows: Sequence[ReadRow], *, now: datetime
) -> None:
    """Whoever passed a ticket on, named by e-mail, is one of our users."""
    names = [reference.name for reference in kind.references if reference.kind == "user"]
    emails = {row.references.get(name, {}).get("email", "") for row in rows for name in names}
    for email in sorted(emails - {""}):
        ensure_named_user(session, email, now=now, source_id=source_id)
