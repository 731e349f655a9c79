"""By what the rows of a question are put together."""

from __future__ import annotations

from assistant.chat.meaning.clause import Clause
from assistant.chat.meaning.head import GROUPABLE, Head
from assistant.chat.meaning.item import Item
from assistant.chat.meaning.lexicon import Cat, root
from assistant.chat.meaning.nouns import kinds_at
from assistant.chat.meaning.schema import Schema
from assistant.chat.typed.catalogue import ACCOUNT_ATTRIBUTES

# The columns by which rows of any kind may be put together, in the words of the catalogue.
_GROUP_OF_COLUMN = {
    "deal_type": "type", "lead_source": "source", "lost_reason": "reason", "task_type": "type",
}  # fmt: skip


def find_group(clause: Clause, schema: Schema, head: Head, target: int | None) -> None:
    """By what the rows are put together."""
    if target is not None:
        item = clause.items[target]
        group = _group_of(schema, head.kind, item)
        if group is not None:
            head.group = group
            clause.take(target)
            clause.take_all(Cat.WHO, Cat.WHERE)
            for at in clause.free(Cat.KIND, Cat.COLUMN):
                if _group_of(schema, head.kind, clause.items[at]) == group:
                    clause.take(at)
            return
        if head.kind in kinds_at(item):
            head.row = True
            clause.take(target)
    if any(_asks(clause, at) for at in clause.places(Cat.WHO)):
        _by_people(clause, head)
    if head.group is None:
        _implied_group(clause, head, target)
    if clause.any(Cat.WHERE) and head.group is None:
        head.group = "region"
        clause.take_all(Cat.WHERE)


_BUYING = frozenset({root("buy"), root("purchase"), root("spend")})


def _by_people(clause: Clause, head: Head) -> None:
    """ "Who": our people; of debts, those who owe, and of what is bought, those who buy."""
    whose = any(item.text.casefold() == "whose" for item in clause.items)  # customers, say
    bought = (
        head.kind == "order"
        and not whose
        and any(
            root(word) in _BUYING for item in clause.items for word in item.text.casefold().split()
        )
    )
    head.group = _among(clause) or ("account" if bought else "owner")
    clause.take_all(Cat.WHO)
    clause.take(*(at for at in clause.free(Cat.KIND) if "owner" in clause.items[at].of(Cat.KIND)))
    if head.kind == "invoice" and _says(clause, "invoice.unpaid"):
        head.group = "account"


def _says(clause: Clause, event: str) -> bool:
    """Whether a verb of this meaning is said."""
    return any(
        event in of for at in clause.places(Cat.EVENT) for of in clause.items[at].of(Cat.EVENT)
    )


def _implied_group(clause: Clause, head: Head, target: int | None) -> None:
    """Groups that no noun names: what is written about most, who is slowest with at least three."""
    if head.kind == "ticket" and head.extreme == "most" and not head.row:
        bare = clause.any(Cat.WHICH) and not clause.any(Cat.WHO)
        if bare and _says(clause, "ticket.opened"):
            head.group = "category"
    if head.group is None and head.extreme in {"slow", "quick"} and clause.any(Cat.BOUND):
        head.group = "owner"
    if target is None and head.kind == "order" and head.group is None:
        _product_group(clause, head)


def _asks(clause: Clause, at: int) -> bool:
    """Whether "who" asks for a person, and does not follow a noun: "contacts who decide"."""
    if not clause.items[at].has(Cat.RELATIVE) or at == 0:
        return True
    return not clause.items[at - 1].has(Cat.KIND, Cat.ENTITY)


def _among(clause: Clause) -> str | None:
    """ "Among accounts with five or more …, whose …": those it is one of."""
    first = next(
        (at for at in range(len(clause.items)) if not clause.items[at].has(Cat.FREE)), None
    )
    opening = clause.items[0].text.casefold() if clause.items else ""
    if first is None or opening not in {"among", "of"}:
        return None
    at = clause.after(0, Cat.FREE, Cat.OURS, Cat.ALL)
    named = clause.items[at].of(Cat.KIND) if at is not None else []
    found = next((kind for kind in named if kind in GROUPABLE), None)
    if found is not None and at is not None:
        clause.take(at)
    return found


def _product_group(clause: Clause, head: Head) -> None:
    """ "Which bean was sold most": a value of products asked for are those products."""
    for at in (*clause.places(Cat.WHICH), *([head.extreme_at] if head.extreme else [])):
        after = clause.after(at, Cat.FREE, Cat.OURS, Cat.MOST, Cat.LEAST, Cat.IS)
        if after is not None and any(one.kind == "product" for one in clause.items[after].values):
            head.group = "product"
            clause.take(at)


def _group_of(schema: Schema, kind: str, item: Item) -> str | None:
    """The group that a noun names, as the catalogue calls it."""
    for name in item.of(Cat.KIND):
        if name in GROUPABLE and name != kind:
            return name
    if item.has(Cat.PROBLEM) and kind == "ticket":
        return "category"
    found = [
        _of_file(schema, kind, of) if "." in of else _of_catalogue(schema, kind, of)
        for of in item.of(Cat.COLUMN)
    ]
    return next((group for group in found if group is not None), None)


def _of_file(schema: Schema, kind: str, of: str) -> str | None:
    """The group that a file's own name for a column means."""
    owner, _, column = of.partition(".")
    if column in {"owner", "team"} and owner == kind:
        return column
    named = column in schema.kind(owner).groups.values() or column.startswith("extra")
    reached = schema.column_for(kind, owner, column) if named else None
    by_column = {name: group for group, name in schema.kind(kind).groups.items()}
    return by_column.get(reached, reached) if reached is not None else None


def _of_catalogue(schema: Schema, kind: str, column: str) -> str | None:
    """The group that one of our own words for a column means."""
    groups = schema.kind(kind).groups
    group = _GROUP_OF_COLUMN.get(column, column)
    if column == "region" and (area := schema.area(kind)) is not None:
        return area
    if group in groups and (kind, groups[group]) in schema.filled:
        return group
    if column in ACCOUNT_ATTRIBUTES and kind != "product":
        stated = column != "state" or ("account", "state") in schema.filled
        return column if stated else "region"
    if column == "family" and kind in {"order", "quote", "ticket", "product"}:
        return "family"
    return group if group in groups else None
