"""kill -9 in the middle of a confirmation: whole or nothing, and once when it is repeated."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx2
import pytest
from sqlalchemy import func, select

from assistant.db.tables import (
    AuditEntry,
    Change,
    FieldDecision,
    IdempotencyKey,
    Note,
    OutboxMessage,
    Task,
)
from assistant.governance import people
from assistant.settings import Settings
from tests.conftest import Office
from tests.notes.conftest import TALK, Reviewed, bring, note_of
from tests.paths import ROOT

START_TIMEOUT_S = 90
# A stream of confirmations runs; the kill follows a new one by so much, into the one after it.
DELAYS_S = (0.0, 0.01, 0.03)
NOTES = 6
# The served clock is the true one, by which the days of these have passed: a person ticks them.
TASKS = ("Send the security answers by Friday", "Send a reference customer")
ROWS = {"tasks": 2, "outbox": 4, "field_decisions": 1, "audit": 1, "changes": 1}


@pytest.fixture
def notes(reviewed: Reviewed) -> list[Reviewed]:
    """Drafts to sign one after another, the amount accepted in each."""
    found = [reviewed]
    for _ in range(NOTES - 1):
        call_id = bring(
            reviewed.rep, TALK, account_id=reviewed.account_id, deal_id=reviewed.deal_id
        )
        reviewed.office.settle()
        note_id = str(note_of(reviewed.rep, call_id)["id"])
        found.append(
            Reviewed(
                reviewed.office, reviewed.rep, reviewed.account_id, reviewed.deal_id,
                call_id, note_id,
            )
        )  # fmt: skip
    for each in found:
        amount, tasks = each.ids("field_changes")["amount"], each.ids("tasks")
        taken = [{"id": tasks[title], "decision": "accepted"} for title in TASKS]
        each.patch({"fields": [{"id": amount, "decision": "accepted"}], "tasks": taken})
        each.look()
    return found


@contextmanager
def serving(settings: Settings) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A real `rapport serve` on the office's database."""
    environment = {key: value for key, value in os.environ.items() if key != "RAPPORT_HOME"}
    environment |= {
        "RAPPORT_HOME": str(settings.home),
        "RAPPORT_DATABASE_URL": settings.database_url,
        "RAPPORT_EMBEDDING_MODEL": "",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "serve", "--port", "0"],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process, _address(process)
    finally:
        process.kill()
        process.wait()


def _address(process: subprocess.Popen[str]) -> str:
    """The address it tells; what it writes afterwards is read away, so that it never waits."""
    assert process.stderr is not None
    deadline, said = time.monotonic() + START_TIMEOUT_S, ""
    for line in process.stderr:
        said += line
        found = re.search(r"http://[\d.]+:\d+", line)
        if found:
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return found[0]
        assert time.monotonic() < deadline, said
    raise AssertionError(f"serve ended before it listened: {said}")


def sign(url: str, note: Reviewed, token: str, version: str) -> httpx2.Response:
    return httpx2.post(
        f"{url}/api/v1/notes/{note.note_id}/confirmation",
        headers={
            "Authorization": f"Bearer {token}",
            "If-Match": version,
            "Idempotency-Key": f"sign-{note.note_id}",
        },
        timeout=START_TIMEOUT_S,
    )


def sign_until_cut_off(
    url: str, notes: list[Reviewed], token: str, versions: dict[str, str]
) -> None:
    try:
        for note in notes:
            sign(url, note, token, versions[note.note_id])
    except httpx2.TransportError:
        return


def confirmed(office: Office) -> int:
    with office.sessions.reading() as session:
        query = select(func.count()).where(Note.status == "confirmed")
        return session.scalar(query) or 0


def written(office: Office, note_id: str) -> tuple[str, dict[str, int]]:
    """The note's state, and how many rows its confirmation has written."""
    of_note = (
        ("tasks", select(func.count()).where(Task.note_id == note_id)),
        ("outbox", select(func.count()).where(OutboxMessage.note_id == note_id)),
        ("field_decisions", select(func.count()).where(FieldDecision.note_id == note_id)),
        (
            "audit",
            select(func.count()).where(
                AuditEntry.record_id == note_id, AuditEntry.action == "note.confirmed"
            ),
        ),
        (
            "changes",
            select(func.count()).where(
                Change.record_id == note_id, Change.operation == "confirmed"
            ),
        ),
    )
    with office.sessions.reading() as session:
        status = session.get_one(Note, note_id).status
        return status, {name: session.scalar(query) or 0 for name, query in of_note}


# SQLite is killed in tests/test_crashes.py.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_confirmation_cut_off_by_kill_9_is_whole_or_nothing_and_repeats_once(
    notes: list[Reviewed], office: Office, settings: Settings
) -> None:
    with office.sessions.begin() as session:
        token = people.create_token(
            session, notes[0].rep.email, now=datetime.now(UTC), name="kill",
            scopes=frozenset({"read", "write"}), days=1,
        )  # fmt: skip
    versions = {note.note_id: note.version() for note in notes}
    for delay_s in DELAYS_S:
        with serving(settings) as (process, url):
            # The first request imports what later ones have at hand.
            httpx2.get(f"{url}/api/v1/notes", headers={"Authorization": f"Bearer {token}"})
            stream = (url, notes, token, versions)
            request = threading.Thread(target=sign_until_cut_off, args=stream)
            already = confirmed(office)
            request.start()
            while confirmed(office) == already:
                assert request.is_alive()
            time.sleep(delay_s)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            request.join()
        for note in notes:
            found = written(office, note.note_id)
            assert found in (("confirmed", ROWS), ("draft", dict.fromkeys(ROWS, 0)))
        assert confirmed(office) > already
    with serving(settings) as (_, url):
        for note in notes:
            first = sign(url, note, token, versions[note.note_id])
            second = sign(url, note, token, versions[note.note_id])
            assert first.status_code == second.status_code == 200, first.text
            assert first.json() == second.json()
    for note in notes:
        assert written(office, note.note_id) == ("confirmed", ROWS)
    with office.sessions.reading() as session:
        keys = select(func.count()).where(IdempotencyKey.key.startswith("sign-"))
        assert session.scalar(keys) == len(notes)
