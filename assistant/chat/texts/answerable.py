"""Which passages may answer a question at all: what it names must stand in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.chat.question.stopwords import STOPWORDS
from retrieval.passages import Passage

_KINDS = (
    "accounts|articles|calls|companies|contacts|customers|deals|invoices|leads|notes|offers"
    "|opportunities|orders|payments|policies|products|quotes|tasks|tickets"
)
# A count of records is computed or not given: three sentences about orders are no number of them.
_COUNT_OF_RECORDS = re.compile(rf"\bhow many\s+(?:[\w-]+\s+){{0,3}}?(?:{_KINDS})\b", re.IGNORECASE)
# "SO-20399", "INV30255"; a bare number only where the question says that it is one's number.
_IDENTIFIER = re.compile(
    r"\b[A-Za-z]{1,6}-?\d{3,}\b"
    r"|(?<=ticket )\d{3,}\b|(?<=order )\d{3,}\b|(?<=invoice )\d{3,}\b|(?<=quote )\d{3,}\b"
    r"|(?<=case )\d{3,}\b|(?<=#)\d{3,}\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{3,}")


def answerable(question: str, passages: Sequence[Passage], *, named: bool) -> list[Passage]:
    """The passages in which every record number of the question stands whole.

    None at all for a count of records, and for a question without a word that means anything;
    `named` says that it names a record in another way.
    """
    if _COUNT_OF_RECORDS.search(question):
        return []
    numbers = {found[0].casefold() for found in _IDENTIFIER.finditer(question)}
    words = {word.casefold() for word in _WORD.findall(question)} - STOPWORDS
    if not (named or numbers or words):
        return []
    return [passage for passage in passages if all(_stands(number, passage) for number in numbers)]


def _stands(number: str, passage: Passage) -> bool:
    text = f"{passage.context}\n{passage.text}".casefold()
    return re.search(rf"(?<![\w-]){re.escape(number)}(?![\w])", text) is not None
