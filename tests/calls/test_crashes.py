"""A transcription killed with -9, then stopped: the last start completes it, nothing is doubled.

One call lives through three starts of the service; a second one is followed undisturbed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import numpy as np
import pytest
from sqlalchemy import func, select

from assistant.db import Sessions, make_engine
from assistant.db.tables import AuditEntry, Call, CallChunk, Change, TranscriptVersion
from assistant.settings import Settings
from tests.calls.served import Served, make_token
from tests.calls.uploads import CONSENT
from tests.transcription.sounds import babble, silence, write_audio

# Three services are started and minutes of sound recognised; slow machines take their time.
pytestmark = [pytest.mark.timeout(900)]

Event = tuple[str, str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Lived:
    """What was seen of the two calls, and the database in the end."""

    rows: Sessions
    call_id: str
    chunks: tuple[dict[int, str], dict[int, str], dict[int, str]]  # after each start
    statuses: tuple[str, str]  # after the kill, after the stop
    transcript: dict[str, object]
    undisturbed: dict[str, object]
    first_events: list[Event]
    later_events: list[Event]


def until(condition: Callable[[], bool], what: str, seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what}"
        time.sleep(0.05)


def bring(client: httpx2.Client, file: Path) -> str:
    reply = client.post(
        "/api/v1/calls",
        data={"consent": CONSENT, "channels": "rep,customer"},
        files={"file": (file.name, file.read_bytes())},
    )
    assert reply.status_code == 202, reply.text
    return str(reply.json()["id"])


def status(client: httpx2.Client, call_id: str) -> str:
    return str(client.get(f"/api/v1/calls/{call_id}").json()["status"])


def chunk_times(rows: Sessions, call_id: str) -> dict[int, str]:
    with rows.reading() as session:
        found = session.execute(
            select(CallChunk.chunk, CallChunk.at).where(CallChunk.call_id == call_id)
        )
        return {chunk: at.isoformat() for chunk, at in found}


def stored_status(rows: Sessions, call_id: str) -> str:
    with rows.reading() as session:
        return session.get_one(Call, call_id).status


def events(
    client: httpx2.Client, path: str, last_event_id: str | None, *, stop_after: str
) -> Iterator[Event]:
    headers = {"Last-Event-ID": last_event_id} if last_event_id else {}
    with client.stream("GET", path, headers=headers, timeout=120) as reply:
        fields: dict[str, str] = {}
        for line in reply.iter_lines():
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
                continue
            if "event" in fields:
                yield fields["event"], fields.get("id", ""), json.loads(fields["data"])
                if fields["event"] == stop_after:
                    return
            fields = {}


def _long_recording(folder: Path) -> Path:
    """Five minutes on two channels: four chunks or so."""
    minute = np.concatenate([babble(25), silence(5), babble(25, seed=2), silence(5)])
    rep, customer = np.tile(minute, 5), np.roll(np.tile(minute, 5), 15 * 16_000)
    return write_audio(folder / "long.flac", rep, customer, codec="flac")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, tiny_whisper: Path) -> Iterator[Lived]:
    folder = tmp_path_factory.mktemp("crashed")
    home, models, recording = folder / "served", tiny_whisper.parent, _long_recording(folder)
    token = make_token(Settings(home=home, models_dir=models, embedding_model=""))
    engine = make_engine(f"sqlite:///{home / 'rapport.db'}")
    rows = Sessions(engine)
    with Served(home, models, token) as served:
        call_id = bring(served.client, recording)
        until(lambda: len(chunk_times(rows, call_id)) >= 1, "a chunk")
        served.kill()
    killed = (chunk_times(rows, call_id), stored_status(rows, call_id))
    with Served(home, models, token) as served:
        until(lambda: len(chunk_times(rows, call_id)) > len(killed[0]), "the next chunk")
    stopped = (chunk_times(rows, call_id), stored_status(rows, call_id))
    with Served(home, models, token) as served:
        until(lambda: len(chunk_times(rows, call_id)) > len(stopped[0]), "one more chunk")
        resumed = chunk_times(rows, call_id)
        until(lambda: status(served.client, call_id) == "transcribed", "the transcript")
        other = bring(served.client, recording)
        path = f"/api/v1/calls/{other}/events"
        first = list(events(served.client, path, None, stop_after="chunk"))
        later = list(events(served.client, path, first[-1][1], stop_after="done"))
        one, two = (
            served.client.get(f"/api/v1/calls/{each}/transcript").json()
            for each in (call_id, other)
        )
    yield Lived(
        rows, call_id, (killed[0], stopped[0], resumed), (killed[1], stopped[1]), one, two,
        first, later,
    )  # fmt: skip
    engine.dispose()


def test_a_killed_transcription_is_gone_on_with_by_the_next_start(lived: Lived) -> None:
    killed, stopped, _ = lived.chunks
    assert lived.statuses[0] == "transcribing"
    # What was finished before was not done again.
    assert {chunk: stopped[chunk] for chunk in killed} == killed


def test_a_service_that_is_stopped_leaves_the_call_to_the_next_start(lived: Lived) -> None:
    _, stopped, resumed = lived.chunks
    assert lived.statuses[1] in ("queued", "transcribing")
    assert {chunk: resumed[chunk] for chunk in stopped} == stopped


def test_the_transcript_is_that_of_an_undisturbed_run_and_there_once(lived: Lived) -> None:
    assert lived.transcript == lived.undisturbed
    with lived.rows.reading() as session:
        for table in (TranscriptVersion, CallChunk):
            wanted = 1 if table is TranscriptVersion else 0
            query = select(func.count()).select_from(table).where(table.call_id == lived.call_id)
            assert session.scalar(query) == wanted
        transcribed = select(func.count()).where(
            AuditEntry.record_id == lived.call_id, AuditEntry.action == "call.transcribed"
        )
        assert session.scalar(transcribed) == 1
        changes = session.scalars(select(Change).where(Change.record_id == lived.call_id))
        assert sum("transcript" in change.fields for change in changes) == 1


def test_a_rep_follows_a_transcription_as_it_goes_and_comes_back_where_they_were(
    lived: Lived,
) -> None:
    assert lived.first_events[-1][1] == "0.end"
    rest = lived.later_events
    assert rest[-1][0] == "done"
    assert rest[-1][2]["status"] == "transcribed"
    statuses = [data for name, _, data in rest if name == "status"]
    done_s = [float(str(data["done_s"])) for data in statuses if data["phase"] == "recognising"]
    assert done_s == sorted(done_s)
    chunks = [int(str(data["chunk"])) for name, _, data in rest if name == "chunk"]
    assert chunks == sorted(set(chunks))
    assert 0 not in chunks
    for name, id_, data in rest:
        if name == "segment":
            assert id_.split(".")[0] == str(data["chunk"])
