"""How good the fields are, what rests on them, and the rows that need a hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assistant.crm.cursors import Page
from assistant.crm.field_audit import AUDITORS, Arrived, FieldFigures, audit_fields, feeds
from assistant.crm.field_rows import FaultyRow, faulty_rows
from assistant.governance.http import Now, ReadSession
from assistant.ops.readiness import readiness
from assistant.pages.rendering import CurrentVisitor, show

router = APIRouter()
ROWS_SHOWN = 20
BAR_WIDTH = 100  # units of the drawing, so that a share is a length
MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field with the lengths of its bars."""

    figures: FieldFigures
    filled: float
    valid: float
    trend: tuple[tuple[Arrived, float, float], ...]  # month, place, height of its column


@router.get("/field-audit")
def field_audit_page(
    request: Request,
    visitor: CurrentVisitor,
    session: ReadSession,
    now: Now,
    source: str = "",
    kind: str = "",
    field: str = "",
    cursor: str | None = None,
) -> Response:
    """What rests on fields, then the fields of one source and kind, then its worst rows."""
    principal = visitor.principal
    principal.require_role(*AUDITORS)
    settings = request.app.state.settings
    known = feeds(session, principal)
    chosen = (source, kind) if (source, kind) in known else next(iter(known), None)
    figures: Sequence[FieldFigures] = ()
    rows: Page[FaultyRow] = Page((), None)
    if chosen:
        figures = audit_fields(
            session, principal, now=now, source=chosen[0], kind=chosen[1],
            stale_after_days=settings.stale_after_days,
        )  # fmt: skip
        rows = faulty_rows(
            session, principal, *chosen, field=field or None, cursor=cursor, limit=ROWS_SHOWN
        )
    context = {
        "readiness": readiness(session, principal, settings, now),
        "feeds": known,
        "chosen": chosen,
        "field": field,
        "fields": [_view(each) for each in figures],
        "rows": rows,
    }
    return show(request, visitor, "field_audit.html", context)


def _view(figures: FieldFigures) -> FieldView:
    shown = figures.trend[-MONTHS_SHOWN:]
    step = BAR_WIDTH / MONTHS_SHOWN
    return FieldView(
        figures,
        filled=_share(figures.filled, figures.rows),
        valid=_share(figures.valid, figures.rows),
        trend=tuple(
            (month, at * step, _share(month.valid, month.rows) / 10)
            for at, month in enumerate(shown)
        ),
    )


def _share(part: int, whole: int) -> float:
    return round(BAR_WIDTH * part / whole, 1) if whole else 0.0
