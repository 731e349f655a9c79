"""The hand-written accounts that the calls are about, the same whatever the seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from assistant.demo import calls, world
from assistant.demo.catalogue import BY_SKU
from assistant.demo.numbering import Numbering
from assistant.demo.people import PersonName, ascii_slug
from assistant.demo.places import BY_ISO2, Phone, phone_in
from assistant.demo.stages import stage_of_task
from assistant.demo.timing import Calendar
from assistant.demo.written import Row, read_yaml_file

_FOLDER = Path(__file__).parent / "content" / "stories"
QUOTE_VALID_DAYS = 30


@cache
def _stories() -> tuple[Row, ...]:
    return tuple(read_yaml_file(path) for path in sorted(_FOLDER.glob("*.yaml")))


@dataclass(slots=True)
class _Teller:
    """Turns one story after the other into records of the first block."""

    block: world.Block
    numbering: Numbering
    calendar: Calendar
    phones: int = 0

    def tell(self, story: Row) -> None:
        account = self._account(story.row("account"))
        self.block.accounts.append(account)
        for row in story.rows("contacts"):
            self._add_contact(account, row)
        for row in story.rows("leads"):
            self._add_lead(account, row)
        for row in story.rows("deals"):
            self._add_deal(account, row)
        for row in story.rows("quotes"):
            self._add_quote(account, row)
        for row in story.rows("tasks"):
            self._add_task(account, row)
        for row in story.rows("tickets"):
            self._add_ticket(account, row)
        for row in story.rows("interactions"):
            self._add_interaction(account, row)

    def _id(self, kind: str, row: Row) -> str:
        identity = self.numbering.next(kind)
        if "key" in row.values:
            self.block.keys[row.text("key")] = identity
        return identity

    def _phone(self, country: str, area: str) -> Phone:
        self.phones += 1
        place = BY_ISO2[country]
        city = next((city for city in place.cities if city.area == area), place.cities[0])
        return phone_in(place, city, 11 + 3 * self.phones)

    def _account(self, row: Row) -> world.Account:
        country = BY_ISO2[row.text("country")]
        renewal = row.text("renewal")
        return world.Account(
            id=self._id("account", row),
            name=row.text("name"),
            legal_form=row.text("legal_form"),
            domain=row.text("domain"),
            country=country.iso2,
            city=row.text("city"),
            region=row.text("region"),
            postcode=row.text("postcode"),
            street=f"{12 + len(self.block.accounts)} {row.text('street')}",
            phone=self._phone(country.iso2, row.text("area")),
            industry=row.text("industry"),
            employees=row.number("employees"),
            owner=country.rep,
            status=row.text("status"),
            currency=country.currency,
            created=self.calendar.moment(row.text("created")),
            renewal_on=self._day(renewal) if renewal else None,
        )

    def _day(self, written: str) -> date:
        if written.startswith("call:"):
            slug, _, days = written.removeprefix("call:").partition("+")
            call = next(call for call in calls.scripts() if call.slug == slug)
            return call.held_on(self.calendar) + timedelta(days=int(days))
        return self.calendar.day(written)

    def _add_contact(self, account: world.Account, row: Row) -> None:
        name = PersonName(row.text("given"), row.text("family"), row.text("prefix"))
        address = f"{ascii_slug(name.given)}.{ascii_slug(name.family)}@{account.domain}"
        self.block.contacts.append(
            world.Contact(
                id=self._id("contact", row),
                account=account.id,
                name=name,
                title=row.text("title"),
                seniority=row.text("seniority"),
                role=row.text("role"),
                email=row.text("email", address),
                phone=self._phone(account.country, account.phone.area),
                created=account.created + timedelta(days=1 + len(self.block.contacts) % 3),
                fourfold=row.flag("fourfold"),
            )
        )

    def _contact(self, key: str) -> world.Contact:
        identity = self.block.keys[key]
        return next(contact for contact in self.block.contacts if contact.id == identity)

    def _add_lead(self, account: world.Account, row: Row) -> None:
        person = self._contact(row.text("contact"))
        self.block.leads.append(
            world.Lead(
                id=self._id("lead", row),
                name=person.name,
                company=account.legal_name,
                title=person.title,
                seniority=person.seniority,
                email=person.email,
                phone=person.phone,
                country=account.country,
                industry=account.industry,
                employees=account.employees,
                source=row.text("source"),
                owner=account.owner,
                status=row.text("status"),
                opened=self.calendar.moment(row.text("created")),
                decided=None,
                converted=False,
                log_odds=0.0,
                account=account.id,
                contact=person.id,
            )
        )

    def _add_deal(self, account: world.Account, row: Row) -> None:
        stages = tuple(
            world.StageChange(stage, self.calendar.moment(at)) for stage, at in row.lists("stages")
        )
        self.block.deals.append(
            world.Deal(
                id=self._id("deal", row),
                account=account.id,
                contact=self.block.keys[row.text("contact")],
                owner=account.owner,
                name=row.text("name"),
                type=row.text("type"),
                stage=row.text("stage"),
                amount=row.amount("amount"),
                currency=account.currency,
                source=row.text("source"),
                opened=stages[0].at,
                close_on=self.calendar.day(row.text("close")),
                stages=stages,
                next_step=row.text("next_step"),
                competitor=row.text("competitor"),
                true_stage=row.text("true_stage", row.text("stage")),
            )
        )

    def _add_quote(self, account: world.Account, row: Row) -> None:
        issued = self.calendar.day(row.text("at"))
        lines = tuple(
            world.Line(sku, int(str(quantity)), BY_SKU[sku].price_in(account.currency))
            for sku, quantity in row.row("lines").values.items()
        )
        self.block.quotes.append(
            world.Quote(
                id=self._id("quote", row),
                deal=self.block.keys[row.text("deal")],
                account=account.id,
                contact=self.block.keys[row.text("contact")],
                owner=account.owner,
                status=row.text("status"),
                issued_on=issued,
                valid_until=issued + timedelta(days=QUOTE_VALID_DAYS),
                discount_percent=row.number("discount"),
                months=row.number("months"),
                currency=account.currency,
                lines=lines,
            )
        )

    def _add_task(self, account: world.Account, row: Row) -> None:
        due = self.calendar.day(row.text("due"))
        self.block.tasks.append(
            world.Task(
                id=self._id("task", row),
                account=account.id,
                deal=self.block.keys[row.text("deal")],
                owner=account.owner,
                title=row.text("title"),
                due_on=due,
                created=self._before_today(due),
                done=self.calendar.moment(row.text("done") + " 15:00")
                if row.text("done")
                else None,
                belongs_to=stage_of_task(row.text("title")),
            )
        )

    def _before_today(self, due: date) -> datetime:
        latest = self.calendar.midnight - timedelta(hours=9)
        planned = self.calendar.midnight + timedelta(days=(due - self.calendar.today).days - 6)
        return min(planned, latest)

    def _add_ticket(self, account: world.Account, row: Row) -> None:
        closed = row.text("closed")
        handovers = tuple(
            world.Handover(
                self.numbering.next("handover"), before, after, self.calendar.moment(at), reason
            )
            for before, after, at, reason in row.lists("handovers")
        )
        self.block.tickets.append(
            world.Ticket(
                id=self._id("ticket", row),
                account=account.id,
                contact=self.block.keys[row.text("contact")],
                sku=row.text("product"),
                category=row.text("category"),
                issue=row.text("key"),
                priority=row.text("priority"),
                status=row.text("status"),
                subject=row.text("subject"),
                body=row.text("body"),
                resolution=row.text("resolution"),
                channel="email",
                opened=self.calendar.moment(row.text("opened")),
                closed=self.calendar.moment(closed) if closed else None,
                assignee=row.text("assignee"),
                handovers=handovers,
            )
        )

    def _add_interaction(self, account: world.Account, row: Row) -> None:
        deal = row.text("deal")
        self.block.interactions.append(
            world.Interaction(
                id=self._id("interaction", row),
                channel=row.text("channel"),
                direction=row.text("direction"),
                account=account.id,
                contact=self.block.keys[row.text("contact")],
                deal=self.block.keys[deal] if deal else "",
                owner=account.owner,
                subject=row.text("subject"),
                body=row.text("body"),
                at=self.calendar.moment(row.text("at")),
                duration_min=row.number("duration_min"),
            )
        )


def tell_stories(block: world.Block, numbering: Numbering, calendar: Calendar) -> None:
    """Add the hand-written accounts with their people, deals, tickets and letters to the block."""
    teller = _Teller(block, numbering, calendar)
    for story in _stories():
        teller.tell(story)
