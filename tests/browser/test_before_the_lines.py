"""What stands before the lines of a note, in a browser: template, deal, memo; the e-mail after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import (
    NARROW,
    WIDE,
    OpenPage,
    Scheme,
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

TALK = """Priya Raman: When would you sign the contract?
Jürgen Falk: We will sign the contract next Friday.
Priya Raman: I will send you the quote for sixty probes by Thursday.
"""
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
CORRECT = """async id => {
    const path = `/api/v1/calls/${id}/transcript`;
    const version = (await fetch(path)).headers.get("etag");
    const body = JSON.stringify({ turns: [{ turn: 0, text: "When would you sign the order?" }] });
    const headers = { "Content-Type": "application/json", "If-Match": version };
    return (await fetch(path, { method: "PATCH", headers, body })).status;
}"""


def test_a_note_is_drafted_anew_with_a_memo_beside_it_and_gives_an_e_mail(
    workshop: Served, open_page: OpenPage
) -> None:
    page = open_page()
    sign_in(page, workshop, REP)
    call_id = bring(page, workshop, TALK)
    page.locator("[data-line] .verdict-choice.yes").first.click()
    page.get_by_text("draft saved").wait_for()
    decided = page.locator("[data-line]").first.locator("[data-text]").inner_text()
    assert page.evaluate(CORRECT, call_id) == 200
    page.reload()
    page.get_by_text("The transcript was corrected after this draft was made.").wait_for()
    page.locator("#memo > summary").click()
    page.get_by_label("Memo", exact=True).fill("He sounded tired.")
    page.get_by_role("button", name="Save memo").click()
    page.get_by_text("Saved.", exact=True).wait_for()
    page.get_by_text("Change the template").click()
    page.get_by_label("Draft by").select_option("negotiation")
    _seen(page, "before-the-lines")
    page.locator("[data-template]").get_by_role("button", name="Draft again").click()
    page.get_by_text("chosen by the reviewer").wait_for(timeout=60_000)
    assert "He sounded tired." in page.locator("#memo").inner_text()
    kept = page.locator("[data-line]").filter(has_text=decided).first
    assert kept.locator("input[value=accepted]").is_checked()
    _look_at_all(page)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Confirm note").click()
    page.get_by_role("heading", name="Follow-up e-mail").wait_for()
    assert "quote for sixty probes" in page.get_by_label("Text", exact=True).input_value()
    page.get_by_role("button", name="Copy text").click()
    page.get_by_role("button", name="Copied").or_(page.locator("#follow-up-body:focus")).wait_for()
    _seen(page, "follow-up")


def _look_at_all(page: Page) -> None:
    while page.get_by_role("button", name="Next flagged").is_visible():
        page.get_by_role("button", name="Next flagged").click()
        page.keyboard.press("a")
        page.wait_for_function("document.querySelector('.is-current').hasAttribute('data-looked')")


def _seen(page: Page, name: str) -> None:
    """In both looks and widths, with nothing to find fault with."""
    for size in (WIDE, NARROW):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            picture(page, f"{name}-{size[0]}-{scheme}", full=size == NARROW)
            assert faults(page) == []
            assert overflow(page) <= 0
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
