"""What the plays look at, as plain values; the queries behind them are in `store`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Touch:
    """A message, meeting or call; `shared`: all who see the account may read it."""

    id: str
    version: int
    channel: str
    at: datetime
    shared: bool
    kind: str = "interaction"


@dataclass(frozen=True, slots=True)
class Reason:
    """A part of a score that speaks for the lead, with the sources it was measured from."""

    label: str
    log_odds: float
    sources: tuple[tuple[str, str, int | None, str | None], ...]  # kind, id, version, field


@dataclass(frozen=True, slots=True)
class HotLead:
    """An open lead in the hot band, and when we last got in touch."""

    id: str
    version: int
    account_id: str | None
    name: str
    company: str | None
    score_id: str
    probability: float
    horizon_days: int
    reasons: tuple[Reason, ...]
    opened_at: datetime | None
    last_touch: Touch | None


@dataclass(frozen=True, slots=True)
class InboundMail:
    """A message from a customer that nobody has answered since; `named`: we know from whom."""

    id: str
    version: int
    account_id: str | None
    lead_id: str | None
    sender: str | None
    subject: str | None
    body: str | None
    at: datetime
    named: bool = True


@dataclass(frozen=True, slots=True)
class OverdueInvoice:
    """An invoice past its due date and not settled; `received`: what came in for it so far."""

    id: str
    version: int
    number: str | None
    amount: Decimal | None
    currency: str | None
    due_on: date
    received: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class RenewalTalk:
    """An account that is to renew soon and owes money."""

    id: str
    version: int
    name: str
    renewal_on: date
    overdue: tuple[OverdueInvoice, ...]


@dataclass(frozen=True, slots=True)
class StalledDeal:
    """An open deal without a next step and an open task; `since`: when it came to its stage."""

    id: str
    version: int
    account_id: str | None
    name: str
    stage: str | None
    since: datetime | None
    opened_at: datetime | None
    amount: Decimal | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Promise:
    """An open task from a confirmed note, due."""

    id: str
    version: int
    account_id: str | None
    title: str
    due_on: date
    note_id: str
    note_version: int
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """A ticket that has waited too long at an account with an open deal."""

    id: str
    version: int
    account_id: str
    number: str | None
    subject: str | None
    priority: str | None
    opened_at: datetime
    deal_id: str
    deal_version: int
    deal_name: str
