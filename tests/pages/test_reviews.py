from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from assistant.crm.decisions import decide_field
from assistant.db.tables import Deal
from assistant.notes.content import from_json
from tests.conftest import Office
from tests.pages.browsing import Browser, Element
from tests.pages.conftest import Guest, SignIn
from tests.pages.ground import Ground
from tests.pages.talks import bring, note_of


def _lines(page: Element) -> list[Element]:
    """The lines of the note, not the blank one that new lines are made from."""
    found = [item for item in page.all("li") if "data-line" in item.attributes]
    return [item for item in found if item.attributes["data-line"] != "new"]


def _form(window: Browser) -> Element:
    return next(f for f in window.page.all("form") if f.attributes.get("id") == "review-form")


def _unlooked(form: Element) -> list[str]:
    """Flagged lines that the form asks to have been looked at."""
    return [box.attributes["value"] for box in form.all("input", name="looked")]


def test_the_draft_stands_beside_its_transcript_and_each_line_shows_its_turns(
    rep: Guest, call_id: str
) -> None:
    page = rep.browser.open(f"/calls/{call_id}")
    turns = [item for item in page.all("li") if "data-turn" in item.attributes]
    assert len(turns) == 7
    assert "Jürgen Falk" in turns[3].text
    assert "0:16" in turns[3].text
    lines = _lines(page)
    assert lines
    for line in lines:
        markers = [a for a in line.all("a") if "data-evidence" in a.attributes]
        assert markers, f"no evidence beside: {line.text}"
        for marker in markers:
            first = int(marker.attributes["data-first"])
            last = int(marker.attributes["data-last"])
            said = " ".join(turn.text for turn in turns[first : last + 1])
            assert all(part in said for part in marker.attributes["data-quote"].split(" … "))
            assert marker.attributes["href"] == f"#turn-{first}"


def test_a_note_is_confirmed_by_form_and_stands_in_the_timeline(
    office: Office, rep: Guest, ground: Ground, call_id: str
) -> None:
    window = rep.browser
    window.open(f"/calls/{call_id}")
    form = _form(window)
    page = window.send(form, press="Confirm", looked=_unlooked(form))
    assert "Confirmed. The note is in the record now." in page.text
    assert note_of(office, call_id).status == "confirmed"
    assert not [b for b in page.all("button") if "Confirm" in b.text]
    timeline = window.open(f"/accounts/{ground.account}")
    assert "Confirmed call note" in timeline.text


def test_what_the_reviewer_left_out_and_reworded_is_what_is_signed(
    office: Office, rep: Guest, call_id: str
) -> None:
    window = rep.browser
    page = window.open(f"/calls/{call_id}")
    first, second = [line.attributes["data-line"] for line in _lines(page)[:2]]
    form = _form(window)
    decided = {f"line-{first}": "rejected", f"text-{second}": "Own wording of this."}
    window.send(form, press="Confirm", looked=_unlooked(form), **decided)
    assert window.status == 200
    note = note_of(office, call_id)
    assert note.confirmed is not None
    signed = {line.id: line.text for line in from_json(note.confirmed).lines()}
    assert first not in signed
    assert signed[second] == "Own wording of this."


def test_a_field_changes_only_when_the_reviewer_says_so(
    office: Office, rep: Guest, ground: Ground, call_id: str
) -> None:
    window = rep.browser
    page = window.open(f"/calls/{call_id}")
    amounts = [
        item for item in page.every() if "data-field" in item.attributes and "Amount" in item.text
    ]
    assert len(amounts) == 1
    assert "€30,000" in amounts[0].text
    assert "€41,500" in amounts[0].text
    field = amounts[0].attributes["data-field"]
    window.send(_form(window), press="Confirm", **{f"field-{field}": "accepted"})
    with office.sessions.reading() as session:
        deal = session.get_one(Deal, ground.deal)
        assert (str(deal.amount), deal.close_on) == ("41500", None)


def test_a_confirmation_can_be_taken_back_by_form(
    office: Office, rep: Guest, ground: Ground, call_id: str
) -> None:
    window = rep.browser
    window.open(f"/calls/{call_id}")
    window.send(_form(window), press="Confirm")
    undo = next(f for f in window.page.all("form") if "data-undo" in f.attributes)
    page = window.send(undo, press="Undo")
    assert "Undone." in page.text
    assert note_of(office, call_id).status == "draft"
    office.clock.now += timedelta(minutes=1)
    window.send(_form(window), press="Confirm")
    office.clock.now += timedelta(days=2)
    page = window.open(f"/calls/{call_id}")
    assert not [f for f in page.all("form") if "data-undo" in f.attributes]


