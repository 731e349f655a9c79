from __future__ import annotations

import io
import math
import struct
import wave

from assistant.db.tables import Call
from tests.conftest import Office
from tests.pages.conftest import Guest, SignIn
from tests.pages.ground import lay
from tests.pages.talks import CONSENT, TRANSCRIPT, bring


def _bring(rep: Guest, content: bytes, name: str, **fields: str) -> None:
    browser = rep.browser
    page = browser.open("/calls/new")
    form = browser.form("/calls")
    key = form.all("input", name="key")[0].attributes["value"]
    reply = browser.client.post(
        "/calls",
        data={"key": key, "consent": CONSENT, **fields},
        files={"file": (name, content)},
        headers={"accept": "text/html", "origin": "http://127.0.0.1"},
    )
    browser._took(reply)
    assert page


def test_a_transcript_is_brought_by_form_and_its_page_opens(
    office: Office, sign_in: SignIn
) -> None:
    rep = sign_in()
    ground = lay(office, rep.principal)
    _bring(
        rep, TRANSCRIPT.encode(), "call.vtt", account_id=ground.account, title="First call",
        started_at="2026-06-15T08:00",
    )  # fmt: skip
    assert rep.browser.page.all("h1")[0].text == "First call"
    assert "15 Jun, 08:00" in rep.browser.page.text
    office.settle()
    page = rep.browser.open("/calls")
    assert "Note to review" in page.text


def test_a_form_sent_twice_makes_one_call(office: Office, sign_in: SignIn) -> None:
    rep = sign_in()
    rep.browser.open("/calls/new")
    key = rep.browser.form("/calls").all("input", name="key")[0].attributes["value"]
    places = set()
    for _ in range(2):
        reply = rep.browser.client.post(
            "/calls",
            data={"key": key, "consent": CONSENT},
            files={"file": ("call.vtt", TRANSCRIPT.encode())},
            follow_redirects=False,
        )
        assert reply.status_code == 303
        places.add(reply.headers["location"])
    assert len(places) == 1
    folder = office.parts.settings.home / "calls"
    assert len(list(folder.iterdir())) == 1


def test_without_consent_nothing_is_taken_and_the_form_keeps_what_was_filled_in(
    office: Office, sign_in: SignIn
) -> None:
    rep = sign_in()
    ground = lay(office, rep.principal)
    _bring(
        rep, TRANSCRIPT.encode(), "call.vtt", account_id=ground.account, title="Kept", consent=""
    )
    page = rep.browser.page
    assert rep.browser.status == 422
    assert "on what basis" in page.all("p", role="alert")[0].text
    consent = page.all("input", name="consent")[0]
    assert consent.attributes["aria-invalid"] == "true"
    assert page.all("input", name="title")[0].attributes["value"] == "Kept"
    chosen = [o for o in page.all("option") if "selected" in o.attributes]
    assert [o.attributes["value"] for o in chosen] == [ground.account]
    assert not list((office.parts.settings.home / "calls").glob("*"))


def test_what_is_neither_recording_nor_transcript_is_refused_on_the_page(sign_in: SignIn) -> None:
    rep = sign_in()
    _bring(rep, b"\x00\x01\x02 nothing of the kind" * 50, "photo.bin")
    assert rep.browser.status == 415
    assert rep.browser.page.all("p", role="alert")[0].text


def test_a_recording_waits_for_a_speech_model_and_the_page_says_why(
    office: Office, sign_in: SignIn
) -> None:
    rep = sign_in()
    _bring(rep, _tone(), "call.wav")
    page = rep.browser.page
    assert "Waiting for a speech model." in page.text
    assert "The recording is safe." in page.text
    player = page.all("audio")[0]
    reply = rep.browser.client.get(player.attributes["src"], headers={"range": "bytes=0-43"})
    assert reply.status_code == 206
    assert "1 call in progress" in rep.browser.open("/").text


def test_a_failed_recording_says_why_and_can_be_tried_again(
    office: Office, sign_in: SignIn
) -> None:
    rep = sign_in()
    _bring(rep, _tone(), "call.wav")
    call_id = rep.browser.path.rpartition("/")[2]
    with office.sessions.begin() as session:
        call = session.get_one(Call, call_id)
        call.status, call.status_reason = "failed", "The recording ends after two seconds."
    page = rep.browser.open(f"/calls/{call_id}")
    assert "The recording ends after two seconds." in page.text
    page = rep.browser.send(rep.browser.form(f"/calls/{call_id}/attempts"))
    assert "The recording ends after two seconds." not in page.text


def test_the_list_shows_only_calls_one_may_see(office: Office, sign_in: SignIn) -> None:
    rep = sign_in(team="north")
    ground = lay(office, rep.principal)
    bring(office, rep.principal, account_id=ground.account, title="Ours", settle=False)
    assert "Ours" in rep.browser.open("/calls").text
    assert "Ours" not in sign_in(team="south").browser.open("/calls").text


def _tone() -> bytes:
    """Two seconds of a plain tone."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        for n in range(32_000):
            sound.writeframesraw(struct.pack("<h", int(8000 * math.sin(n / 12))))
    return file.getvalue()


def test_calls_are_found_by_what_was_said_and_lead_to_the_words(
    office: Office, sign_in: SignIn
) -> None:
    rep, other = sign_in(), sign_in(team="south")
    ground = lay(office, rep.principal)
    call_id = bring(office, rep.principal, account_id=ground.account)
    page = rep.browser.open("/calls?q=what+budgets")
    (entry,) = page.all("a", **{"class": "entry"})
    assert entry.attributes["href"] == f"/calls/{call_id}"
    said = [link for link in page.all("a") if ":~:text=" in link.attributes.get("href", "")]
    assert {"budget" in one.text for one in said} == {True}
    assert any("We have a budget of 42,000 euros" in one.text for one in said)
    assert said[0].attributes["href"].startswith(f"/calls/{call_id}#:~:text=")
    assert "Nothing like that was said" in rep.browser.open("/calls?q=helicopters").text
    assert "Nothing like that was said" in other.browser.open("/calls?q=budget").text
