"""Scores on pages: a sum that a reader can follow to the events behind it, and the override."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from assistant.errors import Invalid
from assistant.governance.access import Role
from assistant.governance.http import Now, ReadSession, sessions_of
from assistant.learning import service
from assistant.learning.service import ShownContribution, ShownScore
from assistant.pages import words
from assistant.pages.rendering import CurrentVisitor, Visitor, show

router = APIRouter()
# Reasons beyond these are folded into one line that adds them up.
SHOWN_REASONS = 6
FIELD_WORDS = {"opened_at": "Opening date", "lead_source": "Source"}
EVENT_WORDS = {
    "email_opened": "Opened an e-mail", "email_clicked": "Clicked a link in an e-mail",
    "email_replied": "Replied to an e-mail", "page_viewed": "Visited a page",
    "form_submitted": "Sent a form",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourceView:
    """An event or a field behind a reason; without an address it has no page of its own."""

    words: str
    href: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ReasonView:
    """What one feature adds, in log-odds."""

    label: str
    cell: str
    log_odds: float
    sources: tuple[SourceView, ...]
    more: int
    quarantined: str


@dataclass(frozen=True, slots=True)
class ScoreView:
    """A score as a reader follows it: base + reasons + smaller = log_odds."""

    id: str
    name: str
    lead_id: str
    subject: str
    as_of: datetime | None
    probability: float | None
    band: str
    withheld: tuple[str, ...]
    base: float
    log_odds: float
    most: float
    parts: tuple[ReasonView, ...]
    smaller: tuple[ReasonView, ...]
    override: str
    track_record: str
    may_override: bool

    @property
    def smaller_sum(self) -> float:
        """What the folded reasons add together."""
        return sum(part.log_odds for part in self.smaller)


def view(visitor: Visitor, score: ShownScore) -> ScoreView:
    """The score as the page shows it."""
    ordered = sorted(score.contributions, key=lambda part: -abs(part.log_odds))
    reasons = tuple(_reason(part) for part in ordered)
    subject = [score.lead_name, score.company or ""]
    return ScoreView(
        id=score.id or f"unscored-{score.lead_id}",
        name=f"Converts within {score.horizon_days} days",
        lead_id=score.lead_id,
        subject=", ".join(part for part in subject if part),
        as_of=score.as_of,
        probability=score.probability,
        band=score.band or "",
        withheld=score.withheld_because,
        base=score.base or 0.0,
        log_odds=score.log_odds or 0.0,
        most=max((abs(part.log_odds) for part in ordered), default=0.0),
        parts=reasons[:SHOWN_REASONS],
        smaller=reasons[SHOWN_REASONS:],
        override=_override(visitor, score),
        track_record=_track_record(score),
        may_override=visitor.role in (Role.REP, Role.MANAGER) and score.id is not None,
    )


def views(visitor: Visitor, scores: Sequence[ShownScore]) -> list[ScoreView]:
    """All of them, in order."""
    return [view(visitor, score) for score in scores]


def _reason(part: ShownContribution) -> ReasonView:
    sources = tuple(
        SourceView(
            words=_source_words(source.kind, source.words, source.field),
            href="" if source.kind == "event" else f"/records/{source.id}",
            at=datetime.fromisoformat(source.at) if source.at else None,
        )
        for source in part.sources
    )
    return ReasonView(
        label=part.label,
        cell=part.cell,
        log_odds=part.log_odds,
        sources=sources,
        more=max(0, part.events - len(part.sources)),
        quarantined=part.quarantined,
    )


def _source_words(kind: str, text: str | None, field: str | None) -> str:
    if field:
        return f"{FIELD_WORDS.get(field, words.spoken(field))} of the lead"
    return EVENT_WORDS.get(text or "", words.spoken(text)) or words.kind_name(kind)


def _override(visitor: Visitor, score: ShownScore) -> str:
    held = score.override
    if held is None:
        return ""
    rather = f" says {words.percent(held.probability)}" if held.probability is not None else ""
    on = visitor.clock.day(held.decided_at)
    return f"{held.decided_by}{rather or ' disagrees'}, {on}: {held.reason}"


def _track_record(score: ShownScore) -> str:
    record = score.track_record
    if record is None:
        return ""
    if not record.leads:
        return f"No lead scored {record.band} is {record.horizon_days} days old yet."
    leads = words.count(record.leads, f"lead scored {record.band}", f"leads scored {record.band}")
    return f"Of {leads} at least {record.horizon_days} days ago, {record.converted} converted."


@router.get("/scores/{score_id}")
def score_page(
    score_id: str, request: Request, visitor: CurrentVisitor, session: ReadSession, now: Now
) -> Response:
    """One score with its reasons and its track record."""
    found = service.score_detail(session, visitor.principal, score_id, now=now)
    return _page(request, visitor, found)


def _page(
    request: Request, visitor: Visitor, found: ShownScore, *, fault: str = "", status: int = 200
) -> Response:
    context = {
        "score": view(visitor, found),
        "account_id": found.account_id,
        "current": found.current,
        "fault": fault,
    }
    return show(request, visitor, "score.html", context, status=status)


@router.post("/scores/{score_id}/override")
def override(
    score_id: str,
    request: Request,
    visitor: CurrentVisitor,
    now: Now,
    reason: Annotated[str, Form(max_length=2000)] = "",
    percent: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Keep what the person knows better, and show it beside the score."""
    sessions = sessions_of(request)
    try:
        with sessions.begin() as session:
            service.override_score(
                session, visitor.principal, score_id,
                reason=reason, probability=_probability(percent), now=now,
            )  # fmt: skip
    except Invalid as error:
        with sessions.reading() as session:
            found = service.score_detail(session, visitor.principal, score_id, now=now)
        return _page(request, visitor, found, fault=error.detail, status=error.status)
    return RedirectResponse(f"/scores/{score_id}", 303)


def _probability(percent: str) -> float | None:
    text = percent.strip().rstrip("%").strip()
    if not text:
        return None
    try:
        value = float(text.replace(",", ".")) / 100
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise Invalid(f"Expected a percentage from 0 to 100, got '{percent}'.", field="percent")
    return value
