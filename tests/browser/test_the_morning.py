"""A rep's morning in a real browser on a real service: from drafted note to next action."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import (
    NARROW,
    WIDE,
    OpenPage,
    Scheme,
    Served,
    faults,
    overflow,
    picture,
    sign_in,
)
from tests.browser.organisation import MANAGER, OPS, REP, SUPPORT

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
INDEXED_WITHIN_MS = 60_000


def test_the_morning(served: Served, open_page: OpenPage) -> None:
    page = open_page()
    sign_in(page, served, REP)
    _home_shows_the_draft(page)
    _the_draft_is_reviewed_beside_its_transcript(page)
    _the_note_is_confirmed(page)
    _the_answer_opens_its_sources(page, served)
    _the_score_of_the_suggestion_adds_up(page, served)
    _the_suggestion_is_accepted(page, served)


def _home_shows_the_draft(page: Page) -> None:
    assert page.get_by_text("1 note to review").is_visible()
    _sound(page, "home")
    page.get_by_role("link", name="Discovery with Falk Pharma").click()


def _the_draft_is_reviewed_beside_its_transcript(page: Page) -> None:
    page.get_by_role("heading", name="Draft note").wait_for()
    line = page.locator("[data-line]").filter(has_text="42,000").first
    marker = line.locator("[data-evidence]").first
    quote = marker.get_attribute("data-quote")
    page.wait_for_load_state("networkidle")  # before its scripts run it is a plain link
    marker.click()
    lit = page.locator(".turn.lit")
    lit.first.wait_for()
    assert lit.count() == 1
    assert lit.locator("mark").all_inner_texts() == str(quote).split(" … ")
    assert lit.bounding_box() is not None
    assert _within_the_window(page, ".turn.lit")
    _sound(page, "review")
    change = page.locator("[data-field]").filter(has_text="Amount")
    assert "€30,000" in change.inner_text()
    assert "€41,500" in change.inner_text()
    _an_undecided_change_is_asked_about(page)
    change.get_by_label("Change", exact=True).check()
    page.get_by_text("draft saved").wait_for()
    other = page.locator("[data-line]").filter(has_text="every five minutes").first
    other.locator("[data-text]").click()
    other.locator("summary").click()
    other.get_by_role("textbox").fill("They need a record every hour.")
    other.get_by_role("textbox").blur()
    other.get_by_text("No source found.").wait_for()
    other.get_by_role("textbox").fill("We need a record every five minutes.")
    other.get_by_role("textbox").blur()
    other.get_by_text("No source found.").wait_for(state="hidden")


def _an_undecided_change_is_asked_about(page: Page) -> None:
    asked: list[str] = []

    def not_yet(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", not_yet)
    page.get_by_role("button", name="Confirm note").click()
    assert "undecided, and will not be made" in asked[0]
    assert page.get_by_role("heading", name="Draft note").is_visible()


def _the_note_is_confirmed(page: Page) -> None:
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Confirm note").click()
    page.get_by_text("Confirmed. The note is in the record now.").wait_for()
    assert page.get_by_role("heading", name="Confirmed note").is_visible()
    _sound(page, "confirmed")


def _the_answer_opens_its_sources(page: Page, served: Served) -> None:
    account = f"{served.url}/accounts/{served.organisation.account_id}"
    await_the_note_in_search(page)
    page.goto(account)
    page.get_by_text("Confirmed call note").wait_for()
    assert "€41,500" in page.get_by_role("region", name="Deals").inner_text()
    page.get_by_role("textbox", name="Ask about Falk Pharma").fill(
        "What did they say about the budget?"
    )
    page.keyboard.press("Enter")
    page.locator("details.sources").wait_for()
    sentences = page.locator(".sentence")
    assert sentences.count() >= 1
    kinds = set()
    for number in range(sentences.count()):
        sentence = sentences.nth(number)
        markers = sentence.locator("button.cite")
        assert markers.count() >= 1, sentence.inner_text()
        for place in range(markers.count()):
            markers.nth(place).click()
            source = sentence.locator(".source")
            source.wait_for()
            source.locator("time").filter(has_text=" ").wait_for()
            kinds.add(source.locator(".chip").inner_text())
            _leads_to_its_record(page, source.locator("a").get_attribute("href") or "", served)
    assert "Call note" in kinds
    page.locator(".exchange").scroll_into_view_if_needed()
    _sound(page, "answer")


def _leads_to_its_record(page: Page, href: str, served: Served) -> None:
    """The link opens a page of ours on which the cited record, or its words, is marked."""
    assert href.startswith(("/accounts/", "/calls/", "/records/")), href
    other = page.context.new_page()
    reply = other.goto(served.url + href)
    assert reply is not None
    assert reply.status == 200
    anchor = href.partition("#")[2].partition(":~:")[0]
    if anchor:
        assert other.locator(f"[id='{anchor}']").count() == 1
    other.close()


def _the_score_of_the_suggestion_adds_up(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/#actions")
    card = page.locator("[data-suggestion]").filter(has_text="Call Ulrike Reuter")
    card.locator("a.score").click()
    page.get_by_role("heading", name="How this score adds up").wait_for()
    for details in page.locator(".reasons details").all():
        details.evaluate("element => { element.open = true; }")
    values = [float(v.get_attribute("value") or "nan") for v in page.locator("data.sum").all()]
    *parts, total = values
    assert len(parts) > 3
    assert math.fsum(parts) == pytest.approx(total, abs=1e-9)
    shown = page.locator(".score-card header .score strong").inner_text()
    probability = 1 / (1 + math.exp(-total))
    assert shown == f"{probability:.0%}" or probability > 0.99
    assert page.locator(".behind time").count() >= 5, "the events behind the score are listed"
    _sound(page, "score")


def _the_suggestion_is_accepted(page: Page, served: Served) -> None:
    page.goto(served.url)
    card = page.locator("[data-suggestion]").filter(has_text="Call Ulrike Reuter")
    assert card.locator(".why li").count() >= 2
    card.get_by_role("button", name="Accept").click()
    card.get_by_text("It is in your tasks now.").wait_for()
    _sound(page, "accepted")
    page.goto(f"{served.url}/accounts/{served.organisation.account_id}")
    assert page.get_by_role("heading", name="Call Ulrike Reuter").first.is_visible()


def await_the_note_in_search(page: Page) -> None:
    """The index follows confirmations in the background, within moments."""
    script = """async () => {
        for (let tries = 0; tries < 200; tries += 1) {
            const reply = await fetch("/api/v1/search?q=budget");
            if ((await reply.text()).includes('"note"')) return true;
            await new Promise((done) => setTimeout(done, 300));
        }
        return false;
    }"""
    assert page.evaluate(script)


def _within_the_window(page: Page, selector: str) -> bool:
    script = """(selector) => {
        const box = document.querySelector(selector).getBoundingClientRect();
        return box.bottom > 0 && box.top < innerHeight;
    }"""
    return bool(page.evaluate(script, selector))


def _sound(page: Page, name: str) -> None:
    """Accessible, no wider than its window, and kept as a picture."""
    picture(page, name)
    assert faults(page) == []
    assert overflow(page) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_page_is_accessible_and_fits(
    looked_at: Served, open_page: OpenPage, scheme: Scheme, size: tuple[int, int]
) -> None:
    served, organisation = looked_at, looked_at.organisation
    visits = [
        (REP, "/"), (REP, "/accounts"), (REP, f"/accounts/{organisation.account_id}"),
        (REP, "/calls"), (REP, "/calls/new"), (REP, f"/calls/{organisation.call_id}"),
        (REP, "/chat"), (REP, "/nowhere"), (SUPPORT, "/"), (SUPPORT, "/customers?lookup=falck"),
        (OPS, "/"), (OPS, "/?verify=true"), (MANAGER, "/"), (MANAGER, "/leaks"),
    ]  # fmt: skip
    suffix = f"{'narrow' if size == NARROW else 'wide'}-{scheme}"
    page = open_page(size, scheme)
    page.goto(f"{served.url}/sign-in")
    picture(page, f"sign-in-{suffix}")
    assert faults(page) == []
    signed_in = ""
    found: dict[str, list[str]] = {}
    for email, path in visits:
        if email != signed_in:
            page.context.clear_cookies()
            sign_in(page, served, email)
            signed_in = email
        page.goto(served.url + path)
        name = f"{email.split('@')[0]}{path.split('_')[0].replace('/', '-')}".rstrip("-")
        picture(page, f"{name.replace('?', '-')}-{suffix}", full=True)
        wrong = faults(page)
        if overflow(page) > 0:
            wrong.append(f"{overflow(page)} pixels wider than the window")
        if wrong:
            found[f"{email} {path}"] = wrong
    assert found == {}


def test_the_morning_works_without_scripts(served: Served, open_page: OpenPage) -> None:
    page = open_page(scripts=False)
    sign_in(page, served, REP)
    page.get_by_role("link", name="Discovery with Falk Pharma").click()
    page.locator("[data-evidence]").first.click()
    assert "#turn-" in page.url
    page.get_by_role("button", name="Confirm note").click()
    assert page.get_by_text("Confirmed. The note is in the record now.").is_visible()
    page.goto(served.url)
    page.get_by_role("button", name="Accept").first.click()
    assert page.get_by_text("It is in your tasks now.").is_visible()
    page.goto(f"{served.url}/chat")
    page.locator("#question").fill("How many open tickets are there?")
    page.locator("form.ask button").click()
    page.locator(".sentence").first.wait_for()
    page.locator("a.cite").first.click()
    assert "#source" in page.url


def test_the_page_is_worked_by_keyboard_alone(looked_at: Served, open_page: OpenPage) -> None:
    served, page = looked_at, open_page()
    sign_in(page, served, REP)
    page.goto(f"{served.url}/calls/{served.organisation.call_id}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    seen: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        state = page.evaluate(FOCUSED)
        assert state["visible"], f"focus is not to be seen on {state['tag']} {state['name']}"
        assert state["ring"], f"nothing shows the focus on {state['tag']} {state['name']}"
        seen.append(state["name"])
        if any(name.startswith("Edit") for name in seen):
            break
    assert any(name.startswith("Evidence") for name in seen)
    assert any(name.startswith("Edit") for name in seen)
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.id") == "find"


FOCUSED = """() => {
    const element = document.activeElement;
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return {
        tag: element.tagName,
        name: (element.getAttribute("aria-label") ?? element.textContent).trim() || element.id,
        visible: box.bottom > 0 && box.top < innerHeight
            && (element.contains(at) || at?.contains(element) || element.labels?.[0]?.contains(at)),
        ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    };
}"""
