"""What can be asked of the records: kinds, how they hang together, and which columns they have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.chat.asking import Asking
from assistant.chat.meaning.lexicon import roots
from assistant.chat.meaning.linking import Index, index_of
from assistant.chat.typed.catalogue import ACCOUNT, ACCOUNT_ATTRIBUTES, CATALOGUE, Kind
from assistant.chat.typed.extras import Extra, Sort, columns_of_files
from assistant.crm.columns import folded_header
from assistant.crm.conditions import CONDITIONS
from assistant.db.tables import Product, Team
from assistant.governance.access import STAFF, visible

# Kinds that people ask for by number, sum and time; texts are read, not counted here.
ASKED = (
    "ticket", "deal", "lead", "order", "invoice", "payment", "quote", "task", "account", "contact",
    "product", "interaction",
)  # fmt: skip


_MOST_PRODUCTS = 5000
# What people call the parts into which a firm divides its map.
_AREAS = frozenset({"area", "region", "territory", "zone", "district", "patch", "gebiet", "market"})


@dataclass(frozen=True, slots=True)
class Schema:
    """The kinds and columns that one person may ask for, with the values that stand in them."""

    extras: Mapping[str, tuple[Extra, ...]]
    index: Index
    filled: frozenset[tuple[str, str]]  # columns that hold anything
    files: Mapping[str, Mapping[str, str]]  # by kind the columns of its files and their fields

    def kind(self, name: str) -> Kind:
        return CATALOGUE[name]

    def conditions(self, kind: str) -> Iterable[str]:
        """What code decides of rows of this kind."""
        return CONDITIONS.get(kind, {})

    def column_for(self, kind: str, owner: str, column: str) -> str | None:
        """How rows of a kind are narrowed or grouped by a column of this or another kind."""
        own = self.kind(kind)
        if owner == kind:
            return column
        if owner == "account" and "account" in own.links and kind != "product":
            return column if column in ACCOUNT_ATTRIBUTES else ACCOUNT + column
        return None

    def area(self, kind: str) -> str | None:
        """The column of choices that says where rows of a kind belong, where no field of ours is
        filled: "Sales area", "Zone"."""
        own = self.kind(kind)
        for owner in (kind, "account"):
            if (owner, "region") in self.filled or (owner, "state") in self.filled:
                return None
            for extra in self.extras.get(owner, ()):
                named = _AREAS & set(extra.words.split())
                if named and extra.sort is Sort.CATEGORY and "account" in {owner, *own.links}:
                    return self.column_for(kind, owner, extra.name)
        return None

    def kept(self, kind: str, name: str) -> Extra | None:
        return next((one for one in self.extras.get(kind, ()) if one.name == name), None)

    def headers(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """What files call their columns, by the stems of its words, each as "kind.column"."""
        found: dict[tuple[str, ...], list[str]] = {}
        named = [
            (one.words, f"{kind}.{one.name}")
            for kind, extras in self.extras.items()
            for one in extras
        ]
        for kind, columns in self.files.items():
            for header, of in columns.items():
                own, _, part = of.partition(".")
                if kind == "order_line" and of == "amount":
                    named.append((folded_header(header), "order.total"))
                if kind in ASKED and of and (not part or own == "owner"):
                    named.append((folded_header(header), f"{kind}.{own}"))
        for words, name in named:
            key = tuple(roots(words))
            if key and name not in found.setdefault(key, []):
                found[key].append(name)
        return {key: tuple(names) for key, names in found.items()}


def schema_of(session: Session, asking: Asking) -> Schema:
    """The schema for this asker, from the catalogue, the imports and the records' own values."""
    columns: list[tuple[str, str, Iterable[str]]] = []
    extras: dict[str, tuple[Extra, ...]] = {}
    filled: set[tuple[str, str]] = set()
    for name in ASKED:
        kind = CATALOGUE[name]
        for column, spellings in asking.vocabulary.of(session, asking.principal, kind):
            if column not in kind.groups.values():
                continue
            values = [value for listed in spellings.values() for value in listed]
            columns.append((name, column, values))
            if values:
                filled.add((name, column))
        extras[name] = asking.vocabulary.extras(session, asking.principal, name)
        columns += [
            (name, one.name, one.values) for one in extras[name] if one.sort is Sort.CATEGORY
        ]
        filled.update((name, one.name) for one in extras[name])
    if asking.principal.role in STAFF:
        # A team is named by one column of choices of its own: its id.
        for team_id, name in session.execute(select(Team.id, Team.name)):
            columns.append(("team", team_id, [name]))
    files = columns_of_files(session)
    index = index_of(columns)
    named = select(Product.name).where(
        Product.name.is_not(None), visible(asking.principal, Product.id)
    )
    index.add_products(session.scalars(named.limit(_MOST_PRODUCTS)))
    return Schema(extras, index, frozenset(filled), files)
