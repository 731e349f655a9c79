"""Which record a source's row is of: by its link, by a key that alone says so, or a new one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from assistant.crm import match_keys
from assistant.crm.agreement import Said, agree, said_by, said_of
from assistant.crm.kind import Kind
from assistant.crm.match_keys import chunks
from assistant.crm.reading import ReadRow
from assistant.crm.references import Resolver, mentions_of
from assistant.crm.taken import Joining, Taken
from assistant.db.tables import MatchKey, Record, SourceLink, new_id
from assistant.governance.records import PREFIXES

IDENTIFIED = ("account", "contact", "lead")  # who a record of these kinds is, is compared later
_MOST_HOLDERS = 50  # a key of more records than this tells none of them


def link_rows(
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
    agreement = _Agreement.of(session, source_id, kind.name, found)
    fields: dict[str, set[str]] = defaultdict(set)  # of strong keys that this batch brought
    fresh_records, fresh_links = [], []
    for external_id, own in unlinked.items():
        strong = match_keys.identifying(kind.name, keys[external_id])
        said = said_by(kind.name, external_id, (row.values for row in own))
        record_id, method = _match(session, strong, found, fields, agreement, said)
        if record_id is None:
            record_id, method = new_id(PREFIXES[kind.name]), "new"
            taken.joining += _joining(session, record_id, strong, found, fields, agreement, said)
            fresh_records.append(_record(record_id, kind, now))
            taken.counts["created"] += 1
        else:
            taken.counts["matched"] += 1
        agreement.learn(record_id, said)
        for key in strong:
            named = found.setdefault(key, [])
            if record_id not in named:
                named.append(record_id)
            fields[record_id].add(key[0])
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
        accounts = {external_id: resolver.first_found(own) for external_id, own in mentions.items()}
    return {
        external_id: {
            key
            for row in rows
            for key in match_keys.keys_of(kind.name, row.values, accounts.get(external_id))
        }
        for external_id, rows in unlinked.items()
    }


@dataclass(frozen=True, slots=True)
class _Agreement:
    """What is known of the records that rows may be of, beside the keys."""

    kind: str
    known: dict[str, Said]

    @classmethod
    def of(
        cls,
        session: Session,
        source_id: str,
        kind: str,
        found: Mapping[tuple[str, str], Sequence[str]],
    ) -> _Agreement:
        """Read what is known of the records under these keys."""
        if kind not in IDENTIFIED:
            return cls(kind, {})
        holders = {
            one for records in found.values() if len(records) <= _MOST_HOLDERS for one in records
        }
        return cls(kind, said_of(session, kind, source_id, holders))

    def allows(self, field: str, said: Said, record_id: str) -> bool:
        """May a row that says this be of the record, whose key of this field it has?"""
        return self.kind not in IDENTIFIED or agree(
            self.kind, field, said, self.known.get(record_id, Said())
        )

    def learn(self, record_id: str, said: Said) -> None:
        """A row of this batch is of this record."""
        self.known.setdefault(record_id, Said()).add(said)


def _match(
    session: Session,
    strong: Sequence[tuple[str, str]],
    found: Mapping[tuple[str, str], list[str]],
    fields: Mapping[str, set[str]],
    agreement: _Agreement,
    said: Said,
) -> tuple[str | None, str]:
    """The one record that a key names and that the row agrees with, strongest key first.

    A weaker key counts only for a record that has no stronger key of its own: two companies of one
    name with two domains stay two, and so do two colleagues of one name with two addresses.
    """
    stronger: set[str] = set()
    for field, value in strong:
        records = found.get((field, value), [])
        if len(records) == 1:
            (only,) = records
            if agreement.allows(field, said, only) and not _conflicts(
                session, only, stronger - {field}, fields
            ):
                return only, f"same {field}"
        stronger.add(field)
    return None, "new"


def _joining(
    session: Session,
    record_id: str,
    strong: Sequence[tuple[str, str]],
    found: Mapping[tuple[str, str], list[str]],
    fields: Mapping[str, set[str]],
    agreement: _Agreement,
    said: Said,
) -> list[Joining]:
    """By which key the new record would belong to several, were those one.

    Rows meet identities as if nothing were merged, so that no merge decides what a row is of; what
    is merged then takes the new record in for as long as it is.
    """
    stronger: set[str] = set()
    for field, value in strong:
        holders = found.get((field, value), [])
        if 1 < len(holders) <= _MOST_HOLDERS and not any(
            not agreement.allows(field, said, one)
            or _conflicts(session, one, stronger - {field}, fields)
            for one in holders
        ):
            return [Joining(record_id, field, tuple(holders))]
        stronger.add(field)
    return []


def _conflicts(
    session: Session, record_id: str, stronger: set[str], fields: Mapping[str, set[str]]
) -> bool:
    """Has the record a stronger key of its own, which then is another?"""
    return bool(stronger & fields.get(record_id, set())) or _has_key(session, record_id, stronger)


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
