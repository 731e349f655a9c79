"""A transcript corrected in a browser: words, names, a swap, and a colleague who was quicker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import (
    NARROW,
    OpenPage,
    Served,
    bring,
    faults,
    overflow,
    picture,
    sign_in,
)
from tests.browser.organisation import REP

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_a_transcript_is_corrected_by_keyboard_alone(workshop: Served, open_page: OpenPage) -> None:
    page = open_page()
    _open(page, workshop)
    assert faults(page) == []
    assert overflow(page) <= 0
    picture(page, "correction")
    words = page.get_by_label("Words of turn 2")
    words.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Yes, that is fine.")
    page.keyboard.press("Enter")  # ends nothing, and makes no second line
    assert page.get_by_text("1 correction to save.").is_visible()
    name = page.get_by_label("Jürgen Falk", exact=True)
    name.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Jürgen Falke")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/calls/cal_*?done=corrected")
    assert page.get_by_text("Corrected. The transcript reads so from now on").is_visible()
    second = page.locator("[data-turn='1']")
    assert "Jürgen Falke" in second.inner_text()
    assert "Yes, that is fine." in second.inner_text()


def test_two_speakers_swap_their_names(workshop: Served, open_page: OpenPage) -> None:
    page = open_page()
    _open(page, workshop)
    one, other = (page.locator("[data-speaker]").nth(n) for n in (0, 1))
    before = one.input_value(), other.input_value()
    page.get_by_role("button", name="Swap names").press("Enter")
    assert (other.input_value(), one.input_value()) == before
    page.get_by_role("button", name="Save corrections").press("Enter")
    page.wait_for_url("**/calls/cal_*?done=corrected")
    assert before[1] in page.locator("[data-turn='0']").inner_text()


def test_what_was_typed_survives_a_colleague_who_was_quicker(
    workshop: Served, open_page: OpenPage
) -> None:
    page = open_page(NARROW)
    path = _open(page, workshop)
    assert overflow(page) <= 0
    colleague = page.context.new_page()
    colleague.goto(path)
    colleague.get_by_label("Words of turn 1").fill("The first to save.")
    colleague.get_by_role("button", name="Save corrections").click()
    colleague.wait_for_url("**/calls/cal_*?done=corrected")
    page.get_by_label("Words of turn 1").fill("The second to save.")
    page.get_by_role("button", name="Save corrections").click()
    told = page.get_by_role("alert")
    told.wait_for()
    assert "Somebody corrected this transcript" in told.inner_text()
    assert told.get_by_role("link", name="See how it reads now").is_visible()
    assert page.get_by_label("Words of turn 1").input_value() == "The second to save."
    assert faults(page) == []


def _open(page: Page, workshop: Served) -> str:
    """The form of a call, from the page of the call."""
    sign_in(page, workshop, REP)
    bring(page, workshop)
    switch = page.get_by_role("link", name="Transcript", exact=True)
    if switch.is_visible():  # on narrow screens each part has the page to itself
        switch.click()
    page.get_by_role("link", name="Correct it").click()
    page.get_by_role("heading", name="Correct the transcript").wait_for()
    return page.url
