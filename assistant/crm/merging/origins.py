"""Links that people and drafters make anew: one copied from another's comes from where that does.

What a person picked comes from what they picked. What is taken over from the link of another row
(a note's account from its call's) has that link's origin, so that both part together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.crm.match_keys import chunks
from assistant.crm.merging.links import Origins, golden_of, origins_of, write_origins
from assistant.crm.merging.own import own_rows
from assistant.db.tables import Base, OwnRow


def origin_of(session: Session, table: str, row_id: str, column: str) -> str | None:
    """Where this link would point if nothing were merged; None for an empty link."""
    return origins_in(session, table, column, [row_id]).get(row_id)


def origins_in(session: Session, table: str, column: str, row_ids: Sequence[str]) -> dict[str, str]:
    """Where this link of these rows would point if nothing were merged; empty links are left out.

    Of a record that stands for others, the link that it has by itself counts first.
    """
    found: dict[str, str] = {}
    rows = Base.metadata.tables[table]
    for chunk in chunks(sorted(set(row_ids))):
        query = select(rows.c.id, rows.c[column]).where(rows.c.id.in_(chunk))
        shown = {row_id: str(link) for row_id, link in session.execute(query) if link}
        noted = origins_of(session, table, chunk)
        own = {row_id: _link(row, column) for row_id, row in own_rows(session, chunk).items()}
        golden = golden_of(session, own.values())
        for row_id, link in shown.items():
            by_itself = own.get(row_id)
            if by_itself and golden.get(by_itself, by_itself) == link:
                found[row_id] = by_itself
            else:
                found[row_id] = noted[row_id].get(column) or link
    return found


def _link(row: OwnRow, column: str) -> str | None:
    if column in ("account_id", "governing_id"):
        return row.account_id
    link = row.content.get(column)
    return str(link) if link else None


def shown_for(session: Session, origin: str | None) -> str | None:
    """What a link of this origin shows."""
    return golden_of(session, [origin]).get(origin, origin) if origin else None


def keep_origins(
    session: Session, table: str, origins: Mapping[str, Mapping[str, str | None]]
) -> None:
    """Write down where links of these rows come from that show the golden record of it.

    Origins of other columns stay; one that does not lead to what its link shows is not written.
    """
    rows = Base.metadata.tables[table]
    named = {origin for columns in origins.values() for origin in columns.values()}
    golden = golden_of(session, named)
    wanted: Origins = {}
    known: Origins = {}
    for chunk in chunks(sorted(origins)):
        noted = origins_of(session, table, chunk)
        query = select(rows).where(rows.c.id.in_(chunk))
        for row in session.execute(query).mappings():
            columns = origins[row["id"]]
            wanted[row["id"]] = {
                column: origin
                for column, origin in columns.items()
                if origin in golden and golden[origin] == row[column]
            }
            known[row["id"]] = {
                column: origin for column, origin in noted[row["id"]].items() if column in columns
            }
    write_origins(session, table, wanted, known)


def keep_account_origin(session: Session, record_id: str, origin: str | None) -> None:
    """Write down where the account of a record comes from, which says who may see the record."""
    keep_origins(
        session, "records", {record_id: {"account_id": origin, "governing_id": origin}}
    )  # fmt: skip
