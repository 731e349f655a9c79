"""What was written and said with the accounts that no story tells: letters, visits, chats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from assistant.demo import world
from assistant.demo.numbering import Numbering
from assistant.demo.places import BY_ISO2
from assistant.demo.staff import BY_KEY
from assistant.demo.timing import HISTORY_DAYS, Calendar, working_moment
from assistant.demo.written import Row, read_yaml_file

_SERVICE_LETTERS = 3


@cache
def _written() -> Row:
    return read_yaml_file(Path(__file__).parent / "content" / "texts" / "letters.yaml")


@cache
def _variants(occasion: str) -> tuple[Row, ...]:
    return tuple(_written().rows(occasion))


@dataclass(slots=True)
class Correspondent:
    """Writes the letters of a block so that they agree with its deals."""

    block: world.Block
    numbering: Numbering
    calendar: Calendar
    random: Random

    def write(self) -> None:
        """Letters along every deal, and a few from everyday service."""
        told = set(self.block.keys.values())
        accounts = {account.id: account for account in self.block.accounts}
        contacts = {contact.id: contact for contact in self.block.contacts}
        quotes = {quote.deal: quote for quote in self.block.quotes}
        for deal in self.block.deals:
            if deal.id not in told and deal.contact:
                account, contact = accounts[deal.account], contacts[deal.contact]
                self._along(deal, account, contact, quotes.get(deal.id))
        for account in accounts.values():
            if account.id not in told and account.status != "prospect":
                self._in_service(account)

    def _along(
        self,
        deal: world.Deal,
        account: world.Account,
        contact: world.Contact,
        quote: world.Quote | None,
    ) -> None:
        words = self._words(account, contact) | {"competitor": deal.competitor or "Polarwatch"}
        if quote is not None:
            words |= {
                "quote": quote.id,
                "amount": f"{quote.total:,.2f}",
                "currency": quote.currency,
            }
            words["seats"] = str(max(2, sum(line.quantity for line in quote.lines) // 3))
        at = {change.stage: change.at for change in deal.stages}
        if deal.type == "new":
            self._letter("opening", deal, account, contact, deal.opened, words)
        if "Evaluation" in at:
            self._letter("meeting", deal, account, contact, at["Evaluation"], words)
        if "Proposal" in at:
            self._letter("quote", deal, account, contact, at["Proposal"], words)
        if "Negotiation" in at:
            self._letter("pushback", deal, account, contact, at["Negotiation"], words)
        if deal.closed is not None:
            self._letter("won" if deal.won else "lost", deal, account, contact, deal.closed, words)

    def _in_service(self, account: world.Account) -> None:
        people = [c for c in self.block.contacts if c.account == account.id and not c.deleted]
        if not people:
            return
        for _ in range(_SERVICE_LETTERS):
            contact = self.random.choice(people)
            day = self.calendar.today - timedelta(days=3 + self.random.randrange(HISTORY_DAYS - 10))
            moment = working_moment(day, self.random.randint(8, 16), self.random.randrange(60))
            moment = min(moment, self.calendar.midnight - timedelta(hours=10))
            self._letter("service", None, account, contact, moment, self._words(account, contact))

    def _letter(
        self,
        occasion: str,
        deal: world.Deal | None,
        account: world.Account,
        contact: world.Contact,
        at: datetime,
        words: dict[str, str],
    ) -> None:
        if not self.numbering.left("interaction"):
            return
        variant = self.random.choice(_variants(occasion))
        bodies = variant.values["bodies"]
        if isinstance(bodies, dict):
            body = variant.row("bodies").text(deal.reason if deal is not None else "")
        else:
            body = self.random.choice(variant.texts("bodies"))
        talk = variant.text("channel") in ("meeting", "visit")
        self.block.interactions.append(
            world.Interaction(
                id=self.numbering.next("interaction"),
                channel=variant.text("channel"),
                direction=variant.text("direction"),
                account=account.id,
                contact=contact.id,
                deal=deal.id if deal else "",
                owner=account.owner,
                subject=self.random.choice(variant.texts("subjects")).format(**words),
                body=body.format(**words),
                at=at,
                duration_min=self.random.choice((30, 45, 60, 90)) if talk else 0,
            )
        )

    def _words(self, account: world.Account, contact: world.Contact) -> dict[str, str]:
        trade = _written().row("industries").row(account.industry)
        loss = trade.text("loss")
        return {
            "first": contact.name.given,
            "name": contact.name.full,
            "title": contact.title,
            "company": account.name,
            "city": account.city,
            "country": BY_ISO2[account.country].name,
            "rep": BY_KEY[account.owner].name.split()[0],
            "rooms": trade.text("rooms"),
            "loss": loss,
            "loss_cap": loss[0].upper() + loss[1:],
            "product": self.random.choice(("the probes", "the gateways", "the cloud reports")),
            "count": str(self.random.randint(6, 60)),
            "seats": str(self.random.randint(2, 12)),
        }
