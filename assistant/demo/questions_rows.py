"""Questions that count, average or rank rows: resolution, hand-overs, months, sales, conversion."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.demo import world
from assistant.demo.catalogue import BY_SKU
from assistant.demo.counting import (
    averages,
    highest,
    hours_to_solve,
    is_even,
    lowest,
    most_common,
    net_total,
    sale_days,
    standing_out,
    within,
)
from assistant.demo.ledger import Ledger
from assistant.demo.places import BY_ISO2
from assistant.demo.questions import Question, by, visible_accounts
from assistant.demo.staff import BY_KEY, REPS
from assistant.demo.timing import Calendar


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days and how people say it; `end` is the first day after it."""

    words: str
    start: date
    end: date


def spans(calendar: Calendar) -> list[Span]:
    """Stretches of time relative to the asker's day."""
    tomorrow = calendar.today + timedelta(days=1)
    first, last = calendar.month(6), calendar.month(3)
    quarter = calendar.quarter(1)
    return [
        Span(
            f"between {first:%B %Y} and {last:%B %Y}",
            first,
            calendar.month(2),
        ),
        Span("last quarter", *quarter),
        Span(f"since {calendar.month(5):%B %Y}", calendar.month(5), tomorrow),
        Span("last month", calendar.month(1), calendar.month(0)),
        Span(f"in {calendar.month(4):%B %Y}", calendar.month(4), calendar.month(3)),
        Span("over the last four quarters", calendar.quarter(4)[0], calendar.quarter(0)[0]),
    ]


def row_questions(ledger: Ledger, calendar: Calendar) -> Iterator[Question]:
    """Questions of the kinds 12 to 19."""
    for span in spans(calendar):
        yield from _resolution(ledger, span)
        yield from _hand_overs(ledger, span)
        yield from _places(ledger, span)
        yield from _sales(ledger, span)
        yield from _sale_length(ledger, span)
        yield from _conversion(ledger, span)
    yield from _recent_sales(ledger, calendar)
    yield from _months(ledger, calendar)
    yield from _problems(ledger, calendar)


def _resolution(ledger: Ledger, span: Span) -> Iterator[Question]:
    email, role = by("greta")
    closed = [ticket for ticket in ledger.tickets if within(ticket.closed, span.start, span.end)]
    opened = [t for t in closed if within(t.opened, span.start, span.end)]
    wordings: tuple[tuple[str, int, Callable[[dict[str, float]], str]], ...] = (
        (
            "Who solved tickets quickest on average {span}, counting people with at least three?",
            3,
            lowest,
        ),
        ("{span_cap}, which of us took the longest to close a ticket on average?", 1, highest),
    )
    for wording, at_least, pick in wordings:
        # Tickets of the period may mean opened or closed in it: asked only where both agree.
        winners = {
            pick(averages([(t.assignee, hours_to_solve(t)) for t in rows], at_least=at_least))
            for rows in (closed, opened)
        }
        if len(winners) == 1 and (winner := winners.pop()):
            yield Question(
                12,
                _say(wording, span),
                email,
                role,
                value=(BY_KEY[winner].name,),
                records=tuple(t.id for t in closed if t.assignee == winner),
            )


def _hand_overs(ledger: Ledger, span: Span) -> Iterator[Question]:
    email, role = by("wen")
    passed = [
        (handover.from_agent, ticket.id)
        for ticket in ledger.tickets
        for handover in ticket.handovers
        if within(handover.at, span.start, span.end)
    ]
    if not passed:
        return
    counts = {agent: float(sum(a == agent for a, _ in passed)) for agent, _ in passed}
    most, fewest = highest(counts), lowest(counts)
    if most:
        yield Question(
            13,
            _say("Who passed the most tickets on to a colleague {span}?", span),
            email,
            role,
            value=(BY_KEY[most].name,),
            records=tuple(sorted({ticket for agent, ticket in passed if agent == most})),
        )
    if fewest and len(counts) == 3:
        yield Question(
            13,
            _say("Who handed over the fewest tickets {span}?", span),
            email,
            role,
            value=(BY_KEY[fewest].name,),
            records=tuple(sorted({ticket for agent, ticket in passed if agent == fewest})),
        )
    yield Question(
        13,
        _say("How often was a ticket handed from one agent to another {span}?", span),
        email,
        role,
        value=(str(len(passed)),),
        records=tuple(sorted({ticket for _, ticket in passed})),
    )


