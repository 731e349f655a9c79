"""Transcripts made elsewhere are read as they were meant; our own come back as they were."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from transcription.errors import NotATranscript, TimesMissing, TranscriptUnreadable
from transcription.formats import (
    detect_format,
    read_transcript,
    write_json,
    write_srt,
    write_transcript,
    write_txt,
    write_vtt,
)
from transcription.model import Transcript, Turn, Word, tidy

REP = Turn("Good morning, Acme.", "Jane Doe", 0.5, 2.25)
CUSTOMER = Turn("Hello. The price is 5 < 6 & fine.", "customer", 2.25, 4.0)
CALL = Transcript((REP, CUSTOMER), duration_s=4.0)

texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp")), min_size=1, max_size=60
).map(tidy)
spoken = texts.filter(bool)
speakers = texts.filter(lambda name: name.lower() != "unknown")
milliseconds = st.integers(0, 90 * 60 * 1000).map(lambda value: value / 1000)
bracketable = speakers.map(lambda name: name.translate(str.maketrans("[]{}", "()()")))


@st.composite
def timed_transcripts(draw: st.DrawFn, names: st.SearchStrategy[str] = speakers) -> Transcript:
    starts = sorted(draw(st.lists(milliseconds, min_size=1, max_size=8)))
    turns = tuple(
        Turn(draw(spoken), draw(names), start, round(start + draw(milliseconds), 3))
        for start in starts
    )
    return Transcript(turns, duration_s=max(turn.end_s or 0.0 for turn in turns))


@st.composite
def full_transcripts(draw: st.DrawFn) -> Transcript:
    seconds = st.floats(0, 7200, allow_subnormal=False)
    starts = sorted(draw(st.lists(seconds, max_size=6)))
    words = st.builds(
        lambda text, start, length, probability: Word(text, start, start + length, probability),
        spoken,
        seconds,
        st.floats(0, 5),
        st.none() | st.floats(0, 1),
    )
    turns = tuple(
        Turn(
            draw(spoken),
            draw(speakers),
            start,
            start + draw(st.floats(0, 60)),
            draw(st.none() | st.integers(0, 7)),
            tuple(draw(st.lists(words, max_size=3))),
        )
        for start in starts
    )
    return Transcript(
        turns,
        language=draw(st.none() | st.sampled_from(["en", "de"])),
        duration_s=draw(st.none() | st.floats(0, 90_000)),
        engine=draw(texts),
        quality=draw(st.dictionaries(spoken, st.floats(-1e9, 1e9), max_size=3)),
    )


@given(full_transcripts())
def test_json_brings_everything_back(transcript: Transcript) -> None:
    assert read_transcript(write_json(transcript).encode()) == transcript


def test_json_marks_the_words_that_the_engine_doubts() -> None:
    words = (Word("Good", 0.0, 0.5, 0.9), Word("warning", 0.5, 1.0, 0.2), Word("Acme", 1.0, 1.5))
    written = json.loads(write_json(Transcript((Turn("Good warning Acme", words=words),))))
    marks = [word.get("low_confidence", False) for word in written["turns"][0]["words"]]
    assert marks == [False, True, False]


@given(timed_transcripts())
def test_webvtt_brings_speakers_texts_and_times_back(transcript: Transcript) -> None:
    assert read_transcript(write_vtt(transcript).encode()) == transcript


@given(timed_transcripts(bracketable))
def test_srt_brings_speakers_texts_and_times_back(transcript: Transcript) -> None:
    assume(not any("<" in turn.text or "{" in turn.text for turn in transcript.turns))
    assume(not any("<" in turn.speaker or "{" in turn.speaker for turn in transcript.turns))
    assert read_transcript(write_srt(transcript).encode()) == transcript


@given(st.lists(st.builds(Turn, spoken, bracketable), min_size=1, max_size=8))
def test_text_brings_speakers_and_texts_back(turns: list[Turn]) -> None:
    transcript = Transcript(tuple(turns))
    assert read_transcript(write_txt(transcript).encode()) == transcript


@pytest.mark.parametrize("form", ["vtt", "srt", "txt"])
def test_a_sentence_with_a_colon_is_not_taken_for_a_speaker_on_the_way_back(form: str) -> None:
    turns = (
        Turn("the answer is: yes", "", 0.0, 1.0),
        Turn("Tomorrow: rain", "", 1.0, 2.0),
        Turn("Tomorrow: snow", "the guy in blue", 2.0, 3.0),
    )
    written = write_transcript(Transcript(turns), form)
    read = read_transcript(written.encode())
    assert [(turn.speaker, turn.text) for turn in read.turns] == [
        ("", "the answer is: yes"),
        ("", "Tomorrow: rain"),
        ("the guy in blue", "Tomorrow: snow"),
    ]


def test_webvtt_is_written_with_voices_and_escapes() -> None:
    assert write_vtt(CALL) == (
        "WEBVTT\n\n"
        "00:00:00.500 --> 00:00:02.250\n<v Jane Doe>Good morning, Acme.</v>\n\n"
        "00:00:02.250 --> 00:00:04.000\n"
        "<v customer>Hello. The price is 5 &lt; 6 &amp; fine.</v>\n"
    )


def test_srt_is_written_with_numbers_and_names() -> None:
    assert write_srt(CALL) == (
        "1\n00:00:00,500 --> 00:00:02,250\nJane Doe: Good morning, Acme.\n\n"
        "2\n00:00:02,250 --> 00:00:04,000\ncustomer: Hello. The price is 5 < 6 & fine.\n"
    )


def test_text_is_written_one_paragraph_per_turn() -> None:
    assert write_txt(CALL) == (
        "Jane Doe: Good morning, Acme.\n\ncustomer: Hello. The price is 5 < 6 & fine.\n"
    )


@pytest.mark.parametrize("form", ["vtt", "srt"])
def test_a_transcript_without_times_is_not_written_where_times_are_needed(form: str) -> None:
    untimed = Transcript((replace(REP, end_s=None), CUSTOMER))
    with pytest.raises(TimesMissing, match="1 of 2 turns have no times"):
        write_transcript(untimed, form)


ZOOM = """WEBVTT

