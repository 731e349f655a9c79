"""Columns that an import kept although no field of ours is meant by them, as columns to ask for.

They lie in the rows as they came. A column is read in the style in which its file writes numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, Float, SQLColumnExpression, case, func, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session, aliased

from assistant.crm.columns import folded_header
from assistant.db.tables import Import, Record, SourceRow
from assistant.governance.access import Principal, visible

PREFIX = "extra:"
_COMMA = "extra-comma:"  # of a column whose decimals stand behind a comma
_SAMPLED_ROWS = 4000
_MOST_VALUES = 400
_NUMBER = re.compile(r"-?\d{1,3}(?:[.,' ]?\d{3})*(?:[.,]\d+)?|-?\d+(?:[.,]\d+)?")
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[T ].*)?")
_FLAGS = frozenset({"true", "false", "yes", "no", "0", "1", "y", "n"})
# Keys of other records and of people say nothing that a question could ask for by value.
# Columns for which there is no field, or only one that decides on access.
_ASKED_AS_WRITTEN = frozenset({"", "territory"})
_KEYS = re.compile(r"(?:^|[ _])(?:id|ids|uuid|guid|key)$", re.IGNORECASE)


class Sort(StrEnum):
    """What the values of a column are."""

    CATEGORY = "category"
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Extra:
    """A column of a kind's rows: its name in the file, what it holds, how numbers are written.

    values: the values of a category, as they are written.
    """

    kind: str
    column: str
    sort: Sort
    comma: bool = False  # decimals stand behind a comma
    values: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How queries call it."""
        return (_COMMA if self.comma else PREFIX) + self.column

    @property
    def words(self) -> str:
        """The name as people say it."""
        return folded_header(self.column)


def columns_of_files(session: Session) -> Mapping[str, Mapping[str, str]]:
    """By kind the columns of its files, each with the field that it is taken for, or ""."""
    found: dict[str, dict[str, str]] = {}
    for kind, mapping in session.execute(
        select(Import.kind, Import.mapping).where(Import.kind.is_not(None))
    ):
        used = mapping.get("used") if isinstance(mapping, dict) else None
        columns = used.get("columns") if isinstance(used, dict) else None
        for guess in columns if isinstance(columns, list) else ():
            if isinstance(guess, dict):
                known = found.setdefault(str(kind), {})
                known[str(guess["column"])] = str(guess.get("field") or "")
    return found


def extras_of(session: Session, principal: Principal, kind: str) -> tuple[Extra, ...]:
    """The extra columns of a kind with values that this person may see."""
    names = [
        name for name, field in columns_of_files(session).get(kind, {}).items()
        if field in _ASKED_AS_WRITTEN and not _KEYS.search(folded_header(name))
    ]  # fmt: skip
    if not names:
        return ()
    seen: dict[str, dict[str, None]] = {name: {} for name in names}
    own = aliased(Record)
    payloads = session.scalars(
        select(SourceRow.payload)
        .join(own, own.id == SourceRow.record_id)
        .where(
            SourceRow.kind == kind, SourceRow.current.is_(True), SourceRow.deleted.is_(False),
            visible(principal, own.golden_id),
        )
        .limit(_SAMPLED_ROWS)
    )  # fmt: skip
    for payload in payloads:
        for name in names:
            value = payload.get(name)
            if isinstance(value, (str, int, float, bool)) and str(value).strip():
                seen[name].setdefault(str(value).strip(), None)
    return tuple(_typed(kind, name, list(values)) for name, values in seen.items() if values)


def _typed(kind: str, name: str, values: Sequence[str]) -> Extra:
    if len(values) > 1 and {value.casefold() for value in values} <= _FLAGS:
        return Extra(kind, name, Sort.FLAG, values=tuple(values))
    bare = [
        re.sub(r"[\s%€$£]|(?<=[\d\s])[a-zA-Z]{1,5}$|^[A-Z]{3}(?=[\s\d])", "", one) for one in values
    ]
    if all(_NUMBER.fullmatch(value) for value in bare):
        comma = any(re.search(r",\d{1,2}$", value) for value in bare) and not any(
            re.search(r"\.\d{1,2}$", value) for value in bare
        )
        return Extra(kind, name, Sort.NUMBER, comma=comma)
    if all(_DATE.fullmatch(value) for value in values):
        return Extra(kind, name, Sort.DATE)
    choices = len(values) <= _MOST_VALUES and all(len(value) <= 60 for value in values)
    return Extra(
        kind, name, Sort.CATEGORY if choices else Sort.TEXT, values=tuple(values) if choices else ()
    )


def is_extra(name: str) -> bool:
    """Whether a query's column is one of those that no field is meant by."""
    return name.startswith((PREFIX, _COMMA))


def header_of(name: str) -> str:
    """The column as its file calls it."""
    return name.removeprefix(PREFIX).removeprefix(_COMMA)


def text_of(record_id: SQLColumnExpression[str], column: str) -> ColumnElement[str | None]:
    """SQL: what the rows of a record hold in the extra column, as text."""
    merged = aliased(Record)
    row = aliased(SourceRow)
    value = cast("Any", row.payload)[header_of(column)].as_string()
    return (
        select(func.max(value))
        .select_from(row)
        .join(merged, merged.id == row.record_id)
        .where(merged.golden_id == record_id, row.current.is_(True), row.deleted.is_(False))
        .correlate_except(row, merged)
        .scalar_subquery()
    )


def number_of(record_id: SQLColumnExpression[str], column: str) -> ColumnElement[float | None]:
    """SQL: what they hold there, as a number; nothing where it is none."""
    text: ColumnElement[Any] = text_of(record_id, column)
    for sign in (" ", "%", "€", "$", "£", "'"):
        text = func.replace(text, sign, "")
    if column.startswith(_COMMA):
        text = func.replace(func.replace(text, ".", ""), ",", ".")
    else:
        text = func.replace(text, ",", "")
    return case((text.regexp_match(r"^-?[0-9]+(\.[0-9]+)?$"), sql_cast(text, Float)), else_=None)
