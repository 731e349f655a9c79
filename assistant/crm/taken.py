"""What came of a batch of rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from assistant.crm.reading import ReadRow


@dataclass(frozen=True, slots=True)
class Joining:
    """A new record whose key is that of several: theirs, as long as those are one."""

    record_id: str
    field: str
    holders: tuple[str, ...]


@dataclass(slots=True)
class Taken:
    """Counts by outcome, and rows that could not be taken, with reasons."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[ReadRow, str]] = field(default_factory=list)
    joining: list[Joining] = field(default_factory=list)
