from __future__ import annotations

from datetime import timedelta

from assistant.db.tables import Source
from tests.conftest import Office
from tests.pages.conftest import SignIn
from tests.pages.ground import lay
from tests.pages.talks import bring


def test_a_rep_finds_the_drafts_of_their_own_calls(office: Office, sign_in: SignIn) -> None:
    rep, colleague = sign_in(name="Priya Raman"), sign_in(name="Oskar Lind")
    ground = lay(office, rep.principal)
    call_id = bring(office, rep.principal, account_id=ground.account, title="Discovery")
    page = rep.browser.open("/")
    assert page.all("h1")[0].text == "Good morning, Priya"
    assert "1 note to review" in page.text
    assert page.all("a", href=f"/calls/{call_id}#note")
    assert not colleague.browser.open("/").all("a", href=f"/calls/{call_id}#note")


def test_support_begins_with_the_look_up(sign_in: SignIn) -> None:
    page = sign_in("support").browser.open("/")
    field = page.all("input", id="lookup")[0]
    assert "autofocus" in field.attributes


def test_a_source_that_fell_silent_is_named(office: Office, sign_in: SignIn) -> None:
    now = office.clock.now
    with office.sessions.begin() as session:
        for name, age in (("CRM", timedelta(hours=1)), ("Marketing tool", timedelta(days=6))):
            session.add(Source(id=name, name=name, created_at=now, received_at=now - age))
    page = sign_in().browser.open("/")
    assert "Marketing tool 6 days behind" in page.text
    assert "CRM" not in page.text


def test_those_who_keep_the_house_see_how_it_stands(office: Office, sign_in: SignIn) -> None:
    office.settle()
    for role, path in (("ops", "/"), ("privacy", "/"), ("manager", "/operations")):
        page = sign_in(role).browser.open(path)
        assert "Audit ledger" in page.text
        assert ("Latest imports" in page.text) is (role != "privacy")
    page = sign_in("privacy").browser.open("/")
    assert "Where content about people lies" in page.text
    assert "recordings, transcripts in all versions" in page.text.lower()


def test_the_ledger_is_verified_on_request(office: Office, sign_in: SignIn) -> None:
    ops = sign_in("ops")
    office.settle()
    ops.browser.open("/")
    verify = next(f for f in ops.browser.page.all("form") if "Verify" in f.text)
    page = ops.browser.send(verify, press="Verify")
    assert "The chain holds." in page.text


def test_operations_are_not_for_every_role(sign_in: SignIn) -> None:
    for role in ("rep", "support"):
        window = sign_in(role).browser
        page = window.open("/operations")
        assert window.status == 403
        assert "Not for this role" in page.text


def test_a_customer_is_shown_only_what_they_may_use(sign_in: SignIn) -> None:
    page = sign_in("customer").browser.open("/")
    assert not page.all("a", href="/calls/new")
    for path in ("/accounts", "/calls", "/customers"):
        assert not page.all("a", href=path)
    assert page.all("a", href="/chat")
    assert "Notes to review" not in page.text
