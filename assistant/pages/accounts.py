"""The list of accounts, and one account: facts, people, deals, scores, actions, what happened."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from assistant.actions.service import open_suggestions
from assistant.crm.accounts import AccountView, find_accounts, get_account
from assistant.crm.cursors import Page
from assistant.crm.entry.service import may_edit
from assistant.crm.timeline import TimelineItem, cursor_above, timeline
from assistant.errors import NotFound
from assistant.governance.access import Principal, Role
from assistant.governance.http import Now, ReadSession
from assistant.learning.service import ShownScore, current_scores
from assistant.pages import cards, scores, shocks, suggestions, words
from assistant.pages.duplicates import merged_from
from assistant.pages.rendering import CurrentVisitor, show

router = APIRouter()
ACCOUNTS_PER_PAGE = 50
HAPPENED_PER_PAGE = 30
SCORES_SHOWN = 5
SUGGESTIONS_SHOWN = 5
# Said by the label or the title already.
BARE = frozenset({"status", "total", "amount", "stage"})
# Kinds that happen on a day, not at a time of it.
DATED = frozenset({"task", "quote", "invoice"})
NOT_DETAILS = frozenset({"channel", "direction", "number", "template"})


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry of the timeline; `anchor` is its id on the page, where citations land."""

    anchor: str
    record_id: str
    label: str
    title: str
    href: str
    at: datetime | date | None
    details: tuple[str, ...]
    body: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question is about."""

    id: str
    name: str


@router.get("/accounts")
def list_page(
    request: Request,
    visitor: CurrentVisitor,
    session: ReadSession,
    q: str = "",
    cursor: str | None = None,
) -> Response:
    """Accounts by name, those that match `q`."""
    query = q.strip()[:200]
    page = find_accounts(session, visitor.principal, query, cursor=cursor, limit=ACCOUNTS_PER_PAGE)
    edits = may_edit(visitor.principal, "account")
    context = {"accounts": page.items, "query": query, "next": page.next, "edits": edits}
    return show(request, visitor, "accounts.html", context)


@router.get("/accounts/{account_id}")
def account_page(
    account_id: str,
    request: Request,
    visitor: CurrentVisitor,
    session: ReadSession,
    now: Now,
    at: str = "",
    before: str | None = None,
    done: str = "",
) -> Response:
    """One account; `at` names the record that a citation points at."""
    found = get_account(session, visitor.principal, account_id)
    events, older = _timeline(session, visitor.principal, account_id, at=at, before=before)
    # Support does not read what sales hopes for: there is nothing to show them.
    scored: Sequence[ShownScore] = ()
    if visitor.role is not Role.SUPPORT:
        scored = current_scores(
            session, visitor.principal, account_id, now=now, limit=SCORES_SHOWN
        ).items
    open_found = open_suggestions(session, visitor.principal, account_id, limit=SUGGESTIONS_SHOWN)
    context = {
        "account": found.item,
        "under": _under(found),
        "facts": [
            cards.Fact(words.spoken(name), _in_words(value, visitor.clock))
            for name, value in found.facts
        ],
        "merged": merged_from(session, visitor, found.item.id),
        "contacts": found.contacts,
        "deals": found.deals,
        "open_tickets": found.open_tickets,
        "open_invoices": found.open_invoices,
        "scores": scores.views(visitor, scored),
        "scope": Scope(found.item.id, found.item.name),
        "timeline": [
            _happened(item, visitor.clock, _whole_text(session, visitor.principal, item, at))
            for item in events.items
        ],
        "next": events.next,
        "older": older,
        "cited": at,
        "conversation_id": "",
        "suggestions": suggestions.views(session, visitor, open_found.items),
        "shocks": shocks.views(session, visitor, account_id=account_id),
        "said": words.DONE.get(done, ""),
        "edits": may_edit(visitor.principal, "contact"),
        "edits_account": may_edit(visitor.principal, "account"),
    }
    return show(request, visitor, "account.html", context)


def _timeline(
    session: Session, principal: Principal, account_id: str, *, at: str, before: str | None
) -> tuple[Page[TimelineItem], bool]:
    page = timeline(session, principal, account_id, cursor=before, limit=HAPPENED_PER_PAGE)
    if not at or before or any(item.id == at for item in page.items):
        return page, before is not None
    card = cards.cards(session, principal, [at]).get(at)
    if card is None or card.account_id != account_id or card.kind not in cards.IN_THE_TIMELINE:
        return page, False
    cursor = cursor_above(cards.as_moment(card.when))
    return timeline(session, principal, account_id, cursor=cursor, limit=HAPPENED_PER_PAGE), True


def _under(found: AccountView) -> str:
    parts = [found.item.industry, found.item.country]
    parts += [f"owner {found.item.owner}" if found.item.owner else None]
    return " · ".join(part for part in parts if part)


def _whole_text(session: Session, principal: Principal, item: TimelineItem, cited: str) -> str:
    """Entries are shortened, but for the one that a citation points into."""
    if item.id != cited or item.kind not in cards.IN_THE_TIMELINE:
        return item.text
    texts = dict(cards.full_card(session, principal, item.id).texts)
    return texts.get("body") or texts.get("description") or item.text


def _happened(item: TimelineItem, clock: words.Clock, text: str) -> Happened:
    facts = dict(item.facts)
    number = facts.get("number", "")
    title = f"{number} {item.title}".strip() if number not in item.title else item.title
    return Happened(
        # Deals have their anchor in the list of deals.
        anchor=f"then-{item.id}" if item.kind in cards.ON_THE_ACCOUNT else item.id,
        record_id=item.id,
        label=_label(item.kind, facts),
        title=title,
        href=f"/records/{item.id}" if item.kind in ("call", "note", "lead") else "",
        at=_when(item),
        details=tuple(
            shown if name in BARE else f"{name} {shown}"
            for name, value in item.facts
            if name not in NOT_DETAILS and (shown := _in_words(value, clock))
        ),
        body=text,
    )


def _when(item: TimelineItem) -> datetime | date | None:
    return item.at.date() if item.at and item.kind in DATED else item.at


def _label(kind: str, facts: dict[str, str]) -> str:
    if kind != "interaction":
        return words.kind_name(kind)
    channel = facts.get("channel", "")
    way = {"in": " in", "out": " out"}.get(facts.get("direction", ""), "")
    return words.channel_name(channel) + (way if channel == "email" else "")


def _in_words(value: str, clock: words.Clock) -> str:
    """Dates as people say them; everything else as it is."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return clock.day(date.fromisoformat(value))
    return value


def account_or_none(session: Session, principal: Principal, account_id: str) -> Scope | None:
    """The account as the scope of a question, or nothing when there is none to see."""
    try:
        found = get_account(session, principal, account_id)
    except NotFound:
        return None
    return Scope(found.item.id, found.item.name)
