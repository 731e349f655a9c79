"""Below a call: figures counted, how it was heard, consent and objection, corrections."""

from __future__ import annotations

from assistant.db.tables import Call
from assistant.pages.call_about import ChangeView, changes_between, quality_views
from tests.conftest import Office
from tests.pages.conftest import SignIn
from tests.pages.talks import CONSENT, bring
from transcription.model import Turn


def test_a_call_shows_its_figures_its_consent_and_its_corrections(
    office: Office, sign_in: SignIn
) -> None:
    rep = sign_in(name="Ada Rep")
    call_id = bring(office, rep.principal)
    client = rep.browser.client
    turns = client.get(f"/api/v1/calls/{call_id}/transcript").json()["turns"]
    reply = client.patch(
        f"/api/v1/calls/{call_id}/transcript",
        json={"turns": [{"turn": 0, "text": "Quite other words."}], "reason": "Misheard"},
        headers={"If-Match": '"1"'},
    )
    assert reply.status_code == 200
    page = rep.browser.open(f"/calls/{call_id}")
    table = page.all("table", **{"class": "table talked"})[0]
    speakers = {turn["speaker"] for turn in turns}
    assert {row.text for row in table.all("th", scope="row")} == speakers
    assert CONSENT in page.all("section", id="consent")[0].text
    corrected = page.all("section", id="corrections")[0]
    assert "Version 2 by Ada Rep: Misheard" in corrected.text
    assert corrected.all("del")[0].text.endswith(turns[0]["text"])
    assert corrected.all("ins")[0].text.endswith("Quite other words.")


def test_an_objection_by_form_leaves_that_the_call_was_and_no_more(
    office: Office, sign_in: SignIn
) -> None:
    rep = sign_in()
    call_id = bring(office, rep.principal)
    browser = rep.browser
    browser.open(f"/calls/{call_id}")
    browser.send(browser.form(f"/calls/{call_id}/objections"), party="customer", words="No.")
    page = browser.page
    assert "Nothing of this call is kept." in page.text
    assert "Objected by customer" in page.all("section", id="consent")[0].text
    assert page.all("form", action=f"/calls/{call_id}/objections") == []
    assert "Deleted: a participant objected" in browser.open("/calls").text


def test_a_transcription_is_stopped_and_taken_up_by_form(office: Office, sign_in: SignIn) -> None:
    rep = sign_in()
    call_id = bring(office, rep.principal)
    with office.sessions.begin() as session:
        call = session.get_one(Call, call_id)
        call.status, call.audio, call.path = "queued", True, "calls/none.wav"
    browser = rep.browser
    browser.open(f"/calls/{call_id}")
    browser.send(browser.form(f"/calls/{call_id}/cancellation"))
    assert "Transcription was stopped." in browser.page.text
    browser.send(browser.form(f"/calls/{call_id}/attempts"))
    assert "In the queue" in browser.page.text


def test_turns_that_read_otherwise_are_shown_side_by_side() -> None:
    before = [Turn("Good morning.", "A"), Turn("Fine.", "B"), Turn("Bye.", "A")]
    after = [Turn("Good morning.", "A"), Turn("Five.", "B"), Turn("Pounds.", "B")]
    assert changes_between(before, after) == [
        ChangeView("B: Fine.", "B: Five."), ChangeView("A: Bye.", "B: Pounds."),
    ]  # fmt: skip
    assert changes_between(before, before[:2]) == [ChangeView("A: Bye.", "")]


def test_counts_of_how_it_was_heard_have_words() -> None:
    found = quality_views({"new_guard": 2.0, "words": 1200.0, "silent": 0.0, "clipped_share": 0.02})
    assert [(one.label, one.value) for one in found] == [
        ("Words kept", "1,200"), ("Share of the sound that is clipped", "2.0%"),
        ("Silent throughout", "no"), ("New guard", "2"),
    ]  # fmt: skip
