"""Golden records by kind, derived from source rows and decisions; `id` is the record's id."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from assistant.db.tables.base import Amount, Base, Id, Json, Moment, Rising


class OfRecord:
    """A row that belongs to a record, and goes with it."""

    @declared_attr
    def id(cls) -> Mapped[str]:
        return mapped_column(ForeignKey("records.id", ondelete="CASCADE"), primary_key=True)


class Account(OfRecord, Base):
    """An organisation we sell to or serve."""

    __tablename__ = "accounts"

    name: Mapped[str] = mapped_column(String(300), index=True)
    number: Mapped[str | None] = mapped_column(String(80), index=True)
    legal_form: Mapped[str | None] = mapped_column(String(60))
    domain: Mapped[str | None] = mapped_column(String(255), index=True)
    industry: Mapped[str | None] = mapped_column(String(120))
    employees: Mapped[int | None]
    annual_revenue: Mapped[Amount | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    phone: Mapped[str | None] = mapped_column(String(40), index=True)
    street: Mapped[str | None] = mapped_column(String(300))
    city: Mapped[str | None] = mapped_column(String(120))
    region: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[str | None] = mapped_column(String(120))
    postcode: Mapped[str | None] = mapped_column(String(20))
    country: Mapped[str | None] = mapped_column(String(2))
    status: Mapped[str | None] = mapped_column(String(40))
    renewal_on: Mapped[date | None] = mapped_column(Date)
    parent_account_id: Mapped[Id | None]
    description: Mapped[str | None] = mapped_column(Text)


class Contact(OfRecord, Base):
    """A person at an account."""

    __tablename__ = "contacts"

    account_id: Mapped[Id | None] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(300), index=True)
    given_name: Mapped[str | None] = mapped_column(String(120))
    family_name: Mapped[str | None] = mapped_column(String(120))
    title: Mapped[str | None] = mapped_column(String(200))
    contact_role: Mapped[str | None] = mapped_column(String(60))  # decision maker, champion, …
    email: Mapped[str | None] = mapped_column(String(320), index=True)
    phone: Mapped[str | None] = mapped_column(String(40), index=True)
    mobile: Mapped[str | None] = mapped_column(String(40))
    city: Mapped[str | None] = mapped_column(String(120))
    country: Mapped[str | None] = mapped_column(String(2))


class Lead(OfRecord, Base):
    """Someone who may become a customer."""

    __tablename__ = "leads"

    name: Mapped[str] = mapped_column(String(300))
    company: Mapped[str | None] = mapped_column(String(300))
    title: Mapped[str | None] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(320), index=True)
    phone: Mapped[str | None] = mapped_column(String(40))
    country: Mapped[str | None] = mapped_column(String(2))
    region: Mapped[str | None] = mapped_column(String(120))
    city: Mapped[str | None] = mapped_column(String(120))
    industry: Mapped[str | None] = mapped_column(String(120))
    employees: Mapped[int | None]
    lead_source: Mapped[str | None] = mapped_column(String(80))
    status: Mapped[str | None] = mapped_column(String(40))
    opened_at: Mapped[Moment | None]
    converted_at: Mapped[Moment | None]
    account_id: Mapped[Id | None] = mapped_column(index=True)
    contact_id: Mapped[Id | None]
    deal_id: Mapped[Id | None]
    description: Mapped[str | None] = mapped_column(Text)


class Deal(OfRecord, Base):
    """A possible sale (an opportunity)."""

    __tablename__ = "deals"

    account_id: Mapped[Id | None] = mapped_column(index=True)
    contact_id: Mapped[Id | None]
    name: Mapped[str] = mapped_column(String(300))
    deal_type: Mapped[str | None] = mapped_column(String(60))
    stage: Mapped[str | None] = mapped_column(String(60))
    amount: Mapped[Amount | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    probability: Mapped[float | None]  # as the source states it, 0 to 1; never a score of ours
    opened_at: Mapped[Moment | None]
    close_on: Mapped[date | None] = mapped_column(Date)
    closed_at: Mapped[Moment | None]
    won: Mapped[bool | None]
    lost_reason: Mapped[str | None] = mapped_column(String(300))
    lead_source: Mapped[str | None] = mapped_column(String(120))
    competitor: Mapped[str | None] = mapped_column(String(120))
    next_step: Mapped[str | None] = mapped_column(Text)
    budget: Mapped[str | None] = mapped_column(Text)  # in the customer's words, as the next three
    authority: Mapped[str | None] = mapped_column(Text)
    need: Mapped[str | None] = mapped_column(Text)
    timeline: Mapped[str | None] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)


class DealStage(Base):
    """A deal's stay in a stage."""

    __tablename__ = "deal_stages"

    id: Mapped[Rising]
    deal_id: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)
    stage: Mapped[str] = mapped_column(String(60))
    entered_at: Mapped[Moment]
    source_id: Mapped[str] = mapped_column(String(60))
    external_id: Mapped[str | None] = mapped_column(String(200))


