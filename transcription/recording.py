"""One recording to its transcript: survey, decode, cut in silences, recognise, guard, merge."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from transcription import guards
from transcription.bounds import give_back_memory
from transcription.crosstalk import with_levels
from transcription.diarisation import Diariser
from transcription.engines import Asked, Engine
from transcription.errors import stop_if
from transcription.inspection import Inspection
from transcription.merge import speaker_of, transcript_of
from transcription.messages import (
    SAMPLE_RATE_HZ,
    Chunk,
    ChunkDone,
    Finished,
    Message,
    Options,
    Progress,
    Request,
    SegmentHeard,
)
from transcription.model import Segment, Word
from transcription.speech import Span, SpeechClock, speech_spans, windows_of
from transcription.survey import AudioSurvey
from transcription.telling_apart import told_apart
from transcription.voices import Piece, Voice, pieces_of, take_up, voices_of


def transcribe(
    request: Request,
    engine: Engine,
    *,
    diariser: Diariser | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Message]:
    """Progress, segments and chunks as they come, last of all Finished.

    diariser: for a signal that several voices share; without it nobody on it is named.
    Raises AudioUnreadable for a recording that cannot be read or has other channels than parties
    were named, TranscriptionCancelled once cancelled() is true.
    """
    path, options = Path(request.path), request.options
    with Inspection(path, options.longest_recording_s) as inspection:
        for done_s in inspection.steps():
            stop_if(cancelled)
            yield Progress("checking", done_s, 0.0)
        voices = voices_of(inspection.found, request.parties)
        take_up(voices, request.done)
        chunks = list(request.done)
        # Only silence: there is nothing to go through a second time.
        pieces = iter(()) if inspection.found.silent else pieces_of(path, voices, options)
        for piece in pieces:
            for message in _worked_on(piece, engine, request, len(chunks)):
                stop_if(cancelled)
                if isinstance(message, ChunkDone):
                    chunks.append(message.chunk)
                yield message
                yield _progress(voices, inspection.found, piece, message)
            give_back_memory()
        found = inspection.whole()
    transcript = transcript_of(
        chunks,
        parties=request.parties,
        duration_s=found.duration_s,
        engine=engine.name,
        keep_cross_talk=not options.guards.cross_talk,
    )
    transcript = replace(transcript, quality={**_sound_quality(found), **transcript.quality})
    if diariser is not None and transcript.turns and voices[0].channel is None:
        transcript = yield from told_apart(path, transcript, diariser, cancelled)
    yield Finished(transcript)


def _worked_on(
    piece: Piece, engine: Engine, request: Request, index: int
) -> Iterator[SegmentHeard | ChunkDone]:
    channel = piece.voice.channel
    for heard in _recognised(piece, engine, request.options, index):
        if isinstance(heard, Chunk):
            yield ChunkDone(heard)
        else:
            yield SegmentHeard(channel, speaker_of(channel, request.parties), heard)


def _recognised(
    piece: Piece, engine: Engine, options: Options, index: int
) -> Iterator[Segment | Chunk]:
    """The piece's segments as they are found, in the recording's time; last of all its Chunk."""
    samples, voice = piece.samples, piece.voice
    spans = speech_spans(piece.probabilities, len(samples))
    segments: list[Segment] = []
    clock = SpeechClock(spans)
    offset_s = piece.start_sample / SAMPLE_RATE_HZ
    past_end, language = 0, voice.language
    if spans:
        speech = np.concatenate([samples[span.start : span.end] for span in spans])
        recognition = engine.recognise(speech, _asked(piece, spans, options))
        language = options.language or voice.language or recognition.language
        voice.settle(language, clock.joined_s)
        for heard in recognition.segments:
            if options.guards.past_end:
                kept, dropped = guards.keep_within([heard], clock.joined_s)
                past_end += dropped
            else:
                kept = [heard]
            for segment in kept:
                segments.append(_placed(segment, clock))
                yield _shifted(segments[-1], offset_s)
    guarded, quality = _guarded(segments, piece, options)
    quality["words_past_end"] = past_end
    quality["speech_s"] = clock.joined_s
    yield Chunk(
        index=index,
        channel=voice.channel,
        start_sample=piece.start_sample,
        end_sample=piece.start_sample + len(samples),
        language=language,
        segments=tuple(_shifted(with_levels(one, samples), offset_s) for one in guarded),
        quality=quality,
    )


def _asked(piece: Piece, spans: Sequence[Span], options: Options) -> Asked:
    return Asked(
        language=options.language or piece.voice.language,
        hotwords=options.hotwords,
        beam_size=options.beam_size,
        temperatures=options.temperatures,
        windows=windows_of(piece.probabilities, spans),
    )


def _guarded(
    segments: list[Segment], piece: Piece, options: Options
) -> tuple[list[Segment], dict[str, float]]:
    quality: dict[str, float] = {}
    if options.guards.outside_speech:
        heard = speech_spans(piece.probabilities, len(piece.samples), min_silence_s=0, padding_s=0)
        segments, quality["words_outside_speech"] = guards.keep_in_speech(segments, heard)
    if options.guards.loops:
        segments, quality["words_in_loops"] = guards.without_loops(segments)
    quality["words_low_confidence"] = guards.low_confidence_words(segments)
    quality["words"] = sum(len(segment.words) for segment in segments)
    return segments, quality


def _placed(segment: Segment, clock: SpeechClock) -> Segment:
    words = tuple(_placed_word(word, clock) for word in segment.words)
    if words:
        return replace(segment, start_s=words[0].start_s, end_s=words[-1].end_s, words=words)
    start_s, end_s = clock.place(segment.start_s, segment.end_s)
    return replace(segment, start_s=start_s, end_s=end_s)


def _placed_word(word: Word, clock: SpeechClock) -> Word:
    start_s, end_s = clock.place(word.start_s, word.end_s)
    return replace(word, start_s=start_s, end_s=end_s)


def _shifted(segment: Segment, offset_s: float) -> Segment:
    """Moved by the start of its piece; times to the millisecond, finer ones mean nothing."""
    return replace(
        segment,
        start_s=round(segment.start_s + offset_s, 3),
        end_s=round(segment.end_s + offset_s, 3),
        words=tuple(
            replace(
                word,
                start_s=round(word.start_s + offset_s, 3),
                end_s=round(word.end_s + offset_s, 3),
                probability=None if word.probability is None else round(word.probability, 4),
            )
            for word in segment.words
        ),
    )


def _progress(
    voices: Sequence[Voice], found: AudioSurvey, piece: Piece, message: SegmentHeard | ChunkDone
) -> Progress:
    """Seconds done over all voices, on the scale of the recording's length."""
    reached = message.chunk if isinstance(message, ChunkDone) else message.segment
    piece.voice.heard_s = max(piece.voice.heard_s, reached.end_s)
    done_s = sum(min(voice.heard_s, found.duration_s) for voice in voices) / len(voices)
    return Progress("recognising", round(done_s, 2), round(found.duration_s, 2))


def _sound_quality(found: AudioSurvey) -> dict[str, float]:
    return {
        "channels": found.channels,
        "channels_alike": float(found.one_sound and found.channels > 1),
        "clipped_share": round(found.clipped_share, 6),
        "silent": float(found.silent),
        "broken_packets": found.broken_packets,
    }
