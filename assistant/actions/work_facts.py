"""What is unfinished: renewals with debts, deals, promises and tickets, over everyone's records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from assistant.actions.conditions import Customers, among, is_open, is_running, stands
from assistant.actions.facts import OpenTicket, OverdueInvoice, Promise, RenewalTalk, StalledDeal
from assistant.actions.plays import RENEWAL_WITHIN
from assistant.crm.conditions import CONDITIONS
from assistant.db.tables import (
    Account,
    Deal,
    DealStage,
    Invoice,
    Note,
    Payment,
    Record,
    Task,
    Ticket,
)

RECEIVED = ("succeeded", "paid", "completed", "received", "settled", "ok", "success")


def renewal_talks(session: Session, customers: Customers, now: datetime) -> list[RenewalTalk]:
    """Accounts that renew soon and have overdue invoices, the oldest debt first."""
    today = now.date()
    query = (
        select(Account, Record.version)
        .join(Record, Record.id == Account.id)
        .where(
            stands(),
            Account.renewal_on.between(today, today + RENEWAL_WITHIN),
            among(customers, Account.id),
        )
    )
    accounts = list(session.execute(query))
    owed = _overdue(session, [account.id for account, _ in accounts], now)
    return [
        RenewalTalk(account.id, version, account.name, account.renewal_on, tuple(owed[account.id]))
        for account, version in accounts
        if account.id in owed and account.renewal_on is not None
    ]


def _overdue(
    session: Session, accounts: Sequence[str], now: datetime
) -> dict[str, list[OverdueInvoice]]:
    received = (
        select(func.coalesce(func.sum(Payment.amount), 0))
        .join(Record, Record.id == Payment.id)
        .where(
            Payment.invoice_id == Invoice.id,
            or_(Payment.status.is_(None), func.lower(Payment.status).in_(RECEIVED)),
            stands(),
        )
        .correlate(Invoice)
        .scalar_subquery()
    )
    query = (
        select(Invoice, Record.version, received)
        .join(Record, Record.id == Invoice.id)
        .where(
            stands(),
            Invoice.account_id.in_(accounts),
            CONDITIONS["invoice"]["overdue"](now.date()),
            or_(Invoice.amount.is_(None), Invoice.amount > received),
        )
        .order_by(Invoice.due_on, Invoice.id)
    )
    owed: dict[str, list[OverdueInvoice]] = defaultdict(list)
    for each, version, came_in in session.execute(query):
        if each.account_id is None or each.due_on is None:
            continue
        owed[each.account_id].append(
            OverdueInvoice(
                each.id, version, each.number, each.amount, each.currency, each.due_on,
                Decimal(came_in or 0),
            )
        )  # fmt: skip
    return owed


def stalled_deals(session: Session, customers: Customers, now: datetime) -> list[StalledDeal]:
    """Open deals without a next step and without an open task."""
    entered = (
        select(func.max(DealStage.entered_at))
        .where(
            DealStage.deal_id == Deal.id,
            DealStage.stage == Deal.stage,
            DealStage.entered_at <= now,
        )
        .correlate(Deal)
        .scalar_subquery()
    )
    task_record = aliased(Record)
    has_task = exists(
        select(1)
        .select_from(Task)
        .join(task_record, task_record.id == Task.id)
        .where(task_record.archived_at.is_(None), Task.deal_id == Deal.id, is_open(Task))
        .correlate(Deal)
    )
    query = (
        select(Deal, Record.version, entered)
        .join(Record, Record.id == Deal.id)
        .where(
            stands(),
            is_running(Deal),
            or_(Deal.next_step.is_(None), func.trim(Deal.next_step) == ""),
            ~has_task,
            among(customers, Deal.account_id, Deal.id),
        )
    )
    return [
        StalledDeal(
            id=deal.id,
            version=version,
            account_id=deal.account_id,
            name=deal.name,
            stage=deal.stage,
            since=since,
            opened_at=deal.opened_at,
            amount=deal.amount,
            currency=deal.currency,
        )
        for deal, version, since in session.execute(query)
    ]


def due_promises(session: Session, customers: Customers, now: datetime) -> list[Promise]:
    """Open tasks from confirmed notes whose day has come."""
    note_record = aliased(Record)
    query = (
        select(Task, Record.version, Note, note_record.version)
        .join(Record, Record.id == Task.id)
        .join(Note, Note.id == Task.note_id)
        .join(note_record, note_record.id == Note.id)
        .where(
            stands(),
            note_record.archived_at.is_(None),
            Note.status == "confirmed",
            is_open(Task),
            Task.due_on <= now.date(),
            among(customers, Task.account_id, Task.id),
        )
    )
    return [
        Promise(
            id=task.id,
            version=version,
            account_id=task.account_id,
            title=task.title,
            due_on=task.due_on,
            note_id=note.id,
            note_version=note_version,
            confirmed_at=note.decided_at,
        )
        for task, version, note, note_version in session.execute(query)
        if task.due_on is not None
    ]


def old_tickets(session: Session, customers: Customers, now: datetime) -> list[OpenTicket]:
    """Open tickets at accounts with an open deal, each with the largest such deal."""
    deal_record = aliased(Record)
    query = (
        select(Ticket, Record.version, Deal, deal_record.version)
        .join(Record, Record.id == Ticket.id)
        .join(Deal, Deal.account_id == Ticket.account_id)
        .join(deal_record, deal_record.id == Deal.id)
        .where(
            stands(),
            deal_record.archived_at.is_(None),
            deal_record.golden_id == Deal.id,
            is_running(Deal),
            CONDITIONS["ticket"]["open"](now.date()),
            Ticket.opened_at < now - timedelta(days=1),
            among(customers, Ticket.account_id),
        )
        .order_by(Ticket.id, func.coalesce(Deal.amount, 0).desc(), Deal.id)
    )
    found: dict[str, OpenTicket] = {}
    for ticket, version, deal, deal_version in session.execute(query):
        if ticket.account_id is None or ticket.opened_at is None:
            continue
        found.setdefault(
            ticket.id,
            OpenTicket(
                id=ticket.id,
                version=version,
                account_id=ticket.account_id,
                number=ticket.number,
                subject=ticket.subject,
                priority=ticket.priority,
                opened_at=ticket.opened_at,
                deal_id=deal.id,
                deal_version=deal_version,
                deal_name=deal.name,
            ),
        )
    return list(found.values())
