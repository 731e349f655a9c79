"""Scores of leads: made by the champion, kept when they moved, withheld when they would mislead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assistant.crm.readiness import Judge
from assistant.crm.shocks.store import withholding
from assistant.db import Sessions, new_id
from assistant.db.changes import advance, append_change, read_changes, stamp, stamped_at
from assistant.db.tables import Score
from assistant.learning.features import FIELDS, LABELS, Described, History, describe
from assistant.learning.lead_store import (
    histories,
    lead_ids,
    leads_behind,
    still_open,
)
from assistant.learning.models import WHOLE, Champion, champion
from assistant.learning.needs import PROFILE, lead_score_needs
from assistant.learning.score_store import (
    Feed,
    current_by_lead,
    feeds,
    record_versions,
    replace_scores,
)
from scoring import Contribution

READER = "lead scores"
CHANGES_PER_STEP = 500
LEADS_PER_BATCH = 200
WHOLE_EVERY = timedelta(days=1)
# A score is kept anew when it moved this far, or when it has stood for so long.
LEAST_MOVE_LOG_ODDS = 0.05
STANDS_FOR = timedelta(days=7)
# Events listed under a contribution; the count tells how many there are.
MOST_SOURCES = 10


def step(sessions: Sessions, now: datetime, *, judge: Judge | None = None) -> int:
    """Score the leads that something happened to, and once a day all: time itself moves scores.

    judge: says whether the fields have enough for any score to be shown; None asks nobody.
    """
    with sessions.reading() as session:
        changes = read_changes(session, READER, limit=CHANGES_PER_STEP)
        whole = _whole_is_due(session, now)
        ids = (
            lead_ids(session, open_only=True)
            if whole
            else sorted(leads_behind(session, [(each.kind, each.record_id) for each in changes]))
        )
    if not changes and not whole:
        return 0
    lacking = _lacking(sessions, judge, now) if ids and judge else ()
    for start in range(0, len(ids), LEADS_PER_BATCH):
        score_leads(sessions, ids[start : start + LEADS_PER_BATCH], now, lacking)
    with sessions.begin() as session:
        if changes:
            advance(session, READER, changes[-1].seq, now=now)
        if whole:
            stamp(session, WHOLE, now=now)
    return len(changes) + whole


def _lacking(sessions: Sessions, judge: Judge, now: datetime) -> tuple[str, ...]:
    """Why no lead's score should be shown: what the organisation's fields lack."""
    with sessions.reading() as session:
        found = judge(session, lead_score_needs(), now)
    return tuple(reason[:1].upper() + reason[1:] for reason in found.because)


def _whole_is_due(session: Session, now: datetime) -> bool:
    if champion(session) is None:
        return False
    last = stamped_at(session, WHOLE)
    return last is None or now - last >= WHOLE_EVERY


def score_leads(
    sessions: Sessions, ids: Sequence[str], now: datetime, lacking: Sequence[str] = ()
) -> int:
    """Score these leads as of now; returns how many got a new score. Without a model nothing is.

    lacking: why scores are withheld of all of them.
    """
    with sessions.reading() as session:
        model = champion(session)
        if model is None:
            return 0
        may_convert = still_open(session, ids)
        before = current_by_lead(session, ids, model.name)
        known = feeds(session)
        shocks = withholding(session, ids, now)
        made = [
            _score(
                lead, model, before.get(lead.id), known, [*lacking, *shocks.get(lead.id, [])], now
            )
            for lead in histories(session, sorted(may_convert))
        ]
    moved = [score for score in made if _moved(before.get(score.record_id), score)]
    over = [lead for lead in before if lead not in may_convert]
    if moved or over:
        with sessions.begin() as session:
            _keep(session, moved, before, over, now)
    return len(moved)


def _score(
    lead: History,
    model: Champion,
    before: Score | None,
    known: Sequence[Feed],
    held: Sequence[str],
    now: datetime,
) -> Score:
    described = describe(lead, now)
    reasons = [*_reasons(lead, known, now), *held]
    score = Score(
        id=new_id("sco"),
        record_id=lead.id,
        model_name=model.name,
        model_version=model.version,
        as_of=now,
        contributions=[],
        withheld_because=reasons,
        freshness={
            feed.id: feed.received_at.isoformat() if feed.received_at else None for feed in known
        },
        current=True,
    )
    if not reasons:
        result = model.scorecard.score(described.row)
        score.log_odds, score.probability = result.log_odds, result.probability
        score.band = model.bands.of(result.log_odds, before.band if before else None)
        score.contributions = [_explained(lead, described, each) for each in result.contributions]
    return score


def _reasons(lead: History, known: Sequence[Feed], now: datetime) -> list[str]:
    """Why a score of this lead would mislead now; empty when it would not."""
    reasons = [stale for feed in known if (stale := feed.stale(now))]
    if lead.opened_at is None:
        reasons.append("It is not known when the lead was opened.")
    if not lead.has_address and not lead.signs:
        reasons.append("The lead has no e-mail address and no event: nothing tells how it behaves.")
    elif not lead.signs and not any(lead.known_at(now).fields.get(name) for name in PROFILE):
        names = ", ".join(name.replace("_", " ") for name in PROFILE)
        reasons.append(f"Of the lead nothing is known: {names} are blank. Fill one in.")
    return reasons


def _explained(lead: History, described: Described, part: Contribution) -> dict[str, object]:
    """A contribution with what is behind it: events, or the field of the lead it was read from."""
    measured = described.measured.get(part.feature)
    events = measured.events if measured else ()
    sources: list[Mapping[str, object]] = [
        {
            "kind": described.signs[event].kind,
            "id": described.signs[event].id,
            "at": described.signs[event].event.at.isoformat(),
            "words": described.signs[event].words,
        }
        for event in events[:MOST_SOURCES]
    ]
    if name := FIELDS.get(part.feature):
        sources = [{"kind": "lead", "id": lead.id, "version": described.version, "field": name}]
    return {
        "feature": part.feature,
        "label": LABELS[part.feature],
        "value": part.value,
        "cell": part.cell,
        "log_odds": part.log_odds,
        "events": len(events),
        "sources": sources,
        "quarantined": measured.quarantined if measured else "",
    }


def _moved(before: Score | None, after: Score) -> bool:
    """Is the new score worth keeping beside the one that stands?"""
    if before is None or before.model_version != after.model_version:
        return True
    if before.withheld_because != after.withheld_because or before.band != after.band:
        return True
    if after.as_of - before.as_of >= STANDS_FOR:
        return True
    if before.log_odds is None or after.log_odds is None:
        return False
    return abs(before.log_odds - after.log_odds) >= LEAST_MOVE_LOG_ODDS


def _keep(
    session: Session,
    moved: Sequence[Score],
    before: Mapping[str, Score],
    over: Sequence[str],
    now: datetime,
) -> None:
    replace_scores(session, moved, over)
    notable = [
        score.record_id
        for score in moved
        if score.record_id not in before or before[score.record_id].band != score.band
    ]
    for record_id, version in record_versions(session, notable).items():
        append_change(
            session, record_id, "score", version, "scored",
            now=now, origin=READER, fields=["band"],
        )  # fmt: skip
