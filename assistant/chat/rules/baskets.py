"""The products of a quote, and which of them a text names."""

# ruff: noqa: E501 (a list is read whole)

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.chat.rules.facts import LineOf, Thing
from retrieval.stems import STOPWORDS, fold, plain_words
from retrieval.synonyms import concept

LIGHT = frozenset(
    concept(word) for word in ["series", "every", "each", "all", "any", "quote", "offer", "order", "customer", "same", "already", "installed", "own", "one", "set", "site", "model", "type", "kind", "product", "products"]
)  # fmt: skip


@dataclass(slots=True)
class Basket:
    """What stands on the quote, by line, with the words each product goes by."""

    quote: Thing
    lines: Sequence[LineOf]
    codes: dict[str, frozenset[str]]  # sku -> its words, of every product that is sold
    words: list[frozenset[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.words = [words_of(line.sku, line.name, line.family) for line in self.lines]

    def count(self, wanted: frozenset[str]) -> int:
        """How many pieces of what these words name."""
        return int(sum(line.quantity for line, words in zip(self.lines, self.words, strict=True)
                       if wanted and wanted <= words))  # fmt: skip

    def mentions(self, text: str) -> bool:
        """Whether a text speaks of products at all, by code or by what they are called."""
        words = {concept(word) for word in plain_words(text) if word not in STOPWORDS} - LIGHT
        known = frozenset[str]().union(*self.codes.values()) if self.codes else frozenset[str]()
        return any(one in fold(text) for one in self.codes) or len(words & known) > 1

    def named(self, text: str) -> list[frozenset[str]]:
        """The products or sorts of products that a text names: codes first, else its words."""
        codes = [
            frozenset([sku]) for sku in self.codes
            if re.search(rf"(?<![\w-]){re.escape(sku)}(?![\w-])", fold(text))
        ]  # fmt: skip
        if codes:
            return codes
        left = re.sub(r"\([^)]*\)", " ", text)
        words = frozenset(concept(w) for w in plain_words(left) if w not in STOPWORDS) - LIGHT
        known = frozenset[str]().union(*self.codes.values()) if self.codes else frozenset[str]()
        return [words] if words and words <= known else []


def words_of(sku: str, name: str, family: str) -> frozenset[str]:
    """The words that a product goes by: its code, the letters before that, and its names."""
    text = f"{name} {family}"
    code = fold(sku)
    head = re.match(r"[a-z]+", code)
    return frozenset([code, *([head[0]] if head else []), *(concept(w) for w in plain_words(text))])