class Product(OfRecord, Base):
    """Something we sell."""

    __tablename__ = "products"

    sku: Mapped[str | None] = mapped_column(String(80), index=True)
    name: Mapped[str] = mapped_column(String(300))
    family: Mapped[str | None] = mapped_column(String(120))
    description: Mapped[str | None] = mapped_column(Text)
    list_price: Mapped[Amount | None]
    floor_price: Mapped[Amount | None]  # confidential by field: governance/access.py
    currency: Mapped[str | None] = mapped_column(String(3))
    min_quantity: Mapped[int | None]
    max_quantity: Mapped[int | None]
    active: Mapped[bool | None]


class Order(OfRecord, Base):
    """A customer's order."""

    __tablename__ = "orders"
    __table_args__ = (Index("ix_orders_account_at", "account_id", "ordered_at"),)

    number: Mapped[str | None] = mapped_column(String(80), index=True)
    account_id: Mapped[Id | None]
    contact_id: Mapped[Id | None]
    deal_id: Mapped[Id | None]
    ordered_at: Mapped[Moment | None]
    status: Mapped[str | None] = mapped_column(String(40))
    total: Mapped[Amount | None]
    net_total: Mapped[Amount | None]
    currency: Mapped[str | None] = mapped_column(String(3))


class Quote(OfRecord, Base):
    """An offer with prices."""

    __tablename__ = "quotes"

    number: Mapped[str | None] = mapped_column(String(80), index=True)
    account_id: Mapped[Id | None] = mapped_column(index=True)
    deal_id: Mapped[Id | None] = mapped_column(index=True)
    contact_id: Mapped[Id | None]
    status: Mapped[str | None] = mapped_column(String(40))
    issued_on: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    discount_percent: Mapped[float | None]
    total: Mapped[Amount | None]
    currency: Mapped[str | None] = mapped_column(String(3))


class Line(Base):
    """A line of an order or a quote (`parent_id`)."""

    __tablename__ = "lines"

    id: Mapped[Rising]
    parent_id: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    product_id: Mapped[Id | None] = mapped_column(index=True)
    sku: Mapped[str | None] = mapped_column(String(80))
    description: Mapped[str | None] = mapped_column(String(300))
    quantity: Mapped[Amount | None]
    unit_price: Mapped[Amount | None]
    amount: Mapped[Amount | None]


class Invoice(OfRecord, Base):
    """Money asked for."""

    __tablename__ = "invoices"
    __table_args__ = (Index("ix_invoices_account_at", "account_id", "issued_on"),)

    number: Mapped[str | None] = mapped_column(String(80), index=True)
    account_id: Mapped[Id | None]
    order_id: Mapped[Id | None]
    issued_on: Mapped[date | None] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date)
    paid_on: Mapped[date | None] = mapped_column(Date)
    status: Mapped[str | None] = mapped_column(String(40))
    amount: Mapped[Amount | None]
    net_amount: Mapped[Amount | None]
    balance: Mapped[Amount | None]
    currency: Mapped[str | None] = mapped_column(String(3))


class Payment(OfRecord, Base):
    """Money received, or an attempt that failed."""

    __tablename__ = "payments"
    __table_args__ = (Index("ix_payments_account_at", "account_id", "paid_at"),)

    invoice_id: Mapped[Id | None] = mapped_column(index=True)
    account_id: Mapped[Id | None]
    method: Mapped[str | None] = mapped_column(String(60))
    status: Mapped[str | None] = mapped_column(String(40))
    paid_at: Mapped[Moment | None]
    amount: Mapped[Amount | None]
    currency: Mapped[str | None] = mapped_column(String(3))


