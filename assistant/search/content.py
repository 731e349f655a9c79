"""What a record has to say, before it is cut into passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from assistant.db.tables import DealStage, Line, TicketHandover, TranscriptVersion


@dataclass(frozen=True, slots=True)
class Piece:
    """A text of a record: `field` names it in citations, `context` says who, what and when."""

    field: str
    text: str
    context: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """All texts of a record, the names it is about, and where it belongs."""

    pieces: tuple[Piece, ...]
    names: tuple[str | None, ...] = ()
    contact_id: str | None = None
    deal_id: str | None = None
    occurred_at: datetime | None = None
    turns: tuple[tuple[str, str], ...] = ()  # of a transcript: speaker and words


@dataclass(frozen=True, slots=True)
class Known:
    """What stands around a batch of records: names by id, and the rows that belong to them."""

    names: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, Sequence[Line]] = field(default_factory=dict)
    stages: Mapping[str, Sequence[DealStage]] = field(default_factory=dict)
    handovers: Mapping[str, Sequence[TicketHandover]] = field(default_factory=dict)
    transcripts: Mapping[str, TranscriptVersion] = field(default_factory=dict)
    began: Mapping[str, datetime] = field(default_factory=dict)  # of the calls that notes are on

    def name(self, record_id: str | None) -> str | None:
        """The name behind an id, or None."""
        return self.names.get(record_id or "")

    def number(self, record_id: str | None) -> str | None:
        """The number behind an order's or invoice's id, or None."""
        return self.numbers.get(record_id or "")


def midnight(day: date | None) -> datetime | None:
    """The first moment of a day, in UTC."""
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)
