"""After a note is confirmed: the e-mail to copy, and that nothing is sent."""

from __future__ import annotations

from tests.pages.conftest import Guest, SignIn


def _confirm(rep: Guest, call_id: str) -> None:
    window = rep.browser
    page = window.open(f"/calls/{call_id}")
    form = next(f for f in page.all("form") if f.attributes.get("id") == "review-form")
    looked = [box.attributes["value"] for box in form.all("input", name="looked")]
    window.send(form, press="Confirm", looked=looked)
    assert window.status == 200


def test_a_confirmed_note_shows_the_e_mail_and_says_that_nothing_is_sent(
    rep: Guest, call_id: str
) -> None:
    assert not rep.browser.open(f"/calls/{call_id}").all("textarea", id="follow-up-body")
    _confirm(rep, call_id)
    page = rep.browser.page
    body = page.all("textarea", id="follow-up-body")[0]
    assert (
        "What I promised: - I will send you the quote for sixty probes by Thursday (18 June)."
        in body.text
    )
    assert "readonly" in body.attributes
    subject = page.all("input", id="follow-up-subject")[0]
    assert subject.attributes["value"] == "Our call on 15 June 2026"
    assert "Nothing is sent from here" in page.all("p", id="follow-up-hint")[0].text
    assert page.all("a", href="#follow-up-head")
    undo = next(f for f in page.all("form") if "data-undo" in f.attributes)
    assert not rep.browser.send(undo, press="Undo").all("textarea", id="follow-up-body")


def test_who_does_not_decide_on_the_call_gets_no_e_mail(
    rep: Guest, call_id: str, sign_in: SignIn
) -> None:
    _confirm(rep, call_id)
    page = sign_in("ops").browser.open(f"/calls/{call_id}")
    assert not page.all("textarea", id="follow-up-body")