1
00:00:03.120 --> 00:00:05.480
Jane Doe: Good morning,

2
00:00:05.480 --> 00:00:07.000
Jane Doe: how are you?

3
00:00:07.900 --> 00:00:09.000
Ravi Kumar-Singh: Fine, thanks. One thing: the price.
"""
TEAMS = """WEBVTT

NOTE made by a meeting tool
over two lines

STYLE
::cue { color: red }

5f2c4a31-0f67-4a11/12-0
00:00:03.120 --> 00:00:05.480 align:start position:0%
<v Jane Doe>Good morning,
how are you?</v>

5f2c4a31-0f67-4a11/13-0
00:00:05.000 --> 00:00:09.000
<v.loud Ravi Kumar-Singh>Fine, <i>thanks</i>.</v> <v Jane Doe>R&amp;D <00:00:08.000>agrees.</v>
"""
SRT = """\ufeff1
00:00:03,120 --> 00:00:05,480
<i>Jane Doe:</i> Good morning,
how are you?

2
00:01:07,900 --> 00:01:09,000
42

3
00:01:09,000 --> 00:01:10,000
RAVI: {\\an8}Fine.
"""
OTTER = """Jane Doe  0:03
Good morning,
how are you?

Ravi  1:07
Fine, thanks.
"""
STAMPED = """[00:00:03] Jane Doe: Good morning.
[00:01:07.500] Ravi: Fine, thanks.
and you?
"""
MEET = """Acme call (2026-03-01 10:00 GMT+1) - Transcript
Attendees
Jane Doe, Ravi Kumar

Transcript
00:00:00

Jane Doe: Good morning.
Ravi Kumar: Hello, how
are you?

00:05:00

Jane Doe: Let us look at the price.

Meeting ended after 00:09:58
"""
ZOOM_TEXT = """[Jane Doe] 23:59:58
Good morning,
how are you?

[Ravi] 23:59:59
Fine.
"""
SBV = """0:00:03.120,0:00:05.480
Jane Doe: Good morning,
how are you?

