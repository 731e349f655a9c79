"""Training the lead-conversion model: rows from the past, a challenger, its gates, promotion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from assistant.db import Sessions
from assistant.learning.bands import bands_of
from assistant.learning.features import FEATURES, History, describe
from assistant.learning.lead_store import histories, lead_ids
from assistant.learning.models import (
    CHAMPION,
    LEAD_CONVERSION,
    REFUSED,
    Champion,
    add_model,
    champion,
    promote,
)
from scoring import Gate, Held, Interval, Judgement, Row, Scorecard, Value, judge

if TYPE_CHECKING:
    from scoring.training import Examples, Trained

HORIZON = timedelta(days=60)
# Ages, in days, at which a lead is looked at: what would we have said then?
AGES_DAYS = (2, 7, 14, 30, 60, 90, 150, 240)
FEWEST_OF_EACH = 15
# A segment with fewer leads says nothing reliable about itself.
FEWEST_IN_SEGMENT = 40


@dataclass(slots=True)
class Rows:
    """Training rows: one lead at one moment each, with what became of it within the horizon."""

    features: list[Row] = field(default_factory=list)
    outcome: list[float] = field(default_factory=list)
    leads: list[str] = field(default_factory=list)
    known_at: list[datetime] = field(default_factory=list)  # when the outcome was known
    too_young: int = 0
    undated: int = 0

    def column(self, name: str) -> list[Value]:
        """One feature of every row."""
        return [row.get(name) for row in self.features]

    @property
    def converted(self) -> int:
        """How many leads converted within the horizon of one of their rows."""
        return len({lead for lead, met in zip(self.leads, self.outcome, strict=True) if met})


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a training came to; `reasons` say why a challenger was refused."""

    model: str
    version: int
    status: str
    method: str
    rows: int
    leads: int
    converted: int
    too_young: int
    undated: int
    metrics: dict[str, Interval]
    gates: tuple[Gate, ...]

    def as_json(self) -> dict[str, object]:
        """The report for programs."""
        figures = {
            name: {"value": found.value, "low": found.low, "high": found.high}
            for name, found in self.metrics.items()
        }
        return {
            "model": self.model, "version": self.version, "status": self.status,
            "leads": self.leads, "converted": self.converted, "rows": self.rows,
            "metrics": figures, "refused_because": list(self.reasons),
        }  # fmt: skip

    @property
    def reasons(self) -> tuple[str, ...]:
        """The gates it did not pass, in words; empty when it was promoted."""
        return tuple(gate.because for gate in self.gates if not gate.passed)


def collect(leads: Iterable[History], now: datetime) -> Rows:
    """Look at every lead as of several moments of its life whose horizon is over by now."""
    rows = Rows()
    for lead in leads:
        if lead.opened_at is None:
            rows.undated += 1
            continue
        moments = _moments(lead, lead.opened_at, now)
        rows.too_young += not moments
        for as_of in moments:
            rows.features.append(describe(lead, as_of).row)
            met = lead.converted_at is not None and lead.converted_at <= as_of + HORIZON
            rows.outcome.append(float(met))
            rows.leads.append(lead.id)
            rows.known_at.append(as_of + HORIZON)
    return rows


def _moments(lead: History, opened_at: datetime, now: datetime) -> list[datetime]:
    moments = (opened_at + timedelta(days=age) for age in AGES_DAYS)
    return [
        moment
        for moment in moments
        # A converted lead is seen early, an unconverted one late: counting either before the
        # horizon is over would favour the converted.
        if moment + HORIZON <= now and (lead.converted_at is None or moment < lead.converted_at)
    ]


