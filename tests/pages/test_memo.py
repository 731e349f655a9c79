"""The memo beside a note: its writer's own words, marked as such, never lost."""

from __future__ import annotations

from assistant.db.tables import Call, CallMemo
from tests.conftest import Office
from tests.pages.conftest import Guest, SignIn
from tests.pages.talks import note_of


def test_a_memo_is_written_by_form_and_told_as_its_writers_own_words(
    office: Office, rep: Guest, call_id: str
) -> None:
    window = rep.browser
    window.open(f"/calls/{call_id}")
    before = note_of(office, call_id).content
    page = window.send(window.form(f"/calls/{call_id}/memo"), text="He <b>sounded</b> tired.")
    assert "Saved. The memo stands beside the note" in page.text
    memo = page.all("details", id="memo")[0]
    assert "He <b>sounded</b> tired. · Priya Raman’s own words" in memo.text
    assert "no evidence" in memo.text
    assert note_of(office, call_id).content == before


def test_who_saves_over_another_is_told_and_keeps_their_words(rep: Guest, call_id: str) -> None:
    window = rep.browser
    window.open(f"/calls/{call_id}")
    stale = window.form(f"/calls/{call_id}/memo")
    window.send(stale, text="The first.")
    page = window.send(stale, text="The second.")
    assert window.status == 412
    assert "Somebody saved this memo" in page.all("p", role="alert")[0].text
    assert page.all("textarea", id="memo-text")[0].text == "The second."
    assert "The first. · Priya Raman’s own words" in page.text
    window.send(window.form(f"/calls/{call_id}/memo"), text="The second.")
    assert window.status == 200


def test_who_does_not_decide_on_the_call_reads_the_memo_only(
    rep: Guest, call_id: str, sign_in: SignIn
) -> None:
    reader = sign_in("ops").browser
    assert "Memo" not in reader.open(f"/calls/{call_id}").all("section", id="note")[0].text
    rep.browser.open(f"/calls/{call_id}")
    rep.browser.send(rep.browser.form(f"/calls/{call_id}/memo"), text="Wants a discount.")
    page = reader.open(f"/calls/{call_id}")
    assert "Wants a discount." in page.all("details", id="memo")[0].text
    assert not page.all("form", id="memo-form")


def test_a_call_that_a_participant_objected_to_takes_no_memo(
    office: Office, rep: Guest, call_id: str
) -> None:
    window = rep.browser
    window.open(f"/calls/{call_id}")
    form = window.form(f"/calls/{call_id}/memo")
    with office.sessions.begin() as session:
        session.get_one(Call, call_id).status = "objected"
    page = window.send(form, text="Keep this all the same.")
    assert window.status == 409
    assert "nothing of it is kept" in page.all("p", role="alert")[0].text
    with office.sessions.reading() as session:
        assert session.get(CallMemo, call_id) is None
