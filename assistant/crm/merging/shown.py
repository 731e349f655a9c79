"""Golden rows as they are shown: links lead to golden records, origins and history are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, Table, insert, select, update
from sqlalchemy.orm import Session

from assistant.crm.golden_writes import Changed, typed, write_history
from assistant.crm.merging.links import MOVED, Origins, golden_of, origins_of, write_origins
from assistant.crm.merging.own import State, table_of
from assistant.db.tables import Record


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes records, when, and where the change comes from."""

    by: str
    origin: str
    now: datetime


def write_shown(
    session: Session, kind: str, states: Mapping[Record, State], author: Author
) -> list[str]:
    """Let these records be seen as these states, links led on; returns those that changed."""
    return _Writing(session, kind, states).run(author) if states else []


class _Writing:
    """Records of one kind, written at once."""

    def __init__(self, session: Session, kind: str, states: Mapping[Record, State]) -> None:
        self.session, self.kind, self.states = session, kind, states
        self.table: Table = table_of(kind)
        self.columns = [column.name for column in self.table.columns if column.name != "id"]
        self.links = MOVED.get(self.table.name, ())
        named = {str(s.content[c]) for s in states.values() for c in self.links if s.content.get(c)}
        self.golden = golden_of(session, named | {s.account_id or "" for s in states.values()})

    def run(self, author: Author) -> list[str]:
        ids = sorted(record.id for record in self.states)
        query = select(self.table).where(self.table.c.id.in_(ids))
        standing = {str(row["id"]): row for row in self.session.execute(query).mappings()}
        changed: list[Changed] = []
        fresh: list[dict[str, object]] = []
        links: Origins = {}
        keys: Origins = {}
        for record, state in sorted(self.states.items(), key=lambda pair: pair[0].id):
            shown, links[record.id] = self._shown(record, state)
            access, keys[record.id] = self._update_access(record, state)
            before = standing.get(record.id)
            if one := self._write(record, state, shown, access, before):
                changed.append(one)
            if before is None:
                fresh.append({"id": record.id, **shown})
        if fresh:
            self.session.execute(insert(self.table), fresh)
        write_origins(
            self.session, self.table.name, links, origins_of(self.session, self.table.name, ids)
        )
        write_origins(self.session, "records", keys, origins_of(self.session, "records", ids))
        write_history(
            self.session, self.kind, changed, now=author.now, changed_by=author.by,
            origin=author.origin,
        )  # fmt: skip
        return [one.record.id for one in changed]

    def _shown(
        self, record: Record, state: State
    ) -> tuple[dict[str, object], dict[str, str | None]]:
        """The row with its links led on, and where those come from."""
        shown = {
            name: typed(self.table.columns[name], state.content.get(name)) for name in self.columns
        }
        origins: dict[str, str | None] = {}
        for name in self.links:
            origin = str(shown[name]) if shown[name] else None
            shown[name] = self._lead(record, origin)
            if shown[name] != origin:
                origins[name] = origin
        return shown, origins

    def _lead(self, record: Record, origin: str | None) -> str | None:
        """Where a link leads; nobody is led away from themselves."""
        return origin if origin is None or origin == record.id else self.golden.get(origin, origin)

    def _write(
        self,
        record: Record,
        state: State,
        shown: Mapping[str, object],
        access: str,
        before: RowMapping | None,
    ) -> Changed | None:
        content = _content(state, shown)
        if before is None:
            return Changed(record, tuple(sorted(self.columns)), "created", content)
        fields = sorted(name for name in self.columns if before[name] != shown[name])
        if not fields and not access:
            return None
        if fields:
            statement = update(self.table).where(self.table.c.id == record.id)
            self.session.execute(statement.values({name: shown[name] for name in fields}))
        operation = access if access in ("archived", "restored") else "updated"
        return Changed(record, (*fields, *([access] if access else ())), operation, content)

    def _update_access(self, record: Record, state: State) -> tuple[str, dict[str, str | None]]:
        """Bring the record's access keys up to date; what changed, in a word, or nothing."""
        account_id = self._lead(record, state.account_id)
        governing = account_id or record.id
        before = (record.governing_id, record.owner_id, record.team_id, record.territory)
        after = (governing, state.owner_id, state.team_id, state.territory)
        moved = "archived" if state.archived_at else "restored"
        standing = moved if (record.archived_at is None) != (state.archived_at is None) else ""
        record.governing_id, record.owner_id, record.team_id, record.territory = after
        record.account_id, record.archived_at = account_id, state.archived_at
        stricter = record.confidentiality != state.confidentiality
        record.confidentiality = state.confidentiality
        origins: dict[str, str | None] = {}
        if account_id != state.account_id:
            origins = {"account_id": state.account_id, "governing_id": state.account_id}
        return standing or ("access" if before != after or stricter else ""), origins


def _content(state: State, shown: Mapping[str, object]) -> dict[str, object]:
    """What the history keeps of a record."""
    links = {name: value for name, value in shown.items() if name.endswith("_id")}
    known = {
        name: value
        for name, value in sorted({**state.content, **links}.items())
        if value is not None
    }
    return {**known, "owner_id": state.owner_id, "team_id": state.team_id}
