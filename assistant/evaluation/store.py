"""What an evaluation reads of the database: what records are called, and who works here."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.crm.survivors import row_values
from assistant.db.tables import Record, SourceRow, User

# What people call a record by, beside the id that its file gives it.
_CALLED_BY = ("number", "sku", "email", "name", "title", "subject")


def names_of_records(session: Session) -> Iterator[tuple[str, str]]:
    """Pairs of a record's id and one of the names that its sources give it.

    What was merged is called as the record that stands for it is, and the other way round.
    """
    rows = session.execute(
        select(SourceRow, Record.golden_id).join(Record, Record.id == SourceRow.record_id)
    )
    for row, golden_id in rows:
        values = row_values(row)
        called = [row.external_id, *(str(values[name]) for name in _CALLED_BY if values.get(name))]
        for record_id in {row.record_id, golden_id}:
            for name in called:
                yield str(record_id), name


def staff(session: Session) -> Iterator[tuple[str, str]]:
    """Address and name of everybody who can own a record."""
    rows = session.execute(select(User.email, User.name)).all()
    yield from ((address, name) for address, name in rows)
