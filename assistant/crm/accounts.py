"""Accounts as people read them: a list, and one with its people, deals and open matters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from assistant.crm.conditions import CONDITIONS
from assistant.crm.cursors import Page, decode, encode
from assistant.crm.hygiene import fold, organisation_key
from assistant.db.tables import (
    Account,
    Contact,
    Deal,
    Invoice,
    MatchKey,
    Record,
    Ticket,
    User,
)
from assistant.governance.access import Principal, not_found, require_visible, visible


@dataclass(frozen=True, slots=True)
class AccountItem:
    """An account in a list."""

    id: str
    version: int
    name: str
    domain: str | None
    industry: str | None
    country: str | None
    owner: str | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ContactItem:
    """A person at the account."""

    id: str
    version: int
    name: str
    title: str | None
    contact_role: str | None
    email: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class DealItem:
    """A deal of the account."""

    id: str
    version: int
    name: str
    stage: str | None
    amount: Decimal | None
    currency: str | None
    close_on: date | None
    won: bool | None
    next_step: str | None


@dataclass(frozen=True, slots=True)
class AccountView:
    """One account: its facts, its people, its deals, what stands open."""

    item: AccountItem
    facts: tuple[tuple[str, str], ...]
    contacts: tuple[ContactItem, ...]
    deals: tuple[DealItem, ...]
    open_tickets: int
    open_invoices: int
    renewal_on: date | None


def find_accounts(
    session: Session,
    principal: Principal,
    text: str = "",
    *,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[AccountItem]:
    """Accounts this person sees, by name; `text` matches anywhere in name or domain."""
    query = _items().where(visible(principal, Account.id))
    if text.strip():
        query = query.where(_matches(text.strip()))
    sort = func.lower(Account.name)
    if cursor:
        name, last_id = decode(cursor, 2)
        query = query.where(or_(sort > name, and_(sort == name, Account.id > last_id)))
    rows = session.execute(query.order_by(sort, Account.id).limit(limit + 1)).all()
    items = tuple(_item(row) for row in rows[:limit])
    more = len(rows) > limit
    following = encode([rows[limit - 1].sort, items[-1].id]) if more else None
    return Page(items, following)


def _items() -> Select[tuple[object, ...]]:
    query: Select[tuple[object, ...]] = (
        select(
            Account.id, Record.version, Account.name, Account.domain, Account.industry,
            Account.country, User.name.label("owner"), Record.updated_at,
            func.lower(Account.name).label("sort"),
        )
        .join(Record, Record.id == Account.id)
        .outerjoin(User, User.id == Record.owner_id)
    )  # fmt: skip
    return query


def _matches(text: str) -> ColumnElement[bool]:
    pattern = "%" + text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    key = organisation_key(text) or fold(text)
    merged = aliased(Record)
    parts = select(merged.id).where(merged.golden_id == Account.id)
    by_key = exists().where(
        MatchKey.record_id.in_(parts), MatchKey.kind == "account", MatchKey.value == key
    )
    return or_(
        func.lower(Account.name).like(pattern, escape="\\"),
        func.lower(Account.domain).like(pattern, escape="\\"),
        by_key,
    )


def _item(row: Row[tuple[object, ...]]) -> AccountItem:
    return AccountItem(
        row.id, row.version, row.name, row.domain, row.industry, row.country, row.owner,
        row.updated_at,
    )  # fmt: skip


def get_account(session: Session, principal: Principal, account_id: str) -> AccountView:
    """One account; raises NotFound when it is absent or not this person's to see."""
    require_visible(session, principal, account_id, "account")
    account = session.get(Account, account_id)
    if account is None:
        raise not_found("account", account_id)
    row = session.execute(_items().where(Account.id == account_id)).one()
    # Neither depends on the day, as "overdue" would.
    is_open = CONDITIONS["ticket"]["open"](date.min)
    is_unpaid = CONDITIONS["invoice"]["unpaid"](date.min)
    return AccountView(
        item=_item(row),
        facts=_facts(account),
        contacts=_contacts(session, principal, account_id),
        deals=_deals(session, principal, account_id),
        open_tickets=_count(session, principal, Ticket, account_id, is_open),
        open_invoices=_count(session, principal, Invoice, account_id, is_unpaid),
        renewal_on=account.renewal_on,
    )


def _facts(account: Account) -> tuple[tuple[str, str], ...]:
    place = ", ".join(
        part for part in (account.street, account.postcode, account.city, account.region) if part
    )
    revenue = account.annual_revenue
    facts = (
        ("industry", account.industry),
        ("employees", f"{account.employees:,}" if account.employees is not None else None),
        ("annual revenue", f"{revenue:,.0f} {account.currency or ''}".strip() if revenue else None),
        ("status", account.status),
        ("phone", account.phone),
        ("domain", account.domain),
        ("address", place or None),
        ("country", account.country),
        ("renewal", account.renewal_on.isoformat() if account.renewal_on else None),
    )
    return tuple((name, value) for name, value in facts if value)


def _contacts(session: Session, principal: Principal, account_id: str) -> tuple[ContactItem, ...]:
    rows = session.execute(
        select(Contact, Record.version)
        .join(Record, Record.id == Contact.id)
        .where(Contact.account_id == account_id, visible(principal, Contact.id))
        .order_by(Contact.name, Contact.id)
        .limit(100)
    )
    return tuple(
        ContactItem(c.id, version, c.name, c.title, c.contact_role, c.email, c.phone or c.mobile)
        for c, version in rows
    )


def _deals(session: Session, principal: Principal, account_id: str) -> tuple[DealItem, ...]:
    rows = session.execute(
        select(Deal, Record.version)
        .join(Record, Record.id == Deal.id)
        .where(Deal.account_id == account_id, visible(principal, Deal.id))
        .order_by(Deal.won.is_not(None), Deal.close_on.desc(), Deal.id)
        .limit(100)
    )
    return tuple(
        DealItem(
            d.id, version, d.name, d.stage, d.amount, d.currency, d.close_on, d.won, d.next_step
        )
        for d, version in rows
    )


def _count(
    session: Session,
    principal: Principal,
    table: type[Ticket] | type[Invoice],
    account_id: str,
    condition: ColumnElement[bool],
) -> int:
    query = (
        select(func.count())
        .select_from(table)
        .where(table.account_id == account_id, condition, visible(principal, table.id))
    )
    return session.scalar(query) or 0
