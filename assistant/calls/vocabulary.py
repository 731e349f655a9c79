"""Names that the recogniser is told to expect: chosen, bounded, measured, dropped where they harm.

Whether expecting names helps is not assumed. A share of calls is recognised without them; what
reps correct afterwards is compared between the two. A term that gets into transcripts where reps
take it out again is expected no more.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import exp, log, sqrt

from assistant.crm.hygiene import fold

# A prompt has room for some 100 tokens of names; more push out what was just said.
MOST_TERMS = 50
MOST_CHARACTERS = 400
LONGEST_TERM = 60
MOST_WORDS = 4
# How much a name's source says that it will be spoken, and misheard.
WEIGHTS: Mapping[str, float] = {
    "correction": 4.0, "spoken to": 3.0, "company": 2.5, "contact": 2.0, "product": 1.5,
    "house": 1.5, "competitor": 1.2, "place": 0.5,
}  # fmt: skip
# A correction of three months ago counts a third of today's.
FADES_DAYS = 90.0
LEAST_TAKEN_OUT = 2
LEAST_CALLS = 20
# "ricks" and "Rix" share half of their letters; a name put in for "he" or for another does not.
SOUNDS_ALIKE = 0.5
Z_95 = 1.96
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that may be spoken; record_id is whose it is, days_ago when it last mattered."""

    term: str
    source: str
    record_id: str | None = None
    days_ago: float = 0.0


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of a term in calls that expected it."""

    heard: int = 0
    put_in: int = 0
    taken_out: int = 0

    @property
    def harms(self) -> bool:
        """Reps took it out at least twice, and at least half of the times that it was heard."""
        return self.taken_out >= LEAST_TAKEN_OUT and 2 * self.taken_out >= self.heard


@dataclass(frozen=True, slots=True)
class Arm:
    """Corrected calls of one kind: corrections of terms in each."""

    corrections: tuple[int, ...]

    @property
    def calls(self) -> int:
        return len(self.corrections)

    @property
    def mean(self) -> float | None:
        return sum(self.corrections) / self.calls if self.calls else None


@dataclass(frozen=True, slots=True)
class Effect:
    """Corrections per call with names expected, less those without; negative is help.

    verdict: helps, harms, or unknown while calls are few or the interval holds 0.
    """

    difference: float | None
    low: float | None
    high: float | None
    verdict: str


def chosen(
    candidates: Iterable[Candidate], bearers: Mapping[str, int], dropped: frozenset[str]
) -> list[Candidate]:
    """The most telling names that fit, best first.

    bearers: by folded word, how many records bear it: a rare name is what is misheard.
    """
    best: dict[str, tuple[float, Candidate]] = {}
    for one in candidates:
        term = " ".join(one.term.split())
        key = key_of(term)
        if not key or key in dropped or not 1 < len(term) <= LONGEST_TERM:
            continue
        score = WEIGHTS[one.source] * _rarity(key, bearers) * exp(-one.days_ago / FADES_DAYS)
        if key not in best or score > best[key][0]:
            best[key] = score, Candidate(term, one.source, one.record_id, one.days_ago)
    taken: list[Candidate] = []
    room = MOST_CHARACTERS
    for _, (_, one) in sorted(best.items(), key=lambda item: (-item[1][0], item[0])):
        if len(taken) < MOST_TERMS and len(one.term) + 1 <= room:
            taken.append(one)
            room -= len(one.term) + 1
    return taken


def key_of(term: str) -> str:
    """The term as it is told apart from others."""
    return " ".join(words_of(term))


def words_of(text: str) -> list[str]:
    """The words of a text, folded."""
    return fold(text).split()


def _rarity(key: str, bearers: Mapping[str, int]) -> float:
    """1 for a word that one record bears, falling with the logarithm of those that do."""
    return max(1 / (1 + log(max(1, bearers.get(word, 1)))) for word in key.split())


def held_out(call_id: str, percent: int) -> bool:
    """Is this call recognised without names, to compare with? Always the same for one call."""
    return int(hashlib.sha256(call_id.encode()).hexdigest()[:8], 16) % 100 < percent


def occurrences(texts: Iterable[str], keys: Iterable[str]) -> dict[str, int]:
    """How often each key is said, as whole words, none across two turns."""
    counted = dict.fromkeys(keys, 0)
    lengths = {len(key.split()) for key in counted}
    for text in texts:
        words = words_of(text)
        for length in lengths:
            for start in range(len(words) - length + 1):
                said = " ".join(words[start : start + length])
                if said in counted:
                    counted[said] += 1
    return counted


def learned(before: Sequence[str], after: Sequence[str], *, alike: float = 0.0) -> list[str]:
    """Names that a person put where other words stood: capitals or figures inside a sentence.

    before, after: the texts that were changed, pair by pair. alike: least likeness, 0 to 1, of the
    letters that stood to those that were put; above 0 where a text may be reworded at will.
    """
    found: dict[str, None] = {}
    for old, new in zip(before, after, strict=True):
        old_words, new_words = _WORD.findall(old), _WORD.findall(new)
        matcher = SequenceMatcher(
            None, [fold(w) for w in old_words], [fold(w) for w in new_words], autojunk=False
        )
        for kind, old_start, old_end, start, end in matcher.get_opcodes():
            if kind != "replace" or end - start > MOST_WORDS or old_end - old_start > MOST_WORDS:
                continue
            named = [word for word in new_words[start:end] if _is_name(word)]
            term = " ".join(named)
            if _likeness("".join(old_words[old_start:old_end]), "".join(named)) < alike:
                continue
            if named and len(term) > 1 and (start or end - start > 1 or len(new_words) == 1):
                found.setdefault(term)
    return list(found)


def _likeness(old: str, new: str) -> float:
    return SequenceMatcher(None, fold(old), fold(new), autojunk=False).ratio()


def _is_name(word: str) -> bool:
    return not word.islower() and any(letter.isalpha() for letter in word)


def effect_of(expected: Arm, without: Arm) -> Effect:
    """The difference of means with its 95 % interval (Welch), and what follows from it."""
    if expected.mean is None or without.mean is None:
        return Effect(None, None, None, "unknown")
    difference = expected.mean - without.mean
    margin = Z_95 * sqrt(_variance(expected) + _variance(without))
    low, high = difference - margin, difference + margin
    verdict = "unknown"
    if min(expected.calls, without.calls) >= LEAST_CALLS:
        verdict = "harms" if low > 0 else "helps" if high < 0 else "unknown"
    return Effect(round(difference, 3), round(low, 3), round(high, 3), verdict)


def _variance(arm: Arm) -> float:
    """Of the mean."""
    if arm.calls < 2 or arm.mean is None:
        return 0.0
    mean = arm.mean
    return sum((one - mean) ** 2 for one in arm.corrections) / (arm.calls - 1) / arm.calls
