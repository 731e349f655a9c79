"""The rows that a result rests on, with the fields that an answer may show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from assistant.chat.question.plan import Measure, Shape
from assistant.chat.texts.plain import plain
from assistant.chat.typed.catalogue import CATALOGUE, Kind
from assistant.chat.typed.lasting import seconds_between
from assistant.chat.typed.links import NotComputable
from assistant.chat.typed.measures import aggregate
from assistant.chat.typed.query import Resolved, Row
from assistant.chat.typed.selection import (
    Expression,
    OwnRecord,
    Rows,
    Selection,
    amount_of,
    as_of_column,
    column,
    moment_of,
    number_column,
)
from assistant.db.tables import Account, Score
from assistant.governance.access import Principal, hidden_fields, visible

# Enough to open and check; the count itself says how many there are.
MOST_ROWS = 20
_MOST_CURRENCIES = 6


def ordered(
    session: Session, principal: Principal, resolved: Resolved, selection: Selection, limit: int
) -> list[Row]:
    """The first, latest, largest or oldest rows, or the newest of a list."""
    kind, query = selection.kind, resolved.query
    if query.shape is Shape.TOP and query.column == "duration":
        return _longest(session, principal, resolved, selection, limit)
    if query.shape is Shape.TOP and (query.column or "").startswith("number:"):
        return _extreme(session, principal, resolved, selection, limit)
    if query.shape is Shape.TOP and query.column == "amount":
        return _largest(session, principal, resolved, selection, limit)
    if query.shape is Shape.TOP and query.column == "score":
        return _best_scored(session, principal, resolved, selection, limit)
    at = _moment(kind, resolved)
    wanted: ColumnElement[bool] = at.is_not(None)
    if query.shape is Shape.FIRST or (query.shape is Shape.TOP and query.column == "age"):
        order = at.asc()
    elif query.shape is Shape.LATEST:
        # "The last call" has happened; one planned for tomorrow has not.
        order, wanted = at.desc(), at <= _now(at, resolved)
    else:
        order, wanted = at.desc(), OwnRecord.id.is_not(None)
    ids = (
        selection.select(kind.id)
        .where(wanted)
        .order_by(order.nulls_last(), kind.id)
        .limit(min(limit, MOST_ROWS))
    )
    return _in_this_order(session, principal, resolved, list(session.scalars(ids)))


def _largest(
    session: Session, principal: Principal, resolved: Resolved, selection: Selection, limit: int
) -> list[Row]:
    """The largest rows of each currency: ten thousand of one are not ten thousand of another."""
    kind = selection.kind
    if kind.amount is None:
        raise NotComputable(f"{kind.plural} have no amount")
    amount, currency = amount_of(resolved), column(kind, "currency")
    counted = (
        selection.select(currency, func.count())
        .where(amount.is_not(None))
        .group_by(currency)
        .order_by(func.count().desc(), currency)
    )
    ids: list[str] = []
    for code, _ in session.execute(counted).all()[:_MOST_CURRENCIES]:
        largest = (
            selection.select(kind.id)
            .where(amount.is_not(None), currency.is_not_distinct_from(code))
            .order_by(amount.asc() if resolved.query.least else amount.desc(), kind.id)
            .limit(min(limit, MOST_ROWS))
        )
        ids += session.scalars(largest)
    return _in_this_order(session, principal, resolved, ids)


def _longest(
    session: Session, principal: Principal, resolved: Resolved, selection: Selection, limit: int
) -> list[Row]:
    """The rows that took longest, or shortest, from their beginning to their end."""
    kind = selection.kind
    measured = aggregate(
        replace(resolved, query=replace(resolved.query, measure=Measure.DURATION, column=None)),
        selection,
        principal,
    )
    begin, end = (column(kind, name) for name in next(iter(kind.durations.values())))
    taken = seconds_between(begin, end)
    order = taken.asc() if resolved.query.least else taken.desc()
    ids = selection.select(kind.id).where(measured.only).order_by(order, kind.id)
    found = list(session.scalars(ids.limit(min(limit, MOST_ROWS))))
    return _in_this_order(session, principal, resolved, found)


def _extreme(
    session: Session, principal: Principal, resolved: Resolved, selection: Selection, limit: int
) -> list[Row]:
    """The rows with the largest or smallest number in a column, all equals of the last too."""
    kind, query = selection.kind, resolved.query
    value = number_column(kind, (query.column or "").removeprefix("number:"), principal)
    order = value.asc() if query.least else value.desc()
    ranked = selection.select(kind.id, value).where(value.is_not(None)).order_by(order, kind.id)
    found = session.execute(ranked.limit(MOST_ROWS)).all()
    last = found[min(limit, len(found)) - 1][1] if found else None
    kept = [one for at, (one, held) in enumerate(found) if at < limit or held == last]
    return _in_this_order(session, principal, resolved, kept)


def _best_scored(
    session: Session, principal: Principal, resolved: Resolved, selection: Selection, limit: int
) -> list[Row]:
    """The rows with the highest present score; none where nothing is scored."""
    kind = selection.kind
    scored = selection.source.join(
        Score, and_(Score.record_id == kind.id, Score.current, Score.probability.is_not(None))
    )
    order = Score.probability.asc() if resolved.query.least else Score.probability.desc()
    best = selection.over(scored, kind.id).order_by(order, kind.id).limit(min(limit, MOST_ROWS))
    return _in_this_order(session, principal, resolved, list(session.scalars(best)))


def resting_on_ids(
    session: Session,
    principal: Principal,
    resolved: Resolved,
    selection: Selection,
    ids: Rows,
) -> list[Row]:
    """The newest of the selected rows that are among these ids."""
    at = _moment(selection.kind, resolved)
    newest = (
        selection.select(selection.kind.id)
        .where(selection.kind.id.in_(ids))
        .order_by(at.desc().nulls_last(), selection.kind.id)
        .limit(MOST_ROWS)
    )
    return _in_this_order(session, principal, resolved, list(session.scalars(newest)))


def _moment(kind: Kind, resolved: Resolved) -> Expression:
    name = moment_of(resolved)
    return column(kind, kind.moments[name]) if name else OwnRecord.created_at


def _now(at: Expression, resolved: Resolved) -> date | datetime:
    return as_of_column(at, resolved.now, resolved.zone)


def _in_this_order(
    session: Session, principal: Principal, resolved: Resolved, ids: Sequence[str]
) -> list[Row]:
    found = {
        row.id: row for row in by_id(session, principal, resolved.query.kind, ids, resolved.zone)
    }
    return [found[one] for one in ids if one in found]


def by_id(
    session: Session, principal: Principal, kind_name: str, ids: Sequence[str], zone: str
) -> list[Row]:
    """Rows of one kind by id; the caller has selected the ids under the access predicate."""
    kind = CATALOGUE[kind_name]
    account = aliased(Account)
    query: Rows = (
        select(kind.model, OwnRecord.version, OwnRecord.account_id, account.name)
        .join(OwnRecord, OwnRecord.id == kind.id)
        .outerjoin(account, (account.id == OwnRecord.account_id) & visible(principal, account.id))
        .where(kind.id.in_(ids))
    )
    hidden = hidden_fields(principal, kind.name)
    found = []
    for golden, version, account_id, account_name in session.execute(query):
        values = {
            name: shown
            for name in dict.fromkeys((*kind.title, *kind.shown, *_every_field(kind)))
            if name not in hidden and (shown := show(golden, name, zone))
        }
        title = next((values[name] for name in kind.title if values.get(name)), golden.id)
        found.append(
            Row(
                kind.name,
                golden.id,
                version,
                account_id,
                title,
                tuple(values.items()),
                account_name,
                _seconds(golden, kind),
                _at(golden, kind),
            )
        )
    return found


def _seconds(golden: object, kind: Kind) -> float | None:
    names = next(iter(kind.durations.values()), None)
    if names is None:
        return None
    begin, end = (getattr(golden, name, None) for name in names)
    return (end - begin).total_seconds() if begin is not None and end is not None else None


def _at(golden: object, kind: Kind) -> str:
    moment = next((getattr(golden, name, None) for name in kind.moments.values()), None)
    return moment.isoformat() if isinstance(moment, date) else ""


def _every_field(kind: Kind) -> tuple[str, ...]:
    skipped = {"id", "body", "draft", "content", "confirmed", "difference", "progress"}
    return tuple(
        name
        for name in kind.table.columns.keys()  # noqa: SIM118 (iterating gives columns)
        if name not in skipped and not name.endswith("_id")
    )


def show(golden: object, name: str, zone: str) -> str:
    """A field as a reader sees it; empty where nothing is recorded."""
    value = getattr(golden, name, None)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        currency = getattr(golden, "currency", None)
        return money(value, currency)
    if isinstance(value, datetime):
        return day(value.astimezone(ZoneInfo(zone)).date())
    if isinstance(value, date):
        return day(value)
    if isinstance(value, float):
        percent = name.endswith("percent")
        if name == "probability":
            return f"{value * 100:g} %"
        return f"{value:g} %" if percent else f"{value:g}"
    return plain(str(value))


def money(amount: Decimal, currency: str | None) -> str:
    """ "12,300.00 EUR"; more decimals only where there are more."""
    shown = f"{amount:,.2f}" if amount == round(amount, 2) else f"{amount.normalize():,f}"
    return f"{shown} {currency}" if currency else shown


def day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"
