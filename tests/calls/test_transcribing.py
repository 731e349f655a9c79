"""Recordings become transcripts in the background, or say why not; a restart loses nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from assistant.calls import store
from assistant.calls.progress import Progress
from assistant.calls.speech import Speech, speech_model
from assistant.calls.transcribing import TranscriptionJob
from assistant.db.tables import AuditEntry, Call, CallChunk, Change, TranscriptVersion
from assistant.settings import Settings
from tests.calls.uploads import bring, status_of
from tests.conftest import NOW, Office
from tests.transcription.sounds import babble, tone, write_audio, write_long_silence
from transcription.client import TranscriptionProcess
from transcription.errors import WorkerLost
from transcription.messages import ChunkDone, Message, Options, Request


def counted(office: Office, call_id: str) -> dict[str, int]:
    """How often each lasting trace of a finished transcription is there."""
    with office.sessions.reading() as session:
        return {
            "versions": session.scalar(
                select(func.count())
                .select_from(TranscriptVersion)
                .where(TranscriptVersion.call_id == call_id)
            )
            or 0,
            "chunks": session.scalar(
                select(func.count()).select_from(CallChunk).where(CallChunk.call_id == call_id)
            )
            or 0,
            "audit": session.scalar(
                select(func.count()).where(
                    AuditEntry.record_id == call_id, AuditEntry.action == "call.transcribed"
                )
            )
            or 0,
            "changes": sum(
                "transcript" in change.fields
                for change in session.scalars(select(Change).where(Change.record_id == call_id))
            ),
        }


# What is tried here is the recogniser's side; the database's is the same on both.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FINISHED_ONCE = {"versions": 1, "chunks": 0, "audit": 1, "changes": 1}


def test_a_recording_is_transcribed_by_channel(
    office: Office, model: Path, recording: Path
) -> None:
    rep = office.person()
    reply = bring(rep, recording, channels="rep,customer")
    assert reply.json()["status"] == "queued"
    call_id = reply.json()["id"]
    office.settle()
    body = rep.client.get(f"/api/v1/calls/{call_id}").json()
    assert (body["status"], body["transcript_version"]) == ("transcribed", 1)
    assert body["duration_s"] == pytest.approx(15)
    transcript = rep.client.get(f"/api/v1/calls/{call_id}/transcript").json()
    assert transcript["engine"].endswith("whisper-small, int8")
    assert {turn["speaker"] for turn in transcript["turns"]} == {"rep", "customer"}
    assert all(turn["words"] for turn in transcript["turns"])
    assert counted(office, call_id) == FINISHED_ONCE


def test_a_waiting_recording_starts_by_itself_when_a_model_appears(
    office: Office, recording: Path, bring_model: Callable[[], Path]
) -> None:
    rep = office.person()
    call_id = bring(rep, recording).json()["id"]
    office.settle()
    assert status_of(rep, call_id)[0] == "waiting_for_model"
    bring_model()
    office.settle()
    assert status_of(rep, call_id) == ("transcribed", None)


@on_sqlite
def test_a_model_that_vanishes_before_its_job_leaves_the_call_waiting(
    office: Office, recording: Path, bring_model: Callable[[], Path]
) -> None:
    rep = office.person()
    folder = bring_model()
    call_id = bring(rep, recording).json()["id"]
    shutil.rmtree(folder)
    office.settle()
    assert status_of(rep, call_id)[0] == "waiting_for_model"
    bring_model()
    office.settle()
    assert status_of(rep, call_id) == ("transcribed", None)


@on_sqlite
def test_a_damaged_model_is_tried_once_and_again_when_it_is_replaced(
    office: Office, recording: Path, bring_model: Callable[[], Path]
) -> None:
    rep = office.person()
    folder = bring_model()
    weights = (folder / "model.bin").read_bytes()
    (folder / "model.bin").write_bytes(weights[:1000])
    call_id = bring(rep, recording).json()["id"]
    office.settle()
    status, reason = status_of(rep, call_id)
    assert status == "waiting_for_model"
    assert "does not load" in (reason or "")
    (folder / "model.bin").write_bytes(weights)
    office.settle()
    assert status_of(rep, call_id) == ("transcribed", None)


@on_sqlite
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(
            lambda path: path.write_bytes(b"RIFF\x10\x00\x00\x00WAVEnothing"),
            "not an audio file|ends before",
            id="a header alone",
        ),
        pytest.param(
            lambda path: path.write_bytes(write_audio(path, babble(5)).read_bytes()[:60_000]),
            "cut short: only 1.9 s",
            id="truncated",
        ),
        pytest.param(
            lambda path: write_audio(path, tone(1, 100, 1000), rate_hz=1000),
            "1000 times",
            id="1 kHz",
        ),
        pytest.param(
            lambda path: write_audio(path, *[tone(0.1)] * 12), "12 channels", id="12 channels"
        ),
    ],
)
def test_a_recording_that_broke_after_it_was_taken_fails_with_a_reason_and_the_next_is_done(
    office: Office,
    settings: Settings,
    model: Path,
    recording: Path,
    tmp_path: Path,
    make: Callable[[Path], object],
    reason: str,
) -> None:
    rep = office.person()
    bad = tmp_path / "bad.wav"
    make(bad)
    sound = write_audio(tmp_path / "sound.wav", babble(2))
    bad_id, good_id = bring(rep, sound).json()["id"], bring(rep, recording).json()["id"]
    with office.sessions.reading() as session:
        kept = settings.home / (session.get_one(Call, bad_id).path or "")
    kept.write_bytes(bad.read_bytes())
    office.settle()
    status, why = status_of(rep, bad_id)
    assert status == "failed"
    assert any(part in (why or "") for part in reason.split("|"))
    assert status_of(rep, good_id) == ("transcribed", None)


@on_sqlite
def test_minutes_of_silence_have_no_words(office: Office, model: Path, tmp_path: Path) -> None:
    rep = office.person()
    quiet = write_long_silence(tmp_path / "quiet.wav", 500)
    call_id = bring(rep, quiet).json()["id"]
    office.settle()
    assert status_of(rep, call_id) == ("transcribed", None)
    assert rep.client.get(f"/api/v1/calls/{call_id}/transcript").json()["turns"] == []


def test_a_failed_call_is_tried_again_on_request(
    office: Office, settings: Settings, model: Path, recording: Path
) -> None:
    rep = office.person()
    call_id = bring(rep, recording).json()["id"]
    with office.sessions.reading() as session:
        file = settings.home / (session.get_one(Call, call_id).path or "")
    hidden = file.rename(file.with_suffix(".hidden"))
    office.settle()
    status, reason = status_of(rep, call_id)
    assert (status, "was removed" in (reason or "")) == ("failed", True)
    hidden.rename(file)
    again = rep.client.post(f"/api/v1/calls/{call_id}/attempts")
    assert (again.status_code, again.json()["status"]) == (202, "queued")
    office.settle()
    assert status_of(rep, call_id) == ("transcribed", None)
    assert rep.client.post(f"/api/v1/calls/{call_id}/attempts").status_code == 409


def test_a_job_begun_before_a_crash_goes_on_from_its_chunks(
    office: Office, model: Path, recording: Path
) -> None:
    """What a killed process leaves is a row in 'transcribing' and some chunks."""
    rep = office.person()
    undisturbed, disturbed = (
        bring(rep, recording, channels="rep,customer").json()["id"] for _ in range(2)
    )
    with TranscriptionProcess(model) as recogniser, office.sessions.reading() as session:
        call = session.get_one(Call, disturbed)
        request = Request(
            str(office.parts.settings.home / (call.path or "")), ("rep", "customer"), Options()
        )
        first = next(
            message.chunk
            for message in recogniser.transcribe(request)
            if isinstance(message, ChunkDone)
        )
    # A mark in the chunk shows that it was taken over, not done again.
    marked = replace(first, quality={**first.quality, "mark": 1})
    with office.sessions.begin() as session:
        row = session.get_one(Call, disturbed)
        row.status, row.progress = "transcribing", Progress(phase="recognising").as_row()
        store.keep_chunk(session, disturbed, marked, now=NOW)
    office.settle()
    transcripts = [
        rep.client.get(f"/api/v1/calls/{call_id}/transcript").json()
        for call_id in (undisturbed, disturbed)
    ]
    assert transcripts[1]["quality"].pop("mark") == 1
    assert transcripts[0] == transcripts[1]
    assert counted(office, disturbed) == FINISHED_ONCE


def test_a_finished_job_that_is_repeated_changes_nothing(
    office: Office, settings: Settings, model: Path, recording: Path
) -> None:
    rep = office.person()
    call_id = bring(rep, recording).json()["id"]
    office.settle()
    speech = Speech(settings)
    TranscriptionJob(office.sessions, speech, settings.home, lambda: NOW).run(call_id)
    speech.close()
    assert counted(office, call_id) == FINISHED_ONCE


class FrailSpeech(Speech):
    """A recogniser that is lost each time after so many chunks."""

    def __init__(self, settings: Settings, chunks_each_time: int) -> None:
        super().__init__(settings)
        self.chunks_each_time = chunks_each_time
        self.started = 0

    def process(self, recording: str) -> TranscriptionProcess:
        self.started += 1
        return FrailProcess(Path(str(super().process(recording).engine)), self.chunks_each_time)


class FrailProcess(TranscriptionProcess):
    def __init__(self, model: Path, chunks: int) -> None:
        super().__init__(model)
        self.chunks = chunks

    def transcribe(
        self, request: Request, *, cancelled: Callable[[], bool] = lambda: False
    ) -> Generator[Message]:
        with self:
            done = 0
            for message in super().transcribe(request, cancelled=cancelled):
                if isinstance(message, ChunkDone):
                    done += 1
                    if done > self.chunks:
                        assert self.pid is not None
                        os.kill(self.pid, 9)
                        raise WorkerLost("The recogniser ended unexpectedly (signal 9).")
                yield message


@on_sqlite
@pytest.mark.parametrize(
    ("chunks_each_time", "status", "started"), [(1, "transcribed", 2), (0, "failed", 3)]
)
def test_a_lost_recogniser_is_replaced_while_it_gets_on_and_given_up_when_it_does_not(
    office: Office,
    settings: Settings,
    model: Path,
    recording: Path,
    chunks_each_time: int,
    status: str,
    started: int,
) -> None:
    rep = office.person()
    call_id = bring(rep, recording, channels="rep,customer").json()["id"]
    speech = FrailSpeech(settings, chunks_each_time)
    TranscriptionJob(office.sessions, speech, settings.home, lambda: NOW).run(call_id)
    speech.close()
    assert status_of(rep, call_id)[0] == status
    assert speech.started == started
    with office.sessions.reading() as session:
        assert store.chunks_of(session, call_id) == ()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_phone_systems_channels_are_taken_where_they_fit(
    office: Office, settings: Settings, model: Path, recording: Path, tmp_path: Path
) -> None:
    rep = office.person()
    set_up = settings.model_copy(update={"phone_channels": "customer,rep"})
    rep.client.app.state.settings = set_up  # type: ignore[attr-defined]
    mono = write_audio(tmp_path / "mono.wav", babble(3))
    two, one, given = (
        bring(rep, recording).json()["id"],
        bring(rep, mono).json()["id"],
        bring(rep, recording, channels="a,b").json()["id"],
    )
    spoken = bring(rep).json()["id"]
    office.settle()
    found = [rep.client.get(f"/api/v1/calls/{call}").json() for call in (two, one, given, spoken)]
    assert [(call["channels"], call["channels_from"], call["status"]) for call in found] == [
        (["customer", "rep"], "setting", "transcribed"),
        ([], None, "transcribed"),
        (["a", "b"], "given", "transcribed"),
        ([], None, "transcribed"),
    ]
    turns = rep.client.get(f"/api/v1/calls/{two}/transcript").json()["turns"]
    assert {turn["speaker"] for turn in turns} == {"customer", "rep"}


@on_sqlite
def test_a_disk_that_fails_is_told_from_a_damaged_recording(
    office: Office, settings: Settings, model: Path, recording: Path
) -> None:
    rep = office.person()
    bad, good = (bring(rep, recording).json()["id"] for _ in range(2))
    with office.sessions.reading() as session:
        kept = settings.home / (session.get_one(Call, bad).path or "")
    kept.unlink()
    kept.symlink_to(kept)  # opening it gives an error of the disk's, whoever asks
    office.settle()
    status, reason = status_of(rep, bad)
    assert (status, "does not give the recording back" in (reason or "")) == ("failed", True)
    assert status_of(rep, good) == ("transcribed", None)


@on_sqlite
@pytest.mark.parametrize("after", [0, 1], ids=["from the start", "after its beginning"])
def test_a_full_disk_fails_the_call_with_a_reason_as_soon_as_that_can_be_written(
    office: Office, settings: Settings, model: Path, recording: Path, after: int
) -> None:
    rep = office.person()
    call_id = bring(rep, recording, channels="rep,customer").json()["id"]
    full, room = True, after

    def refuse(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal room
        if full and statement.startswith(("INSERT", "UPDATE", "DELETE")):
            room -= 1
            if room < 0:
                cause = sqlite3.OperationalError("database or disk is full")
                raise OperationalError(statement, {}, cause)

    event.listen(office.sessions.engine, "before_cursor_execute", refuse)
    speech = Speech(settings)
    job = TranscriptionJob(office.sessions, speech, settings.home, lambda: NOW)
    job.run(call_id)
    full = False
    assert job.write_failures(NOW) == 1
    status, reason = status_of(rep, call_id)
    assert (status, "The disk is full" in (reason or "")) == ("failed", True)
    assert rep.client.post(f"/api/v1/calls/{call_id}/attempts").status_code == 202
    job.run(call_id)
    assert status_of(rep, call_id) == ("transcribed", None)
    speech.close()


@on_sqlite
def test_a_stopping_service_puts_its_call_back_for_the_next(
    office: Office, settings: Settings, model: Path, recording: Path
) -> None:
    rep = office.person()
    call_id = bring(rep, recording).json()["id"]
    speech = Speech(settings)
    speech.close()
    TranscriptionJob(office.sessions, speech, settings.home, lambda: NOW).run(call_id)
    assert status_of(rep, call_id)[0] == "queued"
    office.settle()
    assert status_of(rep, call_id) == ("transcribed", None)


@on_sqlite
def test_the_reason_for_a_missing_model_fits_the_setting(
    settings: Settings, tmp_path: Path
) -> None:
    off = settings.model_copy(update={"speech_model": ""})
    path = settings.model_copy(update={"speech_model": str(tmp_path / "nowhere")})
    assert "switched off" in speech_model(off)[1]
    assert "There is no folder nowhere" in speech_model(path)[1]
