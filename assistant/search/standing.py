"""What a confirmed line of a note is worth: proved by the call, or a person's word alone.

A line without evidence is told as what it is, wherever its text goes: in passages, to a model, in
an answer. Its passages have a field of their own, so that whatever is made of them can be marked.
"""

from __future__ import annotations

import re

from retrieval.clauses import sentence_spans

UNSOURCED = ".unsourced"
NOBODY_NAMED = "A colleague"
_WORDS = "noted, without a source in the call:"
_TOLD = re.compile(rf"^(.{{1,300}}? {re.escape(_WORDS)})\s*")


def is_unsourced(kind: str, field: str | None) -> bool:
    """Do the words of this field of a record rest on nothing but whoever wrote them?"""
    return kind == "note" and bool(field) and str(field).endswith(UNSOURCED)


def told(name: str | None, text: str) -> str:
    """Each sentence of a line without evidence, with who noted it."""
    said = (text[start:end] for start, end in sentence_spans(text))
    return " ".join(f"{name or NOBODY_NAMED} {_WORDS} {each}" for each in said)


def lead_in(text: str) -> str:
    """Who noted it, at the beginning of such a sentence; empty where it says nobody."""
    match = _TOLD.match(text)
    return match[0] if match else ""