def _places(ledger: Ledger, span: Span) -> Iterator[Question]:
    email, role = by("samir")
    closed = [
        ticket
        for ticket in ledger.tickets
        if within(ticket.closed, span.start, span.end)
        and within(ticket.opened, span.start, span.end)
    ]
    country = averages(
        [(ledger.accounts[t.account].country, hours_to_solve(t)) for t in closed], at_least=3
    )
    region = averages(
        [(ledger.accounts[t.account].region, hours_to_solve(t)) for t in closed], at_least=3
    )
    if len(country) > 2 and (best := lowest(country)):
        yield Question(
            16,
            _say(
                "In which country are tickets closed fastest, of those opened and closed {span}, "
                "leaving out countries with fewer than three?",
                span,
            ),
            email,
            role,
            value=(BY_ISO2[best].name,),
            records=tuple(t.id for t in closed if ledger.accounts[t.account].country == best),
        )
    if len(region) > 2 and (best := lowest(region)):
        yield Question(
            16,
            _say(
                "Which region had the shortest time to a solution for tickets opened and closed "
                "{span}? Only regions with at least three.",
                span,
            ),
            email,
            role,
            value=(best,),
            records=tuple(t.id for t in closed if ledger.accounts[t.account].region == best),
        )


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
            _say("Who booked the most in euros {span}, leaving out cancelled orders?", span),
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
            _say(
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
                _say("What is the total of my orders {span}, without the cancelled ones?", span),
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
            _say("Whose deals took longest from opening to signing, of those won {span}?", span),
            email,
            role,
            value=(BY_KEY[slowest].name,),
            records=tuple(deal.id for deal in won if deal.owner == slowest),
        )
    by_type = averages([(deal.type, sale_days(deal)) for deal in won], at_least=2)
    if len(by_type) > 1 and (quickest := lowest(by_type)):
        yield Question(
            18,
            _say(
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
            _say(f"What share of {name} leads that came in {{span}} have been converted?", span),
            email,
            role,
            value=(f"{share:.1f}",),
            unit="%",
            records=tuple(lead.id for lead in leads),
        )


def _months(ledger: Ledger, calendar: Calendar) -> Iterator[Question]:
    starts = [calendar.month(back) for back in range(12, 0, -1)]
    ends = [*starts[1:], calendar.month(0)]
    categories = sorted({ticket.category for ticket in ledger.tickets})
    email, role = by("jonas")
    wordings = (
        "Did tickets about {category} jump in any single month of the last twelve?",
        "Over the last twelve full months, does one month stand out for {category} tickets?",
    )
    for place, category in enumerate(categories):
        rows = [ticket for ticket in ledger.tickets if ticket.category == category]
        counts = [
            sum(within(ticket.opened, start, end) for ticket in rows)
            for start, end in zip(starts, ends, strict=True)
        ]
        peak = standing_out(counts)
        text = wordings[place % 2].format(category=category.lower())
        if peak is not None:
            month = [t.id for t in rows if within(t.opened, starts[peak], ends[peak])]
            value = (f"{starts[peak]:%B %Y}", str(counts[peak]))
            yield Question(14, text, email, role, value=value, records=tuple(month))
        elif is_even(counts):
            yield Question(14, text, email, role, value=("no",), none=True, accept=("abstained",))


def _problems(ledger: Ledger, calendar: Calendar) -> Iterator[Question]:
    email, role = by("samir")
    since, tomorrow = calendar.month(9), calendar.today + timedelta(days=1)
    rows = [ticket for ticket in ledger.tickets if within(ticket.opened, since, tomorrow)]
    for sku in ("KV-G4", "KV-S2", "KC-PRO"):
        about = [ticket for ticket in rows if ticket.sku == sku]
        category, count = most_common((ticket.category for ticket in about), lead=1)
        if category:
            yield Question(
                15,
                f"What do customers write in about most for the {BY_SKU[sku].name} "
                f"since {since:%B %Y}?",
                email,
                role,
                value=(category, str(count)),
                records=tuple(t.id for t in about if t.category == category),
            )
    yield from _problems_of_accounts(ledger, rows, f"since {since:%B %Y}")


def _problems_of_accounts(
    ledger: Ledger, rows: list[world.Ticket], when: str
) -> Iterator[Question]:
    email, role = by("greta")
    asked = {True: 0, False: 0}
    colleague = BY_KEY["greta"]
    for key, account in visible_accounts(ledger, colleague).items():
        own = [ticket for ticket in rows if ticket.account == key]
        category, count = most_common((ticket.category for ticket in own), lead=2)
        text = f"Which problem does {account.name} report most often {when}?"
        if category and count > 1 and asked[True] < 4:
            asked[True] += 1
            records = tuple(t.id for t in own if t.category == category)
            yield Question(15, text, email, role, value=(category, str(count)), records=records)
        elif not own and account.status == "customer" and asked[False] < 2:
            asked[False] += 1
            yield Question(15, text, email, role, value=("none",), none=True, accept=("abstained",))


def _say(wording: str, span: Span) -> str:
    capital = span.words[0].upper() + span.words[1:]
    return wording.format(span=span.words, span_cap=capital)
