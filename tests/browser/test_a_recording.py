"""A recording sent by form: it is followed while it is transcribed, and played from its lines."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.browser.conftest import (
    OpenPage,
    Served,
    faults,
    overflow,
    picture,
    serving,
    sign_in,
)
from tests.browser.organisation import REP, Organisation
from tests.transcription.sounds import babble, write_audio
from tests.transcription.tiny_whisper import make_tiny_whisper

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_a_recording_is_followed_and_played_beside_its_transcript(
    organisation: Organisation, open_page: OpenPage, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(organisation.home, home, ignore=shutil.ignore_patterns("*.lock"))
    model = make_tiny_whisper(tmp_path / "model")
    recording = write_audio(tmp_path / "call.wav", babble(20), babble(20, pitch_hz=210, seed=1))
    with serving(home, embedding_model="", consumer_poll_s="0.2", speech_model=str(model)) as url:
        page = open_page()
        sign_in(page, Served(url, organisation), REP)
        page.goto(f"{url}/calls/new")
        page.get_by_label("Recording or transcript").set_input_files(recording)
        page.get_by_label("Account", exact=True).select_option(label="Nordlys Sjømat AS")
        page.get_by_label("Consent to the recording").fill("asked at the start")
        channels = page.get_by_label("Who is on which audio channel")
        channels.fill("rep,rep")
        page.get_by_role("button", name="Add call").click()
        assert "named twice" in page.get_by_role("alert").inner_text()
        assert channels.get_attribute("aria-invalid") == "true"
        channels.fill("rep,customer")
        page.get_by_role("button", name="Add call").click()
        page.wait_for_url("**/calls/cal_*")
        page.locator("[data-call][data-status=transcribed]").wait_for(timeout=120_000)
        page.locator("[data-call]:not([data-pending])").wait_for(timeout=60_000)
        assert page.locator("[data-turn]").count() >= 1
        page.locator("[data-seek]").first.click()
        page.wait_for_function("!document.querySelector('audio').paused")
        picture(page, "recording")
        assert faults(page) == []
        assert overflow(page) <= 0
