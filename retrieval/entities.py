"""What a passage is about and what a query asks about, in normal forms that can be equal."""

from __future__ import annotations

import re
from functools import lru_cache

from retrieval.passages import Passage
from retrieval.stems import STOPWORDS
from retrieval.values import extract_values, name_key, reference
from retrieval.words import words

# What ends a company's name in law and not in speech.
_LEGAL_FORMS = frozenset(
    words(
        "ag as bv co company corp corporation gmbh group holding inc kg limited llc llp ltd nv oy "
        "plc pty sa sarl sas se spa srl"
    )
)
_EXACT = ("email", "phone", "id", "domain")
_LONGEST_NAME_WORDS = 5
_LONGEST_NORMAL = 320

# People type "inv 2041" and "t 412" for what records write in one word.
_SPACED_CODE = re.compile(r"\b[A-Za-z]{1,6}\s\d{2,12}\b|\b\d{3,12}\b")

Entity = tuple[str, str]  # kind, normal form


@lru_cache(maxsize=2048)
def entities_of(passage: Passage) -> frozenset[Entity]:
    """Names the passage is about, and addresses, numbers and domains in its text and context."""
    found = _exact(passage.searched)
    found |= {("name", key) for name in passage.names for key in name_keys(name)}
    return frozenset((kind, normal[:_LONGEST_NORMAL]) for kind, normal in found)


def name_keys(name: str) -> frozenset[str]:
    """The keys under which a name is found: as it is, and without a company's legal form."""
    key = name_key(name)
    said = key.split()
    while len(said) > 1 and said[-1] in _LEGAL_FORMS:
        said.pop()
    return frozenset(k for k in (key, " ".join(said)) if k)


@lru_cache(maxsize=512)
def asked_entities(text: str) -> frozenset[Entity]:
    """Every entity that a query may mean: exact values, and each run of words as a name.

    A single ordinary word in lower case is no name when the query writes others with capitals.
    """
    coded = {("id", reference(match[0])) for match in _SPACED_CODE.finditer(text)}
    names = {("name", key) for key in _possible_names(text)}
    return frozenset(_exact(text) | coded | names)


def _exact(text: str) -> set[Entity]:
    return {(v.kind, v.normal) for v in extract_values(text) if v.kind in _EXACT}


def _possible_names(text: str) -> set[str]:
    written = [word for word in text.split() if name_key(word)]
    capitals = any(word[0].isupper() for word in written[1:])
    keys = [name_key(word) for word in written]
    found: set[str] = set()
    for first in range(len(keys)):
        for length in range(1, _LONGEST_NAME_WORDS + 1):
            run = keys[first : first + length]
            if len(run) < length:
                break
            if length == 1 and not _may_be_a_name(written[first], run[0], capitals=capitals):
                continue
            found.add(" ".join(run))
    return found


def _may_be_a_name(written: str, key: str, *, capitals: bool) -> bool:
    if key in STOPWORDS or len(key) < 2:
        return False
    return not capitals or written.lstrip("\"'“‘(")[:1].isupper()
