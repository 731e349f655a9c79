"""What a question says of the rows of one kind."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.chat.names import Known, Mention
from assistant.chat.question.periods import Period
from assistant.chat.question.plan import Blank, Bound, NumberFilter
from assistant.chat.typed.query import Scope, ValueFilter


@dataclass(slots=True)
class Said:
    """What holds of the rows of one kind."""

    kind: str
    conditions: list[str] = field(default_factory=list)
    filters: list[ValueFilter] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    windows: list[tuple[str, Period]] = field(default_factory=list)
    moment: str | None = None
    numbers: list[NumberFilter] = field(default_factory=list)
    blanks: list[Blank] = field(default_factory=list)
    amount: Bound | None = None
    group_size: Bound | None = None
    group_total: Bound | None = None
    mine: bool = False
    part: list[ValueFilter] = field(default_factory=list)  # of a share, what is counted
    without: list[Period] = field(default_factory=list)  # stretches that are left out
    related: list[tuple[bool, Said]] = field(default_factory=list)
    unclear: Mention | None = None
    entities: list[Known] = field(default_factory=list)
