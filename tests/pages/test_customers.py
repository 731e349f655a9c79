from __future__ import annotations

import pytest

from assistant.crm.lookup_keys import write_lookup_keys
from assistant.db.tables import MatchKey
from tests.conftest import Office
from tests.pages.conftest import SignIn
from tests.pages.ground import Ground, lay


def _with_keys(office: Office, ground: Ground) -> None:
    keys = [
        (ground.account, "name", "falk pharma logistik", "account"),
        (ground.contact, "email", "j.falk@falk-pharma.example", "contact"),
        (ground.contact, "phone", "+442079460123", "contact"),
        (ground.ticket, "number", "t-1042", "ticket"),
    ]
    with office.sessions.begin() as session:
        for record_id, field, value, kind in keys:
            session.add(MatchKey(record_id=record_id, field=field, value=value, kind=kind))
        write_lookup_keys(session, "account", {ground.account: [("name", "falk pharma logistik")]})


@pytest.mark.parametrize(
    ("given", "lands_on"),
    [
        ("+44 20 7946 0123", "/accounts/{account}"),
        ("J.Falk@falk-pharma.example", "/accounts/{account}"),
        ("#T-1042", "/accounts/{account}?at={ticket}"),
        ("Falk Pharma Logistik", "/accounts/{account}"),
    ],
)
def test_an_agent_finds_the_customer_by_what_they_give(
    office: Office, sign_in: SignIn, given: str, lands_on: str
) -> None:
    ground = lay(office, sign_in().principal)
    _with_keys(office, ground)
    agent = sign_in("support").browser
    agent.open("/customers")
    agent.send(agent.form("/customers"), lookup=given)
    assert agent.status == 200
    assert agent.path == lands_on.format(account=ground.account, ticket=ground.ticket)


def test_a_name_that_is_only_alike_is_shown_to_choose_from(office: Office, sign_in: SignIn) -> None:
    ground = lay(office, sign_in().principal)
    _with_keys(office, ground)
    agent = sign_in("support").browser
    page = agent.open("/customers?lookup=Falck+Pharma+Logistic")
    assert "1 match for “Falck Pharma Logistic”" in page.text
    assert page.all("a", href=f"/accounts/{ground.account}")


def test_nobody_found_is_said_with_what_to_try(sign_in: SignIn) -> None:
    page = sign_in("support").browser.open("/customers?lookup=00000000")
    assert "Nobody found for “00000000”" in page.text


def test_the_search_in_the_frame_finds_from_every_page(office: Office, sign_in: SignIn) -> None:
    rep = sign_in()
    ground = lay(office, rep.principal)
    _with_keys(office, ground)
    rep.browser.open("/accounts")
    rep.browser.send(rep.browser.form("/customers"), lookup="t-1042")
    assert rep.browser.path == f"/accounts/{ground.account}?at={ground.ticket}"
