"""Adding and editing accounts and contacts by form, with errors beside their fields."""

from __future__ import annotations

from sqlalchemy import select

from assistant.db.tables import Contact, FieldDecision
from tests.conftest import Office
from tests.pages.conftest import SignIn
from tests.pages.ground import INJECTION, lay


def test_an_account_is_added_and_shown(office: Office, sign_in: SignIn) -> None:
    rep = sign_in()
    window = rep.browser
    window.open("/accounts/new")
    page = window.send(
        window.form("/accounts/new"), name="Nordlys AS", country="Norge", phone="22 86 55 00",
        employees="1 200",
    )  # fmt: skip
    assert page.all("h1")[0].text == "Nordlys AS"
    assert "Saved." in page.text
    assert "+4722865500" in page.text


def test_errors_stand_beside_their_fields_and_lose_nothing_typed(
    office: Office, sign_in: SignIn
) -> None:
    rep = sign_in()
    ground = lay(office, rep.principal)
    window = rep.browser
    window.open(f"/contacts/new?account_id={ground.account}")
    page = window.send(
        window.form("/contacts/new"), name=INJECTION, email="ann@gmial.com", country="Korea"
    )
    assert window.status == 422
    for name in ("name", "email", "country"):
        (box,) = page.all("input", id=name)
        assert box.attributes["aria-invalid"] == "true"
        described = box.attributes["aria-describedby"].split()
        assert page.all("span", id=f"{name}-fault")
        assert f"{name}-fault" in described
    (alert,) = page.all("div", id="faults")
    assert alert.attributes["role"] == "alert"
    assert [link.attributes["href"] for link in alert.all("a")] == ["#name", "#email", "#country"]
    assert "Did you mean ann@gmail.com?" in page.text
    assert page.all("input", id="email")[0].attributes["value"] == "ann@gmial.com"
    assert not page.all("script", src="")


def test_a_doubtful_value_is_taken_when_it_is_said_to_be_right(
    office: Office, sign_in: SignIn
) -> None:
    rep = sign_in()
    ground = lay(office, rep.principal)
    window = rep.browser
    window.open(f"/contacts/new?account_id={ground.account}")
    window.send(window.form("/contacts/new"), name="Ann Lee", email="ann@gmial.com")
    page = window.send(window.form("/contacts/new"), confirm="email")
    assert "ann@gmial.com" in page.text
    assert window.status == 200


def test_only_what_was_changed_is_decided(office: Office, sign_in: SignIn) -> None:
    rep = sign_in()
    ground = lay(office, rep.principal)
    window = rep.browser
    window.open(f"/contacts/{ground.contact}/edit")
    address = f"/contacts/{ground.contact}/edit"
    page = window.send(window.form(address), title="Head of operations")
    assert "Head of operations" in page.text
    with office.sessions.reading() as session:
        assert session.scalars(select(FieldDecision.field)).all() == ["title"]
        contact = session.get_one(Contact, ground.contact)
        assert (contact.email, contact.account_id) == ("j.falk@falk-pharma.example", ground.account)


def test_an_edit_of_an_old_copy_is_told(office: Office, sign_in: SignIn) -> None:
    rep, colleague = sign_in(), sign_in()
    ground = lay(office, rep.principal)
    address = f"/accounts/{ground.account}/edit"
    rep.browser.open(address)
    colleague.browser.open(address)
    colleague.browser.send(colleague.browser.form(address), city="Halle")
    page = rep.browser.send(rep.browser.form(address), city="Jena")
    assert rep.browser.status == 412
    assert page.all("input", id="city")[0].attributes["value"] == "Jena"


def test_who_may_not_edit_gets_no_form_and_no_link(office: Office, sign_in: SignIn) -> None:
    rep, support, stranger = sign_in(), sign_in("support"), sign_in(team="south")
    ground = lay(office, rep.principal)
    address = f"/accounts/{ground.account}/edit"
    assert rep.browser.open(f"/accounts/{ground.account}").all("a", href=address)
    assert not support.browser.open(f"/accounts/{ground.account}").all("a", href=address)
    headers = {"accept": "text/html"}
    assert support.browser.client.get(address, headers=headers).status_code == 403
    assert stranger.browser.client.get(address, headers=headers).status_code == 404
    assert sign_in("privacy").browser.client.get("/accounts/new").status_code == 403


def test_the_same_contact_again_is_added_only_as_another(office: Office, sign_in: SignIn) -> None:
    rep = sign_in()
    window = rep.browser
    for _ in range(2):
        window.open("/contacts/new")
        page = window.send(window.form("/contacts/new"), name="Ann Lee", email="ann@acme.example")
    assert window.status == 409
    assert page.all("input", id="distinct")
    window.send(window.form("/contacts/new"), distinct="yes")
    with office.sessions.reading() as session:
        assert len(session.scalars(select(Contact.id)).all()) == 2
