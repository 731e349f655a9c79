"""Deeds told as done, and figures told as moving or apart, where the source tells neither."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from retrieval.clauses import Sentence
from retrieval.gathered import Evidence
from retrieval.stems import STOPWORDS, fold, stem
from retrieval.synonyms import concept
from retrieval.words import words

# "Has been released", "were connected", "is entered": what follows is told as done.
_TOLD_AS_DONE = re.compile(
    r"\b(?:has|have|had|was|were|been|is|are|got|'s|’s)\s+"
    r"(?:(?:already|now|since|all|both|each|finally|just|even|been|being)\s+)*(?P<deed>[a-z]{4,})\b",
    re.IGNORECASE,
)
_NOT_DONE_BEFORE = re.compile(
    r"\b(?:not|never|cannot|no longer|to be|yet to|if|unless|until|once|when|before|after"
    r"|should|must|will|would|can|could|may|might)\b[^.;|\n]{0,24}$|n['’]t\s[^.;|\n]{0,24}$",
    re.IGNORECASE,
)
_NOT_DONE_AFTER = re.compile(
    r"^(?:\s+(?:by|on|at|in)(?:\s+\w+){0,2})?\s*[:=]\s*(?:no\b|not\b|none\b|never\b|–|—|-(?!\d))",
    re.IGNORECASE,
)
_NO_VALUE = re.compile(r"(?:no|not|none|never|–|—|-)(?![\w])", re.IGNORECASE)
_ENDINGS = ("ed", "en", "nt", "id", "ld", "ne", "wn", "de")
_SUPPOSED = re.compile(
    r"\b(?:not|never|no|nobody|none|if|unless|until|once|will|would|can|could|may|might|should|must"
    r"|to be|before|after|when|only|cannot)\b|n['’]t\b",
    re.IGNORECASE,
)
_UP = frozenset(
    words(
        "up rise rises rose risen rising increase increases increased increasing grow grows grew "
        "grown growing higher more improve improved improves better climbed gained bigger larger "
        "greater raised raise dearer"
    )
)
_DOWN = frozenset(
    words(
        "down fall falls fell fallen falling drop drops dropped decrease decreases decreased "
        "decline declined declines lower less fewer worse worsened shrank shrunk smaller lost cut "
        "reduced cheaper"
    )
)
_MOVES = re.compile(
    r"\b(?:(?:gone|went|goes|going|is|are|was|were) (?P<way>up|down)|(?P<verb>risen|rose|increased"
    r"|grew|grown|improved|climbed|fallen|fell|dropped|decreased|declined|worsened|shrunk))\b",
    re.IGNORECASE,
)
_UP_TO = re.compile(r"\b(?:up to|down to|up front|set up|sign(?:ed)? up)\b", re.IGNORECASE)
_THAN = re.compile(
    r"\b(?P<word>more|higher|greater|larger|bigger|fewer|less|lower|smaller|better|worse|dearer"
    r"|cheaper)\b[^.;]{0,40}?\bthan\s+(?P<against>\S+)",
    re.IGNORECASE,
)


def undone(said: Sentence, evidence: Evidence) -> list[str]:
    """What the claim tells as done, moved or compared and the source does not, in words."""
    text = "\n".join(one.text for one in evidence.sentences)
    return [*_not_done(said, evidence, text), *_not_moved(said, text)]


def _not_done(said: Sentence, evidence: Evidence, text: str) -> Iterator[str]:
    """A deed that each place of the source that names it tells as not done, or as still to do."""
    if _SUPPOSED.search(said.text):
        return
    for match in _TOLD_AS_DONE.finditer(said.text):
        deed = fold(match["deed"])
        if deed in STOPWORDS or not deed.endswith(_ENDINGS):
            continue
        root = stem(deed)
        places = [
            _is_not_done(text, place)
            for place in re.finditer(r"[A-Za-z]+", text)
            if stem(fold(place[0])) == root
        ]
        places += [
            {"to", "be"} <= one.field or bool(_NO_VALUE.match(one.value))
            for one in evidence.told
            if {root, concept(deed)} & one.field
        ]
        if places and all(places):
            yield f"the source does not say that this is {deed}"


def _is_not_done(text: str, place: re.Match[str]) -> bool:
    start = max(0, place.start() - 60)
    return bool(
        _NOT_DONE_BEFORE.search(text[start : place.start()])
        or _NOT_DONE_AFTER.match(text[place.end() : place.end() + 40])
    )


def _not_moved(said: Sentence, text: str) -> Iterator[str]:
    """Up, down, more or less, of which the source has no word of the same way."""
    here = {fold(word) for word in re.findall(r"[A-Za-z]+", _UP_TO.sub("", text))}
    for match in _MOVES.finditer(said.text):
        yield from _lacks(fold(match["way"] or match["verb"]), here)
    for match in _THAN.finditer(said.text):
        if not match["against"][0].isdigit() and match["against"][0] not in "€$£":
            yield from _lacks(fold(match["word"]), here)


def _lacks(word: str, here: set[str]) -> Sequence[str]:
    ways = [way for way in (_UP, _DOWN) if word in way]
    if not ways or any(way & here for way in ways):
        return []
    return [f"the source does not compare so: “{word}”"]
