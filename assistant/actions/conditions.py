"""Conditions, in SQL, that several plays share."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy.orm import InstrumentedAttribute

from assistant.db.tables import Deal, Interaction, Record, Task

FINISHED_TASKS = ("done", "completed", "closed", "cancelled", "canceled", "withdrawn")
# Everyone: no customers named means all of them.
Customers = Collection[str] | None


def stands() -> ColumnElement[bool]:
    """SQL: does the record still stand?"""
    return and_(Record.archived_at.is_(None), Record.golden_id == Record.id)


def is_open(task: type[Task]) -> ColumnElement[bool]:
    """SQL: is there still something to do?"""
    unfinished = or_(task.status.is_(None), func.lower(task.status).not_in(FINISHED_TASKS))
    return and_(task.done_at.is_(None), unfinished)


def is_running(deal: type[Deal]) -> ColumnElement[bool]:
    """SQL: is the deal neither won nor lost? Some systems say "not won" of every deal that runs."""
    stage = func.lower(func.coalesce(deal.stage, ""))
    ended = or_(stage.like("closed%"), stage.like("%lost%"), stage == "won")
    return and_(deal.closed_at.is_(None), deal.won.is_not(True), ~ended)


def among(
    customers: Customers, *columns: InstrumentedAttribute[str | None] | InstrumentedAttribute[str]
) -> ColumnElement[bool]:
    """SQL: does one of these columns name one of the customers?"""
    if customers is None:
        return Record.id.is_not(None)
    return or_(*(column.in_(customers) for column in columns))


def is_touch(interaction: type[Interaction]) -> ColumnElement[bool]:
    """SQL: did we get in touch, or talk?"""
    return or_(
        interaction.direction == "out",
        func.lower(interaction.channel).in_(("meeting", "visit", "call")),
        # A chat has two sides unless its record keeps one.
        and_(func.lower(interaction.channel) == "chat", interaction.direction.is_(None)),
    )
