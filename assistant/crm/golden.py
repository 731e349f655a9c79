"""Golden rows, derived anew from source rows and people's decisions, with history and change rows.

Per field the value of the most trusted source counts, the freshest among equals; a person's
decision stands over all of them. Nothing here depends on the order in which rows arrived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import cast

from sqlalchemy import Column, Date, Table, delete, insert, select, update
from sqlalchemy.orm import Session

from assistant.crm import match_keys
from assistant.crm.kinds import KINDS, Kind
from assistant.crm.match_keys import chunks
from assistant.crm.reading import Value
from assistant.crm.references import Mention, Resolver, mentions_of, waiting_target
from assistant.db.changes import transaction_id
from assistant.db.tables import (
    Change,
    FieldDecision,
    MatchKey,
    Money,
    PendingReference,
    Record,
    RecordVersion,
    Source,
    SourceRow,
    UtcDateTime,
)
from assistant.governance.people import team_named

# Where a row names no account, the records it does name may belong to one.
ACCOUNT_THROUGH = ("contact", "deal", "order", "invoice", "lead")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Derived:
    """What a record is, by all that is known: its content, who may see it, what it waits for."""

    values: dict[str, object]
    account_id: str | None
    owner_id: str | None
    team_id: str | None
    territory: str | None
    archived: bool
    keys: set[tuple[str, str]]
    waiting: tuple[tuple[str, str, str, str], ...]  # reference, source, kind, target


def derive(
    session: Session,
    record_ids: Iterable[str],
    *,
    now: datetime,
    changed_by: str,
    origin: str,
    resolver: Resolver | None = None,
) -> list[str]:
    """Bring the golden rows of these records up to date; returns those whose content changed."""
    resolver = resolver or Resolver(session)
    changed: list[str] = []
    for chunk in chunks(sorted(set(record_ids))):
        by_kind: dict[str, list[Record]] = defaultdict(list)
        for record in session.scalars(select(Record).where(Record.id.in_(chunk))):
            by_kind[record.kind].append(record)
        for name, records in sorted(by_kind.items()):
            work = _Work(session, KINDS[name], records, resolver, now, changed_by, origin)
            changed += work.run()
    return changed


class _Work:
    """One derivation of records of one kind."""

    def __init__(
        self,
        session: Session,
        kind: Kind,
        records: Sequence[Record],
        resolver: Resolver,
        now: datetime,
        changed_by: str,
        origin: str,
    ) -> None:
        if kind.table is None:
            raise ValueError(f"rows of kind '{kind.name}' have no golden table")
        self.session, self.kind, self.resolver = session, kind, resolver
        self.now, self.changed_by, self.origin = now, changed_by, origin
        self.records = {record.id: record for record in records}
        self.table = cast("Table", kind.table.__table__)
        self.columns = {column.name for column in self.table.columns} - {"id"}

    def run(self) -> list[str]:
        rows = self._source_rows()
        decisions = self._decisions()
        self._load_references(rows)
        derived = {
            record_id: self._derive(record, rows.get(record_id, []), decisions.get(record_id, {}))
            for record_id, record in self.records.items()
        }
        self._write_keys(derived)
        self._write_waiting(derived)
        return self._write_golden(derived)

    def _source_rows(self) -> dict[str, list[SourceRow]]:
        """Current rows per record, the one that counts most first."""
        found: dict[str, list[tuple[tuple[object, ...], SourceRow]]] = defaultdict(list)
        query = (
            select(SourceRow, Source.trust)
            .join(Source, Source.id == SourceRow.source_id)
            .where(SourceRow.record_id.in_(list(self.records)), SourceRow.current.is_(True))
        )
        for row, trust in self.session.execute(query):
            freshness = (row.version_at or EPOCH).timestamp()
            order = (-trust, -freshness, row.source_id, row.external_id)
            found[str(row.record_id)].append((order, row))
        return {
            record_id: [row for _, row in sorted(pairs, key=lambda pair: pair[0])]
            for record_id, pairs in found.items()
        }

    def _decisions(self) -> dict[str, dict[str, object]]:
        query = (
            select(FieldDecision)
            .where(
                FieldDecision.record_id.in_(list(self.records)),
                FieldDecision.withdrawn_at.is_(None),
            )
            .order_by(FieldDecision.decided_at, FieldDecision.id)
        )
        found: dict[str, dict[str, object]] = defaultdict(dict)
        for decision in self.session.scalars(query):
            found[decision.record_id][decision.field] = decision.value
        return found

    def _load_references(self, rows: Mapping[str, list[SourceRow]]) -> None:
        self.resolver.load(
            mention
            for of_record in rows.values()
            for row in of_record
            for mentions in self._mentions(row).values()
            for mention in mentions
        )
        self._accounts = self._accounts_behind(rows)

    def _mentions(self, row: SourceRow) -> dict[str, list[Mention]]:
        references = row.cleaned.get("references") or {}
        return mentions_of(self.kind, row.source_id, references)  # type: ignore[arg-type]

    def _accounts_behind(self, rows: Mapping[str, list[SourceRow]]) -> dict[str, str]:
        """The account of each record that rows name by way of contact, deal, order, …"""
        named = {
            found
            for of_record in rows.values()
            for row in of_record
            for name, mentions in self._mentions(row).items()
            if name in ACCOUNT_THROUGH
            for found in [self._resolved(mentions)]
            if found
        }
        accounts: dict[str, str] = {}
        for chunk in chunks(sorted(named)):
            query = select(Record.id, Record.account_id).where(Record.id.in_(chunk))
            accounts |= {rid: account for rid, account in self.session.execute(query) if account}
        return accounts

    def _resolved(self, mentions: Iterable[Mention]) -> str | None:
        for mention in mentions:
            if found := self.resolver.record_id(mention):
                return found
        return None

    def _derive(
        self, record: Record, rows: list[SourceRow], decisions: Mapping[str, object]
    ) -> Derived:
        standing = [row for row in rows if not row.deleted]
        archived = bool(rows) and not standing
        # What was deleted everywhere keeps its last content, out of everybody's sight.
        values = _survivors(standing or rows, self.columns) | {
            field: value for field, value in decisions.items() if field in self.columns
        }
        references, waiting = self._references(standing or rows)
        for name, found in references.items():
            if f"{name}_id" in self.columns and f"{name}_id" not in decisions:
                values[f"{name}_id"] = found
        account_id = self._account(record, values, references)
        if "account_id" in self.columns:
            values["account_id"] = account_id
        owner_id = str(decisions.get("owner") or references.get("owner") or "") or None
        return Derived(
            values=values,
            account_id=account_id,
            owner_id=owner_id,
            team_id=self._team(standing or rows, owner_id),
            territory=_first(standing or rows, "territory"),
            archived=archived,
            keys=match_keys.keys_of(self.kind.name, values, account_id),
            waiting=waiting,
        )

    def _references(
        self, rows: list[SourceRow]
    ) -> tuple[dict[str, str], tuple[tuple[str, str, str, str], ...]]:
        found: dict[str, str] = {}
        waiting: list[tuple[str, str, str, str]] = []
        for row in rows:
            for name, mentions in self._mentions(row).items():
                record_id = self._resolved(mentions)
                if record_id:
                    found.setdefault(name, record_id)
                elif mentions and mentions[0].kind != "user":
                    waiting += [
                        (name, row.source_id, mention.kind, waiting_target(mention.kind, mention))
                        for mention in mentions
                    ]
        return found, tuple(entry for entry in waiting if entry[0] not in found)

    def _account(
        self, record: Record, values: Mapping[str, object], references: Mapping[str, str]
    ) -> str | None:
        if self.kind.name == "account":
            return record.id
        if account_id := values.get("account_id") or references.get("account"):
            return str(account_id)
        behind = (self._accounts.get(references.get(name, "")) for name in ACCOUNT_THROUGH)
        return next((account for account in behind if account), None)

    def _team(self, rows: list[SourceRow], owner_id: str | None) -> str | None:
        if name := _first(rows, "team"):
            return team_named(self.session, name).id
        return self.resolver.team_of(owner_id) if owner_id else None

    def _write_golden(self, derived: Mapping[str, Derived]) -> list[str]:
        known = {
            str(row["id"]): row
            for row in self.session.execute(
                select(self.table).where(self.table.c.id.in_(list(derived)))
            ).mappings()
        }
        changed: list[tuple[str, list[str], str]] = []
        fresh: list[dict[str, object]] = []
        for record_id, what in sorted(derived.items()):
            content = {name: self._typed(name, what.values.get(name)) for name in self.columns}
            before = known.get(record_id)
            record = self.records[record_id]
            fields = sorted(
                name for name in self.columns if before is None or before[name] != content[name]
            )
            access = self._update_access(record, what)
            if before is None:
                fresh.append({"id": record_id, **content})
                changed.append((record_id, fields, "created"))
            elif fields or access:
                if fields:
                    statement = update(self.table).where(self.table.c.id == record_id)
                    self.session.execute(statement.values({name: content[name] for name in fields}))
                operation = access if access in ("archived", "restored") else "updated"
                changed.append((record_id, [*fields, *([access] if access else [])], operation))
        if fresh:
            self.session.execute(insert(self.table), fresh)
        self._write_history(changed, derived)
        return [record_id for record_id, _, _ in changed]

    def _typed(self, name: str, value: object) -> object:
        """The column's type from JSON's."""
        if value is None:
            return _when_unknown(self.table.columns[name])
        kind = self.table.columns[name].type
        if isinstance(kind, Money):
            return Decimal(str(value))
        if isinstance(kind, UtcDateTime):
            return datetime.fromisoformat(str(value)).astimezone(UTC)
        if isinstance(kind, Date):
            return date.fromisoformat(str(value)[:10])
        return value

    def _update_access(self, record: Record, what: Derived) -> str:
        """Bring the record's access keys up to date; what changed, in a word, or nothing."""
        governing = what.account_id or record.id
        archived_at = (record.archived_at or self.now) if what.archived else None
        before = (record.governing_id, record.owner_id, record.team_id, record.territory)
        after = (governing, what.owner_id, what.team_id, what.territory)
        moved = "archived" if what.archived else "restored"
        standing = moved if (record.archived_at is None) != (archived_at is None) else ""
        record.governing_id, record.owner_id, record.team_id, record.territory = after
        record.account_id, record.archived_at = what.account_id, archived_at
        return standing or ("access" if before != after else "")

    def _write_history(
        self, changed: Sequence[tuple[str, list[str], str]], derived: Mapping[str, Derived]
    ) -> None:
        if not changed:
            return
        again = [record_id for record_id, _, operation in changed if operation != "created"]
        if again:
            self.session.execute(
                update(RecordVersion)
                .where(RecordVersion.record_id.in_(again), RecordVersion.valid_to.is_(None))
                .values(valid_to=self.now)
            )
        versions, changes = [], []
        mark = transaction_id(self.session)
        for record_id, fields, operation in changed:
            record = self.records[record_id]
            if operation != "created":
                record.version += 1
                record.updated_at = self.now
            what = derived[record_id]
            versions.append({
                "record_id": record_id, "version": record.version, "valid_from": self.now,
                "changed_by": self.changed_by,
                "data": {**_plain(what.values), "owner_id": what.owner_id, "team_id": what.team_id},
            })  # fmt: skip
            changes.append({
                "record_id": record_id, "kind": self.kind.name, "version": record.version,
                "operation": operation, "fields": fields, "origin": self.origin, "hop": 0,
                "at": self.now, "transaction_id": mark,
            })  # fmt: skip
        self.session.flush()
        self.session.execute(insert(RecordVersion), versions)
        self.session.execute(insert(Change), changes)

    def _write_keys(self, derived: Mapping[str, Derived]) -> None:
        known: dict[str, set[tuple[str, str]]] = defaultdict(set)
        query = select(MatchKey).where(MatchKey.record_id.in_(list(derived)))
        for key in self.session.scalars(query):
            known[key.record_id].add((key.field, key.value))
        fresh, stale = [], []
        for record_id, what in derived.items():
            keys = set() if what.archived else what.keys
            stale += [(record_id, *key) for key in known[record_id] - keys]
            fresh += [
                {"record_id": record_id, "field": field, "value": value, "kind": self.kind.name}
                for field, value in sorted(keys - known[record_id])
            ]
        for record_id, field, value in stale:
            self.session.execute(
                delete(MatchKey).where(
                    MatchKey.record_id == record_id,
                    MatchKey.field == field,
                    MatchKey.value == value,
                )
            )
        if fresh:
            self.session.execute(insert(MatchKey), fresh)

    def _write_waiting(self, derived: Mapping[str, Derived]) -> None:
        self.session.execute(
            delete(PendingReference).where(PendingReference.record_id.in_(list(derived)))
        )
        rows = [
            {"record_id": record_id, "field": name, "source_id": source_id,
             "target_kind": kind, "target": target}
            for record_id, what in sorted(derived.items())
            for name, source_id, kind, target in sorted(set(what.waiting))
        ]  # fmt: skip
        if rows:
            self.session.execute(insert(PendingReference), rows)


def _survivors(rows: Sequence[SourceRow], columns: set[str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for row in rows:
        for field, value in _values(row).items():
            if value is not None and field in columns:
                values.setdefault(field, value)
    return values


def _values(row: SourceRow) -> Mapping[str, Value]:
    return row.cleaned.get("values") or {}  # type: ignore[return-value]


def _first(rows: Sequence[SourceRow], field: str) -> str | None:
    return next((str(value) for row in rows if (value := _values(row).get(field))), None)


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in sorted(values.items()) if value is not None}


def _when_unknown(column: Column[object]) -> object:
    """What stands in a column when nobody knows its value: names may be blank, the rest is null."""
    return None if column.nullable else ""
