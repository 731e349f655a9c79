"""What is said of orders, quotes, invoices and payments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.db.tables import Invoice, Line, Order, Payment, Quote, Record
from assistant.search.content import Content, Known, Piece, midnight
from assistant.search.wording import clause, day, money, number, say, sentences


def order(row: Order, _record: Record, known: Known) -> Content:
    """An order, its customer and its lines."""
    at, by = known.name(row.account_id), known.name(row.contact_id)
    the = f"Order {row.number or 'without number'}"
    placed = f" on {day(row.ordered_at)}" if row.ordered_at else ""
    card = sentences(
        f"{the}{clause('of', at)} was placed{placed}{clause('by', by)}.",
        say(f"The status of {the} is {{}}.", row.status),
        say(f"{the} comes to {{}}.", money(row.total, row.currency)),
        *_lines(the, known.lines.get(row.id, ()), row.currency, known),
    )
    return Content(
        (Piece("card", card),),
        names=(row.number, at, by),
        contact_id=row.contact_id,
        deal_id=row.deal_id,
        occurred_at=row.ordered_at,
    )


def quote(row: Quote, _record: Record, known: Known) -> Content:
    """An offer, its terms and its lines."""
    at, of = known.name(row.account_id), known.name(row.deal_id)
    the = f"Quote {row.number or 'without number'}"
    issued = f" on {day(row.issued_on)}" if row.issued_on else ""
    card = sentences(
        f"{the}{clause('for', at)} was issued{issued}{clause('for the deal', of)}.",
        say(f"The status of {the} is {{}}.", row.status),
        say(f"{the} comes to {{}}.", money(row.total, row.currency)),
        say(f"The discount of {the} is {{}} %.", _percent(row.discount_percent)),
        say(f"{the} is valid until {{}}.", row.valid_until),
        *_lines(the, known.lines.get(row.id, ()), row.currency, known),
    )
    return Content(
        (Piece("card", card),),
        names=(row.number, at, of, known.name(row.contact_id)),
        contact_id=row.contact_id,
        deal_id=row.deal_id,
        occurred_at=midnight(row.issued_on),
    )


def invoice(row: Invoice, _record: Record, known: Known) -> Content:
    """An invoice and whether it was paid."""
    at = known.name(row.account_id)
    the = f"Invoice {row.number or 'without number'}"
    issued = f" on {day(row.issued_on)}" if row.issued_on else ""
    card = sentences(
        f"{the}{clause('of', at)} was issued{issued}.",
        say(f"The amount of {the} is {{}}.", money(row.amount, row.currency)),
        say(f"The status of {the} is {{}}.", row.status),
        say(f"{the} is due on {{}}.", row.due_on),
        say(f"{the} was paid on {{}}.", row.paid_on),
        say(f"{the} belongs to order {{}}.", known.number(row.order_id)),
    )
    return Content(
        (Piece("card", card),),
        names=(row.number, at, known.number(row.order_id)),
        occurred_at=midnight(row.issued_on),
    )


def payment(row: Payment, _record: Record, known: Known) -> Content:
    """A payment, for which invoice and how it went."""
    at, of = known.name(row.account_id), known.number(row.invoice_id)
    amount = money(row.amount, row.currency)
    made = f" on {day(row.paid_at)}" if row.paid_at else ""
    card = sentences(
        f"A payment{clause('of', amount)}{clause('by', at)}{clause('for invoice', of)} "
        f"was made{made}.",
        say("The status of the payment is {}.", row.status),
        say("The payment was made by {}.", row.method),
    )
    return Content((Piece("card", card),), names=(at, of), occurred_at=row.paid_at)


def _lines(the: str, lines: Sequence[Line], currency: str | None, known: Known) -> Iterator[str]:
    for line in lines:
        what = known.name(line.product_id) or line.description or line.sku
        if not what:
            continue
        count = f"{number(line.quantity)} × " if line.quantity is not None else ""
        price = clause("at", money(line.unit_price, currency))
        yield f"{the} contains {count}{what}{clause('with SKU', line.sku)}{price}."


def _percent(value: float | None) -> str | None:
    return None if value is None else f"{value:g}"
