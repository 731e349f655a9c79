"""Records that make a play apply, each of the rep's account unless said otherwise."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from assistant.crm.tasks import create_task
from assistant.db.changes import append_change
from assistant.db.tables import (
    Account,
    Call,
    Contact,
    Deal,
    Interaction,
    Invoice,
    Note,
    Payment,
    Record,
    Ticket,
)
from assistant.governance.access import Principal
from assistant.governance.records import create_record
from tests.conftest import NOW
from tests.learning.ground import Ground, days_ago


def day(days: int) -> date:
    """The date so many days from today."""
    return NOW.date() + timedelta(days=days)


class Customer(Ground):
    """An account of a rep, and what lies there."""

    def __init__(self, session: Session, rep: Principal, name: str = "Acme") -> None:
        super().__init__(session, rep.user_id, rep.team_ids[0])
        self.rep = rep
        self.account_id = self.account(name)

    def _record(self, kind: str, confidentiality: str = "account") -> str:
        return create_record(
            self.session, kind, now=NOW, changed_by="test", data={}, account_id=self.account_id,
            confidentiality=confidentiality,
        ).id  # fmt: skip

    def renews(self, days: int) -> None:
        """The contract renews in so many days."""
        self.session.get_one(Account, self.account_id).renewal_on = day(days)
        self.changed(self.account_id, "account")

    def changed(self, record_id: str, kind: str) -> None:
        """Leave a change row."""
        append_change(self.session, record_id, kind, 1, "updated", now=NOW, origin="test")

    def contact(self, name: str = "Priya Nair") -> str:
        record_id = self._record("contact")
        self.session.add(Contact(id=record_id, name=name, account_id=self.account_id))
        return record_id

    def mail(
        self, contact_id: str | None, direction: str = "in", days: float = 2,
        *, subject: str = "Delivery dates", body: str = "When can you deliver?",
        channel: str = "email", confidentiality: str = "account",
    ) -> str:  # fmt: skip
        record_id = self._record("interaction", confidentiality)
        self.session.add(
            Interaction(
                id=record_id, account_id=self.account_id, contact_id=contact_id, channel=channel,
                direction=direction, subject=subject, body=body, occurred_at=days_ago(days),
            )
        )  # fmt: skip
        return record_id

    def invoice(
        self, due: int = -14, *, status: str = "overdue", paid: bool = False,
        amount: str | None = "1234.50", confidentiality: str = "account",
    ) -> str:  # fmt: skip
        record_id = self._record("invoice", confidentiality)
        self.session.add(
            Invoice(
                id=record_id, number="INV-7", account_id=self.account_id, due_on=day(due),
                status=status, paid_on=day(-1) if paid else None, currency="EUR",
                amount=None if amount is None else Decimal(amount),
            )
        )  # fmt: skip
        return record_id

    def payment(self, invoice_id: str, amount: str, status: str = "succeeded") -> None:
        record_id = self._record("payment")
        self.session.add(
            Payment(
                id=record_id, invoice_id=invoice_id, account_id=self.account_id, status=status,
                amount=Decimal(amount),
            )
        )  # fmt: skip

    def deal(
        self, *, next_step: str | None = None, won: bool | None = None, opened: float = 30,
        stage: str = "Proposal", amount: str | None = "40000", name: str = "Acme cold room",
    ) -> str:  # fmt: skip
        record_id = self._record("deal")
        self.session.add(
            Deal(
                id=record_id, account_id=self.account_id, name=name, stage=stage, won=won,
                next_step=next_step, opened_at=days_ago(opened), currency="EUR",
                closed_at=NOW if won is not None and stage.startswith("Closed") else None,
                amount=None if amount is None else Decimal(amount),
            )
        )  # fmt: skip
        return record_id

    def ticket(self, days: float = 9, *, priority: str = "normal", status: str = "open") -> str:
        record_id = self._record("ticket")
        self.session.add(
            Ticket(
                id=record_id, number="T-42", account_id=self.account_id, subject="Probe fails",
                priority=priority, status=status, opened_at=days_ago(days),
            )
        )  # fmt: skip
        return record_id

    def call(self, contact_id: str | None, days: float, *, confidentiality: str = "account") -> str:
        """A conversation with a contact, or with someone there whom nobody named."""
        record_id = self._record("call", confidentiality)
        self.session.add(
            Call(
                id=record_id, account_id=self.account_id, contact_id=contact_id, channels=[],
                started_at=days_ago(days), consent="test", sha256="0" * 64, audio=False,
                status="transcribed", progress={}, created_by=self.rep.user_id,
            )
        )  # fmt: skip
        return record_id

    def promise(self, due: int = -3, *, note_status: str = "confirmed") -> str:
        """A task that came from the note of a call."""
        call_id, note_id = self.call(None, 10), self._record("note")
        self.session.add(
            Note(
                id=note_id, call_id=call_id, account_id=self.account_id, status=note_status,
                template="call", drafter="rules", transcript_version=1, draft={}, content={},
                decided_by=self.rep.user_id, decided_at=days_ago(9),
            )
        )  # fmt: skip
        self.session.flush()
        return create_task(
            self.session, title="Send the security sheet", owner_id=self.rep.user_id,
            created_by=self.rep.user_id, now=NOW, due_on=day(due),
            account_id=self.account_id, note_id=note_id,
        ).id  # fmt: skip

    def give_to_nobody(self, record_id: str) -> None:
        """Let a record govern itself and belong to nobody."""
        record = self.session.get_one(Record, record_id)
        record.governing_id, record.account_id, record.owner_id = record_id, None, None
