"""The clean world, block by block; the same scale, seed and day give the same world."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from assistant.demo.billing import Bookkeeper
from assistant.demo.companies import Registrar
from assistant.demo.deals import Seller
from assistant.demo.engagement import Prospector
from assistant.demo.letters import Correspondent
from assistant.demo.numbering import Numbering
from assistant.demo.people import CompanyNames
from assistant.demo.stories import tell_stories
from assistant.demo.support import HelpDesk
from assistant.demo.timing import Calendar
from assistant.demo.world import Block


def build_world(*, scale: int, seed: int, calendar: Calendar) -> Iterator[Block]:
    """One block after the other, each by itself, so that memory does not grow with the scale."""
    for number in range(scale):
        yield build_block(number, seed=seed, calendar=calendar)


def build_block(number: int, *, seed: int, calendar: Calendar) -> Block:
    """Sixty accounts and everything about them; the first block also holds the stories."""
    block, numbering = Block(number), Numbering(number)

    def dice(purpose: str) -> Random:
        # Each part has its own, so that a change to one part leaves the others as they were.
        return Random(f"{seed}/{number}/{purpose}")

    if number == 0:
        tell_stories(block, numbering, calendar)
    companies = CompanyNames(number)
    prospector = Prospector(block, numbering, calendar, dice("leads"), companies)
    prospector.make_leads()
    registrar = Registrar(block, numbering, calendar, dice("companies"), companies)
    registrar.found_accounts()
    registrar.hire_contacts()
    seller = Seller(block, numbering, calendar, dice("deals"))
    seller.open_deals()
    seller.write_quotes()
    seller.plan_tasks()
    seller.plan_visits()
    Bookkeeper(block, numbering, calendar, dice("billing")).book_orders()
    HelpDesk(block, numbering, calendar, dice("support")).take_tickets()
    Correspondent(block, numbering, calendar, dice("letters")).write()
    prospector.fill_with_contacts()
    return block