class Interaction(OfRecord, Base):
    """Contact with a customer: an e-mail, visit, meeting, call, chat, event or social mention."""

    __tablename__ = "interactions"
    __table_args__ = (Index("ix_interactions_account_at", "account_id", "occurred_at"),)

    account_id: Mapped[Id | None]
    contact_id: Mapped[Id | None] = mapped_column(index=True)
    lead_id: Mapped[Id | None] = mapped_column(index=True)
    deal_id: Mapped[Id | None]
    channel: Mapped[str] = mapped_column(String(20))
    direction: Mapped[str | None] = mapped_column(String(10))  # in, out
    subject: Mapped[str | None] = mapped_column(String(500))
    body: Mapped[str | None] = mapped_column(Text)
    occurred_at: Mapped[Moment | None]
    duration_s: Mapped[float | None]


class Ticket(OfRecord, Base):
    """A customer's request for help."""

    __tablename__ = "tickets"
    __table_args__ = (Index("ix_tickets_account_at", "account_id", "opened_at"),)

    number: Mapped[str | None] = mapped_column(String(80), index=True)
    account_id: Mapped[Id | None]
    contact_id: Mapped[Id | None]
    product_id: Mapped[Id | None] = mapped_column(index=True)
    subject: Mapped[str | None] = mapped_column(String(500))
    body: Mapped[str | None] = mapped_column(Text)
    resolution: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str | None] = mapped_column(String(40))
    priority: Mapped[str | None] = mapped_column(String(20))
    category: Mapped[str | None] = mapped_column(String(120))
    opened_at: Mapped[Moment | None]
    first_response_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]
    region: Mapped[str | None] = mapped_column(String(120))


class TicketHandover(Base):
    """A ticket passed from one person to another."""

    __tablename__ = "ticket_handovers"

    id: Mapped[Rising]
    ticket_id: Mapped[str] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)
    from_user_id: Mapped[Id | None]
    to_user_id: Mapped[Id | None]
    at: Mapped[Moment]
    reason: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[str] = mapped_column(String(60))
    external_id: Mapped[str | None] = mapped_column(String(200))


class Task(OfRecord, Base):
    """Something a person has to do."""

    __tablename__ = "tasks"
    __table_args__ = (Index("ix_tasks_account_at", "account_id", "due_on"),)

    account_id: Mapped[Id | None]
    contact_id: Mapped[Id | None]
    deal_id: Mapped[Id | None] = mapped_column(index=True)
    note_id: Mapped[Id | None] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(String(500))
    task_type: Mapped[str | None] = mapped_column(String(80))
    priority: Mapped[str | None] = mapped_column(String(40))
    description: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str | None] = mapped_column(String(40))
    due_on: Mapped[date | None] = mapped_column(Date)
    done_at: Mapped[Moment | None]


class Article(OfRecord, Base):
    """A help article (kind `article`) or an internal policy (kind `policy`)."""

    __tablename__ = "articles"

    title: Mapped[str] = mapped_column(String(300))
    body: Mapped[str | None] = mapped_column(Text)
    category: Mapped[str | None] = mapped_column(String(120))
    published_on: Mapped[date | None] = mapped_column(Date)


class EngagementEvent(Base):
    """One thing a person did with our e-mails, pages or product."""

    __tablename__ = "engagement_events"
    __table_args__ = (
        Index("ix_engagement_events_lead_at", "lead_id", "occurred_at"),
        Index("ix_engagement_events_contact_at", "contact_id", "occurred_at"),
        Index("ix_engagement_events_account_at", "account_id", "occurred_at"),
        Index("uq_engagement_events_source_external", "source_id", "external_id", unique=True),
    )

    id: Mapped[Rising]
    source_id: Mapped[str] = mapped_column(String(60))
    external_id: Mapped[str] = mapped_column(String(200))
    lead_id: Mapped[Id | None]
    contact_id: Mapped[Id | None]
    account_id: Mapped[Id | None]
    email: Mapped[str | None] = mapped_column(String(320), index=True)
    event_type: Mapped[str] = mapped_column(String(60))
    occurred_at: Mapped[Moment]
    value: Mapped[float | None]
    properties: Mapped[dict[str, object]] = mapped_column(Json)