def test_a_draft_that_another_changed_meanwhile_is_shown_anew_and_nothing_is_overwritten(
    office: Office, rep: Guest, call_id: str
) -> None:
    window = rep.browser
    page = window.open(f"/calls/{call_id}")
    line = _lines(page)[0].attributes["data-line"]
    stale = _form(window)
    window.send(stale, press="Save", **{f"text-{line}": "The first to save."})
    page = window.send(stale, press="Save", **{f"text-{line}": "The second to save."})
    assert window.status == 412
    assert "Somebody changed this note" in page.all("p", role="alert")[0].text
    assert "The first to save." in _lines(page)[0].text
    assert "The second to save." not in page.text


def test_a_rejection_needs_a_reason_and_another_draft_can_be_asked_for(
    office: Office, rep: Guest, call_id: str
) -> None:
    window = rep.browser
    page = window.open(f"/calls/{call_id}")
    reject = next(f for f in page.all("form") if "data-reject" in f.attributes)
    page = window.send(reject, press="Reject")
    assert window.status == 422
    reject = next(f for f in page.all("form") if "data-reject" in f.attributes)
    page = window.send(reject, press="Reject", reason="Wrong account")
    assert "Rejected: Wrong account" in page.text
    again = next(f for f in page.all("form") if "Draft it again" in f.text)
    window.send(again, press="Draft it again")
    office.settle()
    page = window.open(f"/calls/{call_id}")
    assert "To review" in page.text


def test_a_line_in_ones_own_words_is_marked_as_such(rep: Guest, call_id: str) -> None:
    window = rep.browser
    window.open(f"/calls/{call_id}")
    page = window.send(
        _form(window), press="Add line", add_section="summary", add_text="He sounded tired."
    )
    line = next(item for item in _lines(page) if "He sounded tired." in item.text)
    assert "your words" in line.text


def test_a_wording_that_the_call_does_not_carry_is_marked(rep: Guest, call_id: str) -> None:
    window = rep.browser
    page = window.open(f"/calls/{call_id}")
    line = next(item for item in _lines(page) if "42,000" in item.text).attributes["data-line"]
    said = "They have a budget of 95,000 euros."
    page = window.send(_form(window), press="Save", **{f"text-{line}": said})
    shown = next(item for item in _lines(page) if item.attributes["data-line"] == line)
    verdict = next(p for p in shown.all("p") if "data-verdict" in p.attributes)
    assert "hidden" not in verdict.attributes
    assert "No source found." in verdict.text


def test_a_call_of_another_team_reads_like_an_absent_one(call_id: str, sign_in: SignIn) -> None:
    window = sign_in(team="south").browser
    window.open(f"/calls/{call_id}")
    assert window.status == 404
    reply = window.client.post(
        f"/calls/{call_id}/note", data={"act": "confirm", "note_id": "not_x", "version": "1"},
        headers={"accept": "text/html"},
    )  # fmt: skip
    assert reply.status_code == 404


@pytest.mark.parametrize("role", ["ops", "support"])
def test_who_does_not_decide_on_a_call_reads_it_without_buttons(
    call_id: str, sign_in: SignIn, role: str
) -> None:
    page = sign_in(role).browser.open(f"/calls/{call_id}")
    assert "You can read this call; who brought it" in page.text
    assert not [b for b in page.all("button") if "Confirm" in b.text]
    assert not page.all("textarea")


def test_before_the_note_is_drafted_the_page_says_so(
    office: Office, rep: Guest, ground: Ground
) -> None:
    call_id = bring(office, rep.principal, account_id=ground.account, settle=False)
    page = rep.browser.open(f"/calls/{call_id}")
    assert "The note is being drafted" in page.text


HEDGED = """Priya Raman: Do you have a budget for this?
Jürgen Falk: Around forty thousand euros, if legal agrees.
Priya Raman: I will send you the quote by Thursday.
"""


@pytest.fixture
def hedged(office: Office, rep: Guest, ground: Ground) -> str:
    """A call with a condition in it."""
    return bring(office, rep.principal, account_id=ground.account, deal_id=ground.deal, talk=HEDGED)


