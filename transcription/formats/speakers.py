"""Who speaks, when a line says so in front of its words: "Name: text" or "[Name]: text"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

UNKNOWN = "unknown"
_BRACKETED = re.compile(r"\[([^\]\n]{1,120})\]:(?:\s+|$)(.*)", re.DOTALL)
_PLAIN = re.compile(r"([^\s:\[\]<>][^:\[\]<>\n]{0,63}?)\s*:(?:\s+|$)(.*)", re.DOTALL)
_ROLES = frozenset(
    """
    agent assistant buyer caller client clerk customer doctor guest host interviewee interviewer
    manager moderator operator participant patient presenter rep representative seller speaker
    support user
    """.split()  # noqa: SIM905  a list of one word per line would push the code off the page
)
# Lower-case words inside a name that is otherwise capitalised.
_PARTICLES = frozenset(("al and bin da de del den der di du el la le of the van von y zu").split())  # noqa: SIM905
_NOT_NAMES = frozenset(
    """
    also attachments because bcc but caution cc conclusion date debug error example fact first
    from however http https important info note ps question remember result second sent so
    subject summary therefore third tip to update warn warning
    """.split()  # noqa: SIM905
)
MAX_WORDS = 6
COMMON_SHARE = 1 / 3
_TO_ROUND = str.maketrans("[]{}", "()()")


def split_speakers(texts: Iterable[str]) -> list[tuple[str | None, str]]:
    """Each text as (speaker, words); None where no speaker is named, "" where named as unknown.

    A prefix counts as a name if it looks like one and such prefixes are common in the file or the
    same one comes again, so that "the answer is: yes" and a lone "Tomorrow: rain" stay sentences.
    """
    texts = list(texts)
    plain = [_PLAIN.fullmatch(text) for text in texts]
    seen = Counter(match.group(1) for match in plain if match)
    named = sum(times for name, times in seen.items() if _is_name(name))
    common = named >= COMMON_SHARE * len(texts)
    accepted = {name for name, times in seen.items() if _accepts(name, times, common=common)}
    return [_split(text, match, accepted) for text, match in zip(texts, plain, strict=True)]


def join_speakers(turns: Iterable[tuple[str, str]], *, mark_unknown: bool = False) -> list[str]:
    """The lines that split_speakers takes apart again into these speakers and texts.

    Names stand bare where that is read back rightly, else every name stands in brackets. With
    mark_unknown an unknown speaker is written out too. Brackets and braces in names become round.
    """
    turns = [(speaker.translate(_TO_ROUND), text) for speaker, text in turns]
    bracketed = [f"[{speaker or UNKNOWN}]: {text}" for speaker, text in turns]
    lines = [
        f"{speaker}: {text}" if speaker else (marked if mark_unknown else text)
        for (speaker, text), marked in zip(turns, bracketed, strict=True)
    ]
    read_back = [(speaker or "", text) for speaker, text in split_speakers(lines)]
    return lines if read_back == turns else bracketed


def _accepts(name: str, times: int, *, common: bool) -> bool:
    return (_is_name(name) and common) or (times > 1 and _may_be(name))


def _split(text: str, plain: re.Match[str] | None, accepted: set[str]) -> tuple[str | None, str]:
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed:
        name = bracketed.group(1).strip()
        return ("" if name.lower() == UNKNOWN else name), bracketed.group(2)
    if plain and plain.group(1) in accepted:
        return plain.group(1), plain.group(2)
    return None, text


def _may_be(name: str) -> bool:
    words = name.split()
    return len(words) <= MAX_WORDS and words[0].lower() not in _NOT_NAMES and not name.isdigit()


def _is_name(name: str) -> bool:
    if not _may_be(name) or name != name.strip():
        return False
    first, *rest = name.split()
    if first.lower() in _ROLES:
        return all(word.isdigit() or _capital(word) or len(word) == 1 for word in rest)
    return _capital(first) and all(
        _capital(word) or word in _PARTICLES or word.isdigit() for word in rest
    )


def _capital(word: str) -> bool:
    letter = word.lstrip("(\"'")[:1]
    return letter.isalpha() and not letter.islower()
