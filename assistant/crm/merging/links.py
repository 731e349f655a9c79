"""Links between records under merges: what is shown points at golden records, origins are kept.

A link column shows `golden(origin)`. The origin is what would stand there if nothing were merged;
it is written down in `link_origins` where it differs from what is shown, so that undoing merges,
in whatever order, puts back exactly what was there. Tables with links join by registering.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    SQLColumnExpression,
    String,
    Table,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session, aliased

from assistant.crm.match_keys import chunks
from assistant.db.tables import Base, LinkOrigin, Record

# Columns that may hold an account, a contact or a lead, and follow its merges.
MOVED: dict[str, tuple[str, ...]] = {
    "records": ("account_id", "governing_id"),
    "accounts": ("parent_account_id",),
    "contacts": ("account_id",),
    "leads": ("account_id", "contact_id"),
    "deals": ("account_id", "contact_id"),
    "orders": ("account_id", "contact_id"),
    "quotes": ("account_id", "contact_id"),
    "invoices": ("account_id",),
    "payments": ("account_id",),
    "interactions": ("account_id", "contact_id", "lead_id"),
    "tickets": ("account_id", "contact_id"),
    "tasks": ("account_id", "contact_id"),
    "calls": ("account_id", "contact_id"),
    "notes": ("account_id",),
    "engagement_events": ("lead_id", "contact_id", "account_id"),
    "suggestions": ("record_id", "account_id"),
}
# Columns that stay with the identity: what is known of it, and what was said of it then.
KEPT: dict[str, tuple[str, ...]] = {
    "records": ("golden_id",),
    "record_versions": ("record_id",),
    "source_rows": ("record_id",),  # golden rows are derived from those of all identities
    "source_links": ("record_id",),
    "match_keys": ("record_id",),  # who looks up counts golden records
    "lookup_keys": ("record_id",),
    "identity_keys": ("record_id",),
    "pending_references": ("record_id",),
    "field_decisions": ("record_id",),  # the last word on any identity stands
    "changes": ("record_id",),
    "audit_entries": ("record_id",),
    "outbox": ("record_id",),  # the record of the source that is to be written to
    "scores": ("record_id",),  # of what was known of one identity; the golden one has its own
    "score_overrides": ("record_id",),
    "suggestion_citations": ("record_id",),  # whoever reads them asks for the golden record
    "own_rows": ("record_id", "account_id"),
    "vocabulary_terms": ("record_id",),  # whose name it was when the call was heard
    # Derived again when their record changes; the golden record has its own.
    "shocks": ("record_id", "origin_id", "evidence_record_id"),
}
# Rows without a record of their own: nobody is told that they moved.
_NO_RECORDS = frozenset({"engagement_events", "suggestions"})
# A row moves only where it does not meet one like it; the one left behind stays out of sight.
_ONCE_EACH = {("suggestions", "record_id"): ("play", "occasion")}

Origins = dict[str, dict[str, str | None]]  # row id -> column -> origin


@dataclass(frozen=True, slots=True)
class Link:
    """A column that follows merges."""

    table: Table
    column: str

    @property
    def values(self) -> ColumnElement[str | None]:
        """What the column shows."""
        return self.table.c[self.column]

    @property
    def origin(self) -> ColumnElement[str | None]:
        """SQL: where the column would point if nothing were merged."""
        noted = select(LinkOrigin.origin).where(self.noted(LinkOrigin.row_id == self.key))
        return func.coalesce(noted.scalar_subquery(), self.values)

    @property
    def key(self) -> ColumnElement[str]:
        """The row's id as `link_origins` writes it."""
        return cast(self.table.c.id, String(40)) if self.numbered else self.table.c.id

    @property
    def numbered(self) -> bool:
        """Are the rows numbered, rather than named?"""
        return not isinstance(self.table.c.id.type, String)

    def noted(self, *what: ColumnElement[bool]) -> ColumnElement[bool]:
        """SQL: an origin of this column."""
        own = (LinkOrigin.table_name == self.table.name) & (LinkOrigin.column_name == self.column)
        for more in what:
            own &= more
        return own


def links() -> Iterator[Link]:
    """All columns that follow merges."""
    for table, columns in MOVED.items():
        for column in columns:
            yield Link(Base.metadata.tables[table], column)


def golden_of(session: Session, record_ids: Iterable[str | None]) -> dict[str, str]:
    """The golden record of each of these that another record stands for."""
    found: dict[str, str] = {}
    for chunk in chunks(sorted({one for one in record_ids if one})):
        query = select(Record.id, Record.golden_id)
        query = query.where(Record.id.in_(chunk), Record.golden_id != Record.id)
        found |= {record_id: golden for record_id, golden in session.execute(query)}  # noqa: C416
    return found


def origins_of(session: Session, table: str, row_ids: Sequence[str]) -> Origins:
    """What is written down of the links of these rows."""
    found: Origins = defaultdict(dict)
    if table not in MOVED:
        return found
    for chunk in chunks(row_ids):
        query = select(LinkOrigin.row_id, LinkOrigin.column_name, LinkOrigin.origin).where(
            LinkOrigin.table_name == table,
            LinkOrigin.column_name.in_(MOVED[table]),
            LinkOrigin.row_id.in_(chunk),
        )
        for row_id, column, origin in session.execute(query):
            found[row_id][column] = origin
    return found


