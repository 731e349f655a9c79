"""How well the fields of a team's open deals are filled, now and on the days that were kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from assistant.db.tables import Deal, FieldFill, Record

FIELDS = ("amount", "close_on", "stage", "next_step")
_MOST_DEALS = 20_000


@dataclass(frozen=True, slots=True)
class Fill:
    """Open deals of a team: how many, with something in the field, with something that can be."""

    field: str
    records: int
    filled: int
    valid: int


def measure(session: Session, team_id: str, *, now: datetime) -> list[Fill]:
    """How well each field is filled now. A sum of nothing or a day that has passed is not valid."""
    record, governing = aliased(Record), aliased(Record)
    deals = session.execute(
        select(Deal.amount, Deal.close_on, Deal.stage, Deal.next_step)
        .join(record, record.id == Deal.id)
        .join(governing, governing.id == record.governing_id)
        .where(
            governing.team_id == team_id, Deal.closed_at.is_(None), Deal.won.is_(None),
            record.archived_at.is_(None), record.golden_id == record.id,
        )
        .limit(_MOST_DEALS)
    ).all()  # fmt: skip
    today = now.date()
    valid = {
        "amount": lambda value: value > 0,
        "close_on": lambda value: value >= today,
    }
    found = []
    for field in FIELDS:
        values = [value for value in (getattr(deal, field) for deal in deals) if value is not None]
        filled = [value for value in values if value != ""]
        sound = [value for value in filled if valid.get(field, bool)(value)]
        found.append(Fill(field, len(deals), len(filled), len(sound)))
    return found


def keep(session: Session, team_id: str, *, now: datetime) -> None:
    """Keep the day's figures, once a day."""
    if kept(session, team_id, now.date()):
        return
    session.add_all(
        FieldFill(
            team_id=team_id, day=now.date(), field=fill.field, records=fill.records,
            filled=fill.filled, valid=fill.valid,
        )
        for fill in measure(session, team_id, now=now)
    )  # fmt: skip
    session.flush()


def kept(session: Session, team_id: str, day: date) -> Mapping[str, Fill]:
    """The figures that were kept on this day, by field."""
    rows = session.scalars(
        select(FieldFill).where(FieldFill.team_id == team_id, FieldFill.day == day)
    )
    return {row.field: Fill(row.field, row.records, row.filled, row.valid) for row in rows}
