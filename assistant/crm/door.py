"""The one door in: cleaned rows meet their records, or make them; golden rows and changes follow.

Idempotent by (source, kind, external id, version): taking a row again adds nothing, and versions
that arrive out of order end in the same state as in order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, aliased

from assistant.crm import match_keys
from assistant.crm.golden import ACCOUNT_THROUGH, derive
from assistant.crm.kinds import KINDS, Kind
from assistant.crm.match_keys import chunks
from assistant.crm.reading import ReadRow
from assistant.crm.references import Mention, Resolver, mentions_of, waiting_targets
from assistant.crm.side_rows import Taken, take_side_rows
from assistant.crm.source_rows import keep_rows
from assistant.db.tables import (
    EngagementEvent,
    MatchKey,
    PendingReference,
    Record,
    Source,
    SourceLink,
    SourceRow,
    new_id,
)
from assistant.governance.people import ensure_user
from assistant.governance.records import PREFIXES


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
    new = _not_seen(session, source_id, kind_name, rows)
    taken.counts["unchanged"] = len(rows) - len(new)
    if not new:
        return taken
    if kind.table is None:
        take_side_rows(session, source_id, kind, new, taken, now=now, import_id=import_id)
        return taken
    resolver = Resolver(session)
    _make_owners(session, source_id, kind, new, now=now)
    links = _link(session, source_id, kind, new, taken, resolver, now=now)
    keep_rows(session, source_id, kind_name, new, links, now=now, import_id=import_id)
    touched = sorted({links[row.external_id] for row in new})
    changed = derive(
        session, touched, now=now, changed_by=changed_by, origin=source_id, resolver=resolver
    )
    taken.counts["changed"] += len(changed)
    _welcome(session, source_id, kind, new, links, now=now, changed_by=changed_by)
    return taken


def _not_seen(
    session: Session, source_id: str, kind: str, rows: Sequence[ReadRow]
) -> list[ReadRow]:
    """The rows whose version is not here yet, each version once, in the order of the batch."""
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
    return list(fresh.values())


def _make_owners(
    session: Session, source_id: str, kind: Kind, rows: Iterable[ReadRow], *, now: datetime
) -> None:
    """An owner named by e-mail whom nobody added yet becomes a user who cannot sign in."""
    if not any(reference.name == "owner" for reference in kind.references):
        return
    named = {row.references.get("owner", {}).get("email", "") for row in rows} - {""}
    for email in sorted(named):
        ensure_user(session, email, now=now, actor_id=f"import {source_id}"[:60])


def _link(
    session: Session,
    source_id: str,
    kind: Kind,
    rows: Sequence[ReadRow],
    taken: Taken,
    resolver: Resolver,
    *,
    now: datetime,
) -> dict[str, str]:
    """External id -> record id for every row: by its link, by a strong key, or as a new record."""
    links = _known_links(session, source_id, kind.name, rows)
    unlinked: dict[str, list[ReadRow]] = defaultdict(list)
    for row in rows:
        if row.external_id not in links:
            unlinked[row.external_id].append(row)
    keys = _keys(source_id, kind, unlinked, resolver)
    found = match_keys.find(session, kind.name, (key for own in keys.values() for key in own))
    fresh_records, fresh_links = [], []
    for external_id in unlinked:
        strong = match_keys.identifying(kind.name, keys[external_id])
        record_id, method = _match(session, strong, found)
        if record_id is None:
            record_id, method = new_id(PREFIXES[kind.name]), "new"
            fresh_records.append(_record(record_id, kind, now))
            taken.counts["created"] += 1
        else:
            taken.counts["matched"] += 1
        for key in strong:
            found.setdefault(key, [record_id])
        links[external_id] = record_id
        fresh_links.append({
            "source_id": source_id, "kind": kind.name, "external_id": external_id,
            "record_id": record_id, "method": method, "linked_at": now,
        })  # fmt: skip
    if fresh_records:
        session.execute(insert(Record), fresh_records)
    if fresh_links:
        session.execute(insert(SourceLink), fresh_links)
    return links


def _known_links(
    session: Session, source_id: str, kind: str, rows: Sequence[ReadRow]
) -> dict[str, str]:
    links: dict[str, str] = {}
    for chunk in chunks(sorted({row.external_id for row in rows})):
        found = session.execute(
            select(SourceLink.external_id, SourceLink.record_id).where(
                SourceLink.source_id == source_id,
                SourceLink.kind == kind,
                SourceLink.external_id.in_(chunk),
            )
        )
        links.update((external_id, record_id) for external_id, record_id in found)
    return links


def _keys(
    source_id: str, kind: Kind, unlinked: dict[str, list[ReadRow]], resolver: Resolver
) -> dict[str, set[tuple[str, str]]]:
    """Match keys by external id; a contact's name counts only together with its account."""
    accounts: dict[str, str | None] = {}
    if kind.name == "contact":
        mentions = {
            external_id: mentions_of(kind, source_id, rows[-1].references).get("account", [])
            for external_id, rows in unlinked.items()
        }
        resolver.load(mention for own in mentions.values() for mention in own)
        accounts = {
            external_id: _first_found(resolver, own) for external_id, own in mentions.items()
        }
    return {
        external_id: {
            key
            for row in rows
            for key in match_keys.keys_of(kind.name, row.values, accounts.get(external_id))
        }
        for external_id, rows in unlinked.items()
    }


