"""Which columns of a folder's files name rows of another one, told from the values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.crm.columns import entity_names, folded_header
from assistant.crm.columns.headers import header_forms
from assistant.crm.folder.tables import Table
from assistant.crm.mapping import Guess

_MOST_OF_A_KEY = 120  # characters; longer cells are texts
_FOUND = 0.9  # of a column's different values have to be ids of the other file
_FOUND_IN_LONG = 0.75  # where ids are so long that none is met by chance: rows may be missing
_LONG = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w:#/.-]{5,}|\d{6,}|[^@\s]+@[^@\s]+")
_DATE_OR_SUM = re.compile(r"(?i)\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|-?[\d.,]+[.,]\d{1,2}|true|false")
_KEYS = ("external_id", "number", "sku", "email", "name", "domain")
_KEY_WORDS = frozenset(
    {"id", "ids", "no", "nr", "number", "key", "code", "ref", "uuid", "guid"}
    | {"initials", "username", "login", "alias", "handle", "user"}
)


@dataclass(frozen=True, slots=True)
class Key:
    """A column that tells its table's rows apart; `part` is what it is mapped to, if to a key."""

    table: Table
    column: str
    part: str | None
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Join:
    """A column holds keys of a table; `named` where its name says so too.

    weak: the values are so short that they may be keys by chance.
    """

    column: str
    key: Key
    share: float
    named: bool
    weak: bool = False

    @property
    def rank(self) -> tuple[bool, bool, bool, float]:
        """The surer of several joins has the higher one."""
        return (not self.weak, self.named, self.key.part is not None, self.share)


def keys_of(table: Table, guesses: Sequence[Guess]) -> list[Key]:
    """The columns of a table by which its rows can be named, those mapped to a key first."""
    mapped = {guess.column: guess.field for guess in guesses if guess.field in _KEYS}
    keys = []
    for column in table.header:
        filled = table.filled(column)
        part = mapped.get(column)
        if not filled or len(set(filled)) < len(filled) or len(filled) < 0.5 * len(table.rows):
            continue
        if part is None and not _could_be_a_key(column, filled):
            continue
        rows = {text: place for place, text in enumerate(table.texts(column)) if text}
        keys.append(Key(table, column, part, rows))
    keys += _whole_names(table, guesses)
    return sorted(keys, key=lambda key: _KEYS.index(key.part) if key.part else len(_KEYS))


def _whole_names(table: Table, guesses: Sequence[Guess]) -> Iterator[Key]:
    """A person's given and family names, where the table has them apart only."""
    columns = {guess.field: guess.column for guess in guesses}
    given, family = columns.get("given_name"), columns.get("family_name")
    if given is None or family is None or "name" in columns:
        return
    rows = {
        f"{one} {other}".strip(): place
        for place, (one, other) in enumerate(
            zip(table.texts(given), table.texts(family), strict=True)
        )
        if one and other
    }
    yield Key(table, given, "name", rows)


def _could_be_a_key(column: str, filled: Sequence[str]) -> bool:
    if any(len(text) > _MOST_OF_A_KEY or _DATE_OR_SUM.fullmatch(text) for text in filled[:50]):
        return False
    words = {word for form in header_forms(column) for word in form.split()}
    return bool(words & _KEY_WORDS)


def joins_of(table: Table, keys: Sequence[Key], own_id: str | None) -> dict[str, list[Join]]:
    """Per column the keys of other tables that its values are, the surest first."""
    found: dict[str, list[Join]] = {}
    for column in table.header:
        values = set(table.filled(column))
        if not values or (column == own_id and not _may_be_another(table, column)):
            continue
        if max(map(len, values)) > _MOST_OF_A_KEY:
            continue
        joins = sorted(_joins(table, column, values, keys), key=lambda one: one.rank, reverse=True)
        if joins:
            found[column] = joins
    return found


def _may_be_another(table: Table, own_id: str) -> bool:
    """Whether what was taken for the rows' own id may name other rows, as another id is there."""
    if folded_header(own_id) in ("id", "record id"):
        return False
    return any(
        column != own_id and folded_header(column).endswith(" id")
        and len(set(filled := table.filled(column))) == len(filled) == len(table.rows)
        for column in table.header
    )  # fmt: skip


def _joins(table: Table, column: str, values: set[str], keys: Sequence[Key]) -> Iterator[Join]:
    header = folded_header(column)
    long_ones = sum(1 for value in values if _LONG.fullmatch(value))
    is_long = long_ones >= 0.9 * len(values)
    for key in keys:
        if key.table is table and (key.column == column or not header.startswith("parent")):
            continue
        share = sum(1 for value in values if value in key.rows) / len(values)
        named = _named(header, key)
        enough = _FOUND_IN_LONG if is_long and key.part is not None else _FOUND
        weak = not named and not (is_long or _tells(values, key))
        if share >= enough and not (weak and key.part is None):
            yield Join(column, key, share, named, weak)


def _tells(values: set[str], key: Key) -> bool:
    """Whether values without a word of what they name are too many words to be met by chance."""
    wordy = sum(1 for value in values if " " in value and not value[0].isdigit())
    return key.part in ("name", "email") and wordy >= 0.6 * len(values) and len(values) >= 3


def _named(header: str, key: Key) -> bool:
    """Whether a column's name speaks of the table: "stage_id" of "stages.csv"."""
    bare = " ".join(word for word in header.split() if word not in _KEY_WORDS) or header
    table = key.table.name
    forms = {table, table.removesuffix("s"), table.removesuffix("es"), f"{table[:-3]}y"}
    forms |= {word for form in tuple(forms) for word in (form.rpartition(" ")[2],)}
    own = folded_header(key.column)
    if bare in forms or (header == own and own not in ("id", "name", "key", "nr", "no")):
        return True
    kind = key.table.kind
    return kind is not None and any(
        bare == entity or header == entity for role in _roles(kind) for entity in role
    )


def _roles(kind: str) -> Iterator[tuple[str, ...]]:
    names = entity_names()
    yield names.get(kind, (kind,))
    if kind == "user":
        yield from (names["owner"], names["from_user"], names["to_user"])
