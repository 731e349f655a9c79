"""What each file of a folder is taken for, and whose rows its columns name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.crm.columns.links import Link
from assistant.crm.columns.shapes import looks_like_email
from assistant.crm.folder.joins import Join, joins_of, keys_of
from assistant.crm.folder.tables import Table
from assistant.crm.kind_of_file import guess_kind
from assistant.crm.kinds import KINDS
from assistant.crm.mapping import Guess, guess_mapping
from assistant.errors import AssistantError

_PARTS = {"external_id": "id"}
_OURS = 0.95  # of a column's addresses are of our own domains where it names colleagues
_MOST_DOMAINS = 3  # that one firm writes from

Joins = Mapping[str, Sequence[Join]]


@dataclass(slots=True)
class Told:
    """A table, what its rows are, which field each column holds; `trouble` where nothing fits."""

    table: Table
    kind: str | None = None
    reason: str = ""
    guesses: tuple[Guess, ...] = ()
    trouble: str = ""
    joins: Joins = field(default_factory=dict)
    known: object = None  # when it was told

    def column_of(self, name: str) -> str | None:
        """The column that is taken for a field."""
        return next((guess.column for guess in self.guesses if guess.field == name), None)

    def joined_kinds(self, column: str) -> set[str]:
        """The kinds of the rows that a column's values name."""
        kinds = {join.key.table.kind for join in self.joins.get(column, ()) if not join.weak}
        return {kind for kind in kinds if kind is not None}


def tell(
    table: Table,
    links: Mapping[str, Sequence[Link]] | None = None,
    named_by: Sequence[str] = (),
) -> Told:
    """The kind of a table's rows and the meaning of its columns, as far as both can be told."""
    if table.folded_in:
        table.kind = None
        return Told(table, trouble="what it says of the rows of another file is taken with those")
    samples = table.samples()
    try:
        if table.forced is not None:
            kind, reason = table.forced, "told from the cells"
        else:
            guess = guess_kind(samples, filename=table.path.name, links=links, named_by=named_by)
            kind, reason = guess.kind, guess.reason
    except AssistantError as error:
        table.kind = None
        return Told(table, trouble=error.detail)
    table.kind = kind
    guesses = guess_mapping(KINDS[kind], samples, chosen=_chosen(table, kind), links=links)
    table.fields = {guess.field: guess.column for guess in guesses if guess.field}
    return Told(table, kind, reason, guesses)


def namers(told: Sequence[Told]) -> dict[int, list[str]]:
    """Per table (by its id here) the kinds of the files whose rows name rows of it."""
    found: dict[int, list[str]] = {}
    for one in told:
        if one.kind is not None:
            tables = {
                id(join.key.table)
                for joins in one.joins.values() for join in joins
                if not join.weak and join.key.table is not one.table
            }  # fmt: skip
            for table in tables:
                found.setdefault(table, []).append(one.kind)
    return found


def retold(one: Told, links: Mapping[str, Sequence[Link]], named_by: Sequence[str]) -> Told:
    """The table told anew where anything came to be known of it."""
    known = (
        links, sorted(named_by), dict(one.table.chosen), list(one.table.header),
        one.table.folded_in,
    )  # fmt: skip
    if known == one.known:
        return one
    again = tell(one.table, links, named_by)
    again.known = known
    return again


def _chosen(table: Table, kind: str) -> dict[str, str]:
    """The fields that were decided when columns were added, as far as the kind has them."""
    fields = KINDS[kind].all_fields
    return {column: name for column, name in table.chosen.items() if not name or name in fields}


def join_all(told: Sequence[Told]) -> None:
    """Find out for every column of every table whose keys it holds."""
    keys = [key for one in told for key in keys_of(one.table, one.guesses)]
    for one in told:
        own = one.column_of("external_id") or _own_number(one)
        one.joins = joins_of(one.table, keys, own)


def _own_number(one: Told) -> str | None:
    return one.column_of("number") if one.kind and KINDS[one.kind].form_of("number") else None


def links_of(one: Told, ours: frozenset[str]) -> dict[str, list[Link]]:
    """Per column the kinds and keys that its values are, our colleagues' addresses among them."""
    links: dict[str, list[Link]] = {}
    for column, joins in one.joins.items():
        for join in joins:
            kind = join.key.table.kind
            if kind is not None and join.key.part is not None and not join.weak:
                part = _PARTS.get(join.key.part, join.key.part)
                links.setdefault(column, []).append(Link(kind, part, join.named))
    if one.kind != "user":
        for column in one.table.header:
            if column not in links and _holds_ours(one.table.filled(column), ours):
                links[column] = [Link("user", "email")]
    return links


def our_domains(told: Iterable[Told]) -> frozenset[str]:
    """The domains that our people write from: stated by a file of users, else by owners."""
    for kind, name in (("user", "email"), (None, "owner.email")):
        found: Counter[str] = Counter()
        for one in told:
            column = one.column_of(name)
            if column is not None and (kind is None or one.kind == kind):
                found.update(_domain(text) for text in one.table.filled(column) if "@" in text)
        if found:
            most = found.most_common(1)[0][1]
            often = [name for name, times in found.most_common(_MOST_DOMAINS) if times * 5 > most]
            return frozenset(often)
    return frozenset()


def _holds_ours(filled: Sequence[str], ours: frozenset[str]) -> bool:
    addresses = [text for text in filled if looks_like_email(text) and len(text) < 120]
    if not ours or len(addresses) < 2 or len(addresses) < 0.9 * len(filled):
        return False
    return sum(1 for text in addresses if _domain(text) in ours) >= _OURS * len(addresses)


def is_ours(address: str, ours: frozenset[str]) -> bool:
    """Whether an address is a colleague's."""
    return _domain(address) in ours


def _domain(address: str) -> str:
    return address.rpartition("@")[2].strip(" >\"'").casefold()
