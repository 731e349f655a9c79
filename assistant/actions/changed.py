"""The play for what changed underfoot: the owner is told, and looks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from assistant.actions.conditions import Customers, among
from assistant.actions.model import Citation, Proposal, Sentence, quoted
from assistant.actions.plays import BASE_PRIORITY, CHECK
from assistant.crm.shocks.model import LAY_OFF
from assistant.crm.shocks.store import ShownShock, standing
from assistant.db.tables import Record

OCCASION_CHARACTERS = 120


def shocks(session: Session, customers: Customers, now: datetime) -> list[ShownShock]:
    """What changed underfoot at these customers and stands."""
    return standing(session, now, among(customers, Record.account_id, Record.id))


def check_what_changed(shock: ShownShock, now: datetime) -> Proposal:
    """Look at a record that changed; once for each change."""
    field = shock.evidence_field if shock.evidence_record_id == shock.record_id else None
    cited = [Citation(shock.record_kind, shock.record_id, shock.record_version, field)]
    if shock.evidence_record_id and shock.evidence_record_id != shock.record_id:
        quote = quoted(shock.after) if shock.kind == LAY_OFF else None
        kind = _KINDS.get(shock.evidence_record_id.partition("_")[0], "interaction")
        cited.append(Citation(kind, shock.evidence_record_id, None, shock.evidence_field, quote))
    return Proposal(
        play=CHECK,
        record_id=shock.record_id,
        account_id=shock.account_id,
        occasion=f"{shock.at.date().isoformat()} {shock.id}"[:OCCASION_CHARACTERS],
        title=f"{shock.to_do.rstrip('.')}: {shock.name}" if shock.name else shock.to_do,
        why=(Sentence(shock.what, tuple(cited)),),
        due_on=now.date(),
        priority=BASE_PRIORITY[CHECK],
        lead_id=shock.record_id if shock.record_kind == "lead" else None,
    )


_KINDS = {"pay": "payment", "not": "note", "int": "interaction"}
