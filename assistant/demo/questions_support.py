"""Questions over tickets: resolution, hand-overs, months, problems, places (kinds 12 to 16)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from assistant.demo import world
from assistant.demo.catalogue import BY_SKU
from assistant.demo.counting import (
    averages,
    highest,
    hours_to_solve,
    is_even,
    lowest,
    most_common,
    standing_out,
    within,
)
from assistant.demo.ledger import Ledger
from assistant.demo.places import BY_ISO2
from assistant.demo.questions import Question, by, visible_accounts
from assistant.demo.spans import Span, say, spans
from assistant.demo.staff import BY_KEY
from assistant.demo.timing import Calendar


def support_questions(ledger: Ledger, calendar: Calendar) -> Iterator[Question]:
    """Questions of the kinds 12 to 16."""
    for span in spans(calendar):
        yield from _resolution(ledger, span)
        yield from _hand_overs(ledger, span)
        yield from _places(ledger, span)
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
                say(wording, span),
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
            say("Who passed the most tickets on to a colleague {span}?", span),
            email,
            role,
            value=(BY_KEY[most].name,),
            records=tuple(sorted({ticket for agent, ticket in passed if agent == most})),
        )
    if fewest and len(counts) == 3:
        yield Question(
            13,
            say("Who handed over the fewest tickets {span}?", span),
            email,
            role,
            value=(BY_KEY[fewest].name,),
            records=tuple(sorted({ticket for agent, ticket in passed if agent == fewest})),
        )
    yield Question(
        13,
        say("How often was a ticket handed from one agent to another {span}?", span),
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
            say(
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
            say(
                "Which region had the shortest time to a solution for tickets opened and closed "
                "{span}? Only regions with at least three.",
                span,
            ),
            email,
            role,
            value=(best,),
            records=tuple(t.id for t in closed if ledger.accounts[t.account].region == best),
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
