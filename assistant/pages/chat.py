"""Asking on pages: conversations as they were, and the same without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from assistant.chat import store, talks
from assistant.chat.message import LONGEST_MESSAGE
from assistant.chat.routes import desk, erase_conversation
from assistant.chat.service import Question, answer_whole
from assistant.governance.access import Role
from assistant.governance.http import Now, ReadSession, WriteSession, sessions_of
from assistant.pages import cards, words
from assistant.pages.accounts import Scope, account_or_none
from assistant.pages.cards import Card
from assistant.pages.quotes import quoted
from assistant.pages.rendering import CurrentVisitor, Visitor, show

router = APIRouter()
# More markers than these are folded into one that opens the list of sources.
MARKERS_SHOWN = 3
LISTED = 100  # older conversations are found by their words
EXAMPLES: Mapping[Role, tuple[str, ...]] = {
    Role.SUPPORT: (
        "How many tickets are open?",
        "Which ticket is the oldest one that is still open?",
        "How do I reset a gateway?",
    ),
}
EXAMPLES_FOR_OTHERS = (
    "Which of my deals close this quarter?",
    "How many tickets are open?",
    "Which invoices are overdue?",
)
TONES = {"refused": "warn", "partial": "", "abstained": "", "ambiguous": ""}


@dataclass(frozen=True, slots=True)
class SourceView:
    """A cited place; without an address it is a computation, or no longer there to see."""

    number: int
    id: str
    label: str
    title: str
    when: datetime | date | None
    href: str
    quote: str
    computed: bool


@dataclass(frozen=True, slots=True)
class SentenceView:
    """A sentence with its sources, the first few of them marked."""

    text: str
    sources: tuple[SourceView, ...]
    folded: int


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One of several that a name may mean."""

    message: str
    label: str


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """A question and what became of it."""

    position: int
    question: str
    status: str
    sentences: tuple[SentenceView, ...]
    sources: tuple[SourceView, ...]
    message: str
    tone: str
    choices: tuple[ChoiceView, ...]
    suggestions: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    feedback: store.Feedback | None


@dataclass(frozen=True, slots=True)
class _Shown:
    """A conversation, or none yet, and which of the earlier ones are looked for."""

    conversation_id: str = ""
    title: str = "Ask"
    exchanges: tuple[ExchangeView, ...] = ()
    scope: Scope | None = None
    sought: str = ""


