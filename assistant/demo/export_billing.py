"""The billing system's export: American dates, amounts with signs, companies in capitals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, timezone
from random import Random

from assistant.demo import world
from assistant.demo.catalogue import BY_SKU, PRODUCTS
from assistant.demo.identities import Identities
from assistant.demo.sheets import Sheet, SheetWriter
from assistant.demo.sloppiness import (
    american,
    american_day,
    amount_with_sign,
    company_text,
    country_text,
    nothing,
    person_text,
    phone_text,
)
from assistant.demo.staff import BY_KEY

CUSTOMERS = Sheet("billing", "account", "customers.csv")
BILLING_CONTACTS = Sheet("billing", "contact", "billing_contacts.csv")
ORDERS = Sheet("billing", "order", "orders.csv")
ORDERS_LATE = Sheet("billing", "order", "orders_late.csv")
ORDER_LINES = Sheet("billing", "order_line", "order_lines.csv")
INVOICES = Sheet("billing", "invoice", "invoices.csv")
PAYMENTS = Sheet("billing", "payment", "payments.jsonl")


@dataclass(slots=True)
class BillingExport:
    """Writes one block the way the billing system would."""

    sheets: SheetWriter
    random: Random
    known: Identities

    def export(self, block: world.Block) -> None:
        """All rows of the block."""
        accounts = {account.id: account for account in block.accounts}
        for account_id in self.known.customers:
            self._customer(accounts[account_id])
        for contact in block.contacts:
            if contact.id in self.known.billing_contacts:
                self._contact(contact)
        for order in block.orders:
            self._order(order)
        for invoice in block.invoices:
            self._invoice(invoice)
        for payment in block.payments:
            self._payment(payment)

    def _customer(self, account: world.Account) -> None:
        random = self.random
        self.sheets.write(
            CUSTOMERS,
            {
                "Customer No.": self.known.customers[account.id],
                "Company Name": company_text(
                    random, account.name, account.legal_form, capitals=0.5
                ),
                "Web": account.domain if random.random() < 0.7 else "",
                "Telephone": phone_text(random, account.phone, national_share=0.8),
                "Street": account.street,
                "City": account.city.upper() if random.random() < 0.3 else account.city,
                "ZIP": account.postcode,
                "Country": country_text(random, account.country, blank_share=0.12),
                "Currency": account.currency,
                "Last Modified": american(account.created + timedelta(days=2)),
            },
        )

    def _contact(self, contact: world.Contact) -> None:
        customer = self.known.customers.get(contact.account)
        if customer is None:
            return
        self.sheets.write(
            BILLING_CONTACTS,
            {
                "Contact No.": self.known.billing_contacts[contact.id],
                "Contact Name": person_text(self.random, contact.name, reversed_share=0.9),
                "E-mail": contact.email,
                "Telephone": nothing(self.random),
                "Customer No.": customer,
                "Last Modified": american(contact.created + timedelta(days=4)),
            },
        )

    def _order(self, order: world.Order) -> None:
        late = self.random.random() < 0.03
        self.sheets.write(
            ORDERS_LATE if late else ORDERS,
            {
                "Order No.": order.id,
                "Customer No.": self.known.customers[order.account],
                "Order Date": american(order.ordered),
                "Status": order.status,
                "Order Total": amount_with_sign(order.total, order.currency),
                "Currency": order.currency,
                "Sales Rep Email": BY_KEY[order.owner].email,
                "Last Modified": american(order.ordered + timedelta(hours=5)),
            },
        )
        for place, line in enumerate(order.lines, start=1):
            _write_line(self.sheets, order.id, place, order.currency, line)

    def _invoice(self, invoice: world.Invoice) -> None:
        self.sheets.write(
            INVOICES,
            {
                "Invoice No.": invoice.id,
                "Order No.": invoice.order,
                "Customer No.": self.known.customers[invoice.account],
                "Invoice Date": american_day(invoice.issued_on),
                "Due Date": american_day(invoice.due_on),
                "Paid Date": american_day(invoice.paid_on),
                "Status": invoice.status,
                "Amount Due": amount_with_sign(invoice.amount, invoice.currency),
                "Currency": invoice.currency,
            },
        )

    def _payment(self, payment: world.Payment) -> None:
        at = payment.at.astimezone(timezone(timedelta(hours=-6)))
        self.sheets.write(
            PAYMENTS,
            {
                "payment_no": payment.id,
                "invoice_no": payment.invoice,
                "customer_no": self.known.customers[payment.account],
                "method": payment.method,
                "status": payment.status,
                "received_at": at.isoformat(),
                "amount": str(payment.amount),
                "currency": payment.currency,
            },
        )


def write_orphan(sheets: SheetWriter, order: str) -> None:
    """A line of an order that the export does not hold."""
    product = PRODUCTS[0]
    _write_line(sheets, order, 1, "USD", world.Line(product.sku, 1, product.price_in("USD")))


def _write_line(
    sheets: SheetWriter, order: str, place: int, currency: str, line: world.Line
) -> None:
    sheets.write(
        ORDER_LINES,
        {
            "Order Line ID": f"{order}/{place}",
            "Order No.": order,
            "Line": place,
            "Item No.": line.sku,
            "Item Description": BY_SKU[line.sku].name,
            "Qty": line.quantity,
            "Unit Price": amount_with_sign(line.unit_price, currency),
            "Line Total": amount_with_sign(line.amount, currency),
        },
    )
