"""The words of this feature: a citation, a sentence with its citations, a proposal."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

QUOTE_CHARACTERS = 200
NO_RECORDS = frozenset({"event", "score", "query"})


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a sentence comes from: a record, its version, the field, and its words."""

    kind: str
    id: str
    version: int | None = None
    field: str | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A statement that code made from records; it names them all."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a play proposes for a record, and the occasion it answers.

    The same play proposes once per record and occasion, whatever was decided then.
    priority: 0 to 1, higher comes first.
    """

    play: str
    record_id: str
    account_id: str | None
    occasion: str
    title: str
    why: tuple[Sentence, ...]
    due_on: date
    priority: float
    score_id: str | None = None
    lead_id: str | None = None

    @property
    def customer_id(self) -> str:
        """Whom the action concerns: the account, or the lead that has none yet."""
        return self.account_id or self.lead_id or self.record_id

    @property
    def cited(self) -> frozenset[str]:
        """Every record that it speaks of; events and scores belong to theirs, queries to none."""
        named = {
            each.id
            for sentence in self.why
            for each in sentence.citations
            if each.kind not in NO_RECORDS
        }
        return frozenset(named | {self.record_id})


def looked_for(words: str, found: str = "none") -> Citation:
    """The look-up behind a statement that there is nothing: what was looked for, over all records.

    The id is a digest of the words, so the same look-up has the same id.
    """
    digest = hashlib.sha256(words.encode()).hexdigest()[:24]
    return Citation("query", f"qry_{digest}", None, None, f"{words}: {found}")


def quoted(text: str | None) -> str | None:
    """The beginning of a text, letter for letter, short enough to show."""
    return text[:QUOTE_CHARACTERS] if text else None
