"""Orders, invoices and payments, with the leaks that a careful company would like to find."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from assistant.demo import world
from assistant.demo.baskets import first_order, repeat_order
from assistant.demo.numbering import Numbering
from assistant.demo.timing import HISTORY_DAYS, Calendar, working_moment

# Of every 400 orders: invoiced, cancelled, still open, lent without charge; the rest is shipped
# and was never invoiced.
INVOICED, CANCELLED, OPEN, LOANS = 300, 30, 30, 28
TERM_DAYS = 30
_METHODS = ("bank transfer", "bank transfer", "direct debit", "card")


@dataclass(slots=True)
class Bookkeeper:
    """Books what customers order, sends invoices, and writes down what is paid."""

    block: world.Block
    numbering: Numbering
    calendar: Calendar
    random: Random

    def book_orders(self) -> None:
        """Fill the block with orders of its customers, oldest first, and invoice them."""
        customers = self._customers_since()
        if not customers:
            return
        moments = sorted(
            (self._some_moment(since), account) for account, since in self._draw(customers)
        )
        fates = self._fates(len(moments))
        firsts: set[str] = set()
        for (moment, account_id), fate in zip(moments, fates, strict=True):
            account = customers[account_id][0]
            order = self._order(account, moment, fate, first=account_id not in firsts)
            firsts.add(account_id)
            self.block.orders.append(order)
            if fate == "invoiced":
                self._bill(order)

    def _customers_since(self) -> dict[str, tuple[world.Account, datetime]]:
        start = self.calendar.midnight - timedelta(days=HISTORY_DAYS)
        won: dict[str, datetime] = {}
        for deal in self.block.deals:
            if deal.won and deal.closed is not None:
                won[deal.account] = min(won.get(deal.account, deal.closed), deal.closed)
        latest = self.calendar.midnight - timedelta(days=10)
        return {
            account.id: (account, min(latest, max(start, self._since(account, won))))
            for account in self.block.accounts
            if account.status in ("customer", "former")
        }

    def _since(self, account: world.Account, won: dict[str, datetime]) -> datetime:
        years_ago = self.calendar.midnight - timedelta(days=HISTORY_DAYS)
        return (
            account.created if account.created < years_ago else won.get(account.id, account.created)
        )

    def _draw(
        self, customers: dict[str, tuple[world.Account, datetime]]
    ) -> list[tuple[str, datetime]]:
        keys = sorted(customers)
        weights = [
            customers[key][0].employees ** 0.3
            * max(0.1, (self.calendar.midnight - customers[key][1]).days / HISTORY_DAYS)
            for key in keys
        ]
        drawn = self.random.choices(keys, weights, k=self.numbering.left("order"))
        return [(key, customers[key][1]) for key in drawn]

    def _some_moment(self, since: datetime) -> datetime:
        days = max(3, (self.calendar.midnight - since).days - 2)
        day = self.calendar.today - timedelta(days=2 + self.random.randrange(days))
        moment = working_moment(day, self.random.randint(8, 16), self.random.randrange(60))
        return min(moment, self.calendar.midnight - timedelta(days=1, hours=9))

    def _fates(self, count: int) -> list[str]:
        """What becomes of each order; only the newest are still open."""
        share = count / 400
        newest = round(OPEN * share)
        settled = ["cancelled"] * round(CANCELLED * share) + ["loan"] * round(LOANS * share)
        settled += ["invoiced"] * round(INVOICED * share)
        settled += ["unbilled"] * (count - newest - len(settled))
        self.random.shuffle(settled)
        return settled + ["open"] * newest

    def _order(
        self, account: world.Account, moment: datetime, fate: str, *, first: bool
    ) -> world.Order:
        lines = (
            first_order(self.random, account.employees, account.currency)
            if first
            else repeat_order(self.random, account.currency)
        )
        if fate == "loan":
            lines = (world.Line("KS-PILOT", 1, Decimal(0)),)
        status = {"invoiced": "shipped", "unbilled": "shipped", "loan": "on loan"}.get(fate, fate)
        return world.Order(
            id=self.numbering.next("order"),
            account=account.id,
            owner=account.owner,
            ordered=moment,
            status=status,
            currency=account.currency,
            lines=lines,
        )

    def _bill(self, order: world.Order) -> None:
        random = self.random
        latest = self.calendar.today - timedelta(days=1)
        issued = min(order.ordered.date() + timedelta(days=random.randint(2, 9)), latest)
        due = issued + timedelta(days=TERM_DAYS)
        draw = random.random()
        paid = due + timedelta(days=random.randint(-22, 12))
        if draw < 0.06 or paid > latest:
            paid_on, status = None, "overdue" if due < self.calendar.today else "open"
        else:
            paid_on, status = paid, "paid"
        invoice = world.Invoice(
            id=self.numbering.next("invoice"),
            order=order.id,
            account=order.account,
            issued_on=issued,
            due_on=due,
            paid_on=paid_on,
            status=status,
            amount=order.total,
            currency=order.currency,
        )
        self.block.invoices.append(invoice)
        self._receive(invoice, failed_first=draw > 0.95)

    def _receive(self, invoice: world.Invoice, *, failed_first: bool) -> None:
        if invoice.paid_on is None:
            return
        at = working_moment(invoice.paid_on, 10, self.random.randrange(60))
        at = min(at, self.calendar.midnight - timedelta(hours=12))
        method = self.random.choice(_METHODS)
        if failed_first and self.numbering.left("payment"):
            self._pay(invoice, at - timedelta(days=5), "direct debit", "failed")
        self._pay(invoice, at, method, "received")

    def _pay(self, invoice: world.Invoice, at: datetime, method: str, status: str) -> None:
        self.block.payments.append(
            world.Payment(
                id=self.numbering.next("payment"),
                invoice=invoice.id,
                account=invoice.account,
                at=at,
                method=method,
                status=status,
                amount=invoice.amount,
                currency=invoice.currency,
            )
        )