@router.get("/chat")
def chat_page(
    request: Request,
    visitor: CurrentVisitor,
    session: ReadSession,
    account_id: str = "",
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The question box, with the earlier conversations beside it; `q` looks for some of them."""
    scope = account_or_none(session, visitor.principal, account_id) if account_id else None
    return _page(request, visitor, session, _Shown(scope=scope, sought=" ".join(q.split())))


@router.get("/chat/{conversation_id}")
def conversation_page(
    conversation_id: str, request: Request, visitor: CurrentVisitor, session: ReadSession
) -> Response:
    """A conversation as it was, to go on with."""
    talk, turns = store.turns(session, visitor.principal, conversation_id)
    exchanges = tuple(_exchanges(session, visitor, turns))
    return _page(request, visitor, session, _Shown(talk.id, talk.title, exchanges))


@router.post("/chat/{conversation_id}/deletion")
def delete_by_form(conversation_id: str, request: Request, visitor: CurrentVisitor) -> Response:
    """Erase a conversation, then show the others."""
    erase_conversation(sessions_of(request), visitor.principal, conversation_id)
    return RedirectResponse("/chat", 303)


@router.post("/chat/{conversation_id}/feedback/{position}")
def give_feedback_by_form(
    conversation_id: str,
    position: int,
    visitor: CurrentVisitor,
    session: WriteSession,
    now: Now,
    verdict: Annotated[str, Form(max_length=20)] = "",
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Keep what the person says of an answer, or without a verdict take it back."""
    if verdict:
        said = talks.Said(verdict, reason)
        talks.give_feedback(session, visitor.principal, conversation_id, position, said, now=now)
    else:
        talks.take_back_feedback(session, visitor.principal, conversation_id, position)
    return RedirectResponse(f"/chat/{conversation_id}#feedback-{position}", 303)


@router.post("/chat")
async def ask_by_form(
    request: Request,
    visitor: CurrentVisitor,
    now: Now,
    message: Annotated[str, Form(max_length=LONGEST_MESSAGE)] = "",
    conversation_id: Annotated[str, Form(max_length=60)] = "",
    account_id: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """Answer, then show the conversation: what browsers without scripts do."""
    question = Question(message, conversation_id or None, account_id or None)
    found = await answer_whole(desk(request), visitor.principal, question, now=now)
    return RedirectResponse(f"/chat/{found['conversation_id']}#last", 303)


def _page(request: Request, visitor: Visitor, session: Session, shown: _Shown) -> Response:
    earlier = talks.conversations(session, visitor.principal, shown.sought, limit=LISTED)
    context = {
        "conversation_id": shown.conversation_id,
        "title": shown.title,
        "exchanges": shown.exchanges,
        "scope": shown.scope,
        "sought": shown.sought,
        "conversations": earlier.items,
        "more": earlier.next is not None,
        "examples": () if shown.scope else EXAMPLES.get(visitor.role, EXAMPLES_FOR_OTHERS),
    }
    return show(request, visitor, "chat.html", context)


def _exchanges(
    session: Session, visitor: Visitor, turns: Sequence[store.Turn]
) -> list[ExchangeView]:
    ids = [str(cited["id"]) for turn in turns for cited in _citations(turn.answer)]
    known = cards.cards(session, visitor.principal, ids)
    return [_exchange(visitor, turn, known) for turn in turns]


def _citations(answer: Mapping[str, object]) -> list[Mapping[str, object]]:
    return [
        cited
        for sentence in _listed(answer, "sentences")
        for cited in _listed(sentence, "citations")
    ]


def _exchange(visitor: Visitor, turn: store.Turn, known: Mapping[str, Card]) -> ExchangeView:
    answer = turn.answer
    numbered: dict[tuple[object, ...], SourceView] = {}
    sentences = []
    for sentence in _listed(answer, "sentences"):
        found = tuple(_numbered(cited, numbered, known) for cited in _listed(sentence, "citations"))
        folded = len(found) - MARKERS_SHOWN if len(found) > MARKERS_SHOWN + 1 else 0
        shown = found[:MARKERS_SHOWN] if folded else found
        sentences.append(SentenceView(str(sentence["text"]), shown, folded))
    status = str(answer.get("status", ""))
    return ExchangeView(
        position=turn.position,
        question=turn.question,
        status=status,
        sentences=tuple(sentences),
        sources=tuple(numbered.values()),
        message=str(answer.get("message", "")),
        tone=TONES.get(status, ""),
        choices=tuple(_choice(option) for option in _listed(answer, "options")),
        suggestions=tuple(_suggested(each) for each in _listed(answer, "suggestions")),
        remarks=_remarks(visitor, answer),
        feedback=turn.feedback,
    )


def _numbered(
    cited: Mapping[str, object],
    numbered: dict[tuple[object, ...], SourceView],
    known: Mapping[str, Card],
) -> SourceView:
    key = tuple(cited.get(name) for name in ("kind", "id", "field", "start", "quote"))
    if key not in numbered:
        numbered[key] = _source(len(numbered) + 1, cited, known.get(str(cited["id"])))
    return numbered[key]


def _source(number: int, cited: Mapping[str, object], card: Card | None) -> SourceView:
    quote = str(cited.get("quote") or "")
    computed = cited["kind"] == "query"
    kind = words.kind_name(str(cited["kind"]))
    return SourceView(
        number=number,
        id=str(cited["id"]),
        label=card.label if card else kind,
        title=card.title if card else str(cited.get("title") or kind),
        when=card.when if card else None,
        href=quoted(card.href, quote) if card else "",
        quote=quote,
        computed=computed,
    )


def _choice(option: Mapping[str, object]) -> ChoiceView:
    name, hint = str(option["name"]), str(option.get("hint") or "")
    return ChoiceView(name, f"{name} ({hint})" if hint else name)


def _suggested(suggestion: Mapping[str, object]) -> tuple[str, str]:
    account_id = suggestion.get("account_id")
    href = f"/accounts/{account_id}#actions" if account_id else "/#actions"
    return str(suggestion["title"]), href


def _remarks(visitor: Visitor, answer: Mapping[str, object]) -> tuple[str, ...]:
    found = []
    for feed in _listed(answer, "freshness"):
        if not feed.get("stale"):
            continue
        received = feed.get("received_at")
        found.append(
            f"{feed['source']} last delivered "
            f"{visitor.clock.day(datetime.fromisoformat(str(received)))}: what came since is not "
            "in this answer."
            if received
            else f"{feed['source']} has not delivered yet."
        )
    plan = answer.get("plan")
    found += [
        f"The language model planned this look-up: {step.get('why')}"
        for step in (_listed(plan, "steps") if isinstance(plan, Mapping) else [])
        if step.get("by") == "model"
    ]
    if dropped := int(str(answer.get("dropped") or 0)):
        what = words.count(dropped, "sentence was", "sentences were")
        found.append(f"{what} left out: no record supports {'it' if dropped == 1 else 'them'}.")
    return tuple(found)


def _listed(document: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    found = document.get(name)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
