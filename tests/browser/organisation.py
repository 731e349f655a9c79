"""A small organisation as its own systems export it, taken in through the real doors."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select

from assistant.app import Parts, create_parts
from assistant.calls import service as calls
from assistant.calls.files import Incoming
from assistant.crm.imports import import_file
from assistant.db.tables import SourceLink
from assistant.governance import people
from assistant.governance.access import Principal, Role
from assistant.learning.training import train
from assistant.settings import Settings
from tests.pages.talks import CONSENT, TRANSCRIPT

PASSWORD = "quiet morning at the desk"
REP, SUPPORT, OPS = "priya@kelvane.example", "samir@kelvane.example", "wen@kelvane.example"
MANAGER = "ingrid@kelvane.example"
NAMES = {REP: "Priya Raman", SUPPORT: "Samir Haddad", OPS: "Wen Zhao", MANAGER: "Ingrid Solheim"}
LEADS = 120
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Organisation:
    """Where its state lies, and the ids that the morning needs."""

    home: Path
    account_id: str
    call_id: str


def found(home: Path) -> Organisation:
    """Everything imported, the call brought, the model trained, all background work done."""
    now = datetime.now(UTC)
    parts = create_parts(Settings(home=home, embedding_model=""))
    try:
        reps = _hire(parts, now)
        _import(parts, home / "exports", now)
        account_id, deal_id = _id(parts, "account", "A-1"), _id(parts, "deal", "D-1")
        contact_id = _id(parts, "contact", "C-1")
        call_id = _call(parts, reps[REP], account_id, contact_id, deal_id, now)
        report = train(parts.sessions, now, "test")
        assert report.status == "champion", report.gates
        parts.jobs.run_pending(now, rounds=500)
        return Organisation(home, account_id, call_id)
    finally:
        parts.close()


def _hire(parts: Parts, now: datetime) -> dict[str, Principal]:
    hired = {}
    with parts.sessions.begin() as session:
        for email, role in (
            (REP, Role.REP), (SUPPORT, Role.SUPPORT), (OPS, Role.OPS), (MANAGER, Role.MANAGER),
        ):  # fmt: skip
            user = people.add_user(
                session, email, role, now=now, name=NAMES[email], password=PASSWORD,
                teams=("Sales North",) if role in {Role.REP, Role.MANAGER} else ("Desk",),
            )  # fmt: skip
            hired[email] = people.principal_of_user(session, user.id)
    return hired


def _import(parts: Parts, folder: Path, now: datetime) -> None:
    folder.mkdir(parents=True)
    leads, events = _leads(now)
    tables: list[tuple[str, str, Iterable[Row]]] = [
        ("crm", "user", [{"User ID": "U-1", "Full Name": "Priya Raman", "Email": REP,
                          "Role": "rep", "Team": "Sales North"}]),
        ("crm", "account", _accounts(now)),
        ("crm", "contact", _contacts()),
        ("crm", "deal", _deals(now)),
        ("crm", "lead", leads),
        ("crm", "interaction", _letters(now)),
        ("desk", "ticket", _tickets(now)),
        ("billing", "invoice", _invoices(now)),
        ("marketing", "event", events),
    ]  # fmt: skip
    for source, kind, rows in tables:
        path = folder / f"{source}_{kind}s.{'jsonl' if kind == 'event' else 'csv'}"
        _write(path, list(rows))
        report = import_file(
            parts.sessions, path, source=source, kind=kind, created_by="test", now=now
        )
        assert not report.counts["refused"], (kind, report.refused)


def _write(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix == ".jsonl":
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            return
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _accounts(now: datetime) -> list[Row]:
    named = [
        ("A-1", "Falk Pharma Logistik GmbH", "falk-pharma.example", "Pharmaceutical logistics",
         420, "Leipzig", "Germany"),
        ("A-2", "Nordlys Sjømat AS", "nordlys-sjomat.example", "Food production", 95, "Bodø",
         "Norway"),
        ("A-3", "Fellbeck Dairy Ltd", "fellbeck-dairy.example", "Food production", 180, "Kendal",
         "UK"),
    ]  # fmt: skip
    return [
        {"Account ID": key, "Account Name": name, "Website": site, "Industry": industry,
         "Employees": size, "Billing City": city, "Billing Country": country, "Owner ID": "U-1",
         "Account Status": "customer", "Last Modified Date": _at(now, 3)}
        for key, name, site, industry, size, city, country in named
    ]  # fmt: skip


def _contacts() -> list[Row]:
    named = [
        ("C-1", "Jürgen Falk", "j.falk@falk-pharma.example", "Head of Quality", "Champion", "A-1"),
        ("C-2", "Ulrike Reuter", "u.reuter@falk-pharma.example", "Managing Director",
         "Decision maker", "A-1"),
        ("C-3", "Silje Moen", "silje@nordlys-sjomat.example", "Purchasing", "", "A-2"),
    ]  # fmt: skip
    return [
        {"Contact ID": key, "Name": name, "Email": email, "Title": title, "Contact Role": role,
         "Account ID": account}
        for key, name, email, title, role, account in named
    ]  # fmt: skip


def _deals(now: datetime) -> list[Row]:
    return [
        {"Opportunity ID": "D-1", "Opportunity Name": "Cold-chain roll-out", "Account ID": "A-1",
         "Contact ID": "C-1", "Owner ID": "U-1", "Stage": "Negotiation", "Amount": "30000",
         "Currency": "EUR", "Created Date": _at(now, 60), "Next Step": "Quote for sixty probes"},
    ]  # fmt: skip


def _letters(now: datetime) -> list[Row]:
    return [
        {"Activity ID": "I-1", "Type": "email", "Direction": "inbound", "Account ID": "A-1",
         "Contact ID": "C-1", "Subject": "Calibration certificates",
         "Body": "Hello Priya,\n\nare calibration certificates included in the price of the "
                 "probes? Our auditor asks for them.\n\nJürgen Falk",
         "Date": _at(now, 9), "Owner ID": "U-1"},
        {"Activity ID": "I-2", "Type": "email", "Direction": "outbound", "Account ID": "A-1",
         "Contact ID": "C-1", "Subject": "Re: Calibration certificates",
         "Body": "Hello Jürgen,\n\nyes, each probe comes with a calibration certificate.\n\nPriya",
         "Date": _at(now, 8), "Owner ID": "U-1"},
    ]  # fmt: skip


def _tickets(now: datetime) -> list[Row]:
    return [
        {"Ticket ID": "T-1042", "Subject": "Gateway offline since Sunday",
         "Description": "The gateway in hall 3 shows offline since Sunday night.",
         "Status": "open", "Priority": "normal", "Requester Email": "j.falk@falk-pharma.example",
         "Created At": _at(now, 1)},
    ]  # fmt: skip


def _invoices(now: datetime) -> list[Row]:
    return [
        {"Invoice Number": "INV-2231", "Customer": "Falk Pharma Logistik GmbH",
         "Issue Date": _at(now, 20)[:10], "Due Date": _at(now, -10)[:10], "Amount": "4120.00",
         "Currency": "EUR", "Status": "open"},
    ]  # fmt: skip


def _leads(now: datetime) -> tuple[list[Row], list[Row]]:
    """Leads of the past, the eager of whom mostly converted, and one of today that is eager."""
    random = Random(11)
    leads: list[Row] = []
    events: list[Row] = []
    for number in range(LEADS):
        eager = number % 3 == 0
        opened = 120 + number * 2.5
        converts = random.random() < (0.85 if eager else 0.08)
        leads.append(_lead(now, number, f"Lead Person {number}", opened, converts))
        for _ in range(random.randint(6, 12) if eager else random.randint(0, 2)):
            after = opened - random.uniform(0.1, 16)
            events.append(_event(now, len(events), number, random, after))
    today = {**_lead(now, LEADS, "Ulrike Reuter", 12, False), "Account ID": "A-1",
             "Company": "Falk Pharma Logistik GmbH", "Title": "Managing Director",
             "Email": "u.reuter@falk-pharma.example"}  # fmt: skip
    for _ in range(11):
        happened = _event(now, len(events), LEADS, random, random.uniform(0.2, 9))
        events.append({**happened, "email": "u.reuter@falk-pharma.example"})
    return [*leads, today], events


def _lead(
    now: datetime, number: int, name: str, opened: float, converts: bool
) -> dict[str, object]:
    return {
        "Lead ID": f"L-{number}", "Name": name, "Company": f"Company {number}",
        "Title": ("Head of Operations", "Clerk", "Buyer")[number % 3],
        "Email": f"lead{number}@company{number}.example", "Country": "Germany",
        "No. of Employees": 40 + number * 7 % 500,
        "Lead Source": ("Webinar", "Trade fair")[number % 2],
        "Lead Status": "converted" if converts else ("disqualified", "open")[opened < 60],
        "Lead Owner ID": "U-1", "Created Date": _at(now, opened),
        "Converted Date": _at(now, opened - 25) if converts else "", "Account ID": "",
    }  # fmt: skip


def _event(
    now: datetime, serial: int, lead: int, random: Random, days_ago: float
) -> dict[str, object]:
    return {
        "event_id": f"E-{serial}", "email": f"lead{lead}@company{lead}.example",
        "event_type": random.choice(("email_opened", "page_viewed", "email_clicked")),
        "timestamp": _at(now, days_ago),
    }  # fmt: skip


def _at(now: datetime, days_ago: float) -> str:
    return (now - timedelta(days=days_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _id(parts: Parts, kind: str, external_id: str) -> str:
    with parts.sessions.reading() as session:
        query = select(SourceLink.record_id).where(
            SourceLink.kind == kind, SourceLink.external_id == external_id
        )
        return session.scalars(query).one()


def _call(
    parts: Parts, rep: Principal, account_id: str, contact_id: str, deal_id: str, now: datetime
) -> str:
    home = parts.settings.home
    incoming = Incoming(home)
    incoming.write(TRANSCRIPT.encode())
    file = incoming.keep(filename="falk.vtt", media_type="text/vtt")
    transcript = calls.read_upload(home, file)
    new = calls.NewCall(
        consent=CONSENT, started_at=now - timedelta(hours=2), account_id=account_id,
        contact_id=contact_id, deal_id=deal_id, title="Discovery with Falk Pharma",
    )  # fmt: skip
    with parts.sessions.begin() as session:
        return calls.receive_call(session, rep, new, file, transcript, now=now).id
