"""How far recognised words are from what was said: word error rate on normalised text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

_BRACKETED = re.compile(r"\[[^\]]*\]|\([^)]*\)|<[^>]*>")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_NUMBER = re.compile(r"\d+")
_LETTERS_AND_DIGITS = re.compile(r"(\d)(?=[^\W\d_])|([^\W\d_])(?=\d)")
_HESITATIONS = frozenset(("hm hmm mhm mm mmm uh uhm um").split())  # noqa: SIM905
_ABBREVIATIONS = {
    "mr": "mister", "mrs": "missus", "ms": "miss", "dr": "doctor", "st": "saint",
    "prof": "professor", "vs": "versus", "ok": "okay",
}  # fmt: skip
_ONES_IN_ORDER = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_ONES = _ONES_IN_ORDER.split()
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_LARGEST_SPELLED = 999_999


@dataclass(frozen=True, slots=True)
class WordErrors:
    """Words replaced, left out and put in against a reference of so many words."""

    replaced: int
    left_out: int
    put_in: int
    words: int

    @property
    def rate(self) -> float:
        """Errors per word of the reference; above 1 when more was put in than said."""
        return (self.replaced + self.left_out + self.put_in) / max(self.words, 1)

    def __add__(self, other: WordErrors) -> WordErrors:
        return WordErrors(
            self.replaced + other.replaced,
            self.left_out + other.left_out,
            self.put_in + other.put_in,
            self.words + other.words,
        )


NO_ERRORS = WordErrors(0, 0, 0, 0)


def word_errors(reference: str, heard: str) -> WordErrors:
    """The least changes of words that make one text of the other, both normalised."""
    said, got = normalised(reference), normalised(heard)
    kinds = [step.tag for step in Levenshtein.editops(said, got)]
    return WordErrors(
        kinds.count("replace"), kinds.count("delete"), kinds.count("insert"), len(said)
    )


def normalised(text: str) -> list[str]:
    """The words as a judge of recognition counts them, after Whisper's English normaliser.

    Lower case, without marks, accents, hesitations and what stands in brackets; numbers and common
    abbreviations in full. Source: Radford et al. 2022, appendix C; numbers are spelled here, where
    the original writes digits, which is the same for telling two texts apart.
    """
    text = _BRACKETED.sub(" ", text.lower())
    text = _THOUSANDS.sub("", text.replace("%", " percent ").replace("&", " and "))
    text = _LETTERS_AND_DIGITS.sub(lambda match: match.group() + " ", text)
    text = _NUMBER.sub(lambda match: f" {_spelled(int(match.group()[:12]))} ", text)
    plain = unicodedata.normalize("NFKD", text.replace("\u2019", "'").replace("'", ""))
    letters = "".join(
        letter if letter.isalnum() else "" if unicodedata.combining(letter) else " "
        for letter in plain
    )
    words = [_ABBREVIATIONS.get(word, word) for word in letters.split()]
    return [word for word in words if word not in _HESITATIONS]


def _spelled(number: int) -> str:
    """The number in English words; digit by digit where it is too long to be said whole."""
    if number > _LARGEST_SPELLED:
        return " ".join(_ONES[int(digit)] for digit in str(number))
    if number >= 1000:
        return f"{_spelled(number // 1000)} thousand {_rest(number % 1000)}"
    if number >= 100:
        return f"{_ONES[number // 100]} hundred {_rest(number % 100)}"
    if number >= len(_ONES):
        return f"{_TENS[number // 10]} {_rest(number % 10)}"
    return _ONES[number]


def _rest(number: int) -> str:
    return _spelled(number) if number else ""
