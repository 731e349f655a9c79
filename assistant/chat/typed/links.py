"""Which rows of one kind stand beside rows of another: by their own link, or by their account."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, FromClause, Select, SQLColumnExpression, select
from sqlalchemy.orm import aliased
from sqlalchemy.orm.util import AliasedClass

from assistant.chat.typed.catalogue import Kind
from assistant.db.tables import Line, Record

_WITH_LINES = frozenset({"order", "quote"})


class NotComputable(ValueError):
    """The rows of this kind have nothing by which the query could be computed."""


def linked_by(kind: str, other: Kind, links: frozenset[str]) -> str | None:
    """How rows of a kind (and what it links to) meet those of another: "child", "parent",
    "line", "account"; None where they do not."""
    if kind in _WITH_LINES and other.name == "product":
        return "line"
    if kind == "product" and other.name in _WITH_LINES:
        return "line"
    if kind in other.links:
        return "child"
    if other.name in links:
        return "parent"
    if "account" in links and "account" in other.links:
        return "account"
    return None


def beside(
    kind: Kind,
    own: type[Record] | AliasedClass[Record],
    account: type[Record] | AliasedClass[Record],
    other: Kind,
    source: FromClause,
    where: ColumnElement[bool],
) -> ColumnElement[bool]:
    """SQL: one of the other rows belongs to this row, or this row to it.

    own, account: the aliases of the row's record and of its account's. Raises NotComputable.
    """
    how = linked_by(kind.name, other, frozenset(kind.links))
    own_id = cast("SQLColumnExpression[str]", own.id)
    if how == "child":
        link = other.table.c[other.links[kind.name]]
        return own_id.in_(_standing(link, source, where))
    if how == "parent":
        link = kind.table.c[kind.links[other.name]]
        return _golden_of(link).in_(_ids(other.id, source, where))
    if how == "line":
        return _by_line(other, own_id, source, where)
    if how == "account":
        link = other.table.c[other.links["account"]]
        return cast("SQLColumnExpression[str]", account.id).in_(_standing(link, source, where))
    raise NotComputable(f"{kind.plural} have nothing to do with {other.plural}")


def _ids(
    column: SQLColumnExpression[Any], source: FromClause, where: ColumnElement[bool]
) -> Select[Any]:
    # Without correlation: the tables within are other rows than those around.
    return select(column).select_from(source).where(where).correlate(None)


def _standing(
    link: SQLColumnExpression[Any], source: FromClause, where: ColumnElement[bool]
) -> Select[Any]:
    """The records that the links mean after merges."""
    merged = aliased(Record)
    return _ids(merged.golden_id, source.join(merged, merged.id == link), where)


def _golden_of(link: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    merged = aliased(Record)
    found = select(merged.golden_id).where(merged.id == link).correlate_except(merged)
    return found.scalar_subquery()


def _by_line(
    other: Kind,
    own_id: SQLColumnExpression[str],
    source: FromClause,
    where: ColumnElement[bool],
) -> ColumnElement[bool]:
    if other.name == "product":
        parents = select(Line.parent_id).where(
            _golden_of(Line.product_id).in_(_ids(other.id, source, where))
        )
        return own_id.in_(parents)
    lines = source.join(Line, Line.parent_id == other.id)
    return own_id.in_(_standing(Line.product_id, lines, where))
