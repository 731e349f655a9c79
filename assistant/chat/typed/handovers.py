"""How often tickets were passed on, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, distinct, func, select
from sqlalchemy.orm import Session

from assistant.chat.question.plan import Shape
from assistant.chat.typed import rows
from assistant.chat.typed.query import Group, Resolved, Result
from assistant.chat.typed.ranking import in_order, within
from assistant.chat.typed.selection import Rows, Selection, owner_id, rows_of
from assistant.db.tables import Ticket, TicketHandover, User
from assistant.governance.access import Principal


def run(session: Session, principal: Principal, resolved: Resolved) -> Result:
    """Hand-overs in the period, in all or for each person who held tickets or passed them on."""
    query = resolved.query
    # A hand-over counts by its own moment and its own giver, whoever owns the ticket now.
    tickets = rows_of(
        replace(
            resolved,
            query=replace(query, period=None, mine=False),
            scopes=tuple(scope for scope in resolved.scopes if scope.kind != "owner"),
        ),
        principal,
    )
    passed = and_(tickets.where, *_handed(resolved, principal))
    source = tickets.source.join(TicketHandover, TicketHandover.ticket_id == Ticket.id)
    counts = {
        str(user_id): (int(count), int(touched))
        for user_id, count, touched in session.execute(
            select(TicketHandover.from_user_id, func.count(), func.count(distinct(Ticket.id)))
            .select_from(source)
            .where(passed)
            .group_by(TicketHandover.from_user_id)
        )
    }
    total = sum(count for count, _ in counts.values())
    groups: Sequence[Group] = ()
    giver = passed
    if query.shape is Shape.RANK:
        groups = _ranked(session, resolved, counts, _held(session, principal, resolved))
        if groups:
            giver = and_(passed, TicketHandover.from_user_id == groups[0].key)
    ids: Rows = select(Ticket.id).select_from(source).where(giver)
    shown = rows.resting_on_ids(session, principal, resolved, tickets, ids)
    return Result(
        resolved,
        total,
        values=(Group("", "", Decimal(total), total),),
        groups=tuple(groups),
        rows=tuple(shown),
    )


def _handed(resolved: Resolved, principal: Principal) -> list[ColumnElement[bool]]:
    query = resolved.query
    conditions: list[ColumnElement[bool]] = [TicketHandover.from_user_id.is_not(None)]
    if query.period is not None and query.period.start is not None:
        conditions.append(TicketHandover.at >= query.period.start)
    if query.period is not None and query.period.end is not None:
        conditions.append(TicketHandover.at < query.period.end)
    givers = [scope.record_id for scope in resolved.scopes if scope.kind == "owner"]
    if query.mine:
        givers.append(principal.user_id)
    if givers:
        conditions.append(TicketHandover.from_user_id.in_(givers))
    return conditions


def _held(session: Session, principal: Principal, resolved: Resolved) -> dict[str, int]:
    """How many tickets of the period each person owns now: who passed none on also counts."""
    selection: Selection = rows_of(resolved, principal)
    held = selection.select(owner_id(), func.count()).group_by(owner_id())
    return {user_id: int(count) for user_id, count in session.execute(held) if user_id}


def _ranked(
    session: Session,
    resolved: Resolved,
    counts: dict[str, tuple[int, int]],
    held: dict[str, int],
) -> list[Group]:
    people = counts.keys() | held.keys()
    named = session.execute(select(User.id, User.name).where(User.id.in_(people)))
    names = {user_id: name for user_id, name in named}  # noqa: C416 (rows are no pairs to mypy)
    groups = [
        Group(
            key=user_id,
            label=name,
            value=Decimal(counts.get(user_id, (0, 0))[0]),
            rows=held.get(user_id, 0) + counts.get(user_id, (0, 0))[1],
        )
        for user_id, name in names.items()
    ]
    return in_order(within(groups, resolved.query.group_size), least=resolved.query.least)