def write_origins(
    session: Session, table: str, wanted: Mapping[str, Mapping[str, str | None]], known: Origins
) -> None:
    """Let exactly these origins be written down for these rows."""
    stale = [
        (table, column, row_id)
        for row_id, columns in wanted.items()
        for column, origin in known.get(row_id, {}).items()
        if column not in columns or columns[column] != origin
    ]
    fresh = [
        {"table_name": table, "column_name": column, "row_id": row_id, "origin": origin}
        for row_id, columns in wanted.items()
        for column, origin in columns.items()
        if column not in known.get(row_id, {}) or known[row_id][column] != origin
    ]
    key = tuple_(LinkOrigin.table_name, LinkOrigin.column_name, LinkOrigin.row_id)
    for start in range(0, len(stale), 300):
        session.execute(delete(LinkOrigin).where(key.in_(stale[start : start + 300])))
    if fresh:
        session.execute(insert(LinkOrigin), fresh)


def forget_origins(session: Session, table: str, row_ids: Sequence[str]) -> None:
    """These rows are about to be written as if nothing were merged: `settle` them afterwards."""
    for chunk in chunks(row_ids):
        session.execute(
            delete(LinkOrigin).where(
                LinkOrigin.table_name == table,
                LinkOrigin.column_name.in_(MOVED[table]),
                LinkOrigin.row_id.in_(chunk),
            )
        )


def settle(session: Session, table: str, record_ids: Iterable[str | None]) -> None:
    """Rows of this table that name one of these records name its golden record from now on."""
    hidden = sorted(golden_of(session, record_ids))
    for link in links():
        if link.table.name == table:
            for chunk in chunks(hidden):
                _move(session, link, chunk)


def retarget(session: Session, identities: Iterable[str]) -> dict[str, set[str]]:
    """Bring all links to these identities up to date with their golden records.

    Returns the records whose links moved, each with the columns.
    """
    told: dict[str, set[str]] = defaultdict(set)
    for link in links():
        for chunk in chunks(sorted(set(identities))):
            for row_id in _move(session, link, chunk):
                if link.table.name not in _NO_RECORDS:
                    told[row_id].add(link.column)
    return told


def _move(session: Session, link: Link, identities: Sequence[str]) -> list[str]:
    _note(session, link, identities)
    moving = select(LinkOrigin.row_id).where(link.noted(LinkOrigin.origin.in_(identities)))
    moved = list(session.scalars(moving))
    if not moved:
        return []
    standing = aliased(Record)  # the link may be one of `records` itself
    golden = (
        select(standing.golden_id)
        .join(LinkOrigin, LinkOrigin.origin == standing.id)
        .where(link.noted(LinkOrigin.row_id == link.key))
        .scalar_subquery()
    )
    rows = moving if not link.numbered else moving.with_only_columns(_number(LinkOrigin.row_id))
    session.execute(
        update(link.table).where(link.table.c.id.in_(rows)).values({link.column: golden}),
    )
    home = select(Record.id).where(Record.id.in_(identities), Record.golden_id == Record.id)
    session.execute(
        delete(LinkOrigin).where(link.noted(LinkOrigin.origin.in_(home))),
        execution_options={"synchronize_session": False},
    )
    return moved


def _number(row_id: SQLColumnExpression[str]) -> ColumnElement[int]:
    return cast(row_id, BigInteger)


def _note(session: Session, link: Link, identities: Sequence[str]) -> None:
    """Write down where links point that no longer point at a golden record."""
    away = aliased(Record)
    hidden = select(away.id).where(away.id.in_(identities), away.golden_id != away.id)
    noted = select(LinkOrigin.row_id).where(link.noted(LinkOrigin.row_id == link.key)).exists()
    query = select(
        literal(link.table.name), literal(link.column), link.key, link.values
    ).where(link.values.in_(hidden), ~noted)  # fmt: skip
    if not link.numbered:
        query = query.where(link.table.c.id != link.values)  # nobody is moved away from themselves
    once = _ONCE_EACH.get((link.table.name, link.column))
    if once:
        query = query.where(link.key.in_(_first_of_each(session, link, once, hidden)))
    names = ["table_name", "column_name", "row_id", "origin"]
    session.execute(insert(LinkOrigin).from_select(names, query))


def _first_of_each(
    session: Session, link: Link, once: tuple[str, ...], hidden: Select[str]
) -> list[str]:
    """The rows that meet none like them at their golden record; few tables have such rows."""
    alike = [link.table.c[name] for name in once]
    query = select(link.table.c.id, Record.golden_id, *alike)
    query = query.join(Record, Record.id == link.values).where(link.values.in_(hidden))
    coming = session.execute(query.order_by(link.table.c.id)).all()
    goldens = sorted({row[1] for row in coming})
    there = {
        tuple(row)
        for chunk in chunks(goldens)
        for row in session.execute(select(link.values, *alike).where(link.values.in_(chunk)))
    }
    moving: list[str] = []
    for row_id, *place in coming:
        if tuple(place) not in there:
            there.add(tuple(place))
            moving.append(str(row_id))
    return moving
