"""Records as matching sees them, and those that share a key with one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from assistant.crm.golden_reads import golden_rows
from assistant.crm.identity import Candidate, blocking_keys
from assistant.crm.match_keys import chunks
from assistant.crm.merging.own import table_of
from assistant.db.tables import Account, IdentityKey, Record, SourceLink

# Columns by the names that matching gives them; what is not listed says nothing of who it is.
_FIELDS: dict[str, dict[str, str]] = {
    "account": {name: name for name in (
        "name", "legal_form", "domain", "phone", "street", "city", "region", "postcode", "country",
    )},
    "contact": {name: name for name in (
        "name", "given_name", "family_name", "email", "phone", "mobile", "city", "country",
    )},
    "lead": {name: name for name in ("name", "email", "phone", "company", "country")},
}  # fmt: skip
CROWD = 200  # a key of more records than this tells none of them
NEAREST = 30  # of those that share a key with a record, how many are compared with it
_LOOKUP = (
    "SELECT key, record_id FROM (SELECT key, record_id FROM identity_keys "
    "WHERE kind = :kind AND key = :k{n} LIMIT :most) AS s{n}"
)


def candidates_of(session: Session, kind: str, record_ids: Iterable[str]) -> dict[str, Candidate]:
    """What matching compares of these records, as they are shown."""
    found: dict[str, Candidate] = {}
    for chunk in chunks(sorted(set(record_ids))):
        found |= candidates_of_rows(session, kind, golden_rows(session, table_of(kind), chunk))
    return found


def candidates_of_rows(
    session: Session, kind: str, rows: Mapping[str, Mapping[str, object]]
) -> dict[str, Candidate]:
    """The same of rows that are at hand, by record id; at most as many as one query takes."""
    found: dict[str, Candidate] = {}
    ids = _source_ids(session, kind, sorted(rows))
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
    query = select(SourceLink.record_id, SourceLink.source_id, SourceLink.external_id)
    query = query.where(SourceLink.kind == kind, SourceLink.record_id.in_(ids))
    rows = session.execute(query.order_by(SourceLink.source_id, SourceLink.external_id))
    for record_id, source_id, external_id in rows:
        found[record_id].setdefault(f"id:{source_id}", external_id)
    return found


def _companies(session: Session, rows: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    ids = {str(row["account_id"]) for row in rows.values() if row.get("account_id")}
    if not ids:
        return {}
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
    """Which of the records that stand share a key with these, and with which.

    Of many the NEAREST: those that share most with it, a rare key counting more.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    for record_id, candidate in known.items():
        for key in _keys(candidate) if candidate is not None else ():
            wanted[key].add(record_id)
    near: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for key, members in _members(session, kind, sorted(wanted)).items():
        for one in wanted[key]:
            for other in members:
                near[one][other] += 1 / len(members)
    found = {
        record_id: sorted(
            (other for other in nearness if other != record_id),
            key=lambda other: (-nearness[other], other),
        )[:NEAREST]
        for record_id, nearness in near.items()
    }
    standing = _standing(session, {other for others in found.values() for other in others})
    return {
        Pair(*sorted((record_id, other)))
        for record_id, others in found.items()
        for other in others
        if other in standing
    }


def _members(session: Session, kind: str, keys: Sequence[str]) -> dict[str, list[str]]:
    """The records under each key, but for keys of a crowd; no crowd is read to its end."""
    members: dict[str, list[str]] = defaultdict(list)
    for chunk in chunks(keys, 40):
        # Text, since building so many selects would take longer than running them.
        query = text(" UNION ALL ".join(_LOOKUP.format(n=place) for place in range(len(chunk))))
        values = {f"k{place}": key for place, key in enumerate(chunk)}
        for key, record_id in session.execute(query, {**values, "kind": kind, "most": CROWD + 1}):
            members[key].append(record_id)
    return {key: found for key, found in members.items() if len(found) <= CROWD}


def _standing(session: Session, record_ids: Iterable[str]) -> set[str]:
    standing: set[str] = set()
    for chunk in chunks(sorted(record_ids)):
        query = select(Record.id).where(
            Record.id.in_(chunk), Record.golden_id == Record.id, Record.archived_at.is_(None)
        )
        standing |= set(session.scalars(query))
    return standing
