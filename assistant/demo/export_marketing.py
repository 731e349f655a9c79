"""The marketing tool's export: people and what they did, in milliseconds since 1970."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from assistant.demo import world
from assistant.demo.identities import Identities
from assistant.demo.sheets import Sheet, SheetWriter
from assistant.demo.sloppiness import (
    country_text,
    epoch_ms,
    person_text,
)
from assistant.demo.timing import Calendar

PROSPECTS = Sheet("marketing", "lead", "prospects.csv")
SUBSCRIBERS = Sheet("marketing", "contact", "contacts.csv")
EVENTS = Sheet("marketing", "event", "engagement_events.jsonl")


@dataclass(slots=True)
class MarketingExport:
    """Writes one block the way the marketing tool would."""

    sheets: SheetWriter
    random: Random
    known: Identities

    def export(self, block: world.Block) -> None:
        """All rows of the block."""
        accounts = {account.id: account for account in block.accounts}
        for contact in block.contacts:
            if contact.id in self.known.people:
                self._subscriber(contact, accounts[contact.account])
        for lead in block.leads:
            self._prospect(lead)
        for event in block.events:
            _write_event(self.sheets, self.known.people[event.person], event)

    def _subscriber(self, contact: world.Contact, account: world.Account) -> None:
        self.sheets.write(
            SUBSCRIBERS,
            {
                "person_id": self.known.people[contact.id],
                "email_address": contact.email,
                "full_name": person_text(self.random, contact.name, reversed_share=0.0)
                if self.random.random() < 0.8
                else "",
                "company_name": account.name,
                "country": country_text(self.random, account.country, blank_share=0.5),
                "updated_at": epoch_ms(contact.created + timedelta(days=1)),
            },
        )

    def _prospect(self, lead: world.Lead) -> None:
        self.sheets.write(
            PROSPECTS,
            {
                "prospect_id": self.known.people[lead.id],
                "email_address": lead.email,
                "full_name": person_text(self.random, lead.name, reversed_share=0.0),
                "company_name": lead.company,
                "country": country_text(self.random, lead.country, blank_share=0.5),
                "updated_at": epoch_ms(lead.opened + timedelta(minutes=3)),
            },
        )


def write_orphan(sheets: SheetWriter, person: str, calendar: Calendar, number: int) -> None:
    """An event of somebody whom the export does not hold."""
    at = calendar.midnight - timedelta(days=40 + number, hours=3)
    email = f"nobody{number}@purged.example"
    event = world.Event(f"EV-X{number}", person, email, "email_opened", at, "Newsletter")
    _write_event(sheets, person, event)


def _write_event(sheets: SheetWriter, person: str, event: world.Event) -> None:
    sheets.write(
        EVENTS,
        {
            "event_id": event.id,
            "person_id": person,
            "email": event.email,
            "event_type": event.type,
            "timestamp": epoch_ms(event.at),
            "subject": event.asset,
        },
    )
