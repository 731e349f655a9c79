"""The clean world: what is really so, before any system writes it down badly.

Ids are those of the system a thing is kept in; a person has one here and several in the exports.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from assistant.demo.people import PersonName
from assistant.demo.places import Phone


@dataclass(frozen=True, slots=True)
class Account:
    """An organisation; `owner` is the key of its rep."""

    id: str
    name: str
    legal_form: str
    domain: str
    country: str
    city: str
    region: str
    postcode: str
    street: str
    phone: Phone
    industry: str
    employees: int
    owner: str
    status: str
    currency: str
    created: datetime
    renewal_on: date | None = None
    deleted: bool = False

    @property
    def legal_name(self) -> str:
        """The name with its legal form."""
        return f"{self.name} {self.legal_form}"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at an account; `fourfold` ones appear four times in the CRM and elsewhere."""

    id: str
    account: str
    name: PersonName
    title: str
    seniority: str
    role: str
    email: str
    phone: Phone
    created: datetime
    deleted: bool = False
    fourfold: bool = False


@dataclass(frozen=True, slots=True)
class Lead:
    """Someone who may become a customer; decided ones know when, converted ones into what."""

    id: str
    name: PersonName
    company: str
    title: str
    seniority: str
    email: str
    phone: Phone
    country: str
    industry: str
    employees: int
    source: str
    owner: str
    status: str
    opened: datetime
    decided: datetime | None
    converted: bool
    log_odds: float
    account: str = ""
    contact: str = ""
    deal: str = ""


@dataclass(frozen=True, slots=True)
class StageChange:
    """The day a deal entered a stage."""

    stage: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Deal:
    """A possible sale; `true_stage` differs from the recorded one where the record is wrong."""

    id: str
    account: str
    contact: str
    owner: str
    name: str
    type: str
    stage: str
    amount: Decimal
    currency: str
    source: str
    opened: datetime
    close_on: date
    stages: tuple[StageChange, ...]
    next_step: str = ""
    competitor: str = ""
    closed: datetime | None = None
    won: bool | None = None
    reason: str = ""
    true_stage: str = ""
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """So many of a product at a price; `unit_price` is before the discount of the whole."""

    sku: str
    quantity: int
    unit_price: Decimal

    @property
    def amount(self) -> Decimal:
        """Quantity times price."""
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class Quote:
    """An offer; `months` is the length of the commitment."""

    id: str
    deal: str
    account: str
    contact: str
    owner: str
    status: str
    issued_on: date
    valid_until: date
    discount_percent: int
    months: int
    currency: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        """The sum of the lines less the discount, to the cent."""
        gross = sum((line.amount for line in self.lines), Decimal(0))
        return (gross * (100 - self.discount_percent) / 100).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the billing system keeps it."""

    id: str
    account: str
    owner: str
    ordered: datetime
    status: str
    currency: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        """The sum of the lines."""
        return sum((line.amount for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True)
class Invoice:
    """Money asked for an order."""

    id: str
    order: str
    account: str
    issued_on: date
    due_on: date
    paid_on: date | None
    status: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received, or an attempt that failed."""

    id: str
    invoice: str
    account: str
    at: datetime
    method: str
    status: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Handover:
    """A ticket passed from one agent to another."""

    id: str
    from_agent: str
    to_agent: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """A customer's request for help."""

    id: str
    account: str
    contact: str
    sku: str
    category: str
    issue: str
    priority: str
    status: str
    subject: str
    body: str
    resolution: str
    channel: str
    opened: datetime
    closed: datetime | None
    assignee: str
    handovers: tuple[Handover, ...] = ()


@dataclass(frozen=True, slots=True)
class Interaction:
    """An e-mail, visit, meeting, chat, offline event or social mention."""

    id: str
    channel: str
    direction: str
    account: str
    contact: str
    deal: str
    owner: str
    subject: str
    body: str
    at: datetime
    duration_min: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do; `belongs_to` is the earliest stage that the task suits, "" for any."""

    id: str
    account: str
    deal: str
    owner: str
    title: str
    due_on: date
    created: datetime
    done: datetime | None
    belongs_to: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a person did with our e-mails and pages; `person` is a contact's or lead's id."""

    id: str
    person: str
    email: str
    type: str
    at: datetime
    asset: str


@dataclass(slots=True)
class Block:
    """Sixty accounts and everything about them: the unit in which a demo grows."""

    number: int
    accounts: list[Account] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    interactions: list[Interaction] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    # Story keys to ids, so that calls can name what they are about.
    keys: dict[str, str] = field(default_factory=dict)
