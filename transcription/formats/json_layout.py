"""JSON: our own layout without loss, and the layouts of Whisper's tools.

Our own (times in seconds, probability within [0, 1], everything but "text" may be absent):

    {"format": "rapport-transcript", "version": 1, "language": "en", "duration_s": 61.5,
     "engine": "faster-whisper 1.2.1, small, int8", "quality": {"words_in_loops": 2},
     "turns": [{"text": "Good morning.", "speaker": "rep", "start_s": 0.4, "end_s": 1.2,
                "channel": 0, "words": [{"text": "Good", "start_s": 0.4, "end_s": 0.6,
                                         "probability": 0.98}]}]}

A word that the engine doubts also has "low_confidence": true; it follows from the probability.

Also read: a bare list of such turns; "segments" as faster-whisper, WhisperX and the verbose_json
of the OpenAI API give them ("start", "end", "words" with "word" and "probability", "score" or
"confidence"; words may also stand beside the segments); "utterances" in place of "turns".
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import NoReturn

from transcription.errors import NotATranscript, TranscriptUnreadable
from transcription.formats.cues import check_order
from transcription.formats.json_fields import JsonFields, JsonValue, as_fields, as_list
from transcription.model import Transcript, Turn, Word, tidy

FORMAT = "rapport-transcript"
VERSION = 1
_LISTS = ("turns", "segments", "utterances")


def read_json(text: str) -> Transcript:
    """The transcript; raises TranscriptUnreadable naming the turn and field that is wrong."""
    return of_document(_parsed(text))


def of_document(content: JsonValue) -> Transcript:
    """The transcript in parsed JSON of any known layout. Raises as read_json does."""
    fields = as_fields(content, "the file") if isinstance(content, dict) else as_fields({}, "")
    if fields.text("format") == FORMAT and fields.number("version") != VERSION:
        raise TranscriptUnreadable(
            f"This is version {fields.number('version')} of {FORMAT}; version {VERSION} is known."
        )
    rows = _rows(content, fields)
    turns = [_turn(as_fields(row, f"turn {number}")) for number, row in enumerate(rows, 1)]
    _check_times(turns)
    turns = _with_words(_in_order([turn for turn in turns if turn.text]), _loose_words(fields))
    if not turns and fields.text("format") != FORMAT:
        raise TranscriptUnreadable("The JSON holds no turn with words. Export it again.")
    return Transcript(
        turns=tuple(turns),
        language=fields.text("language") or None,
        duration_s=fields.number("duration_s", "duration"),
        engine=fields.text("engine"),
        quality=fields.numbers("quality"),
    )


def write_json(transcript: Transcript) -> str:
    """Everything the transcript holds, in our own layout."""
    return json.dumps(to_document(transcript), ensure_ascii=False, allow_nan=False)


def to_document(transcript: Transcript) -> dict[str, JsonValue]:
    """Our own layout as JSON values, which of_document reads back unchanged."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "language": transcript.language,
        "duration_s": transcript.duration_s,
        "engine": transcript.engine,
        "quality": dict(transcript.quality),
        "turns": [_turn_row(turn) for turn in transcript.turns],
    }


def _parsed(text: str) -> JsonValue:
    try:
        content: JsonValue = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise TranscriptUnreadable(
            f"Line {error.lineno}, column {error.colno}: the JSON is broken ({error.msg}). "
            "Export the transcript again."
        ) from None
    except (RecursionError, ValueError) as error:
        raise TranscriptUnreadable(f"The JSON cannot be read: {error}") from None
    return content


def _refuse_constant(name: str) -> NoReturn:
    raise TranscriptUnreadable(f"The JSON holds {name}, which is no number. Export it again.")


def _rows(content: JsonValue, fields: JsonFields) -> list[JsonValue]:
    if isinstance(content, list):
        return content
    for name in _LISTS:
        if name in fields.values:
            return as_list(fields.values[name], name)
    if fields.text("text"):
        return [{"text": fields.text("text")}]
    raise NotATranscript(
        'The JSON is no transcript: expected a list of turns, or an object with "turns" or '
        '"segments", each with "text" and, where known, "speaker", "start_s" and "end_s".'
    )


def _turn(fields: JsonFields) -> Turn:
    words = [
        _word(as_fields(row, f"{fields.where}, word {number}"))
        for number, row in enumerate(as_list(fields.values.get("words") or [], "words"), 1)
    ]
    channel = fields.number("channel")
    return Turn(
        text=tidy(fields.text("text", "transcript")),
        speaker=tidy(fields.text("speaker", "speaker_name", "name")),
        start_s=fields.number("start_s", "start", "start_time"),
        end_s=fields.number("end_s", "end", "end_time"),
        channel=None if channel is None else int(channel),
        words=tuple(word for word in words if word is not None),
    )


def _word(fields: JsonFields) -> Word | None:
    """None for a word without times: WhisperX leaves them out where it could not align."""
    start_s = fields.number("start_s", "start", "start_time")
    end_s = fields.number("end_s", "end", "end_time")
    text = tidy(fields.text("text", "word"))
    if start_s is None or end_s is None or not text:
        return None
    check_order([(fields.where.capitalize(), start_s, end_s)])
    return Word(text, start_s, end_s, fields.number("probability", "score", "confidence"))


def _check_times(turns: list[Turn]) -> None:
    """Times must not run backwards within a channel; channels may stand one after another."""
    places: dict[int | None, list[tuple[str, float, float]]] = {}
    for number, turn in enumerate(turns, 1):
        if turn.start_s is not None:
            end_s = turn.start_s if turn.end_s is None else turn.end_s
            places.setdefault(turn.channel, []).append((f"Turn {number}", turn.start_s, end_s))
    for channel_places in places.values():
        check_order(channel_places)


def _in_order(turns: list[Turn]) -> list[Turn]:
    starts = [turn.start_s for turn in turns if turn.start_s is not None]
    if len(starts) < len(turns) or starts == sorted(starts):
        return turns
    return sorted(turns, key=lambda turn: turn.start_s or 0.0)


def _loose_words(fields: JsonFields) -> list[Word]:
    rows = as_list(fields.values.get("words") or [], "words")
    words = [_word(as_fields(row, f"word {number}")) for number, row in enumerate(rows, 1)]
    return [word for word in words if word is not None]


def _with_words(turns: list[Turn], loose: list[Word]) -> list[Turn]:
    """Words that stand beside the segments go to the segment in which their middle lies."""
    if not loose or any(turn.words for turn in turns):
        return turns
    return [
        replace(turn, words=tuple(word for word in loose if _lies_within(word, turn)))
        for turn in turns
    ]


def _lies_within(word: Word, turn: Turn) -> bool:
    middle = (word.start_s + word.end_s) / 2
    return (
        turn.start_s is not None and turn.end_s is not None and turn.start_s <= middle < turn.end_s
    )


def _turn_row(turn: Turn) -> dict[str, JsonValue]:
    row: dict[str, JsonValue] = {
        "text": turn.text,
        "speaker": turn.speaker or None,
        "start_s": turn.start_s,
        "end_s": turn.end_s,
        "channel": turn.channel,
        "words": [_word_row(word) for word in turn.words] or None,
    }
    return {name: value for name, value in row.items() if value is not None}


def _word_row(word: Word) -> JsonValue:
    row: dict[str, JsonValue] = {"text": word.text, "start_s": word.start_s, "end_s": word.end_s}
    if word.probability is not None:
        row["probability"] = word.probability
    if word.low_confidence:
        row["low_confidence"] = True
    return row
