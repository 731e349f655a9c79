"""How a conversation went, counted from its turns: nothing here is guessed, nor said of feelings.

Each figure has a definition that a reader can check by hand on the transcript. Where the turns
do not tell (no times, speakers unsure, one channel), the figure is None and `unknown` says why.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from transcription.model import Transcript, Turn

# "Mhm", "I see": said while listening, it neither ends a monologue nor takes the floor.
MOST_LISTENING_WORDS = 2
# Longer pauses end a monologue: the floor was free.
LONGEST_PAUSE_S = 3.0
# Word times are this inexact; who begins within it of the other's end did not interrupt.
OVERLAP_SLACK_S = 0.5
# Of all speech: beyond it, figures by party could be wrong by as much.
MOST_UNKNOWN_SHARE = 0.1
LEAST_TALK_S = 10.0
_QUESTION = re.compile(r"\?+")
_PUNCTUATION = re.compile(r"[.?!]")
_WITHOUT_BLANKS = frozenset({"zh", "ja", "th", "lo", "km", "my"})

NO_TIMES = "The transcript has no times."
NO_NAMES = "Who spoke is not known for {share:.0%} of the speech. Name the speakers first."
ONE_CHANNEL = "Only recordings with a channel for each party tell who spoke over whom."
NO_MARKS = "The transcript has no punctuation."
NO_BLANKS = "Words of this language cannot be counted by their blanks."
NO_LENGTH = "The length of the call is not known."


@dataclass(frozen=True, slots=True)
class PartyInsights:
    """One party's part.

    talk_s: seconds of its turns.  talk_share: of all parties' talk_s.  longest_monologue_s: from
    the start of a turn to the end of the party's last before another says more than two words, or
    nobody anything for three seconds.  interruptions: turns of more than two words begun while
    another had more than half a second to go, and held beyond its end.  questions: sentences with
    a question mark.  patience_s: the median pause before answering another.  words_per_minute: of
    talk_s, from ten seconds on.
    """

    party: str
    turns: int
    words: int | None
    talk_s: float | None
    talk_share: float | None
    longest_monologue_s: float | None
    longest_monologue_at_s: float | None
    interruptions: int | None
    questions: int | None
    patience_s: float | None
    words_per_minute: float | None


@dataclass(frozen=True, slots=True)
class Insights:
    """The whole conversation, then each party in the order in which they begin.

    silence_s: when nobody speaks.  unknown: figure -> why it is not known.
    """

    duration_s: float | None
    speech_s: float | None
    silence_s: float | None
    silence_share: float | None
    longest_silence_s: float | None
    longest_silence_at_s: float | None
    unknown_speaker_share: float | None
    parties: tuple[PartyInsights, ...]
    unknown: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Said:
    party: str
    start_s: float
    end_s: float
    words: int


def insights_of(transcript: Transcript) -> Insights:
    """What can be counted of this transcript."""
    turns = [turn for turn in transcript.turns if turn.text]
    timed = [turn for turn in turns if turn.start_s is not None and turn.end_s is not None]
    said = [_said(turn) for turn in timed] if len(timed) == len(turns) else []
    unknown: dict[str, str] = {}
    if turns and not said:
        unknown["talk_s"] = NO_TIMES
    share = _unknown_share(turns, said)
    named = [turn for turn in turns if turn.speaker]
    if share is not None and share > MOST_UNKNOWN_SHARE:
        unknown["parties"] = NO_NAMES.format(share=share)
        named = []
    if len({turn.channel for turn in named if turn.channel is not None}) < len(_parties(named)):
        unknown["interruptions"] = ONE_CHANNEL
    if turns and not any(_PUNCTUATION.search(turn.text) for turn in turns):
        unknown["questions"] = NO_MARKS
    if transcript.language in _WITHOUT_BLANKS:
        unknown["words"] = NO_BLANKS
    parties = tuple(_party(name, named, said, unknown) for name in _parties(named))
    return _whole(transcript, said, share, parties, unknown)


def _said(turn: Turn) -> _Said:
    start_s = turn.start_s or 0.0
    return _Said(turn.speaker, start_s, max(start_s, turn.end_s or 0.0), len(turn.text.split()))


def _parties(turns: Sequence[Turn]) -> list[str]:
    return list(dict.fromkeys(turn.speaker for turn in turns if turn.speaker))


def _unknown_share(turns: Sequence[Turn], said: Sequence[_Said]) -> float | None:
    """By seconds, where there are times, else by words."""
    weights = (
        [(one.party, one.end_s - one.start_s) for one in said]
        if said
        else [(turn.speaker, float(len(turn.text.split()))) for turn in turns]
    )
    whole = sum(weight for _, weight in weights)
    if not whole:
        return None
    return sum(weight for party, weight in weights if not party) / whole


def _whole(
    transcript: Transcript,
    said: Sequence[_Said],
    share: float | None,
    parties: tuple[PartyInsights, ...],
    unknown: dict[str, str],
) -> Insights:
    spans = _joined([(one.start_s, one.end_s) for one in said])
    speech_s = sum(end - start for start, end in spans)
    duration_s = transcript.duration_s
    if duration_s is None:
        unknown["silence_s"] = NO_LENGTH
    gaps: list[tuple[float, float]] = []
    if duration_s is not None and (said or not transcript.turns):
        edges = [(0.0, 0.0), *spans, (duration_s, duration_s)]
        gaps = [(after[0] - before[1], before[1]) for before, after in pairwise(edges)]
    known = bool(gaps) and bool(duration_s)
    longest_s, at_s = max(gaps, key=lambda gap: gap[0]) if known else (None, None)
    silence_s = sum(max(0.0, gap) for gap, _ in gaps) if known else None
    return Insights(
        duration_s=duration_s,
        speech_s=_round(speech_s) if said else None,
        silence_s=_round(silence_s),
        silence_share=_round(silence_s / duration_s, 4)
        if silence_s is not None and duration_s
        else None,
        longest_silence_s=_round(longest_s),
        longest_silence_at_s=_round(at_s),
        unknown_speaker_share=_round(share, 4),
        parties=parties,
        unknown=unknown,
    )


def _party(
    name: str, turns: Sequence[Turn], said: Sequence[_Said], unknown: dict[str, str]
) -> PartyInsights:
    own = [turn for turn in turns if turn.speaker == name]
    words = None if "words" in unknown else sum(len(turn.text.split()) for turn in own)
    talk_s = _talk_s(said, name) if said else None
    everyone_s = sum(_talk_s(said, party) for party in _parties(turns)) if said else 0.0
    monologue_s, at_s = _longest_monologue(said, name) if said else (None, None)
    rate = None
    if words is not None and talk_s is not None and talk_s >= LEAST_TALK_S:
        rate = round(60 * words / talk_s, 1)
    return PartyInsights(
        party=name,
        turns=len(own),
        words=words,
        talk_s=_round(talk_s),
        talk_share=_round(talk_s / everyone_s, 4) if talk_s is not None and everyone_s else None,
        longest_monologue_s=_round(monologue_s),
        longest_monologue_at_s=_round(at_s),
        interruptions=None
        if "interruptions" in unknown or not said
        else _interruptions(said, name),
        questions=None
        if "questions" in unknown
        else sum(len(_QUESTION.findall(turn.text)) for turn in own),
        patience_s=_round(_patience_s(said, name)) if said else None,
        words_per_minute=rate,
    )


def _talk_s(said: Sequence[_Said], party: str) -> float:
    spans = _joined([(one.start_s, one.end_s) for one in said if one.party == party])
    return sum(end - start for start, end in spans)


def _joined(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The same time, in spans that do not overlap."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def _longest_monologue(said: Sequence[_Said], party: str) -> tuple[float, float | None]:
    longest_s, at_s = 0.0, None
    start_s: float | None = None
    end_s = 0.0
    for one in sorted(said, key=lambda each: each.start_s):
        if one.party != party:
            if one.words > MOST_LISTENING_WORDS:
                start_s = None
            continue
        if start_s is None or one.start_s - end_s > LONGEST_PAUSE_S:
            start_s = one.start_s
        end_s = one.end_s
        if end_s - start_s > longest_s:
            longest_s, at_s = end_s - start_s, start_s
    return longest_s, at_s


def _interruptions(said: Sequence[_Said], party: str) -> int:
    others = [one for one in said if one.party != party]
    own = [one for one in said if one.party == party and one.words > MOST_LISTENING_WORDS]
    return sum(
        any(
            other.start_s < one.start_s < other.end_s - OVERLAP_SLACK_S and one.end_s > other.end_s
            for other in others
        )
        for one in own
    )


def _patience_s(said: Sequence[_Said], party: str) -> float | None:
    """Pauses after another's words before the party's own; who speaks over the other has none."""
    in_order = sorted(said, key=lambda one: one.start_s)
    pauses = [
        after.start_s - before.end_s
        for before, after in pairwise(in_order)
        if after.party == party and before.party != party and after.start_s >= before.end_s
    ]
    return median(pauses) if pauses else None


def _round(value: float | None, digits: int = 2) -> float | None:
    return None if value is None else round(value, digits)
