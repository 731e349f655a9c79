"""A real service killed with -9 in the middle of its work, again and again, and what is counted.

Acknowledged is what a client was told is done, or will be; it is lost when the tables do not have
it after the next start, doubled when they have it twice, torn when they have a part of it.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import numpy as np
from sqlalchemy import func, select

from assistant.db import Sessions, make_engine, prepare
from assistant.db.tables import (
    AuditEntry,
    Call,
    CallChunk,
    Change,
    Import,
    Note,
    OutboxMessage,
    SourceRow,
    Task,
    TranscriptVersion,
)
from assistant.governance import people
from assistant.governance.access import Role
from tests.calls.served import Served
from tests.transcription.sounds import babble, silence, write_audio
from tests.transcription.tiny_whisper import make_tiny_whisper

PATIENCE_S = 300.0
ROWS = 600
TALK = b"""Priya Nair: Do you have a budget for this?
Dana Whitfield: Around forty thousand euros, if legal agrees.
Priya Nair: Understood. I'll send you the security answers by Friday.
"""
# The kill follows what was seen by so much: into the commit after it, or before.
DELAYS_S = (0.0, 0.005, 0.01, 0.02, 0.04)


@dataclass(slots=True)
class Counted:
    """What came of so many kills."""

    kills: int = 0
    in_the_middle: int = 0  # of work that was begun and not ended
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    torn: int = 0


class Service:
    """A home with one person, served again after every kill, and looked at from outside."""

    def __init__(self, folder: Path, role: Role) -> None:
        self.home, self.models = folder / "home", folder / "models"
        self.home.mkdir(parents=True)
        engine = make_engine(f"sqlite:///{self.home / 'rapport.db'}")
        prepare(engine)
        self.rows = Sessions(engine)
        now = datetime.now(UTC)
        with self.rows.begin() as session:
            user = people.add_user(session, "someone@vendor.example", role, now=now)
            self.token = people.create_token(
                session, user.email, now=now, name="crash", scopes=frozenset({"read", "write"}),
                days=1,
            )  # fmt: skip

    @contextmanager
    def served(self) -> Iterator[Served]:
        with Served(self.home, self.models, self.token) as served:
            yield served

    def until(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {PATIENCE_S:.0f} s in vain for {what}")
            time.sleep(0.01)

    def count(self, *conditions: object) -> int:
        with self.rows.reading() as session:
            return session.scalar(select(func.count()).where(*conditions)) or 0  # type: ignore[arg-type]


def _created(reply: httpx2.Response) -> str:
    assert reply.status_code == 202, reply.text
    return str(reply.json()["id"])


def imports(folder: Path, times: int) -> Counted:
    """Files of rows, each import killed at another place."""
    service, counted = Service(folder, Role.OPS), Counted()
    ids: list[str] = []
    for turn in range(times):
        rows = "".join(f"D-{turn}-{row},Deal {row},{row}.50 EUR\n" for row in range(ROWS))
        with service.served() as served:
            content = f"Deal ID,Deal Name,Amount\n{rows}".encode()
            reply = served.client.post(
                "/api/v1/imports", files={"file": (f"deals-{turn}.csv", content)},
                data={"source": "crm"},
            )  # fmt: skip
            ids.append(_created(reply))
            wanted = ROWS * (turn % 5) // 6
            service.until(lambda wanted=wanted: _position(service, ids[-1]) >= wanted, "rows")  # type: ignore[misc]
            served.kill()
        counted.kills += 1
        counted.in_the_middle += 0 < _position(service, ids[-1]) < ROWS
    with service.served():
        finished = (Import.id.in_(ids), Import.status == "done")
        service.until(lambda: service.count(*finished) == times, "every import")
    counted.acknowledged = ROWS * times
    with service.rows.reading() as session:
        kept = Counter(session.scalars(select(SourceRow.external_id)))
        created = select(Change.record_id).where(
            Change.kind == "deal", Change.operation == "created"
        )
        deals = Counter(session.scalars(created))
    counted.lost = counted.acknowledged - len(kept)
    counted.doubled = sum(kept.values()) - len(kept) + abs(sum(deals.values()) - len(kept))
    return counted


def _position(service: Service, import_id: str) -> int:
    with service.rows.reading() as session:
        return session.get_one(Import, import_id).position


def transcriptions(folder: Path, times: int) -> Counted:
    """Recordings, each killed after another chunk."""
    make_tiny_whisper(folder / "models" / "whisper-small")
    minute = np.concatenate([babble(25), silence(5), babble(25, seed=2), silence(5)])
    rep, customer = np.tile(minute, 2), np.roll(np.tile(minute, 2), 15 * 16_000)
    recording = write_audio(folder / "call.flac", rep, customer, codec="flac").read_bytes()
    service, counted = Service(folder, Role.REP), Counted()
    ids: list[str] = []
    for turn in range(times):
        with service.served() as served:
            reply = served.client.post(
                "/api/v1/calls", files={"file": (f"call-{turn}.flac", recording)},
                data={"consent": "agreed", "channels": "rep,customer"},
                headers={"Idempotency-Key": f"call-{turn}"},
            )  # fmt: skip
            ids.append(_created(reply))
            begun = (CallChunk.call_id == ids[-1],)
            if turn % 2:
                service.until(lambda begun=begun: service.count(*begun) > 0, "a chunk")  # type: ignore[misc]
            served.kill()
        counted.kills += 1
        counted.in_the_middle += service.count(Call.id == ids[-1], Call.status != "transcribed")
    with service.served():
        done = (Call.id.in_(ids), Call.status == "transcribed")
        service.until(lambda: service.count(*done) == times, "every transcript")
    counted.acknowledged = times
    for call_id in ids:
        versions = service.count(TranscriptVersion.call_id == call_id)
        told = service.count(
            AuditEntry.record_id == call_id, AuditEntry.action == "call.transcribed"
        )
        counted.lost += versions == 0
        counted.doubled += max(versions, told, 1) - 1
    return counted


def confirmations(folder: Path, times: int) -> Counted:
    """Notes that are signed one after another, the service killed among them."""
    return _decisions(folder, times, "confirmation", "confirmed", "note.confirmed")


def undos(folder: Path, times: int) -> Counted:
    """Signed notes that are taken back one after another, the service killed among them."""
    return _decisions(folder, times, "undo", "draft", "note.undone")


def _decisions(folder: Path, times: int, what: str, after: str, action: str) -> Counted:
    service, counted = Service(folder, Role.REP), Counted()
    notes = _drafts(service, 2 * times + 2, signed=what == "undo")
    acknowledged: set[str] = set()
    for turn in range(times):
        with service.served() as served:
            before = service.count(AuditEntry.action == action)
            stream = threading.Thread(
                target=_decide_until_cut_off, args=(served, notes, what, acknowledged)
            )
            stream.start()
            service.until(
                lambda before=before: service.count(AuditEntry.action == action) > before,  # type: ignore[misc]
                f"a {what}",
            )
            time.sleep(DELAYS_S[turn % len(DELAYS_S)])
            counted.in_the_middle += stream.is_alive()
            served.kill()
            stream.join()
        counted.kills += 1
        standing = {note_id: _standing(service, note_id) for note_id in notes}
        counted.lost += sum(standing[note_id][0] != after for note_id in acknowledged)
        counted.torn += sum(_torn(what, *found) for found in standing.values())
    with service.served() as served:
        for note_id, version in notes.items():
            for _ in range(2):
                assert _decide(served, note_id, version, what).status_code == 200
                acknowledged.add(note_id)
    counted.acknowledged = len(acknowledged)
    for note_id in notes:
        told = service.count(AuditEntry.record_id == note_id, AuditEntry.action == action)
        counted.lost += told == 0
        counted.doubled += max(told, 1) - 1
        counted.doubled += max(service.count(Task.note_id == note_id) - 1, 0)
    return counted


def _drafts(service: Service, wanted: int, *, signed: bool) -> dict[str, str]:
    """Notes by id, with the version that the next decision names."""
    with service.served() as served:
        for number in range(wanted):
            reply = served.client.post(
                "/api/v1/calls", files={"file": (f"call-{number}.txt", TALK)},
                data={"consent": "agreed"}, headers={"Idempotency-Key": f"call-{number}"},
            )  # fmt: skip
            _created(reply)
        service.until(lambda: service.count(Note.status == "draft") == wanted, "every draft")
        with service.rows.reading() as session:
            ids = list(session.scalars(select(Note.id).order_by(Note.id)))
        for note_id in ids:
            _look(served, note_id)
        if signed:
            for note_id in ids:
                version = served.client.get(f"/api/v1/notes/{note_id}").headers["etag"]
                assert _decide(served, note_id, version, "confirmation").status_code == 200
        return {
            note_id: served.client.get(f"/api/v1/notes/{note_id}").headers["etag"]
            for note_id in ids
        }


def _look(served: Served, note_id: str) -> None:
    """At every flagged line, as who signs must."""
    path = f"/api/v1/notes/{note_id}"
    waiting = served.client.get(path).json()["progress"]["to_look_at"]
    assert served.client.post(f"{path}/looks", json={"looked": waiting}).status_code == 200


def _decide(served: Served, note_id: str, version: str, what: str) -> httpx2.Response:
    return served.client.post(
        f"/api/v1/notes/{note_id}/{what}",
        headers={"If-Match": version, "Idempotency-Key": f"{what}-{note_id}"},
    )


def _decide_until_cut_off(
    served: Served, notes: dict[str, str], what: str, acknowledged: set[str]
) -> None:
    try:
        for note_id, version in notes.items():
            if note_id not in acknowledged and _decide(served, note_id, version, what).is_success:
                acknowledged.add(note_id)
    except httpx2.TransportError:
        return


def _standing(service: Service, note_id: str) -> tuple[str, int, int, int]:
    """The note's status, its confirmations and undos in the ledger, and its tasks that stand."""
    with service.rows.reading() as session:
        status = session.get_one(Note, note_id).status
    told = [
        service.count(AuditEntry.record_id == note_id, AuditEntry.action == action)
        for action in ("note.confirmed", "note.undone")
    ]
    waiting = service.count(OutboxMessage.note_id == note_id, OutboxMessage.status != "withdrawn")
    return status, told[0], told[1], waiting


def _torn(what: str, status: str, confirmed: int, undone: int, waiting: int) -> bool:
    """Is a part of a decision there, and another part not?"""
    if status == "confirmed":
        return (confirmed, undone) != (1, 0) or waiting == 0
    return confirmed != undone or waiting > 0 or (what == "undo" and undone == 0)
