"""Spoken words made readable without changing what was said: fillers, repeats and noises go."""

from __future__ import annotations

import re

from retrieval.stems import STOPWORDS
from retrieval.words import words

_NOISE = re.compile(
    r"\[[^\]]{0,40}\]|\*[^*]{1,40}\*|<[^>]{0,40}>|\{[^}]{0,40}\}|\((?:laugh|inaud|crosst|"
    r"noise)[^)]*\)",
    re.IGNORECASE,
)
_SPELT = re.compile(r"\b((?:[A-Z]_)+)([A-Z]?)(?=\b|_|s\b|\W)")
_FILLERS = re.compile(
    r"(?:,\s*|—\s*)?(?<![\w'’-])(?:u+h+m*|u+m+|e+r+m*|a+h+|hm+|mm+(?:-hmm+)?|uh-huh|"
    r"(?<=, )you know(?=,)|(?<=u[hm] )you know)(?![\w'’-])(?:\s*,)?(?:\s+\.(?=\s+[a-z]))?",
    re.IGNORECASE,
)
_OPENERS = re.compile(
    r"^\W*(?:(?:so|okay|ok|well|oh|right|and|alright|all right|now|yeah so|i mean|like|look|"
    r"listen)\s*,\s*"
    r"|(?:okay|ok|oh|and|so|yeah so|okay so|well so|right so)\s+(?=(?:i|we|you|they|he|she|it|"
    r"that|the|this|there|"
    r"our|my|your|if|what|let|basically)\b)(?!so that))+",
    re.IGNORECASE,
)
_CUT_OFF = re.compile(r"(?<![\w'’])([A-Za-z]{1,4})-?\s+(?=\1[\w'’]*\w)", re.IGNORECASE)
# Short words that a longer one may begin with, and that are no stammer: "in include", "off offer".
_SHORT_WORDS = STOPWORDS | set(
    words("ten two one new old man per day let see set sit put try use way ago buy run app cost")
)
_NUMBERS = re.compile(
    r"\d|^(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|"
    r"thirty|forty|fifty|"
    r"sixty|seventy|eighty|ninety|hundred|thousand|million|oh|zero|double|very|really|no|yes|"
    r"had|bye|that)$",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\S+")
_LONGEST_REPEAT = 4
_HEADING_WORDS = 24


def tidy(text: str) -> str:
    """The sentence as it would be written down: same words, in order, minus the stumbling."""
    readable = _SPELT.sub(lambda match: match[1].replace("_", "") + match[2], _NOISE.sub(" ", text))
    readable = re.sub(r"(?<=[A-Z])_(?=s?\b)", "", readable)
    readable = _FILLERS.sub(" ", readable)
    readable = _without_repeats(readable)
    readable = _CUT_OFF.sub(_cut_off, readable)
    readable = re.sub(r"\s+([,.;:?!])", r"\1", re.sub(r"\s+", " ", readable)).strip()
    readable = re.sub(r"([,;:])(?:\s*[,;:])+", r"\1", readable)
    readable = re.sub(r"[,;:]+([.?!])", r"\1", readable).lstrip(" ,.;:—–-")
    shortened = _OPENERS.sub("", readable)
    return shortened if len(shortened.split()) >= 2 else readable


def written(text: str) -> str:
    """The same as `tidy`, with a capital where a sentence lost its first words."""
    readable = tidy(text)
    return readable[:1].upper() + readable[1:]


def as_heading(text: str) -> str:
    """The beginning of a sentence as a heading: a capital first, no full stop."""
    words = " ".join(text.rstrip(" .,;?!").split()[:_HEADING_WORDS])
    return words[:1].upper() + words[1:]


def _without_repeats(text: str) -> str:
    """Drop the first of a run said twice ("do we do we have"); numbers and emphasis stay."""
    words = _TOKEN.findall(text)
    keys = [word.strip(",.;:—–-").lower() for word in words]
    kept: list[int] = []
    position = 0
    while position < len(words):
        length = _repeat_at(keys, position)
        if length:
            position += length
            continue
        kept.append(position)
        position += 1
    return " ".join(words[each] for each in kept)


def _repeat_at(keys: list[str], position: int) -> int:
    for length in range(_LONGEST_REPEAT, 0, -1):
        run = keys[position : position + length]
        if not all(run) or run != keys[position + length : position + 2 * length]:
            continue
        if length > 1 or not _NUMBERS.search(run[0]):
            return length if not all(_NUMBERS.search(key) for key in run) else 0
    return 0


def _cut_off(match: re.Match[str]) -> str:
    return match[0] if match[1].lower() in _SHORT_WORDS else ""
