"""A small firm, built record by record, so that every answer can be counted by hand.

North team: Ada and Ben. Their accounts are Brightwater Foods (Ada's) and Halden Logistics (Ben's).
South team: Cleo, with Quiet Harbour, which the north team may not see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from assistant.db import Sessions
from assistant.db.tables import (
    Account,
    Article,
    Contact,
    Deal,
    Interaction,
    Invoice,
    Lead,
    Line,
    Order,
    Payment,
    Product,
    Quote,
    Task,
    Team,
    Ticket,
    TicketHandover,
    User,
)
from assistant.governance import people
from assistant.governance.access import Principal, Role
from assistant.governance.records import create_record

NOW = datetime(2026, 6, 15, 9, 30, tzinfo=UTC)
Golden = (
    Account | Article | Contact | Deal | Interaction | Invoice | Lead | Order | Payment | Product
    | Quote | Task | Ticket
)  # fmt: skip


def at(day: str) -> datetime:
    """Noon of an ISO day, UTC."""
    return datetime.fromisoformat(f"{day}T12:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Firm:
    ada: Principal
    ben: Principal
    cleo: Principal
    boss: Principal
    support: Principal
    customer: Principal
    ids: dict[str, str]


@dataclass(slots=True)
class Books:
    """Adds records of one session."""

    session: Session
    ids: dict[str, str]

    def add(
        self,
        name: str,
        golden: Golden,
        kind: str,
        *,
        account: str | None = None,
        owner: str | None = None,
        team: str | None = None,
        confidentiality: str = "account",
    ) -> str:
        record = create_record(
            self.session, kind, now=NOW, changed_by="test", data={},
            account_id=self.ids[account] if account else None, owner_id=owner, team_id=team,
            confidentiality=confidentiality,
        )  # fmt: skip
        golden.id = record.id
        if account and hasattr(golden, "account_id"):
            golden.account_id = self.ids[account]
        self.session.add(golden)
        self.session.flush()
        self.ids[name] = record.id
        return record.id


def found_firm(sessions: Sessions) -> Firm:
    """The firm in the database, at NOW."""
    with sessions.begin() as session:
        staff = {
            name: _hire(session, name, role, team)
            for name, role, team in [
                ("Ada Reyes", Role.REP, "north"),
                ("Ben Ortiz", Role.REP, "north"),
                ("Cleo Marsh", Role.REP, "south"),
                ("Bo Fischer", Role.MANAGER, "north"),
                ("Sam Okafor", Role.SUPPORT, "desk"),
                ("Guest", Role.CUSTOMER, ""),
            ]
        }
        books = Books(session, {})
        _accounts(books, staff)
        _products(books)
        _orders(books, staff)
        _deals(books, staff)
        _leads(books, staff)
        _invoices(books)
        _service(books, staff)
        _texts(books)
        people_ids = {name: user.id for name, user in staff.items()}
        principals = {
            name: people.principal_of_user(session, user.id) for name, user in staff.items()
        }
    return Firm(
        principals["Ada Reyes"], principals["Ben Ortiz"], principals["Cleo Marsh"],
        principals["Bo Fischer"], principals["Sam Okafor"], principals["Guest"],
        {**books.ids, **people_ids},
    )  # fmt: skip


def _hire(session: Session, name: str, role: Role, team: str) -> User:
    email = f"{name.split(maxsplit=1)[0].lower()}@vendor.example"
    return people.add_user(session, email, role, now=NOW, name=name, teams=(team,) if team else ())


def _accounts(books: Books, staff: dict[str, User]) -> None:
    teams = {team.name: team.id for team in books.session.query(Team)}
    ada, ben, cleo = (staff[name].id for name in ("Ada Reyes", "Ben Ortiz", "Cleo Marsh"))
    books.add(
        "brightwater",
        Account(
            name="Brightwater Foods", domain="brightwater.example", industry="food", employees=420,
            city="Leeds", country="GB", region="Yorkshire", renewal_on=date(2026, 9, 30),
            phone="+441134960000",
        ),
        "account", owner=ada, team=teams["north"],
    )  # fmt: skip
    books.add(
        "halden",
        Account(name="Halden Logistics", industry="transport", city="Graz", country="AT",
                region="Styria"),
        "account", owner=ben, team=teams["north"],
    )  # fmt: skip
    books.add(
        "harbour",
        Account(name="Quiet Harbour", industry="leisure", city="Cork", country="IE"),
        "account", owner=cleo, team=teams["south"],
    )  # fmt: skip
    books.add(
        "dana",
        Contact(name="Dana Fox", given_name="Dana", family_name="Fox", title="Head of Operations",
                contact_role="decision maker", email="dana.fox@brightwater.example",
                phone="+441134960001"),
        "contact", account="brightwater",
    )  # fmt: skip
    books.add(
        "lee",
        Contact(name="Lee Park", given_name="Lee", family_name="Park", title="Warehouse Lead",
                contact_role="user", email="lee.park@brightwater.example"),
        "contact", account="brightwater",
    )  # fmt: skip
    books.add(
        "mina",
        Contact(name="Mina Holm", given_name="Mina", family_name="Holm", title="Buyer",
                email="mina@harbour.example", phone="+353214960000"),
        "contact", account="harbour",
    )  # fmt: skip


def _products(books: Books) -> None:
    books.add(
        "probe",
        Product(sku="CP-100", name="Cold Probe", family="sensors", list_price=Decimal(120),
                floor_price=Decimal(90), currency="EUR", active=True),
        "product", confidentiality="open",
    )  # fmt: skip
    books.add(
        "hub",
        Product(sku="HB-7", name="Hub Seven", family="gateways", list_price=Decimal(800),
                currency="EUR", active=True),
        "product", confidentiality="open",
    )  # fmt: skip


def _orders(books: Books, staff: dict[str, User]) -> None:
    ada, ben, cleo = (staff[name].id for name in ("Ada Reyes", "Ben Ortiz", "Cleo Marsh"))
    for name, account, owner, day, total, status, product in [
        ("o1", "brightwater", ada, "2026-01-20", "1000", "delivered", "probe"),
        ("o2", "brightwater", ada, "2026-04-02", "2500.50", "delivered", "hub"),
        ("o3", "brightwater", ada, "2026-05-11", "700", "cancelled", "probe"),
        ("o4", "halden", ben, "2026-04-20", "4000", "delivered", "hub"),
        ("o5", "halden", ben, "2026-06-03", "900", "open", "probe"),
        ("o6", "harbour", cleo, "2026-05-05", "9000", "delivered", "hub"),
    ]:
        books.add(
            name,
            Order(number=f"SO-{name[1:]}00", ordered_at=at(day), total=Decimal(total),
                  currency="EUR", status=status),
            "order", account=account, owner=owner,
        )  # fmt: skip
        books.session.add(
            Line(parent_id=books.ids[name], position=1, product_id=books.ids[product],
                 quantity=Decimal(1), unit_price=Decimal(total), amount=Decimal(total))
        )  # fmt: skip


def _deals(books: Books, staff: dict[str, User]) -> None:
    ada, ben, cleo = (staff[name].id for name in ("Ada Reyes", "Ben Ortiz", "Cleo Marsh"))
    for name, account, owner, deal_name, amount, opened, closed, won, reason in [
        (
            "d1",
            "brightwater",
            ada,
            "Brightwater Foods renewal",
            "12000",
            "2026-03-01",
            None,
            None,
            None,
        ),
        (
            "d2",
            "brightwater",
            ada,
            "Pilot line two",
            "5000",
            "2026-04-01",
            "2026-05-01",
            True,
            None,
        ),
        ("d3", "halden", ben, "Fleet roll-out", "20000", "2026-02-01", "2026-05-22", True, None),
        (
            "d4",
            "halden",
            ben,
            "Yard sensors",
            "3000",
            "2026-03-10",
            "2026-05-10",
            False,
            "price too high",
        ),
        ("d5", "harbour", cleo, "Harbour marina", "8000", "2026-01-01", "2026-06-01", True, None),
    ]:
        books.add(
            name,
            Deal(name=deal_name, amount=Decimal(amount), currency="EUR", opened_at=at(opened),
                 closed_at=at(closed) if closed else None, won=won, lost_reason=reason,
                 stage="closed" if closed else "negotiation",
                 next_step="Send the contract" if not closed else None),
            "deal", account=account, owner=owner,
        )  # fmt: skip


def _leads(books: Books, staff: dict[str, User]) -> None:
    ada, ben = staff["Ada Reyes"].id, staff["Ben Ortiz"].id
    for name, owner, lead_name, opened, converted, source in [
        ("l1", ada, "Pia Lund", "2026-05-02", "2026-05-20", "webinar"),
        ("l2", ada, "Tom Arden", "2026-05-03", None, "webinar"),
        ("l3", ada, "Kim Voss", "2026-05-09", None, "fair"),
        ("l4", ben, "Ole Berg", "2026-05-12", "2026-06-01", "webinar"),
    ]:
        books.add(
            name,
            Lead(name=lead_name, company=f"{lead_name.split()[1]} Works", opened_at=at(opened),
                 converted_at=at(converted) if converted else None, lead_source=source,
                 status="converted" if converted else "working"),
            "lead", owner=owner,
        )  # fmt: skip


def _invoices(books: Books) -> None:
    for name, account, number, amount, issued, due, paid in [
        ("i1", "brightwater", "INV-2041", "1000", "2026-01-25", "2026-02-24", "2026-02-20"),
        ("i2", "brightwater", "INV-2042", "2500.50", "2026-04-05", "2026-05-05", None),
        ("i3", "brightwater", "INV-2043", "300", "2026-06-01", "2026-07-01", None),
        ("i4", "halden", "INV-2044", "4000", "2026-04-22", "2026-05-22", "2026-05-30"),
        ("i5", "harbour", "INV-2045", "9000", "2026-05-06", "2026-06-05", None),
    ]:
        books.add(
            name,
            Invoice(number=number, amount=Decimal(amount), currency="EUR",
                    issued_on=date.fromisoformat(issued), due_on=date.fromisoformat(due),
                    paid_on=date.fromisoformat(paid) if paid else None,
                    status="paid" if paid else "open"),
            "invoice", account=account,
        )  # fmt: skip


def _service(books: Books, staff: dict[str, User]) -> None:
    ada, ben = staff["Ada Reyes"].id, staff["Ben Ortiz"].id
    for name, account, owner, subject, category, opened, closed, product in [
        (
            "t1",
            "brightwater",
            ada,
            "Probe shows wrong time",
            "display",
            "2026-03-02",
            "2026-03-04",
            "probe",
        ),
        (
            "t2",
            "brightwater",
            ada,
            "Login fails on the mobile app",
            "login",
            "2026-04-10",
            "2026-04-11",
            None,
        ),
        ("t3", "brightwater", ada, "Probe battery drains", "battery", "2026-05-04", None, "probe"),
        (
            "t4",
            "brightwater",
            ben,
            "Probe battery empty again",
            "battery",
            "2026-05-19",
            None,
            "probe",
        ),
        ("t5", "halden", ben, "Hub offline", "network", "2026-05-05", "2026-05-13", "hub"),
        ("t6", "halden", ben, "Login page blank", "login", "2026-05-06", "2026-05-10", None),
        ("t7", "harbour", staff["Cleo Marsh"].id, "Login loop", "login", "2026-05-07", None, None),
    ]:
        books.add(
            name,
            Ticket(number=f"T-{name[1:]}00", subject=subject, category=category,
                   status="closed" if closed else "open", priority="normal", opened_at=at(opened),
                   closed_at=at(closed) if closed else None,
                   product_id=books.ids[product] if product else None),
            "ticket", account=account, owner=owner,
        )  # fmt: skip
    for ticket, giver, taker, day in [
        ("t3", ben, ada, "2026-05-05"), ("t4", ada, ben, "2026-05-20"),
        ("t4", ben, ada, "2026-05-21"), ("t4", ada, ben, "2026-05-22"),
    ]:  # fmt: skip
        books.session.add(
            TicketHandover(ticket_id=books.ids[ticket], from_user_id=giver, to_user_id=taker,
                           at=at(day), source_id="test")
        )  # fmt: skip
    books.add(
        "k1",
        Task(title="Send the contract to Dana", due_on=date(2026, 6, 10), status="open"),
        "task", account="brightwater", owner=ada,
    )  # fmt: skip


def _texts(books: Books) -> None:
    for name, account, contact, channel, day, subject, body in [
        ("m1", "brightwater", "dana", "email", "2026-05-12", "Budget for the second line",
         "We have set aside 40,000 euros for the second line. The board decides in July."),
        ("m2", "brightwater", "lee", "call", "2026-06-02", "Call about batteries",
         "Lee is unhappy with the batteries. He wants a replacement by August."),
        ("m3", "halden", None, "meeting", "2026-05-28", "Fleet kick-off",
         "The fleet starts with twelve trucks in Graz."),
        ("m4", "harbour", "mina", "email", "2026-06-05", "Marina budget",
         "Our budget for the marina is 75,000 euros."),
    ]:  # fmt: skip
        books.add(
            name,
            Interaction(channel=channel, subject=subject, body=body, occurred_at=at(day),
                        contact_id=books.ids.get(contact or ""), direction="in"),
            "interaction", account=account,
        )  # fmt: skip
    books.add(
        "a1",
        Article(title="How long recordings are kept", category="privacy",
                body="Call recordings are kept for 90 days on the Basic plan. On the Team plan "
                "they are kept for one year."),
        "article", confidentiality="open",
    )  # fmt: skip
    books.add(
        "p1",
        Article(title="Discount rules", category="sales",
                body="A rep may give up to 15 % without a signature. Above that a manager signs."),
        "policy", confidentiality="internal",
    )  # fmt: skip