def _first_found(resolver: Resolver, mentions: Iterable[Mention]) -> str | None:
    return next((found for m in mentions if (found := resolver.record_id(m))), None)


def _match(
    session: Session,
    strong: Sequence[tuple[str, str]],
    found: dict[tuple[str, str], list[str]],
) -> tuple[str | None, str]:
    """The one record that a key names, strongest key first.

    A weaker key counts only for a record that has no stronger key of its own: two companies of one
    name with two domains stay two, and so do two colleagues of one name with two addresses.
    """
    stronger: set[str] = set()
    for field, value in strong:
        records = found.get((field, value), [])
        if len(records) == 1 and not _has_key(session, records[0], stronger - {field}):
            return records[0], f"same {field}"
        stronger.add(field)
    return None, "new"


def _has_key(session: Session, record_id: str, fields: set[str]) -> bool:
    if not fields:
        return False
    query = select(MatchKey.record_id).where(
        MatchKey.record_id == record_id, MatchKey.field.in_(fields)
    )
    return session.scalar(query.limit(1)) is not None


def _record(record_id: str, kind: Kind, now: datetime) -> dict[str, object]:
    return {
        "id": record_id, "kind": kind.name, "golden_id": record_id, "governing_id": record_id,
        "account_id": record_id if kind.name == "account" else None,
        "confidentiality": kind.confidentiality, "version": 1, "created_at": now,
        "updated_at": now,
    }  # fmt: skip


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
    waiting: set[str] = set()
    for chunk in chunks(sorted(targets)):
        waiting |= set(
            session.scalars(
                select(PendingReference.record_id).where(
                    PendingReference.target_kind == kind.name, PendingReference.target.in_(chunk)
                )
            )
        )
    if waiting:
        derive(session, waiting, now=now, changed_by=changed_by, origin=source_id)
    if kind.name in ("lead", "contact"):
        _claim_events(session, kind.name, rows, links)


def _claim_events(
    session: Session, kind: str, rows: Sequence[ReadRow], links: dict[str, str]
) -> None:
    """Events that came before the person did belong to them now."""
    people = {
        str(row.values["email"]): links[row.external_id] for row in rows if row.values.get("email")
    }
    column = EngagementEvent.lead_id if kind == "lead" else EngagementEvent.contact_id
    for chunk in chunks(sorted(people)):
        waiting = session.scalars(
            select(EngagementEvent.email)
            .where(EngagementEvent.email.in_(chunk), column.is_(None))
            .distinct()
        )
        for email in list(waiting):
            session.execute(
                update(EngagementEvent)
                .where(EngagementEvent.email == email, column.is_(None))
                .values({column.key: people[str(email)]})
            )


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
            column = kind.table.__table__.columns.get(f"{reference.name}_id")
            if column is None or reference.name not in ACCOUNT_THROUGH:
                continue
            query = (
                select(child.id)
                .join(kind.table.__table__, column.table.c.id == child.id)
                .join(target, target.id == column)
                .where(child.account_id.is_(None), target.account_id.is_not(None))
                .limit(limit)
            )
            found |= set(session.scalars(query))
    if not found:
        return 0
    return len(derive(session, found, now=now, changed_by="door", origin="door"))
