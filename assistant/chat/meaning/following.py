"""A question that leans on the computed one before it, as one that stands by itself.

"And Rashid?", "and in May?", "and how many orders was that?" say what is different; all else is as
it was. The question before is put into words anew with what the new one says in its place.
"""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assistant.chat.asking import Asking
from assistant.chat.meaning.item import Item
from assistant.chat.meaning.items import Text, items_of
from assistant.chat.meaning.lexicon import Cat
from assistant.chat.meaning.schema import schema_of
from assistant.chat.names import Mention
from assistant.chat.question.cues import ELLIPSIS
from assistant.chat.question.periods import find_periods

_LED = re.compile(
    r"^\s*(?:(?:and|but|or|so|ok(?:ay)?)\b[\s,]*)*(?:(?:what|how) about|same for|the same for)?[\s,]*"
    r"(?:(?:for|of|by|with|from|did|does|has|have|is|was)\s+(?=[A-Z]))?",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\b(?:(?:was|were|is|are) (?:that|those|they|these|it)|that (?:was|were|is|makes?)|of (?:those|them|that|these)|"
    r"(?:those|them|that|there|they))\b",
    re.IGNORECASE,
)
_EVERYBODY = re.compile(
    r"\b(?:all|everybody|everyone|overall|in total|together|whole|entire|the team|any)\b",
    re.IGNORECASE,
)
_MINE = re.compile(r"\b(?:my|mine|i|me)\b", re.IGNORECASE)
_LONGEST_WORDS = 14
_ASKS = (Cat.COUNT, Cat.SUM, Cat.AVERAGE, Cat.SHARE, Cat.MUCH, Cat.LONG, Cat.OFTEN, Cat.MEASURE,
         Cat.MOST, Cat.LEAST, Cat.SLOW, Cat.QUICK)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A question with its items, and the stretches of it that name records, times and values."""

    text: str
    items: Sequence[Item]

    def of(self, *cats: Cat) -> list[Item]:
        return [item for item in self.items if item.has(*cats)]


def said(session: Session, asking: Asking, text: str, mentions: Sequence[Mention]) -> Said:
    """The items of a question."""
    schema = asking.vocabulary.once(
        session, asking.principal, "schema", lambda: schema_of(session, asking)
    )
    masked = text
    for one in mentions:
        masked = masked[: one.first] + "■" * (one.last - one.first) + masked[one.last :]
    periods = find_periods(masked, asking.now, asking.calendar)
    items = items_of(Text(text, mentions, periods, schema.index, schema.headers()))
    return Said(text, items)


def leads_on(text: str) -> bool:
    """Whether the question may lean on the one before."""
    return bool(ELLIPSIS.match(text)) and len(text.split()) <= _LONGEST_WORDS


def followed(before: Said, new: Said) -> str | None:
    """The question before with what the new one says; None where it says something else."""
    asked = new.of(Cat.KIND) and [item for item in new.of(*_ASKS) if not item.has(Cat.FREE)]
    if asked:
        return _of_the_same(before, new) if _BACK.search(new.text) else None
    spans: list[tuple[int, int, str]] = []
    added: list[str] = []
    for item in new.items:
        if item.entity is not None:
            _put_name(before, item, spans, added)
        elif item.period is not None:
            _put(before.of(Cat.PERIOD), item, spans, added)
        elif item.values and not item.has(Cat.KIND):
            _put_value(before, item, spans)
        elif item.has(Cat.WORD, Cat.EVENT, Cat.MEASURE, *_ASKS) and not item.has(Cat.FREE):
            return None
    if not spans and not added:
        return _of_all(before, new)
    return _replaced(before.text, spans, added)


def _put_name(
    before: Said, item: Item, spans: list[tuple[int, int, str]], added: list[str]
) -> None:
    kind = item.options[0].kind
    alike = [one for one in before.items if one.entity and one.options[0].kind == kind]
    if alike:
        spans.append((alike[0].first, alike[0].last, item.text))
        return
    mine = list(_MINE.finditer(before.text))
    if kind == "owner" and mine:
        for at, match in enumerate(mine):
            owned = match[0].casefold() == "my"
            named = f"{item.text}'s" if owned else item.text
            spans.append((match.start(), match.end(), ("his" if owned else "he") if at else named))
        return
    added.append(f"of {item.text}")


def _put(
    alike: Sequence[Item], item: Item, spans: list[tuple[int, int, str]], added: list[str]
) -> None:
    if alike:
        spans.append((alike[0].first, alike[0].last, item.text))
    else:
        added.append(item.text)


def _put_value(before: Said, item: Item, spans: list[tuple[int, int, str]]) -> None:
    columns = {(one.kind, one.column) for one in item.values}
    alike = [
        one for one in before.items if columns & {(of.kind, of.column) for of in one.values}
    ]  # fmt: skip
    nouns = before.of(Cat.KIND)
    if alike:
        spans.append((alike[0].first, alike[0].last, item.text))
    elif nouns:
        spans.append((nouns[0].first, nouns[0].first, f"{item.text} "))


def _of_all(before: Said, new: Said) -> str | None:
    """ "And of all together?": without the values and names that narrowed it."""
    if not _EVERYBODY.search(new.text):
        return None
    spans = [
        (one.first, one.last, "") for one in before.items
        if (one.values and not one.has(Cat.KIND, Cat.COLUMN)) or one.entity
    ]  # fmt: skip
    return _replaced(before.text, spans, []) if spans else None


def _of_the_same(before: Said, new: Said) -> str:
    """ "And how many orders was that?": of the same records and time."""
    text = _BACK.sub(" ", _LED.sub("", new.text)).strip(" ?.!")
    names = [] if any(one.entity for one in new.items) else [
        f"of {one.text}" for one in before.items if one.entity
    ]  # fmt: skip
    times = [] if new.of(Cat.PERIOD) else [one.text for one in before.of(Cat.PERIOD)]
    mine = ["of mine"] if _MINE.search(before.text) and not _MINE.search(new.text) else []
    return " ".join([text, *names, *mine, *times])


def _replaced(text: str, spans: Sequence[tuple[int, int, str]], added: Sequence[str]) -> str:
    for first, last, word in sorted(spans, reverse=True):
        text = text[:first] + word + text[last:]
    return " ".join([text.rstrip(" ?.!"), *added])
