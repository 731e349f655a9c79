"""The rows that truth is counted from, kept over all blocks without their long texts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from assistant.demo import world


@dataclass(slots=True)
class Ledger:
    """Everything that questions count, sum or rank, of the whole world."""

    accounts: dict[str, world.Account] = field(default_factory=dict)
    contacts: dict[str, world.Contact] = field(default_factory=dict)
    leads: list[world.Lead] = field(default_factory=list)
    deals: dict[str, world.Deal] = field(default_factory=dict)
    quotes: list[world.Quote] = field(default_factory=list)
    orders: list[world.Order] = field(default_factory=list)
    invoices: list[world.Invoice] = field(default_factory=list)
    tickets: list[world.Ticket] = field(default_factory=list)
    tasks: list[world.Task] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def enter(self, block: world.Block) -> None:
        """Add a block; of its tickets only the first block's keep their words."""
        self.accounts |= {account.id: account for account in block.accounts}
        self.contacts |= {contact.id: contact for contact in block.contacts}
        self.leads += block.leads
        self.deals |= {deal.id: deal for deal in block.deals}
        self.quotes += block.quotes
        self.orders += block.orders
        self.invoices += block.invoices
        self.tasks += block.tasks
        self.keys |= block.keys
        if block.number == 0:
            self.tickets += block.tickets
        else:
            self.tickets += [replace(ticket, body="", resolution="") for ticket in block.tickets]
        self._count(block)

    def _count(self, block: world.Block) -> None:
        sizes = {
            "accounts": len(block.accounts),
            "contacts": len(block.contacts),
            "leads": len(block.leads),
            "deals": len(block.deals),
            "stage_changes": sum(len(deal.stages) for deal in block.deals),
            "quotes": len(block.quotes),
            "orders": len(block.orders),
            "order_lines": sum(len(order.lines) for order in block.orders),
            "invoices": len(block.invoices),
            "payments": len(block.payments),
            "tickets": len(block.tickets),
            "handovers": sum(len(ticket.handovers) for ticket in block.tickets),
            "interactions": len(block.interactions),
            "tasks": len(block.tasks),
            "events": len(block.events),
            "leads_converted": sum(lead.converted for lead in block.leads),
            "deals_won": sum(deal.won is True for deal in block.deals),
            "contacts_deleted": sum(contact.deleted for contact in block.contacts),
        }
        for name, size in sizes.items():
            self.counts[name] = self.counts.get(name, 0) + size
