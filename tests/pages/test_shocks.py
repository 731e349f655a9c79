from __future__ import annotations

from sqlalchemy import select

from assistant.db.tables import Shock
from tests.conftest import Office
from tests.crm.test_door import take
from tests.pages.conftest import SignIn


def test_a_rep_sees_what_changed_and_clears_it_with_what_they_found(
    office: Office, sign_in: SignIn
) -> None:
    rep = sign_in()
    with office.sessions.begin() as session:
        owner = {"owner.email": rep.email}
        take(session, "crm", "account", {"external_id": "a", "name": "Acme", **owner})
        take(session, "crm", "contact", {
            "external_id": "c", "name": "Dana Whitfield", "email": "dana@acme.example",
            "account.id": "a",
        })  # fmt: skip
        take(session, "crm", "event", {
            "external_id": "e", "event_type": "bounce", "email": "dana@acme.example",
            "contact.id": "c", "occurred_at": "2026-06-03T08:00:00Z",
        })  # fmt: skip
    office.settle()
    told = "Dana Whitfield's e-mail bounced on 3 Jun 2026."
    assert told in rep.browser.open("/").text
    (link,) = [a for a in rep.browser.open("/accounts").all("a") if a.text == "Acme"]
    page = rep.browser.open(link.attributes["href"])
    assert told in page.text
    with office.sessions.reading() as session:
        shock = session.scalars(select(Shock.id)).one()
    page = rep.browser.send(
        rep.browser.form(f"/shocks/{shock}/clearance"), reason="She is on leave."
    )
    assert "Cleared. What you found out is kept." in page.text
    assert "Changed underfoot" not in page.text
    with office.sessions.reading() as session:
        assert session.get_one(Shock, shock).cleared_reason == "She is on leave."
