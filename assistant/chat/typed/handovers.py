"""How often tickets were passed on, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import ColumnElement, FromClause, and_, distinct, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from assistant.chat.question.plan import Shape
from assistant.chat.typed import rows
from assistant.chat.typed.measures import grouping
from assistant.chat.typed.query import Bucket, Group, Resolved, Result
from assistant.chat.typed.ranking import in_order, within
from assistant.chat.typed.selection import Rows, Selection, owner_of, rows_of
from assistant.chat.typed.trend import bounds_of, by_unit, foremost
from assistant.db.tables import Ticket, TicketHandover, User
from assistant.governance.access import Principal


def run(session: Session, principal: Principal, resolved: Resolved) -> Result:
    """Hand-overs in the period, in all or for each person who held tickets or passed them on."""
    query = resolved.query
    # A hand-over counts by its own moment and its own giver, whoever owns the ticket now.
    tickets = rows_of(
        replace(
            resolved,
            query=replace(query, period=None, mine=False, amount=None, conditions=()),
            scopes=tuple(one for one in resolved.scopes if one.kind not in {"owner", "receiver"}),
        ),
        principal,
    )
    passed = and_(tickets.where, *_handed(resolved, principal))
    source = tickets.source.join(TicketHandover, TicketHandover.ticket_id == Ticket.id)
    if query.shape is Shape.RANK and query.group != "owner":
        return _by_group(session, principal, resolved, tickets, source, passed)
    if query.amount is not None and query.shape is not Shape.RANK:
        return _passed_often(session, principal, resolved, tickets, source, passed)
    whose = _whose(resolved)
    counts = {
        str(user_id): (int(count), int(touched))
        for user_id, count, touched in session.execute(
            select(whose, func.count(), func.count(distinct(Ticket.id)))
            .select_from(source)
            .where(passed)
            .group_by(whose)
        )
    }
    total = sum(count for count, _ in counts.values())
    groups: Sequence[Group] = ()
    giver = passed
    buckets: list[Bucket] = []
    if query.shape is Shape.TREND:
        moments = session.scalars(select(TicketHandover.at).select_from(source).where(passed))
        buckets = by_unit(resolved, [at for at in moments if at is not None])
        if query.focus and buckets:
            begin, end = bounds_of(resolved, foremost(query, buckets))
            giver = and_(passed, TicketHandover.at >= begin, TicketHandover.at < end)
    if query.shape is Shape.RANK:
        groups = _ranked(session, resolved, counts, _held(session, principal, resolved))
        if groups:
            giver = and_(passed, whose == groups[0].key)
    ids: Rows = select(Ticket.id).select_from(source).where(giver)
    shown = rows.resting_on_ids(session, principal, resolved, tickets, ids)
    return Result(
        resolved,
        total,
        values=(Group("", "", Decimal(total), total),),
        groups=tuple(groups),
        buckets=tuple(buckets),
        rows=tuple(shown),
    )


def _whose(resolved: Resolved) -> InstrumentedAttribute[str | None]:
    """Whom a hand-over counts for: the giver, or the taker where that is asked."""
    if resolved.query.receiver:
        return TicketHandover.to_user_id
    return TicketHandover.from_user_id


def _by_group(
    session: Session,
    principal: Principal,
    resolved: Resolved,
    tickets: Selection,
    source: FromClause,
    passed: ColumnElement[bool],
) -> Result:
    """Hand-overs put together by what their tickets have: an account, a product, a category."""
    by = grouping(resolved, tickets.kind, source, principal)
    query = (
        select(by.key, by.label, func.count(distinct(TicketHandover.id)))
        .add_columns(func.count(distinct(Ticket.id)))
        .select_from(by.source)
        .where(passed, by.key.is_not(None))
        .group_by(by.key, by.label)
    )
    found = [
        Group(str(key), str(label), Decimal(count), touched)
        for key, label, count, touched in session.execute(query)
    ]
    groups = in_order(within(found, resolved.query.group_size), least=resolved.query.least)
    total = sum(int(group.value) for group in found)
    ids: Rows = select(Ticket.id).select_from(by.source).where(passed)
    if groups:
        ids = ids.where(by.key == groups[0].key)
    shown = rows.resting_on_ids(session, principal, resolved, tickets, ids)
    whole = (Group("", "", Decimal(total), total),)
    return Result(resolved, total, values=whole, groups=tuple(groups), rows=tuple(shown))


def _passed_often(
    session: Session,
    principal: Principal,
    resolved: Resolved,
    tickets: Selection,
    source: FromClause,
    passed: ColumnElement[bool],
) -> Result:
    """The tickets that were handed over as often as the limit says."""
    bound = resolved.query.amount
    if bound is None:
        return Result(resolved, 0)
    times = func.count(distinct(TicketHandover.id))
    kept = {
        ">": times > bound.value, ">=": times >= bound.value,
        "<": times < bound.value, "<=": times <= bound.value,
    }[bound.operator]  # fmt: skip
    ids: Rows = select(Ticket.id).select_from(source).where(passed).group_by(Ticket.id).having(kept)
    found = list(session.scalars(ids))
    shown = rows.resting_on_ids(session, principal, resolved, tickets, ids)
    whole = (Group("", "", Decimal(len(found)), len(found)),)
    return Result(resolved, len(found), values=whole, rows=tuple(shown))


def _handed(resolved: Resolved, principal: Principal) -> list[ColumnElement[bool]]:
    query = resolved.query
    whose = _whose(resolved)
    conditions: list[ColumnElement[bool]] = [whose.is_not(None)]
    if query.period is not None and query.period.start is not None:
        conditions.append(TicketHandover.at >= query.period.start)
    if query.period is not None and query.period.end is not None:
        conditions.append(TicketHandover.at < query.period.end)
    givers = [scope.record_id for scope in resolved.scopes if scope.kind == "owner"]
    if query.mine:
        givers.append(principal.user_id)
    if givers:
        conditions.append(whose.in_(givers))
    takers = [scope.record_id for scope in resolved.scopes if scope.kind == "receiver"]
    if takers:
        conditions.append(TicketHandover.to_user_id.in_(takers))
    return conditions


def _held(session: Session, principal: Principal, resolved: Resolved) -> dict[str, int]:
    """How many tickets of the period each person owns now: who passed none on also counts."""
    selection: Selection = rows_of(resolved, principal)
    owner = owner_of(selection.kind)
    held = selection.select(owner, func.count()).group_by(owner)
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
