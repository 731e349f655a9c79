"""The manager's page of drafting and reviews, and the second look, by form."""

from __future__ import annotations

import pytest

from assistant.notes import guard
from assistant.notes.draft import RULES
from tests.conftest import Office
from tests.pages.browsing import Browser, Element
from tests.pages.conftest import Guest, SignIn
from tests.pages.ground import lay
from tests.pages.talks import bring, note_of


def form_of(window: Browser, act: str) -> Element:
    """The form that holds the button of this act."""
    return next(
        form for form in window.page.all("form")
        if any(b.attributes.get("value") == act for b in form.all("button"))
    )  # fmt: skip


@pytest.fixture
def signed(office: Office, sign_in: SignIn) -> Guest:
    """A rep whose signed note is drawn whole for second looks."""
    rep = sign_in(name="Priya Raman")
    ground = lay(office, rep.principal)
    call_id = bring(office, rep.principal, account_id=ground.account, deal_id=ground.deal)
    note = note_of(office, call_id)
    rules = guard.Rules(second_look_percent=100)
    with office.sessions.begin() as session:
        guard.sign(
            session, rep.principal, note.id, rules, if_match="*", now=office.clock.now,
            measured=False,
        )  # fmt: skip
    return rep


def test_a_manager_sees_reviews_and_changes_how_far_drafting_goes(
    signed: Guest, sign_in: SignIn
) -> None:
    window = sign_in("manager", name="Mo Lind").browser
    page = window.open("/guard")
    assert "Priya Raman" in page.text
    assert RULES in page.text
    assert "All calls" in page.text
    assert not [b for b in page.all("button") if "Switch drafting off" in b.text]
    page = window.send(form_of(window, "stage"), press="Keep", mode="practice", reason=" ")
    assert window.status == 422
    page = window.send(form_of(window, "stage"), press="Keep", mode="practice", reason="new team")
    assert "Kept. It holds for every call from now on." in page.text
    assert "Practice only" in page.all("span", **{"class": "chip "})[0].text
    assert signed.browser.open("/guard")
    assert signed.browser.status == 403


def test_operations_switch_drafting_off_and_on_for_everybody(
    office: Office, signed: Guest, sign_in: SignIn
) -> None:
    window = sign_in("ops").browser
    window.open("/guard")
    page = window.send(form_of(window, "off"), press="Switch", reason="odd drafts")
    assert "Drafting is switched off for everybody: odd drafts" in page.text
    call_id = bring(office, signed.principal)
    told = signed.browser.open(f"/calls/{call_id}").text
    assert "Write this note yourself: drafting is switched off for everybody: odd drafts" in told
    page = window.send(form_of(window, "on"), press="Switch", reason="mended")
    assert "Drafting runs again." in page.text
    used = window.open("/operations").text
    assert "What notes were drafted with" in used
    assert f"{RULES} Template" in used
    assert "by hand Template" in used


def test_a_second_person_looks_at_a_line_with_its_turns(signed: Guest, sign_in: SignIn) -> None:
    window = sign_in("manager", name="Mo Lind").browser
    assert "for a second look" in window.open("/").text
    page = window.open("/second-looks")
    assert page.all("li")
    for told in ("signed", "confirmed", "rejected", "Priya Raman decided"):
        assert told not in page.all("section")[0].text.lower()
    form = next(f for f in page.all("form") if "/second-looks/" in f.attributes.get("action", ""))
    window.send(form, holds="no")
    assert window.status == 422
    page = window.send(form, holds="no", reason="He said something else.")
    assert "Thank you." in page.text
    figures = window.open("/guard").text
    assert "1 of 1" in figures
    assert "Nothing waits for a second look" in signed.browser.open("/second-looks").text
