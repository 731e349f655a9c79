"""Scores as people see them: the sum, what is behind it, how fresh, whether someone knew better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assistant.crm.cursors import Page, decode, encode
from assistant.db import new_id
from assistant.db.changes import append_change
from assistant.db.tables import Model, ScoreOverride
from assistant.errors import Invalid, NotFound
from assistant.governance import audit
from assistant.governance.access import Principal, Role, require_visible
from assistant.learning.models import LEAD_CONVERSION, Champion, champion, why_none
from assistant.learning.score_store import (
    UNRANKED,
    Scored,
    met_outcomes,
    open_leads,
    overrides,
    score_of,
    visible_among,
)
from assistant.learning.shown import (
    Override,
    ShownContribution,
    ShownScore,
    Source,
    TrackRecord,
    show,
    sources_of,
)
from assistant.learning.training import HORIZON

__all__ = [
    "Override",
    "ShownContribution",
    "ShownScore",
    "Source",
    "TrackRecord",
    "current_scores",
    "override_score",
    "score_detail",
]

OVERRIDE_HOLDS = timedelta(days=30)


def current_scores(
    session: Session,
    principal: Principal,
    account_id: str | None = None,
    *,
    now: datetime,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[ShownScore]:
    """Scores of the open leads this person may see, most likely first; of one account or of all.

    Raises NotFound for an account the person may not see, Invalid for a cursor of another list.
    """
    if account_id is not None:
        require_visible(session, principal, account_id, "account")
    found = open_leads(
        session,
        principal,
        LEAD_CONVERSION,
        account_id=account_id,
        after=_position(cursor) if cursor else None,
        limit=limit + 1,
    )
    shown = tuple(_shown(session, principal, found[:limit], now))
    more = len(found) > limit
    return Page(shown, encode([repr(_rank(shown[-1])), shown[-1].lead_id]) if more else None)


def _rank(shown: ShownScore) -> float:
    """Where a score stands in the list; those without a probability come last."""
    return UNRANKED if shown.probability is None else shown.probability


def _position(cursor: str) -> tuple[float, str]:
    rank, lead_id = decode(cursor, 2)
    try:
        return float(rank), lead_id
    except ValueError:
        raise Invalid("Expected a cursor as this list gave it.", field="cursor") from None


def score_detail(
    session: Session, principal: Principal, score_id: str, *, now: datetime
) -> ShownScore:
    """One score with its track record; raises NotFound when absent or not for this person."""
    scored = _require_score(session, principal, score_id)
    shown = _shown(session, principal, [scored], now)[0]
    if shown.band is None:
        return shown
    leads, converted = met_outcomes(
        session, principal, shown.model, shown.band, horizon=HORIZON, now=now
    )
    record = TrackRecord(shown.band, leads, converted, HORIZON.days)
    return replace(shown, track_record=record)


def override_score(
    session: Session,
    principal: Principal,
    score_id: str,
    *,
    reason: str,
    probability: float | None,
    now: datetime,
) -> ShownScore:
    """Keep what a person holds against a score; the score itself stays as it was.

    Raises Invalid without a reason, NotFound, NotAllowed for roles that do not sell.
    """
    principal.require_role(Role.REP, Role.MANAGER)
    if not reason.strip():
        raise Invalid(
            "Say why you know better: the reason is what is learned from.", field="reason"
        )
    scored = _require_score(session, principal, score_id)
    override = ScoreOverride(
        id=new_id("ovr"),
        score_id=score_id,
        record_id=scored.lead.id,
        probability=probability,
        reason=reason.strip(),
        decided_by=principal.user_id,
        decided_at=now,
        expires_at=now + OVERRIDE_HOLDS,
    )
    session.add(override)
    session.flush()
    audit.append(
        session, principal.user_id, "score.overridden", now=now, kind="lead",
        record_id=scored.lead.id, details={"score": score_id, "override": override.id},
    )  # fmt: skip
    append_change(
        session, scored.lead.id, "score", scored.version, "overridden",
        now=now, origin="user", fields=["override"],
    )  # fmt: skip
    return _shown(session, principal, [scored], now)[0]


def _require_score(session: Session, principal: Principal, score_id: str) -> Scored:
    scored = score_of(session, principal, score_id)
    if scored is None:
        raise NotFound(f"There is no score '{score_id[:60]}' that you can see.")
    return scored


def _shown(
    session: Session, principal: Principal, found: Sequence[Scored], now: datetime
) -> list[ShownScore]:
    model = champion(session)
    absent = _why_unscored(session, model)
    held = overrides(session, [scored.lead.id for scored in found], now)
    cited = {
        str(source["id"])
        for scored in found
        if scored.score
        for part in scored.score.contributions
        for source in sources_of(part)
        if source["kind"] == "interaction"
    }
    seen = visible_among(session, principal, sorted(cited))
    bases = _bases(session, found)
    return [show(scored, absent, seen, held.get(scored.lead.id), bases) for scored in found]


def _why_unscored(session: Session, model: Champion | None) -> tuple[str, ...]:
    if model is None:
        return tuple(why_none(session))
    return ("This lead has not been scored yet.",)


def _bases(session: Session, found: Sequence[Scored]) -> dict[tuple[str, int], float]:
    """The base of each scorecard that made one of these scores."""
    used = {
        (each.score.model_name, each.score.model_version)
        for each in found
        if each.score and each.score.model_version is not None
    }
    models = {key: session.get(Model, key) for key in used}
    return {
        (name, version): float(str(model.scorecard["base"]))
        for (name, version), model in models.items()
        if model is not None and version is not None
    }
