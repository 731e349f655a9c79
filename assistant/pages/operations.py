"""How the house stands: imports, feeds, models, the ledger, and who forgets what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from assistant.calls import vocabulary_store
from assistant.governance import audit
from assistant.governance.access import Role
from assistant.governance.http import Now, ReadSession, sessions_of
from assistant.governance.stores import StoreRegister
from assistant.learning.models import versions
from assistant.llm.wire import spending
from assistant.notes.reviewing_figures import in_use
from assistant.ops import health
from assistant.pages import store, words
from assistant.pages.rendering import CurrentVisitor, Visitor, show

router = APIRouter()
KEEPERS = (Role.MANAGER, Role.OPS, Role.PRIVACY)
IMPORTS_SHOWN, MODELS_SHOWN, ENTRIES_SHOWN = 10, 5, 10
SENT_DAYS = 30
# A source that delivered nothing for so long is named.
STALE_AFTER_S = 2 * 24 * 3600
TONES = {"ok": "good", "plain": "warn", "down": "bad"}
MODEL_TONES = {"champion": "good", "refused": "bad"}


@dataclass(frozen=True, slots=True)
class FeedView:
    """A source and how fresh it is."""

    name: str
    received_at: datetime | None
    behind: str
    stale: bool


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of the service: whether it runs, in its plain form, or not."""

    name: str
    state: str
    tone: str
    detail: str


@dataclass(frozen=True, slots=True)
class ModelView:
    """A version of a model and what its gates say."""

    name: str
    version: int
    status: str
    tone: str
    trained_at: datetime
    gates: tuple[tuple[bool, str], ...]


@router.get("/operations")
def operations_page(
    request: Request, visitor: CurrentVisitor, session: ReadSession, now: Now, verify: bool = False
) -> Response:
    """The same for managers, who begin their day with their team's work."""
    visitor.principal.require_role(*KEEPERS)
    return page(request, visitor, session, now, verify=verify)


def page(
    request: Request, visitor: Visitor, session: Session, now: datetime, *, verify: bool = False
) -> Response:
    """What those who keep the house look at first; `verify` walks the whole ledger."""
    private = visitor.role is Role.PRIVACY
    stores: StoreRegister = request.app.state.parts.stores
    context = {
        "greeting": visitor.clock.greeting(),
        "private": private,
        "ledger": store.ledger(session, newest=ENTRIES_SHOWN),
        "check": audit.verify(session) if verify else None,
        "stores": tuple(stores),
        "feeds": feeds(request, now),
        "parts": [] if private else _parts(request),
        "imports": [] if private else store.imports(session, newest=IMPORTS_SHOWN),
        "models": [] if private else _models(session),
        "drafters": [] if private else in_use(session, since=now - timedelta(days=SENT_DAYS)),
        "outbox": store.outbox_counts(session),
        "sent": spending(session, now=now, days=SENT_DAYS),
        "sent_days": SENT_DAYS,
        "names": None if private else vocabulary_store.measured(session, visitor.principal),
    }
    return show(request, visitor, "operations.html", context)


def feeds(request: Request, now: datetime) -> list[FeedView]:
    """Every source of records, the stalest first."""
    return [
        FeedView(
            name=feed.name,
            received_at=feed.received_at,
            behind=words.duration(feed.behind_s)
            if feed.behind_s is not None
            else "never delivered",
            stale=feed.behind_s is None or feed.behind_s > STALE_AFTER_S,
        )
        for feed in health.feeds(sessions_of(request), now)
    ]


def _parts(request: Request) -> list[PartView]:
    found = health.checks(request.app.state.settings, sessions_of(request))
    return [
        PartView(words.spoken(each.part), each.state, TONES[each.state], each.detail)
        for each in found
    ]


def _models(session: Session) -> list[ModelView]:
    return [
        ModelView(
            name=words.spoken(each.name.replace("-", " ")),
            version=each.version,
            status=each.status,
            tone=MODEL_TONES.get(each.status, ""),
            trained_at=each.trained_at,
            gates=tuple((bool(gate["passed"]), str(gate["because"])) for gate in each.gates),
        )
        for each in versions(session)[:MODELS_SHOWN]
    ]
