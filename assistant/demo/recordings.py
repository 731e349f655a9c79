"""The calls as files of other makers' tools: WebVTT, SRT, JSON, "Speaker: text"."""

from __future__ import annotations

import json

from assistant.demo.calls import Call, SpokenTurn


def written_down(call: Call) -> str:
    """The transcript in the format that its script asks for."""
    return {"vtt": _vtt, "srt": _srt, "json": _json, "txt": _txt}[call.format](call)


def _vtt(call: Call) -> str:
    cues = [
        f"{_clock(turn.start_s, '.')} --> {_clock(turn.end_s, '.')}\n<v {turn.speaker}>{turn.text}"
        for turn in call.turns
    ]
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n"


def _srt(call: Call) -> str:
    cues = [
        f"{number}\n{_clock(turn.start_s, ',')} --> {_clock(turn.end_s, ',')}\n{_line(turn)}"
        for number, turn in enumerate(call.turns, start=1)
    ]
    return "\n\n".join(cues) + "\n"


def _json(call: Call) -> str:
    segments = [
        {"start": turn.start_s, "end": turn.end_s, "speaker": turn.speaker, "text": turn.text}
        for turn in call.turns
    ]
    return json.dumps({"language": "en", "segments": segments}, ensure_ascii=False, indent=1)


def _txt(call: Call) -> str:
    return "\n".join(_line(turn) for turn in call.turns) + "\n"


def _line(turn: SpokenTurn) -> str:
    return f"{turn.speaker}: {turn.text}"


def _clock(seconds: float, mark: str) -> str:
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    minutes, second = divmod(whole, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02d}:{minute:02d}:{second:02d}{mark}{milliseconds:03d}"
