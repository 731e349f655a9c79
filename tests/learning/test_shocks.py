"""A score is not shown of a lead that changed underfoot, until somebody has looked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from assistant.db.tables import Shock
from tests.conftest import Office, Person
from tests.learning.ground import Ground


def _score(rep: Person, lead: str) -> dict[str, Any]:
    items: list[dict[str, Any]] = rep.client.get("/api/v1/scores").json()["items"]
    return next(each for each in items if each["lead_id"] == lead)


def test_a_bounced_address_withholds_the_score_until_it_is_cleared(
    taught: Office, rep: Person
) -> None:
    with taught.sessions.begin() as session:
        ground = Ground(session, rep.principal.user_id)
        lead = ground.lead("Ada Byron")
        ground.event(lead, "email_reply", 3)
    taught.settle()
    assert _score(rep, lead)["probability"] is not None
    with taught.sessions.begin() as session:
        ground = Ground(session, rep.principal.user_id, events=100)
        ground.event(lead, "email_hard_bounce", 1)
    taught.settle()
    withheld = _score(rep, lead)
    assert withheld["probability"] is None
    assert withheld["withheld_because"] == [
        "Ada Byron's e-mail bounced on 14 Jun 2026. Check the address."
    ]
    with taught.sessions.reading() as session:
        shock = session.scalars(select(Shock.id)).one()
    reply = rep.client.post(f"/api/v1/shocks/{shock}/clearance", json={"reason": "She moved."})
    assert reply.status_code == 204
    taught.settle()
    assert _score(rep, lead)["probability"] is not None
