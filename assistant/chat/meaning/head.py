"""What the main clause of a question is after."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.chat.meaning.lexicon import Cat
from assistant.chat.question.plan import Measure

GROUPABLE = frozenset({"owner", "account", "product", "contact", "team"})


MODIFIERS = (Cat.FREE, Cat.VALUE, Cat.CONDITION, Cat.OURS, Cat.OR, Cat.MINE)


@dataclass(slots=True)
class Head:
    """What the main clause is after."""

    kind: str = ""
    group: str | None = None  # as the catalogue calls it, or an extra column
    measure: Measure | None = None
    part: str = ""  # what a measure word says more: "net", "open", "response"
    extreme: str = ""  # most, least, slow, quick, old, new
    extreme_at: int = -1
    unit: str = ""  # calendar unit of a trend
    outlier: bool = False
    gap: bool = False
    row: bool = False  # single rows of the kind are wanted, not groups
