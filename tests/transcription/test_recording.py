"""Whole recordings through the real engine, its weights random: decoding, speech, words, times."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.paths import TEST_DATA
from tests.transcription.sounds import (
    FloatArray,
    babble,
    silence,
    tone,
    write_audio,
    write_long_silence,
)
from transcription.engines import Asked, Recognition
from transcription.errors import AudioUnreadable, TranscriptionCancelled
from transcription.guards import Guards
from transcription.messages import (
    Chunk,
    ChunkDone,
    Finished,
    Message,
    Options,
    Progress,
    Request,
    SegmentHeard,
)
from transcription.model import Segment, Transcript, Word
from transcription.recording import transcribe
from transcription.whisper import WhisperEngine

SPEECH = TEST_DATA / "speech" if TEST_DATA else None
PLAIN = Options(beam_size=1)
SHORT_CHUNKS = replace(PLAIN, shortest_chunk_s=4, longest_chunk_s=10)


def transcript_in(messages: list[Message]) -> Transcript:
    last = messages[-1]
    assert isinstance(last, Finished)
    return last.transcript


def chunks_in(messages: list[Message]) -> list[Chunk]:
    return [message.chunk for message in messages if isinstance(message, ChunkDone)]


def listen(messages: Iterator[Message], heard: list[Message]) -> None:
    """Keep each message at once, so that a test can decide on what was heard so far."""
    for message in messages:
        heard += [message]


def talk(*seconds: float, seed: int = 0) -> FloatArray:
    """Babble and silence by turns, beginning with silence."""
    parts = [silence(s) if i % 2 == 0 else babble(s, seed=seed + i) for i, s in enumerate(seconds)]
    return np.concatenate(parts)


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a minute; the parties speak by turns."""
    rep = talk(1, 6, 8, 6, 9)
    customer = talk(8, 6, 8, 7, 1, seed=10)
    return write_audio(tmp_path_factory.mktemp("calls") / "call.flac", rep, customer, codec="flac")


def test_words_lie_in_time_on_their_partys_channel(call: Path, engine: WhisperEngine) -> None:
    request = Request(str(call), ("rep", "customer"), PLAIN)
    transcript = transcript_in(list(transcribe(request, engine)))
    assert transcript.duration_s == pytest.approx(30)
    assert transcript.engine.startswith("faster-whisper 1.")
    assert transcript.language == "en"
    assert {turn.speaker for turn in transcript.turns} == {"rep", "customer"}
    spoken_s = {"rep": [(1, 7), (15, 21)], "customer": [(8, 14), (22, 29)]}
    for turn in transcript.turns:
        assert turn.words
        assert {"rep": 0, "customer": 1}[turn.speaker] == turn.channel
        for word in turn.words:
            assert 0 <= word.start_s <= word.end_s <= 30
            assert any(a - 1 <= word.start_s <= b + 1 for a, b in spoken_s[turn.speaker])
            assert word.probability is not None
    starts = [turn.start_s for turn in transcript.turns]
    assert starts == sorted(starts, key=lambda start_s: start_s or 0.0)
    assert transcript.quality["words"] == sum(len(turn.words) for turn in transcript.turns)


def test_the_same_recording_gives_the_same_transcript(call: Path, engine: WhisperEngine) -> None:
    request = Request(str(call), ("rep", "customer"), PLAIN)
    first, second = (transcript_in(list(transcribe(request, engine))) for _ in range(2))
    assert first == second


def test_swapped_channels_swap_speakers_and_nothing_else(
    call: Path, engine: WhisperEngine, tmp_path: Path
) -> None:
    rep, customer = talk(1, 6, 8), talk(8, 6, 1, seed=10)
    straight = write_audio(tmp_path / "straight.wav", rep, customer)
    crossed = write_audio(tmp_path / "crossed.wav", customer, rep)
    parties = ("rep", "customer")
    one = transcript_in(list(transcribe(Request(str(straight), parties, PLAIN), engine)))
    other = transcript_in(list(transcribe(Request(str(crossed), parties[::-1], PLAIN), engine)))
    assert [replace(turn, channel=None) for turn in one.turns] == [
        replace(turn, channel=None) for turn in other.turns
    ]


