"""The support desk's export: European dates, semicolons, people by e-mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from assistant.demo import world
from assistant.demo.catalogue import BY_SKU
from assistant.demo.identities import Identities
from assistant.demo.library import articles
from assistant.demo.sheets import Cell, Sheet, SheetWriter
from assistant.demo.sloppiness import (
    company_text,
    country_text,
    email_text,
    european,
    iso,
    nothing,
    person_text,
    phone_text,
)
from assistant.demo.staff import BY_KEY
from assistant.demo.timing import Calendar

# The desk is run from Warsaw on a European spreadsheet: semicolons and a byte order mark.
REQUESTERS = Sheet("support", "contact", "requesters.csv", ";", "utf-8-sig")
TICKETS = Sheet("support", "ticket", "tickets.csv", ";", "utf-8-sig")
TICKETS_LATE = Sheet("support", "ticket", "tickets_late.csv", ";", "utf-8-sig")
HANDOVERS = Sheet("support", "ticket_handover", "ticket_handovers.csv", ";", "utf-8-sig")
ARTICLES = Sheet("support", "article", "help_articles.jsonl")
POLICIES = Sheet("support", "policy", "internal_policies.jsonl")


def export_library(sheets: SheetWriter, calendar: Calendar) -> None:
    """Help articles and policies, the withdrawn ones flagged, once for the whole demo."""
    for article in articles():
        published = calendar.midnight - timedelta(days=article.published_days_ago)
        sheets.write(
            ARTICLES if article.kind == "article" else POLICIES,
            {
                f"{article.kind}_id": article.key,
                "title": article.title,
                "category": article.category,
                "body": article.body,
                "published_on": published.date().isoformat(),
                "updated_at": iso(published),
                "archived": article.withdrawn,
            },
        )


@dataclass(slots=True)
class DeskExport:
    """Writes one block the way the support desk would."""

    sheets: SheetWriter
    random: Random
    known: Identities
    # Requesters that the export lost; rows that name them stay.
    lost: frozenset[str] = frozenset()

    def export(self, block: world.Block) -> None:
        """All rows of the block."""
        accounts = {account.id: account for account in block.accounts}
        contacts = {contact.id: contact for contact in block.contacts}
        for contact in block.contacts:
            if contact.id in self.known.requesters and contact.id not in self.lost:
                self._requester(contact, accounts[contact.account])
        for ticket in block.tickets:
            self._ticket(ticket, contacts[ticket.contact], accounts[ticket.account])
            for handover in ticket.handovers:
                _write_handover(self.sheets, ticket.id, handover)

    def _requester(self, contact: world.Contact, account: world.Account) -> None:
        random = self.random
        self.sheets.write(
            REQUESTERS,
            {
                "Requester ID": self.known.requesters[contact.id],
                "Requester name": person_text(random, contact.name, reversed_share=0.25),
                "Requester email": email_text(random, contact.email),
                "Phone": phone_text(random, contact.phone, national_share=0.7)
                if random.random() < 0.6
                else nothing(random),
                "Organization": company_text(random, account.name, account.legal_form),
                "Country": country_text(random, account.country, blank_share=0.15),
                "Updated at": european(contact.created + timedelta(days=9)),
            },
        )

    def _ticket(self, ticket: world.Ticket, contact: world.Contact, account: world.Account) -> None:
        updated = ticket.closed or ticket.opened + timedelta(hours=1)
        row: dict[str, Cell] = {
            "Ticket number": ticket.id,
            "Subject": ticket.subject,
            "Description": ticket.body,
            "Resolution": ticket.resolution,
            "Status": ticket.status,
            "Priority": ticket.priority,
            "Category": ticket.category,
            "Product": BY_SKU[ticket.sku].name,
            "Requester ID": self.known.requesters[contact.id],
            "Requester email": contact.email if self.random.random() < 0.8 else "",
            "Organization": account.legal_name,
            "Assignee email": BY_KEY[ticket.assignee].email,
            "Channel": ticket.channel,
            "Region": account.region,
            "Created at": european(ticket.opened),
            "Solved at": european(ticket.closed),
            "Updated at": european(updated),
            "Archived": "no",
        }
        draw = self.random.random()
        if draw < 0.03:  # missed by the main export
            self.sheets.write(TICKETS_LATE, row)
        elif draw < 0.06 and ticket.closed is not None:  # exported while it was still open
            young: dict[str, Cell] = {"Status": "open", "Solved at": "", "Resolution": ""}
            seen = european(ticket.opened + timedelta(minutes=5))
            self.sheets.write(TICKETS, row | young | {"Updated at": seen})
            self.sheets.write(TICKETS_LATE, row)
        else:
            self.sheets.write(TICKETS, row)


def write_orphan(sheets: SheetWriter, ticket: str, at: datetime) -> None:
    """A hand-over of a ticket that the export does not hold."""
    handover = world.Handover(f"H-{ticket}", "greta", "samir", at, "Ticket was purged.")
    _write_handover(sheets, ticket, handover)


def _write_handover(sheets: SheetWriter, ticket: str, handover: world.Handover) -> None:
    sheets.write(
        HANDOVERS,
        {
            "Handover ID": handover.id,
            "Ticket number": ticket,
            "From agent email": BY_KEY[handover.from_agent].email,
            "To agent email": BY_KEY[handover.to_agent].email,
            "Handed over at": european(handover.at),
            "Reason": handover.reason,
        },
    )