def test_flagged_lines_are_counted_and_looked_at_before_the_note_is_confirmed(
    office: Office, rep: Guest, hedged: str
) -> None:
    window = rep.browser
    page = window.open(f"/calls/{hedged}")
    flagged = [line for line in _lines(page) if "data-flagged" in line.attributes]
    assert f"0 of {len(flagged)} flagged" in page.text
    page = window.send(_form(window), press="Confirm")
    assert window.status == 409
    assert "flagged lines looked at" in page.all("p", role="alert")[0].text
    assert note_of(office, hedged).status == "draft"
    form = _form(window)
    assert len(_unlooked(form)) == len(flagged)
    page = window.send(form, press="Save", looked=_unlooked(form))
    assert f"{len(flagged)} of {len(flagged)} flagged" in page.text
    window.send(_form(window), press="Confirm")
    assert note_of(office, hedged).status == "confirmed"


def test_a_line_moves_within_its_section_and_to_another_without_scripts(
    rep: Guest, call_id: str
) -> None:
    window = rep.browser
    page = window.open(f"/calls/{call_id}")
    name = next(
        s.attributes["data-of"] for s in page.all("section")
        if "data-of" in s.attributes and len(_lines(s)) > 1
    )  # fmt: skip
    before = [line.attributes["data-line"] for line in _in_section(page, name)]
    page = window.send(_form(window), act=f"down:{before[0]}")
    assert [line.attributes["data-line"] for line in _in_section(page, name)][:2] == [
        before[1], before[0],
    ]  # fmt: skip
    page = window.send(_form(window), press="Save", **{f"section-{before[0]}": "objections"})
    assert before[0] in [line.attributes["data-line"] for line in _in_section(page, "objections")]


def _in_section(page: Element, name: str) -> list[Element]:
    return next(_lines(s) for s in page.all("section") if s.attributes.get("data-of") == name)


def test_what_the_crm_holds_now_stands_beside_a_change_where_it_has_moved_on(
    office: Office, rep: Guest, ground: Ground, call_id: str
) -> None:
    with office.sessions.begin() as session:
        session.get_one(Deal, ground.deal).amount = Decimal(35000)
    page = rep.browser.open(f"/calls/{call_id}")
    change = next(i for i in page.every() if "data-field" in i.attributes and "Amount" in i.text)
    assert "Changed in the CRM since the draft : it holds €35,000 now." in change.text
    assert "Changing it puts €41,500 in its place." in change.text


def test_a_change_that_is_older_than_what_the_crm_holds_says_so_before_it_is_accepted(
    office: Office, rep: Guest, ground: Ground, call_id: str
) -> None:
    office.clock.now += timedelta(hours=2)
    with office.sessions.begin() as session:
        decide_field(
            session, ground.deal, "amount", "38000", decided_by=rep.principal.user_id,
            now=office.clock.now,
        )  # fmt: skip
    page = rep.browser.open(f"/calls/{call_id}")
    change = next(i for i in page.every() if "data-field" in i.attributes and "Amount" in i.text)
    told = next(p for p in change.all("p") if "data-conflict" in p.attributes).text
    assert "The CRM was changed after this call, on 15 Jun, 11:30: it holds €38,000 now." in told
    other = next(i for i in page.every() if "data-field" in i.attributes and "Close" in i.text)
    assert not [p for p in other.all("p") if "data-conflict" in p.attributes]


def test_a_relative_date_tells_the_day_that_it_was_counted_from(
    office: Office, rep: Guest, ground: Ground
) -> None:
    talk = """Priya Raman: When would you sign the order?
Jürgen Falk: We will sign the contract next Friday.
"""
    call_id = bring(
        office, rep.principal, account_id=ground.account, deal_id=ground.deal, talk=talk
    )
    page = rep.browser.open(f"/calls/{call_id}")
    change = next(i for i in page.every() if "data-field" in i.attributes and "Close" in i.text)
    assert "counted from the day of the call, Monday, 15 Jun" in change.text


def test_an_edit_shows_what_it_changed_against_the_draft(rep: Guest, call_id: str) -> None:
    window = rep.browser
    page = window.open(f"/calls/{call_id}")
    line = next(item for item in _lines(page) if "every five minutes" in item.text)
    key = f"text-{line.attributes['data-line']}"
    text = next(a for a in line.all("textarea")).text.replace("five", "ten")
    page = window.send(_form(window), press="Save", **{key: text})
    shown = next(
        i for i in _lines(page) if i.attributes["data-line"] == line.attributes["data-line"]
    )
    assert [d.text for d in shown.all("del")] == ["five"]
    assert [i.text for i in shown.all("ins")] == ["ten"]