0:01:07.900,0:01:09.000
Ravi: Fine.
"""
INSIDE = "Jane Doe [00:00:03]: Good morning.\nRavi (0:07): Fine.\n"
VERBOSE = json.dumps(
    {
        "task": "transcribe",
        "language": "english",
        "duration": 4.0,
        "text": "Good morning. Fine.",
        "segments": [
            {"id": 0, "start": 0.0, "end": 2.0, "text": " Good morning.", "tokens": [1]},
            {"id": 1, "start": 2.0, "end": 4.0, "text": " Fine."},
        ],
        "words": [
            {"word": "Good", "start": 0.0, "end": 0.5},
            {"word": "morning", "start": 0.5, "end": 1.0},
            {"word": "Fine", "start": 2.0, "end": 2.5},
        ],
    }
)
WHISPERX = json.dumps(
    {
        "segments": [
            {
                "start": 0.0,
                "end": 2.0,
                "text": "In 2024, yes.",
                "speaker": "SPEAKER_00",
                "words": [
                    {"word": "In", "start": 0.0, "end": 0.4, "score": 0.9},
                    {"word": "2024,"},
                    {"word": "yes.", "start": 1.0, "end": 1.4, "score": 0.8},
                ],
            }
        ]
    }
)


@pytest.mark.parametrize(
    ("content", "form", "expected"),
    [
        pytest.param(
            ZOOM,
            "vtt",
            [
                ("Jane Doe", "Good morning,", 3.12, 5.48),
                ("Jane Doe", "how are you?", 5.48, 7.0),
                ("Ravi Kumar-Singh", "Fine, thanks. One thing: the price.", 7.9, 9.0),
            ],
            id="Zoom",
        ),
        pytest.param(
            TEAMS,
            "vtt",
            [
                ("Jane Doe", "Good morning, how are you?", 3.12, 5.48),
                ("Ravi Kumar-Singh", "Fine, thanks.", 5.0, 9.0),
                ("Jane Doe", "R&D agrees.", 5.0, 9.0),
            ],
            id="Teams",
        ),
        pytest.param(
            SRT,
            "srt",
            [
                ("Jane Doe", "Good morning, how are you?", 3.12, 5.48),
                ("", "42", 67.9, 69.0),
                ("RAVI", "Fine.", 69.0, 70.0),
            ],
            id="SRT",
        ),
        pytest.param(
            OTTER,
            "txt",
            [
                ("Jane Doe", "Good morning, how are you?", 3.0, 67.0),
                ("Ravi", "Fine, thanks.", 67.0, 67.0),
            ],
            id="names and times above the words",
        ),
        pytest.param(
            MEET,
            "txt",
            [
                ("Jane Doe", "Good morning.", None, None),
                ("Ravi Kumar", "Hello, how are you?", None, None),
                ("Jane Doe", "Let us look at the price.", None, None),
            ],
            id="Google Meet",
        ),
        pytest.param(
            ZOOM_TEXT,
            "txt",
            [("Jane Doe", "Good morning, how are you?", 0.0, 1.0), ("Ravi", "Fine.", 1.0, 1.0)],
            id="Zoom's text",
        ),
        pytest.param(
            SBV,
            "sbv",
            [
                ("Jane Doe", "Good morning, how are you?", 3.12, 5.48),
                ("Ravi", "Fine.", 67.9, 69.0),
            ],
            id="SBV",
        ),
        pytest.param(
            STAMPED,
            "txt",
            [
                ("Jane Doe", "Good morning.", 3.0, 67.5),
                ("Ravi", "Fine, thanks. and you?", 67.5, 67.5),
            ],
            id="times in front",
        ),
        pytest.param(
            INSIDE,
            "txt",
            [("Jane Doe", "Good morning.", 3.0, 7.0), ("Ravi", "Fine.", 7.0, 7.0)],
            id="times after the name",
        ),
        pytest.param(
            VERBOSE,
            "json",
            [("", "Good morning.", 0.0, 2.0), ("", "Fine.", 2.0, 4.0)],
            id="verbose_json",
        ),
        pytest.param(WHISPERX, "json", [("SPEAKER_00", "In 2024, yes.", 0.0, 2.0)], id="WhisperX"),
        pytest.param(
            '[{"speaker": "Rep", "text": "Hi"}, {"text": "Hello"}]',
            "json",
            [("Rep", "Hi", None, None), ("", "Hello", None, None)],
            id="bare list",
        ),
        pytest.param(
            "rep: Hi\r\ncustomer: Hello\r\n  and goodbye\r\n",
            "txt",
            [("rep", "Hi", None, None), ("customer", "Hello and goodbye", None, None)],
            id="Windows line ends and a line that goes on",
        ),
    ],
)
def test_other_tools_transcripts_are_read(
    content: str, form: str, expected: list[tuple[str, str, float | None, float | None]]
) -> None:
    assert detect_format(content.encode()) == form
    turns = read_transcript(content.encode()).turns
    assert [(turn.speaker, turn.text, turn.start_s, turn.end_s) for turn in turns] == expected


def test_a_cue_that_overlaps_its_forerunner_may_begin_a_little_before_it() -> None:
    overlapping = (
        "1\n00:00:05,000 --> 00:00:06,000\nSam: Hi.\n\n"
        "2\n00:00:04,600 --> 00:00:05,500\nDana: Hello.\n"
    )
    turns = read_transcript(overlapping.encode()).turns
    assert [(turn.speaker, turn.start_s) for turn in turns] == [("Dana", 4.6), ("Sam", 5.0)]


def test_a_day_of_more_than_24_hours_is_fine() -> None:
    (turn,) = read_transcript(b"WEBVTT\n\n99:59:59.000 --> 100:00:00.500\nHi.\n").turns
    assert (turn.start_s, turn.end_s) == (359_999.0, 360_000.5)


def test_words_beside_the_segments_find_their_segment() -> None:
    first, second = read_transcript(VERBOSE.encode()).turns
    assert [word.text for word in first.words] == ["Good", "morning"]
    assert second.words == (Word("Fine", 2.0, 2.5),)


def test_words_without_times_are_left_out() -> None:
    (turn,) = read_transcript(WHISPERX.encode()).turns
    assert turn.words == (Word("In", 0.0, 0.4, 0.9), Word("yes.", 1.0, 1.4, 0.8))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_common_encodings_are_read(encoding: str) -> None:
    content = "Zoë: Für 20 €\nRenée: Oui".encode(encoding)
    turns = read_transcript(content).turns
    assert [(turn.speaker, turn.text) for turn in turns] == [("Zoë", "Für 20 €"), ("Renée", "Oui")]


def test_content_outweighs_name_and_media_type() -> None:
    turns = read_transcript(ZOOM.encode(), filename="call.json", media_type="text/plain").turns
    assert turns[0].speaker == "Jane Doe"
    turns = read_transcript(b"Rep: Hi", filename="call.vtt", media_type="text/vtt").turns
    assert turns == (Turn("Hi", "Rep"),)


def test_channels_may_stand_one_after_another() -> None:
    rows = [
        {"text": "a", "start_s": 0, "end_s": 1, "channel": 0},
        {"text": "c", "start_s": 9, "end_s": 10, "channel": 0},
        {"text": "b", "start_s": 4, "end_s": 5, "channel": 1},
    ]
    turns = read_transcript(json.dumps(rows).encode()).turns
    assert [turn.text for turn in turns] == ["a", "b", "c"]


BACKWARD_VTT = (
    "WEBVTT\n\n00:00:05.000 --> 00:00:06.000\nHi\n\n00:00:01.000 --> 00:00:02.000\nthere\n"
)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "file is empty", id="empty"),
        pytest.param(b" \n\t\n", "file is empty", id="blank"),
        pytest.param(b"Rep: hi\nCustomer: h\x00o", "line 2 holds .* 0x00", id="a NUL byte"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00\xff", "binary", id="a picture"),
        pytest.param("Rep: hi".encode("utf-16-le"), "binary, not text", id="UTF-16 without mark"),
        pytest.param(b"Rep: \x81\xfe", "byte 5 is none of these", id="unknown encoding"),
        pytest.param(b"Just some prose.\nMore of it.", "names no speaker", id="prose"),
        pytest.param(b"x" * (32 * 1024 * 1024 + 1), "may have 32 MiB", id="too long"),
        pytest.param(b"WEBVTT\n\n", "holds no cue", id="no cues"),
        pytest.param(b"WEBVTT\n\n00:01.000 --> 00:02.000\n\n", "holds no words", id="no words"),
        pytest.param(b"WEBVTT\n\n00:01 -> 00:02\nHi", "Line 3: expected a cue", id="bad arrow"),
        pytest.param(
            b"WEBVTT\n\n1\nlater --> 00:02.000\nHi", "Line 4: expected two times", id="bad time"
        ),
        pytest.param(
            b"1\n00:00:05,000 --> 00:00:06,000\nHi\n\n2\n00:00:04,500 --> 00:00:04,900\nyou\n",
            "Line 6: the times run backwards",
            id="SRT cues in the wrong order by half a second",
        ),
        pytest.param(
            b"1\n00:00:05,000 --> 00:00:06,000\nHi\n2\n00:00:07,000 --> 00:00:08,000\nyou\n",
            "Line 5: expected words, or a blank line before the next cue",
            id="SRT without blank line",
        ),
        pytest.param(
            b"WEBVTT\n\n00:05.000 --> 00:06.000\nHi\n00:07.000 --> 00:08.000\nyou\n",
            "Line 5: expected words, or a blank line before the next cue",
            id="VTT without blank line",
        ),
        pytest.param(
            b"WEBVTT\n\n99:99:99.000 --> 99:99:99.500\nHi\n",
            "Line 3: expected minutes and seconds of at most 59",
            id="VTT with 99 minutes",
        ),
        pytest.param(
            b"1\n00:00:05,000 --> 00:00:60,000\nHi\n",
            "Line 2: expected minutes and seconds of at most 59",
            id="SRT with 60 seconds",
        ),
        pytest.param(
            b"[00:00:01] Dana: Hi\n[00:61:02] Sam: you\n",
            "Line 2: expected minutes and seconds of at most 59, got '00:61:02'",
            id="text with 61 minutes",
        ),
        pytest.param(BACKWARD_VTT.encode(), "Line 6: the times run backwards", id="VTT backwards"),
        pytest.param(
            b"1\n00:00:05,000 --> 00:00:04,000\nHi",
            "Line 2: the times run backwards, from 5.000 s to 4.000 s",
            id="SRT cue backwards",
        ),
        pytest.param(
            b"[00:00:09] Rep: hi\n[00:00:02] Customer: hello",
            "Line 2: the times run backwards",
            id="text backwards",
        ),
        pytest.param(
            b'[{"text":"a","start":9,"end":10},{"text":"b","start":1,"end":2}]',
            "Turn 2: the times run backwards",
            id="JSON backwards",
        ),
        pytest.param(
            b'[{"text":"a","start":1,"end":2,"words":[{"word":"a","start":2,"end":1}]}]',
            "Turn 1, word 1: the times run backwards",
            id="word backwards",
        ),
        pytest.param(b'{"turns": [{"text": "a"', "JSON is broken", id="half JSON"),
        pytest.param(b'{"turns": "a"}', "Turns: expected a list", id="turns are no list"),
        pytest.param(b'{"turns": ["a"]}', "Turn 1: expected an object", id="turn is no object"),
        pytest.param(
            b'{"turns": [{"text": ["a"]}]}', 'Turn 1: "text" should be text', id="text is a list"
        ),
        pytest.param(
            b'{"turns": [{"text": "a", "start_s": "soon"}]}',
            "\"start_s\" should be a number, but it is 'soon'",
            id="time is text",
        ),
        pytest.param(b'{"turns": [{"text": "a", "start_s": NaN}]}', "NaN", id="not a number"),
        pytest.param(
            b'{"turns": [{"text": "a", "start_s": -1, "end_s": 2}]}', "negative", id="negative"
        ),
        pytest.param(b'{"a": 1}', "no transcript: expected a list of turns", id="other JSON"),
        pytest.param(b"[" * 100_000 + b"{", "cannot be read", id="deep JSON"),
        pytest.param(b'{"turns": []}', "holds no turn", id="no turns"),
        pytest.param(b'{"format": "rapport-transcript", "version": 2}', "version 2", id="newer"),
        pytest.param(
            b'{"turns": [{"text": "a", "start_s": 1e300, "end_s": 1e300}]}', "a week", id="far off"
        ),
    ],
)
def test_what_is_no_transcript_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(TranscriptUnreadable, match=reason):
        read_transcript(content, filename=None, media_type=None)


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\n\x00\x01", b"Dear Sir,\nthank you.", b'{"name": "Acme"}', b"PK\x03\x04"]
)
def test_what_has_no_form_of_a_transcript_is_told_apart_from_a_broken_one(content: bytes) -> None:
    with pytest.raises(NotATranscript):
        read_transcript(content)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for start in (b"", b"WEBVTT\n\n", b"1\n00:01,000 --> 00:02,000\n", b'[{"text":'):
        with suppress(TranscriptUnreadable):
            assert all(turn.text for turn in read_transcript(start + content).turns)


def test_a_word_that_nobody_could_say_is_refused_with_its_turn() -> None:
    said = f"Ann: Good morning.\nBob: {'x' * 200_000}\n"
    with pytest.raises(TranscriptUnreadable, match="200000 letters in turn 2"):
        read_transcript(said.encode())
    long = "。".join(["言葉" * 400] * 30)  # no blanks are needed
    assert len(read_transcript(f"Ann: {long}\nBob: 是\n".encode()).turns) == 2
