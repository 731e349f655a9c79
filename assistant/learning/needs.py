"""What the lead score needs of the leads that it is made for."""

from __future__ import annotations

from assistant.crm.readiness import Need
from assistant.learning.lead_store import may_convert

LEAD_SCORE = "lead score"
# The size of the company helps, and a lead without it is scored as such: it is not needed.
PROFILE = ("lead_source", "title", "country")


def lead_score_needs() -> Need:
    """The open leads' profile and the day from which their days are counted."""
    return Need(LEAD_SCORE, "lead", "open leads", (*PROFILE, "opened_at"), may_convert())
