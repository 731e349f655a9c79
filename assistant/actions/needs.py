"""Fields whose absence a play reads as a fact, which it is only where most records have them."""

from __future__ import annotations

from assistant.actions.conditions import is_running
from assistant.actions.plays import NEXT_STEP
from assistant.crm.readiness import Need
from assistant.db.tables import Deal

# "No next step" proposes something only where next steps are written down at all.
PLAY_NEEDS = {NEXT_STEP: Need(NEXT_STEP, "deal", "open deals", ("next_step",), is_running(Deal))}
