"""What is ready and what is withheld: the score, the plays, and answers that are computed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from assistant.actions.needs import PLAY_NEEDS
from assistant.chat.typed.readiness import answer_needs
from assistant.crm.field_audit import AUDITORS
from assistant.crm.readiness import Horizon, Readiness, judge
from assistant.governance.access import Principal
from assistant.learning.needs import lead_score_needs
from assistant.settings import Settings


def readiness(
    session: Session, principal: Principal, settings: Settings, now: datetime
) -> list[Readiness]:
    """Each thing that needs fields, with their shares over the whole organisation.

    Shares and no records are told: for managers, operations and privacy officers.
    """
    principal.require_role(*AUDITORS)
    horizon = Horizon(now, settings.stale_after_days, settings.readiness_least_percent)
    needs = (lead_score_needs(), *PLAY_NEEDS.values(), *answer_needs())
    return [judge(session, need, horizon) for need in needs]
