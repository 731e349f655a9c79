"""Small organisations that can be lived twice, with merges and without, and compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.calls.files import StoredFile
from assistant.calls.service import NewCall as CallBrought
from assistant.calls.service import receive_call
from assistant.crm.decisions import decide_field, withdraw_decision
from assistant.crm.door import ensure_source, take_rows
from assistant.crm.kinds import KINDS
from assistant.crm.merging.origins import origin_of
from assistant.crm.merging.service import merge, undo
from assistant.crm.reading import read_row
from assistant.crm.tasks import create_task
from assistant.db.tables import Base, Call, Merge, Note, Record, SourceLink, SourceRow, Task, User
from assistant.errors import Conflict
from assistant.governance.access import Principal, Role
from assistant.governance.people import add_user
from assistant.notes.drafting import begin_note
from tests.conftest import NOW

# The trail of what happened differs, as it should; so do the counters it moves.
TRAIL = {
    "changes", "record_versions", "audit_entries", "audit_seals", "cursors", "merges",
    "distinctions", "duplicates",
}  # fmt: skip
COUNTERS = {("records", "version"), ("records", "updated_at"), ("consent_entries", "id")}


@dataclass(frozen=True, slots=True)
class Row:
    """A source sends a row."""

    source: str
    kind: str
    raw: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Word:
    """A person decides on a field of the record in this place."""

    place: int
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A person takes the decision in this place back."""

    place: int


@dataclass(frozen=True, slots=True)
class NewTask:
    """A person makes a task for the account and contact in these places."""

    account: int
    contact: int


@dataclass(frozen=True, slots=True)
class NewCall:
    """A person brings a call about the deal in this place; a note and a task follow."""

    deal: int


@dataclass(frozen=True, slots=True)
class Join:
    """The records in these places are merged, where they can be."""

    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Part:
    """The standing merge in this place is undone."""

    place: int


Deed = Row | Word | Withdrawal | NewTask | NewCall | Join | Part


@dataclass(slots=True)
class World:
    """A database in which deeds are done; names tell the same thing in two worlds."""

    session: Session
    user_id: str = ""
    now: datetime = NOW
    words: list[str] = field(default_factory=list)
    tasks: int = 0
    calls: int = 0

    def __post_init__(self) -> None:
        self.user_id = add_user(self.session, "mara@vendor.example", Role.OPS, now=NOW).id

    def names(self) -> dict[str, str]:
        """What each identity is called in whatever world it is."""
        links = select(SourceLink).order_by(SourceLink.source_id, SourceLink.external_id)
        named: dict[str, str] = {}
        for link in self.session.scalars(links):
            named.setdefault(link.record_id, f"<{link.kind} {link.source_id} {link.external_id}>")
        for task in self.session.scalars(select(Task)):
            named.setdefault(task.id, f"<{task.title}>")
        for call in self.session.scalars(select(Call)):
            named[call.id] = f"<{call.title}>"
        for note in self.session.scalars(select(Note)):
            named[note.id] = f"<note of {named[note.call_id]}>"
        for user in self.session.scalars(select(User)):
            named[user.id] = f"<{user.email}>"
        return named | {word: f"<word {place}>" for place, word in enumerate(self.words)}

    def golden(self, kind: str) -> list[str]:
        """The names of the records of a kind that are seen, in a stable order."""
        names = self.names()
        query = select(Record.id).where(
            Record.kind == kind, Record.golden_id == Record.id, Record.archived_at.is_(None)
        )
        return sorted(names[record_id] for record_id in self.session.scalars(query))

    def id_of(self, name: str) -> str:
        return {known: record_id for record_id, known in self.names().items()}[name]

    def take(self, row: Row) -> None:
        trust = {"crm": 70, "desk": 50, "shop": 50}[row.source]
        ensure_source(self.session, row.source, now=self.now, trust=trust)
        read = read_row(KINDS[row.kind], row.raw, payload=dict(row.raw), row_number=1)
        take_rows(self.session, row.source, row.kind, [read], now=self.now, changed_by="test")

    def decide(self, name: str, column: str, value: str) -> None:
        said = decide_field(
            self.session, self.id_of(name), column, value, decided_by=self.user_id, now=self.now
        )
        self.words.append(said.id)

    def withdraw(self, place: int) -> None:
        withdraw_decision(self.session, self.words[place], by=self.user_id, now=self.now)

    def make_task(self, account: str | None, contact: str | None) -> None:
        self.tasks += 1
        create_task(
            self.session, title=f"task {self.tasks}", owner_id=self.user_id,
            created_by=self.user_id, now=self.now,
            account_id=self.id_of(account) if account else None,
            contact_id=self.id_of(contact) if contact else None,
        )  # fmt: skip

    def bring_call(self, deal: str) -> None:
        self.calls += 1
        call = receive_call(
            self.session, Principal(self.user_id, Role.OPS),
            CallBrought(consent="agreed", title=f"call {self.calls}", deal_id=self.id_of(deal)),
            StoredFile("call.wav", 1, "0" * 64, "audio/wav"), None, now=self.now,
        )  # fmt: skip
        record = self.session.get_one(Record, call.id)
        note = begin_note(self.session, call, record, attempt=1, now=self.now, by=self.user_id)
        self.tasks += 1
        create_task(
            self.session, title=f"task {self.tasks}", owner_id=self.user_id,
            created_by=self.user_id, now=self.now, note_id=note.id,
            account_id=origin_of(self.session, "notes", note.id, "account_id"),
        )  # fmt: skip

    def join(self, a: str, b: str) -> bool:
        try:
            merge(self.session, self.id_of(a), self.id_of(b), decided_by=self.user_id, now=self.now)
        except Conflict:
            return False
        return True

    def standing(self) -> list[Merge]:
        query = select(Merge).where(Merge.undone_at.is_(None))
        return list(self.session.scalars(query.order_by(Merge.decided_at, Merge.id)))

    def part(self, place: int) -> None:
        if standing := self.standing():
            undo(self.session, standing[place % len(standing)].id, by=self.user_id, now=self.now)

    def tick(self) -> None:
        self.session.flush()
        self.session.expire_all()
        self.now += timedelta(minutes=1)

    def dump(self) -> dict[str, list[str]]:
        """All rows of all tables but the trail, in names, without numbers that count."""
        self.session.flush()
        names = self.names()
        rows_by_number = {
            row.id: f"<row {row.source_id} {row.kind} {row.external_id} {row.version}>"
            for row in self.session.scalars(select(SourceRow))
        }
        found: dict[str, list[str]] = {}
        for table in Base.metadata.sorted_tables:
            if table.name in TRAIL:
                continue
            hidden = {name for of, name in COUNTERS if of == table.name}
            numbered = table.columns.get("id")
            if numbered is not None and numbered.type.python_type is int:
                hidden.add("id")
            rows = self.session.execute(select(table)).mappings()
            found[table.name] = sorted(
                json.dumps(
                    {
                        # Numbers of rows are given anew in each world.
                        k: rows_by_number.get(v, v) if k == "source_row_id" else _named(v, names)
                        for k, v in row.items()
                        if k not in hidden
                    },
                    default=str, sort_keys=True,
                )
                for row in rows
            )  # fmt: skip
        return found


