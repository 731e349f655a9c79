"""The tables of weights as they are kept."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.crm.identity.weights import Weights
from assistant.db.tables import IdentityWeights


def save_weights(session: Session, weights: Weights, *, now: datetime) -> None:
    """Keep a trained table; the newest is used, older ones tell what earlier pairs went by."""
    session.add(IdentityWeights(content=json.loads(weights.to_json()), trained_at=now))
    session.flush()


def load_weights(session: Session) -> Weights:
    """The newest trained table, or the general one."""
    newest = select(IdentityWeights.content).order_by(IdentityWeights.id.desc()).limit(1)
    content = session.scalar(newest)
    return Weights.default() if content is None else Weights.from_json(json.dumps(content))