def test_a_recording_goes_on_from_any_chunk_as_if_never_stopped(
    call: Path, engine: WhisperEngine
) -> None:
    request = Request(str(call), ("rep", "customer"), SHORT_CHUNKS)
    messages = list(transcribe(request, engine))
    chunks = chunks_in(messages)
    assert len(chunks) >= 6
    for kept in (1, len(chunks) // 2, len(chunks)):
        resumed = list(transcribe(replace(request, done=tuple(chunks[:kept])), engine))
        assert chunks_in(resumed) == chunks[kept:]
        assert transcript_in(resumed) == transcript_in(messages)


def test_chunks_cover_each_channel_without_gap_or_overlap(
    call: Path, engine: WhisperEngine
) -> None:
    chunks = chunks_in(list(transcribe(Request(str(call), (), SHORT_CHUNKS), engine)))
    for channel in (0, 1):
        edges = [(c.start_sample, c.end_sample) for c in chunks if c.channel == channel]
        assert edges[0][0] == 0
        assert edges[-1][1] == 30 * 16_000
        assert [end for _, end in edges[:-1]] == [start for start, _ in edges[1:]]
    assert [chunk.index for chunk in chunks] == list(range(len(chunks)))


def test_cuts_fall_where_nobody_speaks(engine: WhisperEngine, tmp_path: Path) -> None:
    path = write_audio(tmp_path / "call.wav", talk(0, 7, 2, 7, 2, 7))
    chunks = chunks_in(list(transcribe(Request(str(path), (), SHORT_CHUNKS), engine)))
    cuts = [chunk.end_sample / 16_000 for chunk in chunks[:-1]]
    assert len(cuts) == 2
    assert 7 <= cuts[0] <= 9
    assert 16 <= cuts[1] <= 18


@pytest.mark.parametrize("seconds", [0.05, 1, 40])
def test_silence_gives_no_words(engine: WhisperEngine, tmp_path: Path, seconds: float) -> None:
    path = write_audio(tmp_path / "quiet.wav", silence(seconds))
    assert transcript_in(list(transcribe(Request(str(path)), engine))).turns == ()


def test_tones_give_no_words(engine: WhisperEngine, tmp_path: Path) -> None:
    path = write_audio(tmp_path / "tone.wav", tone(10))
    assert transcript_in(list(transcribe(Request(str(path)), engine))).turns == ()


def test_two_hours_of_silence_take_seconds(engine: WhisperEngine, tmp_path: Path) -> None:
    path = write_long_silence(tmp_path / "quiet.wav", 7200)
    started_s = time.process_time()
    transcript = transcript_in(list(transcribe(Request(str(path)), engine)))
    assert transcript.turns == ()
    assert transcript.duration_s == 7200
    assert time.process_time() - started_s < 60


def test_channels_with_one_sound_are_heard_once_and_nobody_is_named(
    engine: WhisperEngine, tmp_path: Path
) -> None:
    voice = talk(0.5, 6)
    path = write_audio(tmp_path / "call.wav", voice, voice)
    request = Request(str(path), ("rep", "customer"), PLAIN)
    transcript = transcript_in(list(transcribe(request, engine)))
    assert {(turn.speaker, turn.channel) for turn in transcript.turns} == {("", None)}
    assert transcript.quality["channels_alike"] == 1


@pytest.mark.parametrize(
    ("channels", "parties", "reason"),
    [
        (1, ("rep", "customer"), "has 1 channel, but 2 were named"),
        (2, ("rep",), "has 2 channels, but 1 were named"),
    ],
)
def test_parties_must_match_the_channels(
    engine: WhisperEngine, tmp_path: Path, channels: int, parties: tuple[str, ...], reason: str
) -> None:
    voices = [babble(1, seed=seed) for seed in range(channels)]
    path = write_audio(tmp_path / "call.wav", *voices)
    with pytest.raises(AudioUnreadable, match=reason):
        list(transcribe(Request(str(path), parties), engine))


def test_a_named_single_channel_keeps_its_party(engine: WhisperEngine, tmp_path: Path) -> None:
    path = write_audio(tmp_path / "dictation.wav", talk(0.5, 6))
    transcript = transcript_in(list(transcribe(Request(str(path), ("rep",), PLAIN), engine)))
    assert {(turn.speaker, turn.channel) for turn in transcript.turns} == {("rep", 0)}


def test_segments_come_before_their_chunk_is_done_and_progress_only_grows(
    call: Path, engine: WhisperEngine
) -> None:
    messages = list(transcribe(Request(str(call), ("rep", "customer"), SHORT_CHUNKS), engine))
    first_segment = next(i for i, m in enumerate(messages) if isinstance(m, SegmentHeard))
    first_words = next(
        i for i, m in enumerate(messages) if isinstance(m, ChunkDone) and m.chunk.segments
    )
    assert first_segment < first_words
    done = [m.done_s for m in messages if isinstance(m, Progress) and m.phase == "recognising"]
    assert done == sorted(done)
    assert done[-1] == pytest.approx(30, abs=0.1)


class _Linguist:
    """Takes short speech for Welsh and longer for German, and notes what it was told to hear."""

    name = "linguist"

    def __init__(self) -> None:
        self.asked: list[str | None] = []

    def recognise(self, speech: FloatArray, asked: Asked) -> Recognition:
        self.asked.append(asked.language)
        heard = asked.language or ("de" if len(speech) > 10 * 16_000 else "cy")
        word = Word(" ja", 0.1, 0.4, 0.9)
        return Recognition(heard, iter([Segment(" ja", 0.1, 0.4, (word,))]))


def test_a_language_is_kept_only_once_enough_was_heard_of_it(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "call.wav", talk(1, 2, 11, 12, 3, 12))
    options = replace(PLAIN, shortest_chunk_s=8, longest_chunk_s=16)
    linguist = _Linguist()
    messages = list(transcribe(Request(str(path), (), options), linguist))
    assert linguist.asked == [None, None, "de"]
    assert [chunk.language for chunk in chunks_in(messages)] == ["cy", "de", "de"]
    again = _Linguist()
    done = tuple(chunks_in(messages)[:1])
    list(transcribe(Request(str(path), (), options, done), again))
    assert again.asked == linguist.asked[1:]


def test_hotwords_reach_the_recogniser(call: Path, engine: WhisperEngine) -> None:
    plain = transcript_in(list(transcribe(Request(str(call), (), PLAIN), engine)))
    named = replace(PLAIN, hotwords="Acme Kowalczyk Quarkspanner")
    assert transcript_in(list(transcribe(Request(str(call), (), named), engine))) != plain


def test_a_guard_that_is_off_removes_and_counts_nothing(call: Path, engine: WhisperEngine) -> None:
    off = replace(PLAIN, guards=Guards(outside_speech=False, loops=False, past_end=False))
    guarded = transcript_in(list(transcribe(Request(str(call), (), PLAIN), engine))).quality
    bare = transcript_in(list(transcribe(Request(str(call), (), off), engine))).quality
    removed = sum(
        guarded[name] for name in ("words_outside_speech", "words_in_loops", "words_past_end")
    )
    assert bare["words"] == guarded["words"] + removed
    assert bare["words_past_end"] == 0
    assert "words_in_loops" not in bare


def test_cancelling_stops_between_segments(call: Path, engine: WhisperEngine) -> None:
    heard: list[Message] = []
    request = Request(str(call), ("rep", "customer"), SHORT_CHUNKS)
    running = transcribe(request, engine, cancelled=lambda: bool(chunks_in(heard)))
    with pytest.raises(TranscriptionCancelled):
        listen(running, heard)
    assert len(chunks_in(heard)) == 1


@pytest.mark.skipif(SPEECH is None, reason="the speech clips are not here (RAPPORT_TEST_DATA)")
@pytest.mark.parametrize(
    ("clip", "channels"), [("g_two_channel_16k.flac", {0, 1}), ("jfk.flac", {None})]
)
def test_real_speech_is_found_and_worded(
    engine: WhisperEngine, clip: str, channels: set[int | None]
) -> None:
    assert SPEECH is not None
    transcript = transcript_in(list(transcribe(Request(str(SPEECH / clip), (), PLAIN), engine)))
    assert {turn.channel for turn in transcript.turns} == channels
    assert transcript.quality["speech_s"] > 4
