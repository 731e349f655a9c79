"""What an answer is made of: sentences, each with the places it can be checked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from retrieval.evidence import Source

JsonObject = Mapping[str, object]


class Status(StrEnum):
    ANSWERED = "answered"
    PARTIAL = "partial"
    ABSTAINED = "abstained"
    AMBIGUOUS = "ambiguous"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a record at one version; `start` and `end` are offsets into the field's text.

    Kind "query" cites a computation: its id is a digest of what was computed, its quote says it in
    words, and the rows it used are cited beside it.
    """

    kind: str
    id: str
    version: int
    quote: str
    field: str | None = None
    start: int | None = None
    end: int | None = None
    account_id: str | None = None
    title: str = ""

    def as_json(self) -> dict[str, object]:
        shown: dict[str, object] = {"kind": self.kind, "id": self.id, "version": self.version}
        for name in ("field", "start", "end", "account_id"):
            if getattr(self, name) is not None:
                shown[name] = getattr(self, name)
        return {**shown, "title": self.title, "quote": self.quote}


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence that is proposed, with the sources it must be supported by.

    A computed one states the result of a typed query in code's own words: its sources are the
    query and the rows it cites, and no text could say more. One of a row states fields of the
    one row that it cites, in code's own words too.
    """

    text: str
    citations: tuple[Citation, ...]
    sources: tuple[Source, ...] = ()
    computed: bool = False
    of_row: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as a reader sees it.

    verdict: `supported` by its sources, `computed` from rows, or `noted`: a colleague signed it
    without a source, which its text says.
    """

    text: str
    citations: tuple[Citation, ...]
    verdict: str = "supported"

    def as_json(self) -> dict[str, object]:
        cited = [citation.as_json() for citation in self.citations]
        return {"text": self.text, "citations": cited, "verdict": self.verdict}


@dataclass(frozen=True, slots=True)
class Option:
    """One of several records that an ambiguous name may mean."""

    kind: str
    id: str
    name: str
    hint: str

    def as_json(self) -> dict[str, object]:
        return {"kind": self.kind, "id": self.id, "name": self.name, "hint": self.hint}


@dataclass(frozen=True, slots=True)
class Feed:
    """How fresh a source of records is."""

    source: str
    received_at: str | None
    stale: bool

    def as_json(self) -> dict[str, object]:
        return {"source": self.source, "received_at": self.received_at, "stale": self.stale}


@dataclass(frozen=True, slots=True)
class Proposed:
    """An open suggestion that belongs to the answer."""

    id: str
    title: str
    play: str
    account_id: str | None

    def as_json(self) -> dict[str, object]:
        return {
            "id": self.id, "title": self.title, "play": self.play, "account_id": self.account_id,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one question: checked sentences, or a message that says why there are none."""

    status: Status
    sentences: tuple[Sentence, ...] = ()
    message: str = ""
    options: tuple[Option, ...] = ()
    suggestions: tuple[Proposed, ...] = ()
    dropped: int = 0
    provenance: JsonObject = field(default_factory=dict)
