"""Questions over orders, deals and leads: totals, length, conversion (kinds 17 to 19)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from assistant.demo import world
from assistant.demo.catalogue import BY_SKU
from assistant.demo.counting import (
    averages,
    highest,
    lowest,
    net_total,
    sale_days,
    within,
)
from assistant.demo.ledger import Ledger
from assistant.demo.questions import Question, by
from assistant.demo.spans import Span, say, spans
from assistant.demo.staff import BY_KEY, REPS
from assistant.demo.timing import Calendar


def sales_questions(ledger: Ledger, calendar: Calendar) -> Iterator[Question]:
    """Questions of the kinds 17 to 19."""
    for span in spans(calendar):
        yield from _sales(ledger, span)
        yield from _sale_length(ledger, span)
        yield from _conversion(ledger, span)
    yield from _recent_sales(ledger, calendar)


def _sales(ledger: Ledger, span: Span) -> Iterator[Question]:
    orders = [order for order in ledger.orders if within(order.ordered, span.start, span.end)]
    kept = [order for order in orders if order.status != "cancelled"]
    yield from _sales_of_one(kept, span)
    email, role = by("wen")
    euros = [order for order in kept if order.currency == "EUR"]
    totals = {
        rep.key: float(net_total(order for order in euros if order.owner == rep.key))
        for rep in REPS
        if any(order.owner == rep.key for order in euros)
    }
    if winner := highest(totals):
        best = [order for order in euros if order.owner == winner]
        yield Question(
            17,
            say("Who booked the most in euros {span}, leaving out cancelled orders?", span),
            email,
            role,
            value=(BY_KEY[winner].name,),
            records=tuple(order.id for order in best),
        )
    sku = "KV-S2"
    lines = [(order.id, line) for order in kept for line in order.lines if line.sku == sku]
    if lines:
        yield Question(
            17,
            say(
                f"How many pieces of the {BY_SKU[sku].name} were ordered {{span}}? "
                "Cancelled orders do not count.",
                span,
            ),
            email,
            role,
            value=(str(sum(line.quantity for _, line in lines)),),
            records=tuple(order for order, _ in lines),
        )


def _sales_of_one(kept: list[world.Order], span: Span) -> Iterator[Question]:
    """Reps whose customers all pay in one currency ask for their own total."""
    for rep, currency in (("marcus", "USD"), ("hanna", "EUR")):
        own = [order for order in kept if order.owner == rep]
        if own:
            email, role = by(rep)
            yield Question(
                17,
                say("What is the total of my orders {span}, without the cancelled ones?", span),
                email,
                role,
                value=(f"{net_total(own):.2f}",),
                unit=currency,
                records=tuple(order.id for order in own),
            )


def _sale_length(ledger: Ledger, span: Span) -> Iterator[Question]:
    email, role = by("wen")
    won = [d for d in ledger.deals.values() if d.won and within(d.closed, span.start, span.end)]
    by_rep = averages([(deal.owner, sale_days(deal)) for deal in won])
    if len(by_rep) > 1 and (slowest := highest(by_rep)):
        yield Question(
            18,
            say("Whose deals took longest from opening to signing, of those won {span}?", span),
            email,
            role,
            value=(BY_KEY[slowest].name,),
            records=tuple(deal.id for deal in won if deal.owner == slowest),
        )
    by_type = averages([(deal.type, sale_days(deal)) for deal in won], at_least=2)
    if len(by_type) > 1 and (quickest := lowest(by_type)):
        yield Question(
            18,
            say(
                "Which type of deal was signed quickest on average {span}, "
                "counting types with at least two won deals?",
                span,
            ),
            email,
            role,
            value=(quickest,),
            records=tuple(deal.id for deal in won if deal.type == quickest),
        )


def _recent_sales(ledger: Ledger, calendar: Calendar) -> Iterator[Question]:
    """The past six weeks begin at an hour nobody knows: asked where a day changes nothing."""
    winners: set[str] = set()
    records: tuple[str, ...] = ()
    for days in (41, 42, 43):
        start = calendar.today - timedelta(days=days)
        won = [
            deal
            for deal in ledger.deals.values()
            if deal.won and within(deal.closed, start, calendar.today)
        ]
        by_rep = averages([(deal.owner, sale_days(deal)) for deal in won])
        slowest = highest(by_rep) if len(by_rep) > 1 else ""
        winners.add(slowest)
        records = tuple(deal.id for deal in won if deal.owner == slowest)
    if len(winners) == 1 and (winner := winners.pop()):
        email, role = by("wen")
        text = "Whose deals took longest to sign in the past six weeks?"
        yield Question(18, text, email, role, value=(BY_KEY[winner].name,), records=records)


def _conversion(ledger: Ledger, span: Span) -> Iterator[Question]:
    for rep_key, asker_key in (("priya", "ingrid"), ("marcus", "rafael"), ("hanna", "hanna")):
        email, role = by(asker_key)
        leads = [
            lead
            for lead in ledger.leads
            if lead.owner == rep_key and within(lead.opened, span.start, span.end)
        ]
        if len(leads) < 3:
            continue
        converted = [lead for lead in leads if lead.converted]
        name = "my" if rep_key == asker_key else f"{BY_KEY[rep_key].name}'s"
        share = 100 * len(converted) / len(leads)
        yield Question(
            19,
            say(f"What share of {name} leads that came in {{span}} have been converted?", span),
            email,
            role,
            value=(f"{share:.1f}",),
            unit="%",
            records=tuple(lead.id for lead in leads),
        )
