"""Questions that judge a record by a rule: who gets it, may it be sent, does it fit, which one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from assistant.demo import world
from assistant.demo.baskets import broken_rules
from assistant.demo.catalogue import discount_limit
from assistant.demo.ledger import Ledger
from assistant.demo.questions import Question, by
from assistant.demo.staff import BY_KEY, NORTH
from assistant.demo.stages import is_too_early
from assistant.demo.support import CHOICES, OPEN_LIMIT

# Where the company is, what it is, how many people, and the one who gets it ("" for nobody).
_NEW_LEADS: tuple[tuple[str, str, int, str], ...] = (
    ("Graz, Austria", "a hotel chain", 300, "hanna"),
    ("Galway, Ireland", "a cheese maker", 25, "priya"),
    ("Rotterdam, the Netherlands", "a vaccine distributor", 150, "oskar"),
    ("Lyon, France", "a frozen food producer", 2600, "rafael"),
    ("Hamburg, Germany", "a blood service", 3200, "ingrid"),
    ("Toronto, Canada", "a pharmacy chain", 900, "marcus"),
    ("Warsaw, Poland", "a haulier", 400, ""),
    ("Copenhagen, Denmark", "a caterer", 80, "oskar"),
    ("Turin, Italy", "a vaccine distributor", 120, "lucia"),
    ("Singapore", "a seafood importer", 60, ""),
)
_LEAD_WORDINGS = (
    "We have a new lead: {what} in {where}, {size} employees. Who gets it under our rules?",
    "{what_cap} in {where} with {size} people just filled in the form. Whose lead is it?",
    "Under the territory rules, who should call {what} in {where} ({size} employees)?",
)
_TICKET_WORDINGS = (
    "A new {category} ticket has come in, urgent. Who takes it?",
    "Who should get a ticket in the category {category} right now, by skill and load?",
)


def rule_questions(ledger: Ledger) -> Iterator[Question]:
    """Questions of the kinds 2, 3, 6, 7, 8, 9 and 11."""
    yield from _lead_assignment()
    yield from _ticket_assignment(ledger)
    yield from _offers(ledger)
    yield from _set_ups(ledger)
    yield from _early_tasks(ledger)
    yield from _wrong_stages(ledger)
    yield from _which_ticket(ledger)
    yield from _which_person(ledger)


def _lead_assignment() -> Iterator[Question]:
    for place, (where, what, size, owner) in enumerate(_NEW_LEADS):
        email, role = by(("ingrid", "rafael", "priya", "marcus")[place % 4])
        words = {"what": what, "what_cap": what[0].upper() + what[1:], "where": where, "size": size}
        text = _LEAD_WORDINGS[place % len(_LEAD_WORDINGS)].format(**words)
        answer = BY_KEY[owner or "wen"].name
        yield Question(2, text, email, role, value=(answer,), records=("POL-201",), none=not owner)


def _ticket_assignment(ledger: Ledger) -> Iterator[Question]:
    load = Counter(ticket.assignee for ticket in ledger.tickets if ticket.closed is None)
    for place, (category, choice) in enumerate(CHOICES.items()):
        free = [agent for agent in choice if load[agent] < OPEN_LIMIT]
        email, role = by(("samir", "greta", "jonas")[place % 3])
        text = _TICKET_WORDINGS[place % 2].format(category=category)
        answer = BY_KEY[free[0]].name if free else BY_KEY["noor"].name
        yield Question(3, text, email, role, value=(answer,), records=("POL-202",))


def _offers(ledger: Ledger) -> Iterator[Question]:
    """Quotes asked about by their own rep, with the length of the commitment in the question."""
    asked: Counter[str] = Counter()
    for quote in reversed(ledger.quotes):
        verdict = _who_approves(quote)
        if quote.status not in ("sent", "draft", "expired") or asked[verdict] >= 4:
            continue
        if quote.discount_percent == 0:
            continue
        asked[verdict] += 1
        email, role = by(quote.owner)
        name = ledger.accounts[quote.account].name
        text = (
            f"May I give the {quote.discount_percent} % on {quote.id} for {name} without asking "
            f"anyone? It is a commitment of {quote.months} months."
        )
        values = ("yes",) if verdict == "rep" else ("no", _approvers(quote, verdict))
        yield Question(
            6,
            text,
            email,
            role,
            value=tuple(value for value in values if value),
            records=(quote.id, "POL-203"),
        )


def _who_approves(quote: world.Quote) -> str:
    levels = ("rep", "manager", "joint")
    return next(
        (w for w in levels if quote.discount_percent <= discount_limit(w, quote.months)), "nobody"
    )


def _approvers(quote: world.Quote, verdict: str) -> str:
    manager = "ingrid" if BY_KEY[quote.owner].team == NORTH else "rafael"
    return {
        "manager": BY_KEY[manager].name,
        "joint": f"{BY_KEY[manager].name} and {BY_KEY['wen'].name}",
        "nobody": "",
    }[verdict]


def _set_ups(ledger: Ledger) -> Iterator[Question]:
    asked: Counter[bool] = Counter()
    for quote in ledger.quotes:
        broken = broken_rules(quote.lines)
        if quote.status not in ("sent", "draft") or asked[bool(broken)] >= 4:
            continue
        asked[bool(broken)] += 1
        email, role = by(quote.owner)
        wording = (
            "Do the products and amounts on {quote} fit together?",
            "Is the set-up on {quote} allowed under our rules, or must it not be sent?",
        )[asked[bool(broken)] % 2]
        yield Question(
            7,
            wording.format(quote=quote.id),
            email,
            role,
            value=("no",) if broken else ("yes",),
            records=(quote.id, "POL-207"),
            span="; ".join(broken),
            none=not broken,
        )


def _early_tasks(ledger: Ledger) -> Iterator[Question]:
    wordings = (
        "Which to-dos on {deal} come too early for the stage it is in?",
        "Are there open tasks on {deal} that belong to a later stage?",
    )
    asked: Counter[bool] = Counter()
    for deal in ledger.deals.values():
        tasks = [task for task in ledger.tasks if task.deal == deal.id and task.done is None]
        if deal.closed is not None or not tasks:
            continue
        early = [task for task in tasks if is_too_early(task.belongs_to, deal.stage)]
        if asked[bool(early)] >= 6 - 3 * (not early):
            continue
        asked[bool(early)] += 1
        email, role = by(deal.owner)
        yield Question(
            8,
            wordings[asked[bool(early)] % 2].format(deal=f"the {deal.name} deal"),
            email,
            role,
            value=tuple(task.title for task in early) or ("none",),
            records=tuple(task.id for task in early) or (deal.id,),
            none=not early,
        )


def _wrong_stages(ledger: Ledger) -> Iterator[Question]:
    """Deals of the stories: what was said and written shows how far they really are."""
    told = set(ledger.keys.values())
    for deal in ledger.deals.values():
        if deal.id not in told:
            continue
        wrong = deal.true_stage != deal.stage
        email, role = by(deal.owner)
        yield Question(
            9,
            f'Is "{deal.stage}" still the right stage for the {deal.name} deal?',
            email,
            role,
            value=("no", deal.true_stage) if wrong else ("yes",),
            records=(deal.id, "POL-206"),
            none=not wrong,
        )


def _which_ticket(ledger: Ledger) -> Iterator[Question]:
    """Tickets that account, month and trouble single out."""
    keyed = Counter((t.account, t.issue, t.opened.year, t.opened.month) for t in ledger.tickets)
    email, role = by("greta")
    asked = 0
    for ticket in reversed(ledger.tickets):
        key = (ticket.account, ticket.issue, ticket.opened.year, ticket.opened.month)
        if keyed[key] > 1 or not ticket.body or asked >= 6:
            continue
        asked += 1
        subject = ticket.subject[0].lower() + ticket.subject[1:]
        yield Question(
            11,
            f'Open the ticket "{subject}" that {ledger.accounts[ticket.account].name} sent '
            f"in {ticket.opened:%B %Y}.",
            email,
            role,
            value=(ticket.id,),
            records=(ticket.id,),
        )


def _which_person(ledger: Ledger) -> Iterator[Question]:
    keys = ledger.keys
    north, _ = by("oskar")
    bergs = (keys["anna-berg-maasdelta"], keys["anna-berg-lindholmen"])
    texts = ("What is Anna Berg's e-mail address?", "Open Anna Berg.")
    for text in texts:
        yield Question(11, text, *by("ingrid"), status="ambiguous", records=bergs)
    yield Question(
        11,
        "What is the phone number of Anna Berg at Lindholmen?",
        north,
        "rep",
        value=(ledger.contacts[bergs[1]].phone.e164,),
        records=(bergs[1],),
    )
    oakhavens = (keys["oakhaven-foods"], keys["oakhaven-farms"])
    yield Question(
        11, "Show me the account of Oakhaven.", *by("priya"), status="ambiguous", records=oakhavens
    )
    yield Question(
        11,
        "Which Oakhaven is the one in Cork?",
        *by("samir"),
        value=("Oakhaven Foods",),
        records=(oakhavens[0],),
    )
