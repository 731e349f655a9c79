from __future__ import annotations

from tests.conftest import Office
from tests.crm.test_door import take
from tests.pages.conftest import SignIn


def test_fields_and_their_worst_rows_lead_to_the_records(office: Office, sign_in: SignIn) -> None:
    with office.sessions.begin() as session:
        take(session, "crm", "account", {"external_id": "A-1", "name": "Acme", "phone": "12"},
             {"external_id": "A-2", "name": "Brightworks", "employees": "5"})  # fmt: skip
    ops = sign_in("ops").browser
    assert ops.open("/").all("a", href="/field-audit")
    page = ops.open("/field-audit")
    assert "Account as crm sends it" in page.text
    assert "Lead score ready" in page.text
    assert "1 of 2 filled, 0 valid" in str(
        [each.attributes.get("aria-label") for each in page.all("svg")]
    )
    assert [link.text for link in page.all("a") if link.text.startswith("A-")] == ["A-1"]
    blank = ops.open("/field-audit?source=crm&kind=account&field=employees")
    assert [link.text for link in blank.all("a") if link.text.startswith("A-")] == ["A-1"]
    assert "missing" in blank.text


def test_a_house_without_sources_says_so_and_reps_are_sent_away(sign_in: SignIn) -> None:
    assert "No source has sent anything yet" in sign_in("manager").browser.open("/field-audit").text
    rep = sign_in("rep").browser
    rep.open("/field-audit")
    assert rep.status == 403
