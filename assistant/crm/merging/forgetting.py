"""Merges of a record that is forgotten: its parts stand alone before it goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from assistant.crm.match_keys import chunks
from assistant.crm.merging.regroup import regroup
from assistant.crm.merging.shown import Author
from assistant.crm.turns import take_turns
from assistant.db.tables import Distinction, Duplicate, Merge, Record
from assistant.governance.http import utc_now


def identities_of(session: Session, record_ids: Iterable[str]) -> list[str]:
    """These records and all that are one with them: who forgets a person forgets them all."""
    found: set[str] = set()
    for chunk in chunks(sorted(set(record_ids))):
        goldens = select(Record.golden_id).where(Record.id.in_(chunk))
        found |= set(session.scalars(select(Record.id).where(Record.golden_id.in_(goldens))))
    return sorted(found)


def forget_merges(session: Session, record_ids: Sequence[str]) -> int:
    """Remove what was decided and asked of these records; what stood with them stands alone."""
    take_turns(session)
    removed = 0
    for chunk in chunks(sorted(set(record_ids))):
        edges = list(
            session.scalars(select(Merge).where(or_(Merge.a.in_(chunk), Merge.b.in_(chunk))))
        )
        ends = {end for edge in edges for end in (edge.a, edge.b)}
        for edge in edges:
            session.delete(edge)
        session.flush()
        regroup(session, ends, Author("privacy", "privacy", utc_now()))
        removed += len(edges)
        for table in (Distinction, Duplicate):
            gone = session.execute(
                delete(table).where(or_(table.a.in_(chunk), table.b.in_(chunk))).returning(table.id)
            )
            removed += len(gone.all())
    return removed
