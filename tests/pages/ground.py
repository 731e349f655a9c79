"""A few records made directly, for pages that need no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from assistant.db.tables import Account, Article, Contact, Deal, Interaction, Invoice, Lead, Ticket
from assistant.governance.access import Principal
from assistant.governance.records import create_record
from tests.conftest import NOW, Office

INJECTION = '<script>alert("x")</script><img src=x onerror=alert(1)>'


@dataclass(frozen=True, slots=True)
class Ground:
    """The ids of what was made, all of one account but for the article."""

    account: str
    contact: str
    deal: str
    lead: str
    ticket: str
    email: str
    invoice: str
    article: str


def lay(office: Office, owner: Principal, *, name: str = "Falk Pharma Logistik") -> Ground:
    """An account of this owner with one record of each usual kind, and an article for all."""
    return office.laid(f"ground {owner.user_id} {name}", lambda _: _laid(office, owner, name))


def _laid(office: Office, owner: Principal, name: str) -> Ground:
    with office.sessions.begin() as session:
        account = _record(session, "account", owner, None)
        session.add(
            Account(
                id=account, name=name, domain="falk-pharma.example", industry="Pharma logistics",
                city="Leipzig", country="DE", status="customer", employees=420, phone="+49301",
            )
        )  # fmt: skip
        contact = _record(session, "contact", owner, account)
        session.add(
            Contact(
                id=contact, account_id=account, name="Jürgen Falk", title="Head of quality",
                contact_role="champion", email="j.falk@falk-pharma.example", phone="+493023125015",
            )
        )  # fmt: skip
        deal = _record(session, "deal", owner, account)
        session.add(
            Deal(
                id=deal, account_id=account, contact_id=contact, name="Cold-chain roll-out",
                stage="negotiation", amount=Decimal(30000), currency="EUR",
                opened_at=NOW - timedelta(days=40),
            )
        )  # fmt: skip
        lead = _record(session, "lead", owner, account)
        session.add(Lead(id=lead, account_id=account, name="Ulrike Reuter", company=name))
        ticket = _record(session, "ticket", owner, account)
        session.add(
            Ticket(
                id=ticket, account_id=account, contact_id=contact, number="T-1042",
                subject="Gateway offline", body=f"Offline since Sunday. {INJECTION}",
                status="open", opened_at=NOW - timedelta(days=2),
            )
        )  # fmt: skip
        email = _record(session, "interaction", owner, account)
        session.add(
            Interaction(
                id=email, account_id=account, contact_id=contact, channel="email", direction="in",
                subject="Re: Pricing", body="Are calibration certificates included?",
                occurred_at=NOW - timedelta(days=3),
            )
        )  # fmt: skip
        invoice = _record(session, "invoice", owner, account)
        session.add(
            Invoice(
                id=invoice, account_id=account, number="INV-2231", status="open",
                amount=Decimal(4120), currency="EUR", issued_on=(NOW - timedelta(days=9)).date(),
            )
        )  # fmt: skip
        article = create_record(
            session, "article", now=NOW, changed_by="test", data={}, confidentiality="open"
        ).id
        session.add(Article(id=article, title="Reset a gateway", body="Hold the button."))
    return Ground(account, contact, deal, lead, ticket, email, invoice, article)


def _record(session: Session, kind: str, owner: Principal, account: str | None) -> str:
    return create_record(
        session, kind, now=NOW, changed_by="test", data={}, account_id=account,
        owner_id=owner.user_id, team_id=owner.team_ids[0] if owner.team_ids else None,
    ).id  # fmt: skip