def train(sessions: Sessions, now: datetime, trained_by: str, *, seed: int = 0) -> TrainingReport:
    """Train a challenger on all leads, put it through the gates, and promote it if it passes.

    Every outcome is kept as a version of the model: refused ones with their reasons.
    """
    from scoring.training import TooFewExamplesError  # scikit-learn takes seconds to import
    from scoring.training import train as fit

    with sessions.reading() as session:
        rows = collect(histories(session, lead_ids(session, open_only=False)), now)
        serving = champion(session)
    try:
        trained = fit(_examples(rows), FEATURES, outcome=LEAD_CONVERSION, seed=seed)
    except TooFewExamplesError as error:
        gate = Gate(
            "enough outcomes", False, rows.converted, FEWEST_OF_EACH, str(error).rstrip(".")
        )
        return _keep(sessions, rows, None, Judgement((gate,)), trained_by, now)
    judgement = judge(_held(rows, trained, serving), seed=seed, fewest_of_each=FEWEST_OF_EACH)
    return _keep(sessions, rows, trained, judgement, trained_by, now)


def _examples(rows: Rows) -> Examples:
    from scoring.training import Examples

    columns = {feature.name: rows.column(feature.name) for feature in FEATURES}
    return Examples(columns, rows.outcome, rows.leads)


def _held(rows: Rows, trained: Trained, serving: Champion | None) -> Held:
    """Rows for the comparison: against a champion, those whose outcome it could not have seen."""
    known_at = np.array([moment.timestamp() for moment in rows.known_at])
    since = serving.trained_at.timestamp() if serving else -np.inf
    fresh = np.flatnonzero(known_at > since).tolist()
    outcome = np.array(rows.outcome)
    return Held(
        outcome=outcome[fresh],
        challenger=trained.held_out[fresh],
        champion=(
            _forecast(serving.scorecard, [rows.features[row] for row in fresh])
            if serving
            else np.full(len(fresh), outcome.mean())
        ),
        groups=[rows.leads[row] for row in fresh],
        segments=_segments(rows, fresh),
    )


def _forecast(card: Scorecard, rows: Sequence[Row]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([score.probability for score in card.score_rows(rows)], dtype=np.float64)


def _segments(
    rows: Rows, fresh: Sequence[int]
) -> dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """By lead source, where it has leads enough."""
    source = rows.column("source")
    leads: dict[str, set[str]] = {}
    for row in fresh:
        leads.setdefault(str(source[row]), set()).add(rows.leads[row])
    return {
        f"source {name}": np.array([str(source[row]) == name for row in fresh], dtype=np.bool_)
        for name, members in leads.items()
        if len(members) >= FEWEST_IN_SEGMENT
    }


def _keep(
    sessions: Sessions,
    rows: Rows,
    trained: Trained | None,
    judgement: Judgement,
    trained_by: str,
    now: datetime,
) -> TrainingReport:
    with sessions.begin() as session:
        model = add_model(
            session,
            scorecard=trained.scorecard if trained else None,
            metrics=_metrics(rows, trained),
            gates=judgement.gates,
            trained_by=trained_by,
            now=now,
        )
        if judgement.promoted:
            promote(session, model.name, model.version, by=trained_by, now=now)
    return TrainingReport(
        model=model.name,
        version=model.version,
        status=CHAMPION if judgement.promoted else REFUSED,
        method=trained.method if trained else "",
        rows=len(rows.outcome),
        leads=len(set(rows.leads)),
        converted=rows.converted,
        too_young=rows.too_young,
        undated=rows.undated,
        metrics=dict(trained.metrics) if trained else {},
        gates=judgement.gates,
    )


def _metrics(rows: Rows, trained: Trained | None) -> dict[str, object]:
    known: dict[str, object] = {
        "rows": len(rows.outcome),
        "leads": len(set(rows.leads)),
        "converted": rows.converted,
        "too_young": rows.too_young,
        "undated": rows.undated,
        "horizon_days": HORIZON.days,
    }
    if trained is None:
        return known
    edges = bands_of(trained.held_out)
    figures = {
        name: {"value": each.value, "low": each.low, "high": each.high}
        for name, each in trained.metrics.items()
    }
    return (
        known
        | figures
        | {
            "method": trained.method,
            "base_rate": float(np.mean(rows.outcome)),
            "bands": {"hot": edges.hot, "warm": edges.warm},
        }
    )
