"""The plays: when each applies, what it proposes, and why, in sentences that cite their records."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from assistant.actions.facts import (
    HotLead,
    InboundMail,
    OpenTicket,
    OverdueInvoice,
    Promise,
    Reason,
    RenewalTalk,
    StalledDeal,
)
from assistant.actions.model import Citation, Proposal, Sentence, looked_for, quoted

CALL, REPLY, BILLING = "call-hot-lead", "answer-message", "billing-before-renewal"
NEXT_STEP, FOLLOW_UP, TICKET = "agree-next-step", "keep-promise", "clear-ticket-first"
CHECK = "check-what-changed"
PLAYS = (CALL, REPLY, BILLING, NEXT_STEP, FOLLOW_UP, TICKET, CHECK)
# Plays that end in talking to the customer: they share one cooldown.
CONTACTING = frozenset({CALL, REPLY})

UNTOUCHED_AFTER = timedelta(days=5)
ANSWER_AFTER, ANSWER_UNTIL = timedelta(hours=20), timedelta(days=21)
RENEWAL_WITHIN = timedelta(days=90)
STALLED_AFTER = timedelta(days=3)
TICKET_TOO_LONG, URGENT_TICKET_TOO_LONG = timedelta(days=7), timedelta(days=2)
URGENT = frozenset({"urgent", "high", "critical", "p1", "blocker"})

# What was promised comes first; then who is likely to buy or waits for an answer, the likelier and
# the fresher the sooner; then money, tickets, and deals that may wait a day.
BASE_PRIORITY = {
    FOLLOW_UP: 0.9, CALL: 0.7, REPLY: 0.7, BILLING: 0.65, CHECK: 0.6, TICKET: 0.5, NEXT_STEP: 0.3,
}  # fmt: skip
CONTACTS = "calls, chats, meetings, visits and replies of the desk"
MOST_INVOICES, MOST_REASONS, MOST_SOURCES = 3, 2, 3


def call_hot_lead(lead: HotLead, now: datetime) -> Proposal | None:
    """Call a lead that is likely to convert and that nobody has been in touch with lately."""
    since = lead.last_touch.at if lead.last_touch else lead.opened_at
    if since is None or now - since < UNTOUCHED_AFTER:
        return None
    likely = Sentence(
        f"{lead.name} scores {lead.probability:.0%} to convert within {lead.horizon_days} days, "
        "in the hot band.",
        (Citation("lead", lead.id, lead.version), Citation("score", lead.score_id)),
    )
    strongest = [_because(reason, lead) for reason in lead.reasons[:MOST_REASONS]]
    company = f" ({lead.company})" if lead.company else ""
    return Proposal(
        play=CALL,
        record_id=lead.id,
        account_id=lead.account_id,
        occasion=f"untouched since {since.date().isoformat()}",
        title=f"Call {lead.name}{company}",
        why=(likely, *strongest, _untouched(lead, now)),
        due_on=now.date(),
        priority=BASE_PRIORITY[CALL] + 0.2 * lead.probability,
        score_id=lead.score_id,
        lead_id=lead.id,
    )


def _because(reason: Reason, lead: HotLead) -> Sentence:
    cited = [
        Citation(kind, source, version, field) for kind, source, version, field in reason.sources
    ]
    return Sentence(
        f"{reason.label}: adds {reason.log_odds:.2f} to the score.",
        tuple(cited[:MOST_SOURCES]) or (Citation("lead", lead.id, lead.version),),
    )


def _untouched(lead: HotLead, now: datetime) -> Sentence:
    """When we last reached the lead, or that we never did, over every kind of contact."""
    touch, known = lead.last_touch, Citation("lead", lead.id, lead.version, "opened_at")
    if touch is None:
        opened = f" since it was opened {_ago(lead.opened_at, now)}" if lead.opened_at else ""
        looked = f"Messages to the lead, {CONTACTS}, at any time"
        return Sentence(
            f"Nobody has written, called or met them{opened}.", (known, looked_for(looked))
        )
    looked = f"Messages to the lead, {CONTACTS}, since {_day(touch.at.date())}"
    if not touch.shared:
        return Sentence(f"We last reached them {_ago(touch.at, now)}.", (known, looked_for(looked)))
    when = "started_at" if touch.kind == "call" else "occurred_at"
    return Sentence(
        f"We last reached them {_ago(touch.at, now)}, by {touch.channel}.",
        (Citation(touch.kind, touch.id, touch.version, when), looked_for(looked)),
    )


def answer_message(mail: InboundMail, now: datetime) -> Proposal | None:
    """Answer a message that has waited since yesterday; after three weeks it is no longer one."""
    waited = now - mail.at
    if not ANSWER_AFTER <= waited <= ANSWER_UNTIL:
        return None
    sender = mail.sender or "The customer"
    about = f": {mail.subject}" if mail.subject else ""
    wrote = Sentence(
        f"{sender} wrote {_ago(mail.at, now)}.",
        (Citation("interaction", mail.id, mail.version, "body", quoted(mail.body)),),
    )
    whom = (mail.sender or "them") if mail.named else "anyone at this customer"
    looked = f"Messages to {whom} and from them, {CONTACTS}, after {mail.at:%d %B %Y %H:%M} UTC"
    silent = Sentence(
        f"Nobody has written to, called or met {whom} since.",
        (Citation("interaction", mail.id, mail.version, "occurred_at"), looked_for(looked)),
    )
    return Proposal(
        play=REPLY,
        record_id=mail.id,
        account_id=mail.account_id,
        occasion="unanswered",
        title=f"Answer {mail.sender or 'the message'}{about}",
        why=(wrote, silent),
        due_on=now.date(),
        priority=BASE_PRIORITY[REPLY] + 0.1 * (1 - waited / ANSWER_UNTIL),
        lead_id=mail.lead_id,
    )


def billing_before_renewal(talk: RenewalTalk, now: datetime) -> Proposal | None:
    """Talk to billing before a renewal talk with a customer who owes money."""
    today = now.date()
    if not talk.overdue or not today <= talk.renewal_on <= today + RENEWAL_WITHIN:
        return None
    renews = Sentence(
        f"{talk.name} is to renew on {_day(talk.renewal_on)}.",
        (Citation("account", talk.id, talk.version, "renewal_on", talk.renewal_on.isoformat()),),
    )
    owed = tuple(_owes(invoice, today) for invoice in talk.overdue[:MOST_INVOICES])
    return Proposal(
        play=BILLING,
        record_id=talk.id,
        account_id=talk.id,
        occasion=f"renewal {talk.renewal_on.isoformat()}",
        title=f"Talk to billing before the renewal talk with {talk.name}",
        why=(*owed, renews),
        due_on=min(today + timedelta(days=2), talk.renewal_on),
        priority=BASE_PRIORITY[BILLING],
    )


def _owes(invoice: OverdueInvoice, today: date) -> Sentence:
    named = f"Invoice {invoice.number}" if invoice.number else "An invoice"
    over = f" over {_money(invoice)}" if invoice.amount is not None else ""
    late = (today - invoice.due_on).days
    came_in = _sum(invoice.received, invoice.currency)
    state = f"and is not paid in full: {came_in} came in" if invoice.received else "and is not paid"
    return Sentence(
        f"{named}{over} was due on {_day(invoice.due_on)}, {_days(late)} ago, {state}.",
        (
            Citation("invoice", invoice.id, invoice.version, "due_on", invoice.due_on.isoformat()),
            looked_for(f"Payments received for {named}", came_in if invoice.received else "none"),
        ),
    )


def agree_next_step(deal: StalledDeal, now: datetime) -> Proposal | None:
    """Agree on a next step for an open deal that has none."""
    moved = deal.since or deal.opened_at
    if moved is not None and now - moved < STALLED_AFTER:
        return None
    stage = f"in stage {deal.stage}" if deal.stage else "without a stage"
    since = f" since {_day(deal.since.date())}" if deal.since else ""
    if not deal.since and deal.opened_at:
        since = f"; it was opened on {_day(deal.opened_at.date())}"
    stands = Sentence(
        f"The deal {deal.name} is {stage}{since}.",
        (
            Citation("deal", deal.id, deal.version, "stage", deal.stage),
            *([] if deal.since else [Citation("deal", deal.id, deal.version, "opened_at")]),
        ),
    )
    empty = Sentence(
        "No next step is written down and no open task names the deal.",
        (
            Citation("deal", deal.id, deal.version, "next_step"),
            looked_for(f"Open tasks that name the deal {deal.name}"),
        ),
    )
    worth = (
        (
            Sentence(
                f"It is worth {_money(deal)}.",
                (Citation("deal", deal.id, deal.version, "amount", str(deal.amount)),),
            ),
        )
        if deal.amount
        else ()
    )
    return Proposal(
        play=NEXT_STEP,
        record_id=deal.id,
        account_id=deal.account_id,
        occasion=f"stage {deal.stage or 'none'}"[:120],
        title=f"Agree on the next step for {deal.name}",
        why=(stands, empty, *worth),
        due_on=now.date() + timedelta(days=1),
        priority=BASE_PRIORITY[NEXT_STEP] + (0.1 if deal.amount else 0.0),
    )


def keep_promise(promise: Promise, now: datetime) -> Proposal | None:
    """Do what was promised in a call, on the day it is due."""
    today = now.date()
    if promise.due_on > today:
        return None
    late = (today - promise.due_on).days
    when = "due today" if not late else f"due on {_day(promise.due_on)}, {_days(late)} ago"
    signed = f" confirmed {_ago(promise.confirmed_at, now)}" if promise.confirmed_at else ""
    return Proposal(
        play=FOLLOW_UP,
        record_id=promise.id,
        account_id=promise.account_id,
        occasion=f"due {promise.due_on.isoformat()}",
        title=promise.title,
        why=(
            Sentence(
                f"It is {when}.",
                (Citation("task", promise.id, promise.version, "due_on", str(promise.due_on)),),
            ),
            Sentence(
                f"It comes from the call note{signed}.",
                (Citation("note", promise.note_id, promise.note_version),),
            ),
        ),
        due_on=promise.due_on,
        priority=BASE_PRIORITY[FOLLOW_UP] + (0.05 if late else 0.0),
    )


def clear_ticket_first(ticket: OpenTicket, now: datetime) -> Proposal | None:
    """Have a long-open ticket cleared before the next talk about a deal."""
    urgent = (ticket.priority or "").lower() in URGENT
    waited = now - ticket.opened_at
    if waited < (URGENT_TICKET_TOO_LONG if urgent else TICKET_TOO_LONG):
        return None
    named = f"Ticket {ticket.number}" if ticket.number else "A ticket"
    known = f"ticket {ticket.number}" if ticket.number else "an old ticket"
    about = f" ({ticket.subject})" if ticket.subject else ""
    level = f", priority {ticket.priority}" if ticket.priority else ""
    return Proposal(
        play=TICKET,
        record_id=ticket.id,
        account_id=ticket.account_id,
        occasion="open too long",
        title=f"Before the next talk about {ticket.deal_name}: have {known} cleared",
        why=(
            Sentence(
                f"{named}{about} has been open for {_days(waited.days)}{level}.",
                (
                    Citation("ticket", ticket.id, ticket.version, "opened_at"),
                    Citation("ticket", ticket.id, ticket.version, "status"),
                ),
            ),
            Sentence(
                f"The deal {ticket.deal_name} is open at the same account.",
                (Citation("deal", ticket.deal_id, ticket.deal_version, "stage"),),
            ),
        ),
        due_on=now.date() + timedelta(days=1),
        priority=BASE_PRIORITY[TICKET] + (0.05 if urgent else 0.0),
    )


def _money(of: OverdueInvoice | StalledDeal) -> str:
    return _sum(of.amount or Decimal(0), of.currency)


def _sum(amount: Decimal, currency: str | None) -> str:
    return f"{amount:,.2f} {currency or ''}".strip()


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _ago(at: datetime, now: datetime) -> str:
    days = (now.date() - at.date()).days
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")
