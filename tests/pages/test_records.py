from __future__ import annotations

import pytest

from tests.conftest import Office
from tests.pages.conftest import SignIn
from tests.pages.ground import Ground, lay


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("account", "/accounts/{account}"),
        ("contact", "/accounts/{account}#{id}"),
        ("deal", "/accounts/{account}#{id}"),
        ("ticket", "/accounts/{account}?at={id}#{id}"),
        ("email", "/accounts/{account}?at={id}#{id}"),
        ("invoice", "/accounts/{account}?at={id}#{id}"),
    ],
)
def test_a_record_of_an_account_opens_where_it_stands(
    office: Office, sign_in: SignIn, kind: str, place: str
) -> None:
    rep = sign_in()
    ground = lay(office, rep.principal)
    record_id = str(getattr(ground, kind))
    reply = rep.browser.client.get(f"/records/{record_id}", follow_redirects=False)
    assert reply.status_code == 303
    assert reply.headers["location"] == place.format(account=ground.account, id=record_id)


def test_a_record_without_an_account_has_a_page_of_its_own(office: Office, sign_in: SignIn) -> None:
    rep = sign_in()
    ground = lay(office, rep.principal)
    page = rep.browser.open(f"/records/{ground.article}")
    assert rep.browser.status == 200
    assert page.all("h1")[0].text == "Reset a gateway"
    assert "Hold the button." in page.text


def test_a_forbidden_record_reads_exactly_like_an_absent_one(
    office: Office, sign_in: SignIn
) -> None:
    ground = lay(office, sign_in(team="north").principal)
    other = sign_in(team="south").browser
    absent = "tic_" + "0" * 26
    for path in ("/records/{}", "/records/{}/card"):
        forbidden = other.client.get(path.format(ground.ticket), headers={"accept": "text/html"})
        missing = other.client.get(path.format(absent), headers={"accept": "text/html"})
        assert forbidden.status_code == missing.status_code == 404
        same = forbidden.text.replace(ground.ticket, absent)
        ids = forbidden.headers["x-request-id"], missing.headers["x-request-id"]
        assert same.replace(*ids) == missing.text


def test_the_card_of_a_citation_says_what_it_is_and_where_it_stands(
    office: Office, sign_in: SignIn
) -> None:
    rep = sign_in()
    ground: Ground = lay(office, rep.principal)
    card = rep.browser.client.get(f"/records/{ground.email}/card").json()
    assert card == {
        "id": ground.email,
        "kind": "interaction",
        "label": "E-mail in",
        "title": "Re: Pricing",
        "when": "12 Jun",
        "account_name": "Falk Pharma Logistik",
        "href": f"/accounts/{ground.account}?at={ground.email}#{ground.email}",
    }


def test_support_does_not_read_what_sales_hopes_for(office: Office, sign_in: SignIn) -> None:
    ground = lay(office, sign_in().principal)
    agent = sign_in("support").browser
    agent.open(f"/records/{ground.deal}")
    assert agent.status == 404
    reply = agent.client.get(f"/records/{ground.ticket}", follow_redirects=False)
    assert reply.status_code == 303
