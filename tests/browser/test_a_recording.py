"""A recording sent by form, heard on a machine that has fetched nothing: from sound to an answer.

The model is the demo's own, which hears its sample calls and nothing else.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.demo.hearing.samples import LIMIT, Sample, samples
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
from tests.browser.test_a_review import CONFIRM
from tests.browser.test_the_morning import await_the_note_in_search
from tests.transcription.sounds import babble, write_audio
from transcription.accuracy import NO_ERRORS, WordErrors, word_errors

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
ACCOUNT = "Nordlys Sjømat AS"
WORST = 0.2  # of the words of a sample call
SPOKEN = """side => [...document.querySelectorAll(".turn")]
    .filter(turn => turn.querySelector("strong").textContent === side)
    .map(turn => turn.querySelector(".words").textContent).join(" ")"""


@pytest.fixture
def without_model(organisation: Organisation, tmp_path: Path) -> Iterator[Served]:
    """A service that has no speech model but the demo's."""
    home = tmp_path / "home"
    shutil.copytree(organisation.home, home, ignore=shutil.ignore_patterns("*.lock"))
    (tmp_path / "models").mkdir()
    with serving(
        home, embedding_model="", consumer_poll_s="0.2", models_dir=str(tmp_path / "models")
    ) as url:
        yield Served(url, organisation)


def test_a_call_is_heard_noted_and_cited_with_its_seconds(
    without_model: Served, open_page: OpenPage, tmp_path: Path
) -> None:
    sample = next(one for one in samples() if one.slug == "lindholmen-freezers")
    page = open_page()
    sign_in(page, without_model, REP)
    _ones_own_recording_waits(page, without_model.url, tmp_path)
    call_id = _the_sample_is_heard(page, without_model.url, sample)
    page.evaluate(CONFIRM, call_id)
    await_the_note_in_search(page)
    page.goto(f"{without_model.url}/calls/{call_id}")
    _the_answer_cites_what_was_said(page)


def _ones_own_recording_waits(page: Page, url: str, folder: Path) -> None:
    own = write_audio(folder / "own.wav", babble(3), babble(3, pitch_hz=210, seed=1))
    _send(page, url, own)
    page.locator("[data-call][data-status=waiting_for_model]").wait_for()
    told = page.locator("[data-state]").inner_text()
    assert LIMIT in told
    assert "rapport models pull" in told


def _send(page: Page, url: str, recording: Path) -> None:
    page.goto(f"{url}/calls/new")
    page.get_by_label("Recording or transcript").set_input_files(recording)
    page.get_by_label("Account", exact=True).select_option(label=ACCOUNT)
    page.get_by_label("Consent to the recording").fill("asked at the start")
    channels = page.get_by_label("Who is on which audio channel")
    channels.fill("rep,rep")
    page.get_by_role("button", name="Add call").click()
    assert "named twice" in page.get_by_role("alert").inner_text()
    assert channels.get_attribute("aria-invalid") == "true"
    channels.fill("rep,customer")
    page.get_by_role("button", name="Add call").click()
    page.wait_for_url("**/calls/cal_*")


def _the_sample_is_heard(page: Page, url: str, sample: Sample) -> str:
    _send(page, url, sample.recording)
    page.locator("[data-call][data-status=transcribed]").wait_for(timeout=120_000)
    page.locator("[data-call]:not([data-pending])").wait_for(timeout=60_000)
    page.get_by_role("heading", name="Draft note").wait_for()
    assert _errors(page, sample).rate < WORST
    assert page.get_by_text(f"Heard by a {LIMIT}").is_visible()
    page.locator("[data-seek]").first.click()
    page.wait_for_function("!document.querySelector('audio').paused")
    picture(page, "recording")
    assert faults(page) == []
    assert overflow(page) <= 0
    return page.url.rpartition("/")[2]


def _errors(page: Page, sample: Sample) -> WordErrors:
    """Side by side: who speaks over whom is no matter of hearing."""
    said = ("\n".join(line.text for line in sample.lines if line.speaker == one)
            for one in sample.voices)  # fmt: skip
    got = [str(page.evaluate(SPOKEN, side)) for side in ("rep", "customer")]
    return sum((word_errors(*pair) for pair in zip(said, got, strict=True)), NO_ERRORS)


def _the_answer_cites_what_was_said(page: Page) -> None:
    """From the sentence to the line of the note, from there to the second at which it was said."""
    page.locator(".crumb a").last.click()
    page.get_by_text("Confirmed call note").first.wait_for()
    page.wait_for_load_state("load")  # before its scripts run, Enter sends a plain form
    page.get_by_role("textbox", name="Ask about").fill("What did they say about the budget?")
    page.keyboard.press("Enter")
    page.locator("details.sources").wait_for(timeout=60_000)
    page.locator(".sentence button.cite").first.click()
    source = page.locator(".sentence .source").first
    source.wait_for()
    assert source.locator(".chip").inner_text() == "Call note"
    assert "budget" in source.locator("blockquote").inner_text()
    page.goto(page.url.partition("/accounts")[0] + str(source.locator("a").get_attribute("href")))
    marker = page.locator("#note [data-evidence][data-quote*=budget]").first
    start_s = float(marker.get_attribute("data-start") or "nan")
    page.wait_for_load_state("networkidle")  # before its scripts run it is a plain link
    marker.click()
    page.wait_for_function("!document.querySelector('audio').paused")
    assert start_s <= page.evaluate("document.querySelector('audio').currentTime") < start_s + 5
    assert "budget" in page.locator(".turn.lit .words").first.inner_text()
