"""Versions of the model: which one is in use, what each showed, promotion and the way back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.db.changes import remove_stamp
from assistant.db.tables import Model
from assistant.errors import Conflict, NotFound
from assistant.governance import audit
from assistant.learning.bands import Bands
from scoring import Gate, Scorecard

LEAD_CONVERSION = "lead-conversion"
# Its stamp says when all open leads were last scored.
WHOLE = "lead scores: whole"

CHAMPION, RETIRED, REFUSED = "champion", "retired", "refused"


@dataclass(frozen=True, slots=True)
class Champion:
    """The model in use."""

    name: str
    version: int
    scorecard: Scorecard
    bands: Bands
    trained_at: datetime


def champion(session: Session, name: str = LEAD_CONVERSION) -> Champion | None:
    """The model in use under this name, if any."""
    model = session.scalar(select(Model).where(Model.name == name, Model.status == CHAMPION))
    if model is None:
        return None
    edges = model.metrics["bands"]
    if not isinstance(edges, dict):
        raise TypeError(f"model {name} {model.version} has no bands")
    return Champion(
        name,
        model.version,
        Scorecard.from_json(json.dumps(model.scorecard)),
        Bands(float(edges["hot"]), float(edges["warm"])),
        model.trained_at,
    )


def why_none(session: Session, name: str = LEAD_CONVERSION) -> list[str]:
    """Why no model is in use, in words."""
    last = session.scalar(
        select(Model).where(Model.name == name).order_by(Model.version.desc()).limit(1)
    )
    if last is None:
        return ["No model has been trained yet."]
    refused = [str(gate["because"]) for gate in last.gates if not gate["passed"]]
    return ["No model is in use.", *(f"The last one was refused: {reason}." for reason in refused)]


def add_model(
    session: Session,
    *,
    scorecard: Scorecard | None,
    metrics: Mapping[str, object],
    gates: Sequence[Gate],
    trained_by: str,
    now: datetime,
    name: str = LEAD_CONVERSION,
) -> Model:
    """Keep a version and what it showed, as refused; `promote` puts it into use."""
    newest = session.scalar(select(func.max(Model.version)).where(Model.name == name)) or 0
    model = Model(
        name=name,
        version=newest + 1,
        status=REFUSED,
        scorecard=json.loads(scorecard.to_json()) if scorecard else {},
        metrics=dict(metrics),
        gates=[asdict(gate) for gate in gates],
        trained_at=now,
        trained_by=trained_by,
    )
    session.add(model)
    session.flush()
    return model


def promote(session: Session, name: str, version: int, *, by: str, now: datetime) -> Model:
    """Put a version into use instead of the present one.

    Raises NotFound for an unknown version, Conflict when a gate refused it: gates are not advice.
    """
    model = session.get(Model, (name, version), with_for_update=True)
    if model is None:
        raise NotFound(f"There is no version {version} of the model '{name[:60]}'.")
    failed = [str(gate["because"]) for gate in model.gates if not gate["passed"]]
    if failed or not model.scorecard:
        raise Conflict(f"Version {version} was refused: {'; '.join(failed)}.")
    return _put_into_use(session, model, by=by, now=now, action="model.promoted")


def roll_back(session: Session, name: str, *, by: str, now: datetime) -> Model:
    """Return to the version that was in use before; raises Conflict when there was none."""
    query = select(Model).where(Model.name == name, Model.status == RETIRED)
    before = session.scalar(query.order_by(Model.promoted_at.desc(), Model.version.desc()).limit(1))
    if before is None:
        raise Conflict(f"No earlier version of the model '{name[:60]}' was ever in use.")
    return _put_into_use(session, before, by=by, now=now, action="model.rolled_back")


def versions(session: Session, name: str | None = None) -> list[Model]:
    """All versions, newest first."""
    query = select(Model).order_by(Model.name, Model.version.desc())
    return list(session.scalars(query.where(Model.name == name) if name else query))


def _put_into_use(session: Session, model: Model, *, by: str, now: datetime, action: str) -> Model:
    serving = session.scalars(
        select(Model).where(Model.name == model.name, Model.status == CHAMPION).with_for_update()
    )
    for other in serving:
        other.status = RETIRED
    session.flush()
    model.status, model.promoted_at = CHAMPION, now
    remove_stamp(session, WHOLE)  # everything is to be scored anew
    audit.append(
        session, by, action, now=now, details={"model": model.name, "version": model.version}
    )
    return model
