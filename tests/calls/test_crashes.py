"""kill -9 in the middle of a transcription: the next start completes it, and nothing is doubled."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
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

# Two services are started and minutes of sound recognised; slow machines take their time.
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def long_recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight minutes on two channels: six chunks or so."""
    minute = np.concatenate([babble(25), silence(5), babble(25, seed=2), silence(5)])
    rep, customer = np.tile(minute, 8), np.roll(np.tile(minute, 8), 15 * 16_000)
    path = tmp_path_factory.mktemp("long") / "long.flac"
    return write_audio(path, rep, customer, codec="flac")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "served"


@pytest.fixture
def rows(home: Path) -> Iterator[Sessions]:
    """The served database, looked at from outside."""
    engine = make_engine(f"sqlite:///{home / 'rapport.db'}")
    yield Sessions(engine)
    engine.dispose()


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


def test_a_killed_transcription_is_completed_once_by_the_next_start(
    home: Path, rows: Sessions, tiny_whisper: Path, long_recording: Path
) -> None:
    models = tiny_whisper.parent
    token = make_token(Settings(home=home, models_dir=models, embedding_model=""))
    with Served(home, models, token) as served:
        call_id = bring(served.client, long_recording)
        until(lambda: len(chunk_times(rows, call_id)) >= 2, "two chunks")
        served.kill()
    kept = chunk_times(rows, call_id)
    with rows.reading() as session:
        assert session.get_one(Call, call_id).status == "transcribing"
    with Served(home, models, token) as served:
        until(lambda: len(chunk_times(rows, call_id)) > len(kept), "the next chunk")
        later = chunk_times(rows, call_id)
        # What was finished before was not done again.
        assert {chunk: later[chunk] for chunk in kept} == kept
        until(lambda: status(served.client, call_id) == "transcribed", "the transcript")
        undisturbed = bring(served.client, long_recording)
        until(lambda: status(served.client, undisturbed) == "transcribed", "the other transcript")
        one, other = (
            served.client.get(f"/api/v1/calls/{one}/transcript").json()
            for one in (call_id, undisturbed)
        )
    assert one == other
    with rows.reading() as session:
        for table in (TranscriptVersion, CallChunk):
            wanted = 1 if table is TranscriptVersion else 0
            query = select(func.count()).select_from(table).where(table.call_id == call_id)
            assert session.scalar(query) == wanted
        transcribed = select(func.count()).where(
            AuditEntry.record_id == call_id, AuditEntry.action == "call.transcribed"
        )
        assert session.scalar(transcribed) == 1
        changes = session.scalars(select(Change).where(Change.record_id == call_id))
        assert sum("transcript" in change.fields for change in changes) == 1


def test_a_rep_follows_a_transcription_as_it_goes_and_comes_back_where_they_were(
    home: Path, tiny_whisper: Path, long_recording: Path
) -> None:
    models = tiny_whisper.parent
    token = make_token(Settings(home=home, models_dir=models, embedding_model=""))
    with Served(home, models, token) as served:
        call_id = bring(served.client, long_recording)
        path = f"/api/v1/calls/{call_id}/events"
        seen = list(events(served.client, path, None, stop_after="chunk"))
        place = seen[-1][1]
        assert place == "0.end"
        rest = list(events(served.client, path, place, stop_after="done"))
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


def events(
    client: httpx2.Client, path: str, last_event_id: str | None, *, stop_after: str
) -> Iterator[tuple[str, str, dict[str, object]]]:
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


def test_a_service_that_is_stopped_leaves_the_call_to_the_next_start(
    home: Path, rows: Sessions, tiny_whisper: Path, long_recording: Path
) -> None:
    models = tiny_whisper.parent
    token = make_token(Settings(home=home, models_dir=models, embedding_model=""))
    with Served(home, models, token) as served:
        call_id = bring(served.client, long_recording)
        until(lambda: len(chunk_times(rows, call_id)) >= 1, "a chunk")
    with rows.reading() as session:
        assert session.get_one(Call, call_id).status in ("queued", "transcribing")
    with Served(home, models, token) as served:
        until(lambda: status(served.client, call_id) == "transcribed", "the transcript")
