"""Correcting a transcript in a browser without scripts."""

from __future__ import annotations

import pytest

from assistant.calls import store
from tests.conftest import Office
from tests.pages.browsing import Browser, Element
from tests.pages.conftest import Guest, SignIn
from tests.pages.ground import lay
from tests.pages.talks import bring


@pytest.fixture
def rep(sign_in: SignIn) -> Guest:
    return sign_in(name="Priya Raman")


@pytest.fixture
def call_id(office: Office, rep: Guest) -> str:
    ground = lay(office, rep.principal)
    return bring(office, rep.principal, account_id=ground.account, settle=False)


def _open(window: Browser, call_id: str) -> Element:
    window.open(f"/calls/{call_id}/transcript")
    return window.form(f"/calls/{call_id}/transcript")


def _turns(office: Office, call_id: str) -> list[tuple[str, str]]:
    with office.sessions.reading() as session:
        _, transcript = store.transcript_of(session, call_id)
    return [
        (turn.speaker.split()[0] if turn.speaker else "", turn.text) for turn in transcript.turns
    ]


def test_the_call_page_leads_to_the_form_and_back_with_what_was_done(
    rep: Guest, call_id: str
) -> None:
    page = rep.browser.open(f"/calls/{call_id}")
    (link,) = [a for a in page.all("a") if a.text == "Correct it"]
    assert link.attributes["href"] == f"/calls/{call_id}/transcript"
    form = _open(rep.browser, call_id)
    page = rep.browser.send(form, **{"text-1": "Yes, that is fine."})
    assert rep.browser.path.startswith(f"/calls/{call_id}?")
    assert "Corrected. The transcript reads so from now on" in page.text
    assert "Yes, that is fine." in page.text


def test_words_and_the_speaker_of_one_turn_are_corrected(
    office: Office, rep: Guest, call_id: str
) -> None:
    before = _turns(office, call_id)
    form = _open(rep.browser, call_id)
    rep.browser.send(form, **{"text-1": " Yes,\r\n fine. ", "who-4": "0", "reason": "misheard"})
    after = _turns(office, call_id)
    assert after[1] == ("Jürgen", "Yes, fine.")
    assert after[4] == ("Priya", before[4][1])
    assert [turn for n, turn in enumerate(after) if n not in (1, 4)] == [
        turn for n, turn in enumerate(before) if n not in (1, 4)
    ]
    with office.sessions.reading() as session:
        newest, *_ = store.versions_of(session, call_id)
    assert (newest.version, newest.author, newest.reason) == (2, "Priya Raman", "misheard")


@pytest.mark.parametrize(
    ("names", "speakers"),
    [
        ({"name-1": "Ulrike Reuter"}, ["Priya", "Ulrike"]),
        ({"name-1": "Priya Raman"}, ["Priya", "Priya"]),
        ({"name-0": "Jürgen Falk", "name-1": "Priya Raman"}, ["Jürgen", "Priya"]),
        ({"name-1": ""}, ["Priya", ""]),
    ],
    ids=["renamed", "merged", "swapped", "made unknown"],
)
def test_speakers_are_renamed_throughout(
    office: Office, rep: Guest, call_id: str, names: dict[str, str], speakers: list[str]
) -> None:
    before = [0 if speaker == "Priya" else 1 for speaker, _ in _turns(office, call_id)]
    rep.browser.send(_open(rep.browser, call_id), **names)
    after = [speaker for speaker, _ in _turns(office, call_id)]
    assert after == [speakers[number] for number in before]


def test_a_turn_given_to_a_speaker_who_is_renamed_gets_the_new_name(
    office: Office, rep: Guest, call_id: str
) -> None:
    rep.browser.send(_open(rep.browser, call_id), **{"name-1": "Ulrike Reuter", "who-0": "1"})
    assert _turns(office, call_id)[0][0] == "Ulrike"


def test_a_form_that_another_was_quicker_than_changes_nothing_and_shows_the_newest(
    office: Office, rep: Guest, call_id: str
) -> None:
    stale = _open(rep.browser, call_id)
    rep.browser.send(stale, **{"text-1": "The first to save."})
    page = rep.browser.send(stale, **{"text-1": "The second to save."})
    assert rep.browser.status == 412
    assert "Somebody corrected this transcript" in page.all("p", role="alert")[0].text
    assert _turns(office, call_id)[1][1] == "The first to save."
    shown = page.all("textarea", id="text-1")[0]
    assert shown.text == "The first to save."


@pytest.mark.parametrize(
    ("filled", "reason"),
    [({}, "Nothing would change"), ({"name-0": "x" * 121}, "at most 120 characters")],
    ids=["nothing", "too long a name"],
)
def test_what_cannot_be_kept_is_said_on_the_form(
    rep: Guest, call_id: str, filled: dict[str, str], reason: str
) -> None:
    page = rep.browser.send(_open(rep.browser, call_id), **filled)
    assert rep.browser.status == 422
    assert reason in page.all("p", role="alert")[0].text
    assert page.all("textarea")


def test_who_only_reads_the_call_is_offered_no_corrections(call_id: str, sign_in: SignIn) -> None:
    window = sign_in("support").browser
    page = window.open(f"/calls/{call_id}")
    assert not [a for a in page.all("a") if a.text == "Correct it"]
    window.open(f"/calls/{call_id}/transcript")
    assert window.status == 403
    sent = window.client.post(
        f"/calls/{call_id}/transcript", data={"version": "1", "text-1": "Mine."},
        headers={"accept": "text/html", "origin": "http://127.0.0.1"},
    )  # fmt: skip
    assert sent.status_code == 403
    stranger = sign_in(team="south").browser
    stranger.open(f"/calls/{call_id}/transcript")
    assert stranger.status == 404
