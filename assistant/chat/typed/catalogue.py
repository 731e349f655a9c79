"""The kinds of records that can be computed over, and the only columns that may be used for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy import Column, Table

from assistant.db.tables import (
    Account,
    Article,
    Call,
    Contact,
    Deal,
    Interaction,
    Invoice,
    Lead,
    Note,
    Order,
    Payment,
    Product,
    Quote,
    Task,
    Ticket,
)

Model = type[
    Account | Article | Call | Contact | Deal | Interaction | Invoice | Lead | Note | Order
    | Payment | Product | Quote | Task | Ticket
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its table, its words, and what each word of a query stands for.

    moments: name -> column; the first is meant where a period says nothing else.
    groups: name -> own column; account attributes are reached through the account.
    topics: columns whose text tells what a row is about.  shown: fields of a row in an answer.
    """

    name: str
    model: Model
    singular: str
    plural: str
    title: tuple[str, ...]
    moments: Mapping[str, str] = field(default_factory=dict)
    amount: str | None = None
    groups: Mapping[str, str] = field(default_factory=dict)
    topics: tuple[str, ...] = ()
    durations: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    shown: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        return cast("Table", self.model.__table__)

    @property
    def id(self) -> Column[str]:
        return self.table.c.id


_ACCOUNT = {"account": "account_id"}
_CONTACT = {**_ACCOUNT, "contact": "contact_id"}
ACCOUNT = "account."  # before the name of a column of a row's account
# Attributes of a row's account by which its rows may be grouped or filtered.
ACCOUNT_ATTRIBUTES = ("region", "state", "country", "city", "industry")

_KINDS = (
    Kind(
        "ticket", Ticket, "ticket", "tickets", ("number", "subject"),
        moments={"opened": "opened_at", "closed": "closed_at"},
        groups={"category": "category", "priority": "priority", "status": "status",
                "region": "region"},
        topics=("subject", "body", "category"),
        durations={"resolution": ("opened_at", "closed_at"),
                   "response": ("opened_at", "first_response_at")},
        shown=("status", "priority", "category", "opened_at", "closed_at"),
        links={**_CONTACT, "product": "product_id"},
    ),
    Kind(
        "order", Order, "order", "orders", ("number",),
        moments={"ordered": "ordered_at"}, amount="total",
        groups={"status": "status", "currency": "currency"},
        shown=("status", "total", "ordered_at"), links={**_CONTACT, "deal": "deal_id"},
    ),
    Kind(
        "invoice", Invoice, "invoice", "invoices", ("number",),
        moments={"issued": "issued_on", "due": "due_on", "paid": "paid_on"}, amount="amount",
        groups={"status": "status", "currency": "currency"},
        durations={"payment": ("issued_on", "paid_on")},
        shown=("status", "amount", "issued_on", "due_on", "paid_on"),
        links={**_ACCOUNT, "order": "order_id"},
    ),
    Kind(
        "payment", Payment, "payment", "payments", (),
        moments={"paid": "paid_at"}, amount="amount",
        groups={"status": "status", "method": "method", "currency": "currency"},
        shown=("status", "amount", "paid_at", "method"),
        links={**_ACCOUNT, "invoice": "invoice_id"},
    ),
    Kind(
        "deal", Deal, "deal", "deals", ("name",),
        moments={"opened": "opened_at", "closed": "closed_at", "expected": "close_on"},
        amount="amount",
        groups={"stage": "stage", "type": "deal_type", "reason": "lost_reason",
                "source": "lead_source", "competitor": "competitor", "currency": "currency"},
        topics=("name", "description"), durations={"sale": ("opened_at", "closed_at")},
        shown=("stage", "amount", "opened_at", "close_on", "closed_at", "next_step"),
        links=_CONTACT,
    ),
    Kind(
        "lead", Lead, "lead", "leads", ("name", "company"),
        moments={"opened": "opened_at", "converted": "converted_at"},
        groups={"source": "lead_source", "status": "status", "industry": "industry",
                "country": "country", "region": "region", "city": "city"},
        topics=("name", "company", "description"),
        durations={"conversion": ("opened_at", "converted_at")},
        shown=("status", "lead_source", "opened_at", "converted_at"),
        links={**_CONTACT, "deal": "deal_id"},
    ),
    Kind(
        "quote", Quote, "quote", "quotes", ("number",),
        moments={"issued": "issued_on", "valid": "valid_until"}, amount="total",
        groups={"status": "status", "currency": "currency"},
        shown=("status", "total", "discount_percent", "issued_on", "valid_until"),
        links={**_CONTACT, "deal": "deal_id"},
    ),
    Kind(
        "interaction", Interaction, "interaction", "interactions", ("subject",),
        moments={"occurred": "occurred_at"}, groups={"channel": "channel"},
        topics=("subject", "body"), shown=("occurred_at",),
        links={**_CONTACT, "deal": "deal_id", "lead": "lead_id"},
    ),
    Kind(
        "call", Call, "recorded call", "recorded calls", ("title",),
        moments={"occurred": "started_at"}, groups={"status": "status"}, topics=("title",),
        shown=("status", "started_at"),
        links={**_CONTACT, "deal": "deal_id"},
    ),
    Kind(
        "task", Task, "task", "tasks", ("title",),
        moments={"due": "due_on", "done": "done_at"},
        groups={"status": "status", "type": "task_type", "priority": "priority"},
        topics=("title", "description"), shown=("status", "due_on", "done_at"),
        links={**_CONTACT, "deal": "deal_id", "note": "note_id"},
    ),
    Kind(
        "note", Note, "call note", "call notes", (),
        moments={"confirmed": "decided_at"}, groups={"status": "status"},
        shown=("status", "decided_at"),
        links={**_ACCOUNT, "deal": "deal_id", "call": "call_id"},
    ),
    Kind(
        "contact", Contact, "contact", "contacts", ("name",),
        groups={"country": "country", "city": "city", "role": "contact_role"},
        topics=("title", "contact_role"),
        shown=("title", "contact_role", "email", "phone"), links=_ACCOUNT,
    ),
    Kind(
        "account", Account, "account", "accounts", ("name",),
        moments={"renewal": "renewal_on"},
        groups={"industry": "industry", "country": "country", "city": "city", "region": "region",
                "state": "state", "status": "status"},
        topics=("description",),
        shown=("industry", "city", "country", "status", "renewal_on"), links={"account": "id"},
    ),
    Kind(
        "product", Product, "product", "products", ("name",),
        groups={"family": "family"}, topics=("name", "description", "family"),
        shown=("sku", "family", "list_price"), links={"product": "id"},
    ),
    Kind(
        "article", Article, "help article", "help articles", ("title",),
        moments={"published": "published_on"}, groups={"category": "category"},
        topics=("title", "body"), shown=("category", "published_on"),
    ),
    Kind(
        "policy", Article, "policy", "policies", ("title",),
        moments={"published": "published_on"}, groups={"category": "category"},
        topics=("title", "body"), shown=("category", "published_on"),
    ),
)  # fmt: skip
CATALOGUE: Mapping[str, Kind] = {kind.name: kind for kind in _KINDS}
