"""Items of a question taken one by one as what they say of the rows."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.chat.meaning.clause import Clause
from assistant.chat.meaning.denying import take_negated
from assistant.chat.meaning.head import Head
from assistant.chat.meaning.item import Item
from assistant.chat.meaning.lexicon import Cat, root
from assistant.chat.meaning.said import Said
from assistant.chat.meaning.schema import Schema
from assistant.chat.meaning.telling import (
    take_condition,
    take_entity,
    take_event,
    take_stage,
    take_value,
)
from assistant.chat.meaning.times import take_times
from assistant.chat.question.plan import Measure
from assistant.chat.typed.catalogue import CATALOGUE


def within(
    clause: Clause, schema: Schema, said: Said, places: Iterable[int], head: Head | None = None
) -> None:
    """Take what the items at these places say of rows of the kind."""
    listed = [at for at in places if at not in clause.used]
    lasting = head is not None and head.measure in {Measure.DURATION, Measure.SHARE}
    for at in listed:
        item = clause.items[at]
        if at in clause.used:
            continue
        if item.has(Cat.NEGATION):
            take_negated(clause, schema, said, at)
        elif item.entity is not None:
            take_entity(clause, said, at)
        elif head is not None and _of_the_head(clause, head, at):
            clause.take(at)
        elif not _told(clause, schema, said, at, head):
            _linked_value(clause, schema, said, at, head)
    if lasting:
        # A length of time goes by its end, and a share by its beginning, unless a verb says more.
        said.moment = None
    take_times(clause, said, listed)


_SAYING_NOTHING = frozenset({root("bring"), root("see"), root("yield"), root("get")})
# "Won against won plus lost": how a share is reckoned.
_DIVIDED = frozenset({"against", "plus", "divided", "over", "versus", "vs", "compared", "deals"})
_SHARED = frozenset({"won", "lost", "closed", "converted"})


def _of_the_share(item: Item) -> bool:
    """Words that say of what a win rate or a conversion is the share."""
    return bool(_SHARED & set(item.of(Cat.CONDITION))) or any(
        name in of for of in item.of(Cat.EVENT)
        for name in ("deal.closed:won", "deal.closed:lost", "lead.converted")
    )  # fmt: skip


def _opens(clause: Clause, at: int) -> bool:
    """Whether "open" is a verb: "how many tickets did they open"."""
    item = clause.items[at]
    if item.text.casefold() != "open" or not item.has(Cat.EVENT):
        return False
    asked = any(one.text.casefold() in {"did", "does", "do"} for one in clause.items[:at])
    after = clause.after(at, Cat.FREE)
    noun = after is not None and clause.items[after].has(Cat.KIND)
    has = any(one.text.casefold() in {"have", "has", "had"} for one in clause.items[:at])
    return asked and not noun and not has


def _stays_open(clause: Clause, head: Head, at: int) -> bool:
    """ "Was open the longest": how long it took, not that it is open."""
    after = clause.after(at, Cat.FREE)
    return "open" in clause.items[at].of(Cat.CONDITION) and after == head.extreme_at


def _of_the_head(clause: Clause, head: Head, at: int) -> bool:
    """Words that say again what is measured: "won" of a win rate, "open" of "open the longest"."""
    item = clause.items[at]
    shared = head.measure is Measure.SHARE and (
        _of_the_share(item)
        or item.text.casefold() in _DIVIDED
        or (head.kind == "lead" and "deal" in item.of(Cat.KIND))
    )
    return shared or (head.extreme == "slow" and _stays_open(clause, head, at))


def _told(clause: Clause, schema: Schema, said: Said, at: int, head: Head | None) -> bool:
    """A verb or a condition of the rows."""
    item = clause.items[at]
    if _opens(clause, at) and take_event(clause, said, at):
        return True
    if item.has(Cat.CONDITION) and take_condition(clause, schema, said, at):
        return True
    if "stage.reached" in item.of(Cat.EVENT) and take_stage(clause, said, at, head):
        return True
    if item.has(Cat.EVENT) and take_event(clause, said, at):
        return True
    # "Which month brought most of them", "saw", "got": nothing but that there were some.
    if head is not None and root(item.text.casefold().split()[0]) in _SAYING_NOTHING:
        clause.take(at)
        return True
    return False


def _linked_value(clause: Clause, schema: Schema, said: Said, at: int, head: Head | None) -> None:
    """A value of the rows, or a noun that names them."""
    item = clause.items[at]
    if item.values and _example(clause, schema, said, at, head):
        clause.take(at)
    elif item.values and not _is_noun(said.kind, item):
        take_value(clause, schema, said, at)
    elif item.has(Cat.KIND) and _is_carrier(said.kind, item):
        clause.take(at)


def _example(clause: Clause, schema: Schema, said: Said, at: int, head: Head | None) -> bool:
    """A value of the column by which rows are grouped, named as an example of one: "(cafe, …)"."""
    if head is None or head.group is None:
        return False
    grouped = CATALOGUE[said.kind].groups.get(head.group, head.group)
    column = [schema.column_for(said.kind, one.kind, one.column) for one in clause.items[at].values]
    brackets = [
        item.text for item in clause.items[:at] if item.has(Cat.COMMA) and item.text in "()"
    ]
    return grouped in column and bool(brackets) and brackets[-1] == "("


def _is_noun(kind: str, item: Item) -> bool:
    """Whether the word is a noun for records rather than one of their values: "customers"."""
    return item.has(Cat.KIND) and not (kind == "account" and "account" in item.of(Cat.KIND))


def _is_carrier(kind: str, item: Item) -> bool:
    """Whether a noun names the rows themselves, or those whose rows they are, without more."""
    names = item.of(Cat.KIND)
    return kind in names or ("account" in names and kind != "account") or "owner" in names
