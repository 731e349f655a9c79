"""Leads made for tests, and what they and we did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from assistant.db.changes import append_change
from assistant.db.tables import Account, EngagementEvent, Interaction, Lead, Source
from assistant.governance.records import create_record
from tests.conftest import NOW


def days_ago(days: float, now: datetime = NOW) -> datetime:
    """A moment so many days before now."""
    return now - timedelta(days=days)


@dataclass(slots=True)
class Ground:
    """Adds leads and signs in one session; everything belongs to one owner and team."""

    session: Session
    owner_id: str | None = None
    team_id: str | None = None
    events: int = 0

    def source(self, name: str = "marketing", *, received_at: datetime | None = NOW) -> None:
        """A system that events come from."""
        self.session.add(
            Source(id=name, name=name.title(), created_at=days_ago(900), received_at=received_at)
        )
        self.session.flush()

    def account(self, name: str = "Acme") -> str:
        """An account of the ground's owner."""
        record = create_record(
            self.session, "account", now=NOW, changed_by="test", data={"name": name},
            owner_id=self.owner_id, team_id=self.team_id,
        )  # fmt: skip
        self.session.add(Account(id=record.id, name=name))
        self.session.flush()
        return record.id

    def lead(
        self,
        name: str = "Ada Byron",
        *,
        opened: float | None = 20,
        converted: float | None = None,
        status: str | None = "open",
        email: str | None = "",
        account_id: str | None = None,
        lead_source: str | None = "web",
        title: str | None = "Head of Sales",
        country: str | None = "DE",
        employees: int | None = 120,
        created: datetime | None = None,
    ) -> str:
        """A lead; opened and converted so many days before now."""
        fields: dict[str, object] = {
            "lead_source": lead_source, "title": title, "country": country, "employees": employees,
        }  # fmt: skip
        record = create_record(
            self.session, "lead", now=created or NOW, changed_by="test", data=fields,
            account_id=account_id, owner_id=self.owner_id, team_id=self.team_id,
        )  # fmt: skip
        self.session.add(
            Lead(
                id=record.id, name=name, company="Byron Works", status=status,
                email=f"{record.id}@customer.example" if email == "" else email,
                account_id=account_id, lead_source=lead_source, title=title, country=country,
                employees=employees,
                opened_at=None if opened is None else days_ago(opened),
                converted_at=None if converted is None else days_ago(converted),
            )
        )  # fmt: skip
        self.session.flush()
        return record.id

    def event(self, lead_id: str, kind: str, days: float) -> None:
        """The lead did something so many days ago."""
        self.events += 1
        self.session.add(
            EngagementEvent(
                source_id="marketing", external_id=f"{id(self)}-{self.events}", lead_id=lead_id,
                event_type=kind, occurred_at=days_ago(days), properties={},
            )
        )  # fmt: skip
        self.touch(lead_id)

    def touch(self, lead_id: str) -> None:
        """Say that the lead changed, as the import of its events does."""
        append_change(
            self.session, lead_id, "lead", 1, "updated", now=NOW, origin="test", fields=["event"]
        )

    def interaction(
        self, lead_id: str | None, channel: str, direction: str | None, days: float,
        *, confidentiality: str = "account", account_id: str | None = None,
        contact_id: str | None = None,
    ) -> str:  # fmt: skip
        """We or they got in touch so many days ago."""
        record = create_record(
            self.session, "interaction", now=NOW, changed_by="test", data={"channel": channel},
            account_id=account_id, owner_id=self.owner_id, team_id=self.team_id,
            confidentiality=confidentiality,
        )  # fmt: skip
        self.session.add(
            Interaction(
                id=record.id, lead_id=lead_id, account_id=account_id, contact_id=contact_id,
                channel=channel, direction=direction, occurred_at=days_ago(days),
            )
        )  # fmt: skip
        self.session.flush()
        return record.id

    def past(self, leads: int = 120, *, seed: int = 0, telling: bool = True) -> None:
        """Leads of the last two years; those who write and fill in forms convert, if telling.

        Otherwise any lead converts at any moment with the same small chance.
        """
        random = Random(seed)
        for number in range(leads):
            opened = random.uniform(130, 700)
            keen = random.random() < 0.4
            after = random.uniform(20, 50) if telling else random.expovariate(1 / 150)
            chance = (0.85 if keen else 0.08) if telling else 1.0
            converts = random.random() < chance and after < opened
            lead = self.lead(
                f"Lead {number}",
                opened=opened,
                converted=opened - after if converts else None,
                status="converted" if converts else "lost",
                lead_source=random.choice(["web", "fair", "referral"]),
            )
            for _ in range(random.randint(4, 9) if keen else random.randint(0, 1)):
                kind = random.choice(["email_reply", "form_submit", "email_click"])
                self.event(lead, kind, opened - random.uniform(0, 18))
            for _ in range(random.randint(0, 4)):
                self.event(lead, "email_open", opened - random.uniform(0, 60))
        self.session.flush()
