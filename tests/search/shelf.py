"""Records made for tests of search, each with its golden row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from assistant.db.tables import (
    Account,
    Article,
    Base,
    Call,
    Contact,
    Interaction,
    Line,
    Note,
    Order,
    Product,
    Record,
    Ticket,
    TicketHandover,
    TranscriptVersion,
)
from assistant.governance.access import Principal
from assistant.governance.records import create_record, touch_record
from tests.conftest import NOW

MARCH = datetime(2026, 3, 14, 10, 0, tzinfo=UTC)


@dataclass(slots=True)
class Shelf:
    """Makes records that belong to one person and their team."""

    session: Session
    owner: Principal

    def record(
        self,
        kind: str,
        *,
        account_id: str | None = None,
        confidentiality: str = "account",
    ) -> Record:
        """A record without a golden row."""
        return create_record(
            self.session, kind, now=NOW, changed_by="test", data={}, account_id=account_id,
            owner_id=self.owner.user_id, team_id=next(iter(self.owner.team_ids), None),
            confidentiality=confidentiality,
        )  # fmt: skip

    def _keep(self, row: Base, record: Record) -> str:
        self.session.add(row)
        self.session.flush()
        return record.id

    def account(self, name: str = "Acme GmbH") -> str:
        record = self.record("account")
        row = Account(id=record.id, name=name, industry="Logistics", city="Graz", country="AT")
        return self._keep(row, record)

    def contact(self, account_id: str, name: str = "Ann Lee") -> str:
        record = self.record("contact", account_id=account_id)
        row = Contact(
            id=record.id, account_id=account_id, name=name, title="CFO",
            email="ann@acme.example", phone="+14155552671",
        )  # fmt: skip
        return self._keep(row, record)

    def product(self, name: str = "Cold-chain Sensor") -> str:
        record = self.record("product", confidentiality="internal")
        row = Product(
            id=record.id, name=name, sku="CCS-100", list_price=Decimal(30),
            floor_price=Decimal("17.35"), currency="EUR",
        )  # fmt: skip
        return self._keep(row, record)

    def order(self, account_id: str, contact_id: str, product_id: str) -> str:
        record = self.record("order", account_id=account_id)
        self.session.add(
            Line(parent_id=record.id, position=1, product_id=product_id, sku="CCS-100",
                 quantity=Decimal(40), unit_price=Decimal(30))
        )  # fmt: skip
        row = Order(
            id=record.id, number="W4471", account_id=account_id, contact_id=contact_id,
            ordered_at=MARCH, status="shipped", total=Decimal(1200), currency="EUR",
        )  # fmt: skip
        return self._keep(row, record)

    def ticket(self, account_id: str, body: str, *, number: str = "T-00412") -> str:
        record = self.record("ticket", account_id=account_id)
        self.session.add(
            TicketHandover(
                ticket_id=record.id, from_user_id=None, to_user_id=self.owner.user_id, at=MARCH,
                reason="speaks German", source_id="desk",
            )
        )  # fmt: skip
        row = Ticket(
            id=record.id, number=number, account_id=account_id, subject="Labels smear",
            body=body, resolution="Replaced the ribbon.", status="closed", opened_at=MARCH,
        )  # fmt: skip
        return self._keep(row, record)

    def letter(self, account_id: str, body: str, *, confidentiality: str = "account") -> str:
        record = self.record("interaction", account_id=account_id, confidentiality=confidentiality)
        row = Interaction(
            id=record.id, account_id=account_id, channel="email", direction="in",
            subject="Renewal", body=body, occurred_at=MARCH,
        )  # fmt: skip
        return self._keep(row, record)

    def policy(self, title: str, body: str) -> str:
        record = self.record("policy", confidentiality="internal")
        row = Article(id=record.id, title=title, body=body, published_on=date(2026, 1, 5))
        return self._keep(row, record)

    def call(self, account_id: str, turns: list[tuple[str, str]]) -> str:
        record = self.record("call", account_id=account_id)
        row = Call(
            id=record.id, account_id=account_id, title="Discovery", started_at=MARCH,
            channels=[], consent="asked", sha256="0" * 64, audio=False, status="transcribed",
            progress={}, transcript_version=1, created_by="test",
        )  # fmt: skip
        self._keep(row, record)
        document: dict[str, object] = {
            "format": "rapport-transcript",
            "version": 1,
            "turns": [{"speaker": speaker, "text": text} for speaker, text in turns],
        }
        self.session.add(
            TranscriptVersion(
                call_id=record.id, version=1, document=document, created_by="test",
                created_at=NOW,
            )
        )  # fmt: skip
        return record.id

    def note(
        self, account_id: str, call_id: str, line: str, *, status: str = "confirmed",
        own_words: str = "",
    ) -> str:  # fmt: skip
        """A note with a line that the call proves and, if given, one that nothing proves."""
        record = self.record("note", account_id=account_id)
        lines = [{"id": "l1", "text": line, "verdict": "supported"}]
        if own_words:
            lines.append({"id": "l2", "text": own_words, "verdict": "unsupported"})
        content: dict[str, object] = {"sections": [{"name": "budget", "lines": lines}]}
        row = Note(
            id=record.id, call_id=call_id, account_id=account_id, status=status,
            template="sales", drafter="rules", transcript_version=1, draft=content,
            content=content, confirmed=content if status == "confirmed" else None,
            decided_at=MARCH if status == "confirmed" else None,
        )  # fmt: skip
        return self._keep(row, record)

    def touch(self, record_id: str, fields: list[str], operation: str = "updated") -> None:
        """Say that a record changed."""
        record = self.session.get_one(Record, record_id)
        touch_record(
            self.session, record, now=NOW, changed_by="test", data={}, fields=fields,
            operation=operation,
        )  # fmt: skip
