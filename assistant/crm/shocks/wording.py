"""A shock in words: what happened, and what to do about it."""

from __future__ import annotations

from datetime import datetime

from assistant.crm.shocks.model import BOUNCE, JOB_CHANGE, LAY_OFF, NEW_DOMAIN, PAYMENT
from assistant.db.tables import Shock

_TO_DO = {
    (BOUNCE, None): "Check the address.",
    (JOB_CHANGE, "title"): "Check whether they still decide.",
    (JOB_CHANGE, None): "Check where they work now.",
    (NEW_DOMAIN, None): "Check who owns the company now.",
    (PAYMENT, None): "Check with billing before you sell.",
    (LAY_OFF, None): "Check whether their plans still hold.",
}
_CHANGED = {
    "title": "title",
    "account_id": "company",
    "company": "company",
    "email": "e-mail domain",
}


def what_happened(shock: Shock, name: str) -> str:
    """One sentence, as in: Dana's e-mail bounced on 3 Nov 2026."""
    who, when = name or "Someone", _day(shock.at)
    if shock.kind == BOUNCE:
        return f"{who}'s e-mail bounced on {when}."
    if shock.kind == NEW_DOMAIN:
        return f"{who}'s web domain changed from {shock.before} to {shock.after} on {when}."
    if shock.kind == PAYMENT:
        verb = "failed" if (shock.after or "").lower() != "stopped" else "was stopped"
        return f"A payment of {who} {verb} on {when}, and none came since."
    if shock.kind == LAY_OFF:
        return f"{who} spoke of cuts on {when}: “{shock.after}”"
    if shock.evidence_field == "account_id":
        return f"{who}'s company changed on {when}."
    field = _CHANGED.get(shock.evidence_field or "", shock.evidence_field or "job")
    return f"{who}'s {field} changed from “{shock.before}” to “{shock.after}” on {when}."


def what_to_do(kind: str, field: str | None) -> str:
    """What an owner should find out."""
    return _TO_DO.get((kind, field)) or _TO_DO[kind, None]


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %Y}"
