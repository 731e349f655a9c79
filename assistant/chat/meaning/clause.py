"""The items of a question while they are being put together: which of them are accounted for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.chat.meaning.item import Item
from assistant.chat.meaning.lexicon import Cat, root
from retrieval.words import words

_SORTS = frozenset(
    root(word) for word in words(
        """
        plan package edition version tier licence license user set kit device unit line series
        model range product module app machine tool system item piece part subscription
        """
    )
)  # fmt: skip
# These change nothing where no part of the computation takes them.
_HARMLESS = (
    Cat.FREE, Cat.COMMA, Cat.OURS, Cat.WITH, Cat.RELATIVE, Cat.OR, Cat.LIST, Cat.IS,
    Cat.ALL, Cat.WHICH, Cat.EXISTS,
)  # fmt: skip


@dataclass(slots=True)
class Clause:
    """The items with the places of those that became part of what is computed."""

    items: Sequence[Item]
    used: set[int] = field(default_factory=set)

    def places(self, *cats: Cat) -> list[int]:
        """Where items that may play one of these parts stand."""
        return [at for at, item in enumerate(self.items) if item.has(*cats)]

    def free(self, *cats: Cat) -> list[int]:
        """The same without those that were taken."""
        return [at for at in self.places(*cats) if at not in self.used]

    def any(self, *cats: Cat) -> bool:
        return bool(self.places(*cats))

    def take(self, *places: int) -> None:
        self.used.update(places)

    def take_all(self, *cats: Cat) -> None:
        self.used.update(self.places(*cats))

    def after(self, at: int, *skipped: Cat) -> int | None:
        """The place of the next item, those of the skipped parts left out."""
        for place in range(at + 1, len(self.items)):
            if not self.items[place].has(*skipped):
                return place
        return None

    def before(self, at: int, *skipped: Cat) -> int | None:
        """The place of the item before."""
        for place in range(at - 1, -1, -1):
            if not self.items[place].has(*skipped):
                return place
        return None

    def run(self, at: int, *cats: Cat) -> Iterator[int]:
        """The places from here on while the items may play one of these parts."""
        for place in range(at, len(self.items)):
            if not self.items[place].has(*cats):
                return
            yield place

    def left(self) -> list[Item]:
        """The items that nothing accounts for."""
        return [
            item for at, item in enumerate(self.items)
            if at not in self.used
            and (not item.has(*_HARMLESS) or self._excludes(at))
            and not self._leads_to_known(at)
            and not self._says_its_sort(at)
        ]  # fmt: skip

    def _excludes(self, at: int) -> bool:
        """ "Only Ben": all that others took part in is left out."""
        after = self.after(at, Cat.FREE)
        alone = self.items[at].text.casefold() == "only"
        return alone and after is not None and self.items[after].has(Cat.ENTITY)

    def _says_its_sort(self, at: int) -> bool:
        """ "Starter plan users", "sloper sets": what a product is or who has it."""
        if root(self.items[at].text.casefold()) not in _SORTS:
            return False
        before = self.before(at, Cat.FREE, Cat.WORD, Cat.MEASURE)
        if before is None or before not in self.used:
            return False
        return self.items[before].names("product")

    def _leads_to_known(self, at: int) -> bool:
        """Whether "by", "per" or "assigned to" stands before something that was understood."""
        after = self.after(at, Cat.FREE, Cat.OURS)
        if after is None:
            return False
        if any(of.endswith(".owner") for of in self.items[at].of(Cat.COLUMN)):
            people = {"owner", "team"} & set(self.items[after].of(Cat.KIND))
            return bool(people) or after in self.used
        return self.items[at].has(Cat.BY) and after in self.used
