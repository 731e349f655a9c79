"""The words of this feature: the kinds of shocks, and one as it is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

JOB_CHANGE, BOUNCE, NEW_DOMAIN = "job-change", "bounce", "new-domain"
PAYMENT, LAY_OFF = "payment", "lay-off"
# After so long the change is how things are.
HOLDS = timedelta(days=120)
# Of these the new facts are in the record: a score is made anew with them. The others say that
# what the record shows is no longer so.
WITHHOLDING = frozenset({BOUNCE, LAY_OFF})


@dataclass(frozen=True, slots=True)
class Found:
    """A shock as its origin shows it now.

    evidence: what it rests on in words that every replay gives alike; with the record and the kind
    it is the shock's identity.
    """

    record_id: str
    kind: str
    evidence: str
    at: datetime
    evidence_record_id: str | None = None
    evidence_field: str | None = None
    source_row_id: int | None = None
    before: str | None = None
    after: str | None = None
