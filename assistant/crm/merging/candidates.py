"""Records as matching sees them, and those that share a key with one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from assistant.crm.golden_reads import golden_rows
from assistant.crm.identity import Candidate, blocking_keys
from assistant.crm.match_keys import chunks
from assistant.crm.merging.own import table_of
from assistant.db.tables import Account, IdentityKey, Record, SourceLink

# Columns by the names that matching gives them; what is not listed says nothing of who it is.
_FIELDS: dict[str, dict[str, str]] = {
    "account": {name: name for name in (
        "name", "domain", "phone", "street", "city", "region", "postcode", "country",
    )},
    "contact": {name: name for name in (
        "name", "given_name", "family_name", "email", "phone", "mobile", "city", "country",
    )},
    "lead": {name: name for name in ("name", "email", "phone", "company", "country")},
}  # fmt: skip
CROWD = 200  # a key of more records than this tells none of them


def candidates_of(session: Session, kind: str, record_ids: Iterable[str]) -> dict[str, Candidate]:
    """What matching compares of these records, as they are shown."""
    found: dict[str, Candidate] = {}
    for chunk in chunks(sorted(set(record_ids))):
        rows = golden_rows(session, table_of(kind), chunk)
        ids = _source_ids(session, kind, chunk)
        companies = _companies(session, rows) if kind == "contact" else {}
        for record_id, row in rows.items():
            fields = {
                name: str(row[column])
                for column, name in _FIELDS[kind].items()
                if row.get(column) is not None
            }
            if company := companies.get(str(row.get("account_id"))):
                fields["company"] = company
            found[record_id] = Candidate(record_id, kind, fields | ids.get(record_id, {}))
    return found


def _source_ids(session: Session, kind: str, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    query = select(SourceLink).where(SourceLink.kind == kind, SourceLink.record_id.in_(ids))
    for link in session.scalars(query.order_by(SourceLink.source_id, SourceLink.external_id)):
        found[link.record_id].setdefault(f"id:{link.source_id}", link.external_id)
    return found


def _companies(session: Session, rows: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    ids = {str(row["account_id"]) for row in rows.values() if row.get("account_id")}
    query = select(Account.id, Account.name).where(Account.id.in_(ids))
    return {account_id: name for account_id, name in session.execute(query)}  # noqa: C416


def write_identity_keys(session: Session, kind: str, known: Mapping[str, Candidate | None]) -> None:
    """Let these records be found by what they say now; those that no longer stand, not at all."""
    for chunk in chunks(sorted(known)):
        session.execute(delete(IdentityKey).where(IdentityKey.record_id.in_(chunk)))
        rows = [
            {"record_id": record_id, "kind": kind, "key": key}
            for record_id in chunk
            if (candidate := known[record_id]) is not None
            for key in _keys(candidate)
        ]
        if rows:
            session.execute(insert(IdentityKey), rows)


def _keys(candidate: Candidate) -> list[str]:
    return sorted({f"{form}:{value}"[:160] for form, value in blocking_keys(candidate)})


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that share a key, in the order of their ids."""

    a: str
    b: str


def partners(session: Session, kind: str, known: Mapping[str, Candidate | None]) -> set[Pair]:
    """Which of the records that stand share a key with these, and with which."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for record_id, candidate in known.items():
        for key in _keys(candidate) if candidate is not None else ():
            wanted[key].add(record_id)
    pairs: set[Pair] = set()
    for chunk in chunks(sorted(wanted)):
        crowds = (
            select(IdentityKey.key)
            .where(IdentityKey.kind == kind, IdentityKey.key.in_(chunk))
            .group_by(IdentityKey.key)
            .having(func.count() > CROWD)
        )
        query = (
            select(IdentityKey.key, IdentityKey.record_id)
            .join(Record, Record.id == IdentityKey.record_id)
            .where(
                IdentityKey.kind == kind,
                IdentityKey.key.in_(chunk),
                IdentityKey.key.not_in(crowds),
                Record.golden_id == Record.id,
                Record.archived_at.is_(None),
            )
        )
        for key, record_id in session.execute(query):
            pairs |= {Pair(*sorted((record_id, one))) for one in wanted[key] if one != record_id}
    return pairs