def _named(value: object, names: Mapping[str, str]) -> object:
    if isinstance(value, str):
        for part in value.split("|"):
            value = value.replace(part, names.get(part, part))
        return value
    if isinstance(value, dict):
        return {key: _named(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [_named(inner, names) for inner in value]
    return value


def live(world: World, deeds: list[Deed]) -> list[Deed | tuple[str, ...]]:
    """Do all deeds; returns those that a world without merges repeats, by name."""
    done: list[Deed | tuple[str, ...]] = []
    for deed in deeds:
        world.tick()
        if (said := _do(world, deed)) is not None:
            done.append(said)
        else:
            done.append(())
    return done


def _do(world: World, deed: Deed) -> Deed | tuple[str, ...] | None:
    if isinstance(deed, Row):
        world.take(deed)
        return deed
    if isinstance(deed, Word):
        kind = "account" if deed.field in ("industry", "name") else "contact"
        if not (seen := world.golden(kind)):
            return None
        name = seen[deed.place % len(seen)]
        world.decide(name, deed.field, deed.value)
        return ("decide", name, deed.field, deed.value)
    if isinstance(deed, Withdrawal):
        if not world.words:
            return None
        world.withdraw(deed.place % len(world.words))
        return ("withdraw", str(deed.place % len(world.words)))
    if isinstance(deed, NewTask):
        accounts, contacts = world.golden("account"), world.golden("contact")
        account = accounts[deed.account % len(accounts)] if accounts else ""
        contact = contacts[deed.contact % len(contacts)] if contacts else ""
        world.make_task(account or None, contact or None)
        return ("task", account, contact)
    if isinstance(deed, NewCall):
        if not (seen := world.golden("deal")):
            return None
        world.bring_call(seen[deed.deal % len(seen)])
        return ("call", seen[deed.deal % len(seen)])
    if isinstance(deed, Join):
        seen = [name for kind in ("account", "contact", "lead") for name in world.golden(kind)]
        if len(seen) > 1:
            a = seen[deed.first % len(seen)]
            alike = [one for one in seen if one.split()[0] == a.split()[0] and one != a]
            if alike:
                world.join(a, alike[deed.second % len(alike)])
        return None
    world.part(deed.place)
    return None


def repeat(world: World, done: list[Deed | tuple[str, ...]]) -> None:
    """Do again, without merges, what was done in another world."""
    for deed in done:
        world.tick()
        match deed:
            case Row():
                world.take(deed)
            case ("decide", name, column, value):
                world.decide(str(name), str(column), str(value))
            case ("withdraw", place):
                world.withdraw(int(str(place)))
            case ("task", account, contact):
                world.make_task(str(account) or None, str(contact) or None)
            case ("call", deal):
                world.bring_call(str(deal))
