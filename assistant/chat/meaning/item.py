"""A stretch of a question with all that it may mean."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from assistant.chat.meaning.lexicon import Cat, Meaning
from assistant.chat.meaning.linking import Candidate
from assistant.chat.names import Known, Mention
from assistant.chat.question.periods import Period


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit that is said: what it compares, and in which unit or currency."""

    operator: str
    value: Decimal
    unit: str = ""
    currency: str | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A stretch of the question and all that it may mean."""

    text: str
    first: int
    last: int
    meanings: tuple[Meaning, ...]
    values: tuple[Candidate, ...] = ()
    entity: Mention | None = None
    period: Period | None = None
    limit: Limit | None = None
    plural: bool = False

    def has(self, *cats: Cat) -> bool:
        return any(one.cat in cats for one in self.meanings)

    def of(self, cat: Cat) -> list[str]:
        """What it stands for in this part."""
        return [one.of for one in self.meanings if one.cat is cat]

    def names(self, kind: str) -> bool:
        """Whether it names a record of the kind, or a value of one."""
        return any(one.kind == kind for one in self.options) or any(
            one.kind == kind for one in self.values
        )

    @property
    def options(self) -> tuple[Known, ...]:
        return self.entity.options if self.entity else ()
