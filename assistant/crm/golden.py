"""Golden rows, derived anew from source rows and people's decisions, with history and change rows.

Per field the value of the most trusted source counts, the freshest among equals; a person's
decision stands over all of them. Nothing here depends on the order in which rows arrived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from assistant.crm import match_keys, parents
from assistant.crm.dependents import dependents_of, move_events
from assistant.crm.golden_reads import decisions_of, source_rows_of
from assistant.crm.golden_writes import Waiting, write_keys, write_waiting
from assistant.crm.kind import Kind
from assistant.crm.kinds import KINDS
from assistant.crm.match_keys import chunks
from assistant.crm.merging.composing import refresh
from assistant.crm.merging.own import State, accounts_of, keep_own, own_rows, states_of
from assistant.crm.merging.shown import Author, write_shown
from assistant.crm.references import Mention, Resolver, mentions_of, waiting_target
from assistant.crm.survivors import decided_outcome, first_value, survivors
from assistant.crm.turns import take_turns
from assistant.db.tables import (
    Record,
    SourceRow,
)
from assistant.governance.people import team_named

# Where a row names no account, the records it does name may belong to one.
ACCOUNT_THROUGH = ("contact", "deal", "order", "invoice", "lead")


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
    waiting: tuple[Waiting, ...]


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
    take_turns(session)
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
        derived, rows = self.derived()
        fallen: set[str] = set()
        if self.kind.name == "account":
            fallen = self._cut_circles(derived, rows)
        kept = {rid: set() if what.archived else what.keys for rid, what in derived.items()}
        write_keys(self.session, self.kind.name, kept)
        write_waiting(self.session, {rid: what.waiting for rid, what in derived.items()})
        moved = self._moved(derived)
        changed = self._write_golden(derived)
        if moved:
            fallen |= dependents_of(self.session, self.kind.name, moved)
        if fallen:
            changed += derive(
                self.session, fallen, now=self.now, changed_by=self.changed_by, origin=self.origin
            )
        if moved:
            move_events(self.session, self.kind.name, moved, now=self.now, origin=self.origin)
        return changed

    def _moved(self, derived: Mapping[str, Derived]) -> set[str]:
        """Those that had an account and now have another, or none: others may belong through them.

        What waits for a first account is found by `settle_accounts`.
        """
        if self.kind.name not in ACCOUNT_THROUGH:
            return set()
        known = [r.id for r in self.records.values() if r.account_id or r.id in self.standing]
        before = accounts_of(self.session, known)
        return {one for one, account in before.items() if derived[one].account_id != account}

    def derived(self) -> tuple[dict[str, Derived], dict[str, list[SourceRow]]]:
        """What these records are, and the rows that say so; nothing is written."""
        rows = source_rows_of(self.session, self.kind.name, list(self.records))
        decisions = decisions_of(self.session, list(self.records))
        # What a person made here stands in no source's rows: it is its own source.
        self.before = self._own(record_id for record_id in self.records if record_id not in rows)
        by_hand = {
            record_id: state.content
            for record_id, state in self.before.items()
            if record_id not in rows
        }
        self._load_references(rows, by_hand)
        derived = {
            record_id: self._derive(
                record,
                rows.get(record_id, []),
                decisions.get(record_id, {}),
                by_hand.get(record_id, {}),
            )
            for record_id, record in self.records.items()
        }
        return derived, rows

    def _cut_circles(
        self, derived: dict[str, Derived], rows: Mapping[str, list[SourceRow]]
    ) -> set[str]:
        """Take their parents from accounts that are their own ancestors, and say so on their rows.

        Each of them waits for all the others, so that a row that mends the circle settles it.
        Returns those on a circle that still have a parent and are not in this batch.
        """
        known = dict(derived)
        rows_of = dict(rows)

        def parents_of(ids: Collection[str]) -> dict[str, str]:
            if fresh := [one for one in ids if one not in known]:
                found, their_rows = self._others(fresh).derived()
                known.update(found)
                rows_of.update(their_rows)
            return {
                one: str(parent)
                for one in ids
                if one in known and (parent := known[one].values.get("parent_account_id"))
            }

        circle = parents.on_circles(derived, parents_of)
        edges = [one for rid in sorted(circle) for one in self._edges(rows_of.get(rid, []))]
        for record_id, what in derived.items():
            parents.note(rows.get(record_id, []), circling=record_id in circle)
            if record_id in circle:
                what.values["parent_account_id"] = None
                derived[record_id] = replace(what, waiting=(*what.waiting, *edges))
        return parents.still_set(self.session, circle - derived.keys())

    def _others(self, record_ids: Sequence[str]) -> _Work:
        query = select(Record).where(Record.id.in_(record_ids), Record.kind == self.kind.name)
        found = list(self.session.scalars(query))
        return _Work(
            self.session, self.kind, found, self.resolver, self.now, self.changed_by, self.origin
        )

    def _edges(self, rows: Sequence[SourceRow]) -> list[Waiting]:
        """The ways in which rows name their parent, to be waited for."""
        return [
            Waiting(parents.PARENT, row.source_id, one.kind, waiting_target(one.kind, one))
            for row in rows
            for one in self._mentions(row).get(parents.PARENT, [])
        ]

    def _own(self, handmade: Iterable[str]) -> dict[str, State]:
        """What those records are so far that stand in no source's rows, or for others."""
        self.standing = set(own_rows(self.session, list(self.records)))
        ids = {*handmade, *self.standing}
        return states_of(self.session, self.kind.name, (self.records[one] for one in ids))

    def _load_references(
        self, rows: Mapping[str, list[SourceRow]], by_hand: Mapping[str, Mapping[str, object]]
    ) -> None:
        self.resolver.load(
            mention
            for of_record in rows.values()
            for row in of_record
            for mentions in self._mentions(row).values()
            for mention in mentions
        )
        named = {found for of_record in rows.values() for found in self._named(of_record)}
        named |= {found for row in by_hand.values() for found in _through(row).values()}
        self._accounts = accounts_of(self.session, named)

    def _mentions(self, row: SourceRow) -> dict[str, list[Mention]]:
        references = row.cleaned.get("references") or {}
        return mentions_of(self.kind, row.source_id, references)  # type: ignore[arg-type]

    def _named(self, rows: Sequence[SourceRow]) -> set[str]:
        """The records that rows name and that may belong to an account."""
        return {
            found
            for row in rows
            for name, mentions in self._mentions(row).items()
            if name in ACCOUNT_THROUGH
            for found in [self.resolver.first_found(mentions)]
            if found
        }

    def _derive(
        self,
        record: Record,
        rows: list[SourceRow],
        decisions: Mapping[str, object],
        by_hand: Mapping[str, object],
    ) -> Derived:
        standing = [row for row in rows if not row.deleted]
        before = self.before.get(record.id, record)
        archived = not standing if rows else before.archived_at is not None
        # What was deleted everywhere keeps its last content, out of everybody's sight.
        values = dict(by_hand) | survivors(standing or rows, self.columns)
        values |= {field: value for field, value in decisions.items() if field in self.columns}
        if "stage" in decisions and "won" not in decisions:
            values |= decided_outcome(self.kind.name, values)
        references, waiting = self._references(standing or rows)
        for name, found in references.items():
            if f"{name}_id" in self.columns and f"{name}_id" not in decisions:
                values[f"{name}_id"] = found
        account_id = self._account(record, values, _through(by_hand) | references)
        if decisions.get("account_id", account_id) is None:
            account_id = None  # a person has said that it belongs to none
        if "account_id" in self.columns:
            values["account_id"] = account_id
        owner_id = str(decisions.get("owner") or references.get("owner") or "") or None
        return Derived(
            values=values,
            account_id=account_id,
            owner_id=owner_id if rows else owner_id or before.owner_id,
            team_id=self._team(standing or rows, owner_id) if rows else before.team_id,
            territory=first_value(standing or rows, "territory") if rows else before.territory,
            archived=archived,
            keys=match_keys.keys_of(self.kind.name, values, account_id),
            waiting=waiting,
        )

    def _references(self, rows: list[SourceRow]) -> tuple[dict[str, str], tuple[Waiting, ...]]:
        found: dict[str, str] = {}
        waiting: list[Waiting] = []
        for row in rows:
            for name, mentions in self._mentions(row).items():
                if name in found:
                    continue
                if record_id := self.resolver.first_found(mentions):
                    found[name] = record_id
                # A surer way that leads nowhere yet is waited for, even when a weaker one leads on.
                waiting += [
                    Waiting(name, row.source_id, one.kind, waiting_target(one.kind, one))
                    for one in self.resolver.unfound_before(mentions)
                ]
        return found, tuple(waiting)

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
        if name := first_value(rows, "team"):
            return team_named(self.session, name).id
        return self.resolver.team_of(owner_id) if owner_id else None

    def _write_golden(self, derived: Mapping[str, Derived]) -> list[str]:
        """Write what each record is by itself, then what those are that stand for several."""
        states = {
            self.records[record_id]: self._state(record_id, what)
            for record_id, what in derived.items()
        }
        standing = own_rows(self.session, list(derived))
        keep_own(self.session, {r.id: s for r, s in states.items() if r.id in standing})
        plain = {record: s for record, s in states.items() if record.id not in standing}
        author = Author(self.changed_by, self.origin, self.now)
        changed = write_shown(self.session, self.kind.name, plain, author)
        goldens = {record.golden_id for record in plain if record.golden_id != record.id}
        if goldens or standing:
            changed += refresh(self.session, self.kind.name, goldens | set(standing), author)
        return changed

    def _state(self, record_id: str, what: Derived) -> State:
        record, base = self.records[record_id], self.before.get(record_id)
        archived_at = base.archived_at if base else record.archived_at
        return State(
            content=what.values,
            account_id=what.account_id,
            owner_id=what.owner_id,
            team_id=what.team_id,
            territory=what.territory,
            confidentiality=base.confidentiality if base else record.confidentiality,
            archived_at=(archived_at or self.now) if what.archived else None,
        )


def _through(row: Mapping[str, object]) -> dict[str, str]:
    """By reference, the records in a golden row that may belong to an account."""
    return {name: str(row[f"{name}_id"]) for name in ACCOUNT_THROUGH if row.get(f"{name}_id")}
