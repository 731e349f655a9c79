"""What a record is by its own sources alone, whatever it has been merged with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from assistant.crm.golden_reads import golden_rows
from assistant.crm.kinds import KINDS
from assistant.crm.match_keys import chunks
from assistant.crm.merging.links import origins_of
from assistant.db.tables import OwnRow, Record


@dataclass(frozen=True, slots=True)
class State:
    """A record's content in JSON's types, its links to identities, and who may see it."""

    content: Mapping[str, object]
    account_id: str | None
    owner_id: str | None
    team_id: str | None
    territory: str | None
    confidentiality: str
    archived_at: datetime | None


def table_of(kind: str) -> Table:
    """The golden table of a kind."""
    table = KINDS[kind].table
    if table is None:
        raise ValueError(f"rows of kind '{kind}' have no golden table")
    return cast("Table", table.__table__)


def own_rows(session: Session, record_ids: Sequence[str]) -> dict[str, OwnRow]:
    """The own rows of those of these records that stand for others."""
    query = select(OwnRow).where(OwnRow.record_id.in_(record_ids))
    return {row.record_id: row for row in session.scalars(query)}


def states_of(session: Session, kind: str, records: Iterable[Record]) -> dict[str, State]:
    """What each of these records of one kind is by its own sources; only those with a row."""
    found: dict[str, State] = {}
    by_id = {record.id: record for record in records}
    for chunk in chunks(sorted(by_id)):
        standing = own_rows(session, chunk)
        plain = [record_id for record_id in chunk if record_id not in standing]
        table = table_of(kind)
        rows = golden_rows(session, table, plain)
        links = origins_of(session, table.name, plain)
        keys = origins_of(session, "records", plain)
        found |= {record_id: _kept(row) for record_id, row in standing.items()}
        for record_id, row in rows.items():
            account = keys[record_id].get("account_id", by_id[record_id].account_id)
            found[record_id] = _as_shown(by_id[record_id], {**row, **links[record_id]}, account)
    return found


def accounts_of(session: Session, record_ids: Iterable[str]) -> dict[str, str]:
    """The account of each record that has one by its own sources."""
    accounts: dict[str, str | None] = {}
    for chunk in chunks(sorted(set(record_ids))):
        query = select(Record.id, Record.account_id).where(Record.id.in_(chunk))
        accounts |= {record_id: account for record_id, account in session.execute(query)}  # noqa: C416
        for record_id, columns in origins_of(session, "records", chunk).items():
            if "account_id" in columns:
                accounts[record_id] = columns["account_id"]
        for record_id, row in own_rows(session, chunk).items():
            accounts[record_id] = row.account_id
    return {record_id: account for record_id, account in accounts.items() if account}


def keep_own(session: Session, states: Mapping[str, State]) -> None:
    """Keep beside the golden rows what these records are by themselves."""
    known = own_rows(session, sorted(states))
    for record_id, state in states.items():
        row = known.get(record_id)
        if row is None:
            row = OwnRow(record_id=record_id)
            session.add(row)
        row.content = {k: v for k, v in state.content.items() if v is not None}
        row.account_id, row.owner_id, row.team_id = state.account_id, state.owner_id, state.team_id
        row.territory, row.archived_at = state.territory, state.archived_at
        row.confidentiality = state.confidentiality
    session.flush()


def drop_own(session: Session, record_ids: Sequence[str]) -> None:
    """These records stand for themselves again."""
    session.execute(delete(OwnRow).where(OwnRow.record_id.in_(record_ids)))


def _kept(row: OwnRow) -> State:
    return State(
        row.content, row.account_id, row.owner_id, row.team_id, row.territory,
        row.confidentiality, row.archived_at,
    )  # fmt: skip


def _as_shown(record: Record, content: Mapping[str, object], account_id: str | None) -> State:
    return State(
        content, account_id, record.owner_id, record.team_id, record.territory,
        record.confidentiality, record.archived_at,
    )  # fmt: skip
