"""Under which ids the systems know a person or a company: who is whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from assistant.demo import world
from assistant.demo.people import PersonName, misspelt


@dataclass(frozen=True, slots=True)
class Alias:
    """A second record of somebody in the same system, written by somebody in a hurry."""

    id: str
    name: PersonName
    email: str
    with_phone: bool


@dataclass(slots=True)
class Identities:
    """Ids by system for each person and company of a block.

    `requesters`, `billing_contacts`, `customers` and `people` map CRM ids to the other systems';
    `twins` are second records in the CRM itself.
    """

    requesters: dict[str, str] = field(default_factory=dict)
    billing_contacts: dict[str, str] = field(default_factory=dict)
    customers: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    twins: dict[str, Alias] = field(default_factory=dict)
    account_twins: dict[str, str] = field(default_factory=dict)


def identify(block: world.Block, random: Random) -> Identities:
    """Decide who is known to which system."""
    known = Identities()
    asking = {ticket.contact for ticket in block.tickets}
    ordering = {order.account for order in block.orders}
    engaged = {event.person for event in block.events}
    payers: set[str] = set()
    for contact in block.contacts:
        number = contact.id.removeprefix("C-")
        if contact.id in asking or contact.fourfold:
            known.requesters[contact.id] = f"R-{number}"
        pays = contact.account in ordering and contact.account not in payers
        wanted = contact.fourfold and contact.account in ordering
        if (pays and contact.role == "decision maker") or wanted:
            payers.add(contact.account)
            known.billing_contacts[contact.id] = f"BC-{number}"
        if contact.id in engaged or contact.fourfold:
            known.people[contact.id] = f"mk-c{number}"
        if contact.fourfold:
            known.twins[contact.id] = Alias(f"C-9{number}", contact.name, contact.email, False)
        elif random.random() < 0.06:
            name = PersonName(contact.name.given, misspelt(random, contact.name.family))
            known.twins[contact.id] = Alias(f"C-9{number}", name, "", True)
    for lead in block.leads:
        known.people[lead.id] = f"mk-l{lead.id.removeprefix('L-')}"
    for account in block.accounts:
        number = account.id.removeprefix("A-")
        if account.id in ordering:
            known.customers[account.id] = f"CU-{number}"
        if random.random() < 0.06:
            known.account_twins[account.id] = f"A-9{number}"
    return known
