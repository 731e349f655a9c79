"""The review of a draft in a browser: by keyboard alone, with nothing covered, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import (
    NARROW,
    TALK,
    WIDE,
    OpenPage,
    Served,
    bring,
    faults,
    overflow,
    picture,
    sign_in,
)
from tests.browser.organisation import MANAGER, REP

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

CONFIRM = """async (call) => {
    const found = await (await fetch(`/api/v1/notes?call_id=${call}`)).json();
    const path = `/api/v1/notes/${found.items[0].id}`;
    const read = await fetch(path);
    const note = await read.json();
    const send = (what, body, headers = {}) => fetch(`${path}/${what}`, {
        method: "POST", body: JSON.stringify(body),
        headers: { "Content-Type": "application/json", ...headers },
    });
    await send("looks", { looked: note.progress.to_look_at });
    const reply = await send("confirmation", {}, { "If-Match": read.headers.get("ETag") });
    if (!reply.ok) throw new Error(await reply.text());
}"""
# The focused item, and whether anything lies over it at its corners and centre.
COVERED = """() => {
    const item = document.activeElement;
    const box = item.getBoundingClientRect();
    const spots = [[0.5, 0.5], [0.02, 0.15], [0.6, 0.9]];
    return spots.filter(([x, y]) => {
        const at = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
        return !item.contains(at);
    }).length ? item.textContent.trim().slice(0, 40) : "";
}"""


NAMED = """() => {
    const { textContent, value } = document.activeElement;
    return `${textContent.trim()} ${value ?? ""}`;
}"""


def _current(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def _press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_draft_is_reviewed_and_signed_by_keyboard_alone(
    workshop: Served, open_page: OpenPage
) -> None:
    page = open_page()
    sign_in(page, workshop, REP)
    bring(page, workshop)
    lines = page.locator("[data-line]")
    flagged = page.locator("[data-line][data-flagged]").count()
    assert flagged >= 2
    progress = page.locator("[data-progress]")
    assert progress.inner_text().startswith(f"0 of {flagged} flagged")
    _the_keys_are_shown(page)
    _press(page, "j")
    first = _current(page)
    assert first == lines.first.get_attribute("id")
    _press(page, "j")
    assert _current(page) != first
    _press(page, "ArrowUp")
    assert _current(page) == first
    _press(page, "a")
    assert lines.first.locator(".decide input[value=accepted]").is_checked()
    _press(page, "s", "Enter")
    told = page.get_by_role("alert")
    told.wait_for()
    assert "not looked at yet" in told.inner_text()
    page.get_by_text("draft saved").wait_for()
    while page.get_by_role("button", name="Next flagged").is_visible():
        done = int(progress.inner_text().split()[0])
        _press(page, "n")
        line = _current(page)
        _press(page, "p")
        page.locator(".turn.lit mark").first.wait_for()
        assert _current(page) == line, "who reads with the ear keeps the place in the note"
        progress.get_by_text(f"{done + 1} of {flagged}").wait_for()
    assert done + 1 == flagged
    _a_line_is_reworded_moved_and_rejected(page)
    _a_line_is_added(page)
    _a_field_is_accepted(page)
    page.get_by_text("draft saved").wait_for()
    picture(page, "review-by-keyboard")
    assert faults(page) == []
    _press(page, "s")
    assert "Confirm note" in page.evaluate("document.activeElement.textContent")
    page.once("dialog", lambda dialog: dialog.accept())
    _press(page, "Enter")
    page.get_by_text("Confirmed. The note is in the record now.").wait_for()
    signed = page.locator("#note").inner_text()
    assert "It must talk to SAP." in signed
    assert "He sounded hopeful." in signed
    while page.evaluate("document.activeElement.value") != "undo":
        _press(page, "Tab")
    _press(page, "Enter")
    page.get_by_text("Undone. The note is a draft again").wait_for()


def _the_keys_are_shown(page: Page) -> None:
    _press(page, "?")
    dialog = page.get_by_role("dialog", name="Keys")
    dialog.wait_for()
    picture(page, "review-keys")
    assert faults(page) == []
    _press(page, "j", "Escape")
    dialog.wait_for(state="hidden")
    assert page.locator(".is-current").count() == 0, "keys do nothing behind the dialog"


def _a_line_is_reworded_moved_and_rejected(page: Page) -> None:
    line = page.locator("[data-line]").filter(has_text="accounts package").last
    while _current(page) != line.get_attribute("id"):
        before = _current(page)
        _press(page, "j")
        if _current(page) == before:
            _press(page, *(["k"] * 30))
    _press(page, "e", "Control+A")
    page.keyboard.type("It must talk to SAP.")  # among them a, r, e, p, s: letters, not keys
    _press(page, "Control+Enter")
    line.get_by_text("No source found.").wait_for()
    assert _current(page) == line.get_attribute("id")
    assert not line.locator(".decide input:checked").count()
    assert line.locator("[data-changes] ins").count() >= 1
    _press(page, "e", "Control+A")
    page.keyboard.type("nonsense")
    _press(page, "Escape")
    assert line.locator("[data-text]").inner_text() == "It must talk to SAP."
    _press(page, "k", "r")
    assert page.locator(".is-current .decide input[value=rejected]").is_checked()
    _press(page, "r")
    assert page.locator(".is-current .decide input:checked").count() == 0
    section = page.locator("[data-of]").filter(has=page.locator("[data-line] ~ [data-line]")).first
    ids = "items => items.map(item => item.id)"
    order = section.locator("[data-line]").evaluate_all(ids)
    section.locator("[data-line]").first.focus()
    _press(page, "Shift+J")
    page.wait_for_function(
        "id => document.activeElement.previousElementSibling?.id === id", arg=order[1]
    )
    assert section.locator("[data-line]").evaluate_all(ids)[:2] == [order[1], order[0]]


def _a_line_is_added(page: Page) -> None:
    _press(page, "o")
    page.keyboard.type("He sounded hopeful.")
    _press(page, "Enter")
    own = page.locator("[data-line]").filter(has_text="He sounded hopeful.")
    own.wait_for()
    page.wait_for_function("document.activeElement.textContent.includes('He sounded hopeful.')")
    assert own.get_by_text("your words").is_visible()


def _a_field_is_accepted(page: Page) -> None:
    changes = page.locator("[data-field]")
    for number in range(changes.count()):
        while _current(page) != changes.nth(number).get_attribute("id"):
            _press(page, "j")
        _press(page, "a")
        assert changes.nth(number).locator("input[value=accepted]").is_checked()


def test_single_keys_can_be_switched_off_and_tab_alone_does_everything(
    workshop: Served, open_page: OpenPage
) -> None:
    page = open_page()
    sign_in(page, workshop, REP)
    bring(page, workshop)
    _press(page, "?")
    page.get_by_label("Use single keys").uncheck()
    _press(page, "Escape")
    page.reload()
    page.locator("[data-line]").first.focus()
    _press(page, "a", "j")
    assert page.locator(".decide input:checked").count() == 0
    assert _current(page) == page.locator("[data-line]").first.get_attribute("id")
    _press(page, "ArrowDown", "ArrowUp")  # arrows are no letters: they move on a line still
    seen = []
    for _ in range(9):
        _press(page, "Tab")
        seen.append(page.evaluate(NAMED))
    assert any("evidence" in each for each in seen)
    assert any(each.startswith("Edit") for each in seen)
    assert any("accepted" in each for each in seen)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_covers_a_line_and_each_part_has_the_screen_to_itself(
    workshop: Served, open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = open_page(size)
    sign_in(page, workshop, REP)
    bring(page, workshop)
    covered = []
    for _ in range(page.locator("[data-item]").count()):
        _press(page, "j")
        covered.append(page.evaluate(COVERED))
    assert [each for each in covered if each] == []
    assert overflow(page) <= 0
    if size == WIDE:
        return
    assert not page.locator("[data-turns]").is_visible()
    page.locator("[data-line] [data-evidence]").first.click()
    page.locator(".turn.lit").wait_for()
    assert not page.locator("[data-line]").first.is_visible()
    page.get_by_role("button", name="Back to the note").click()
    assert page.locator("[data-line]").first.is_visible()
    page.get_by_role("navigation", name="Parts of this call").get_by_role(
        "link", name="About"
    ).click()
    assert page.get_by_role("heading", name="Consent").is_visible()
    assert not page.locator("[data-line]").first.is_visible()
    assert faults(page) == []


def test_two_reviewers_choose_between_their_versions_line_by_line(
    workshop: Served, open_page: OpenPage
) -> None:
    mine, theirs = open_page(), open_page()
    sign_in(mine, workshop, REP)
    sign_in(theirs, workshop, MANAGER)
    call_id = bring(mine, workshop)
    theirs.goto(f"{workshop.url}/calls/{call_id}")
    lines = mine.locator("[data-line]")
    first, second, third = (lines.nth(at).get_attribute("id") for at in range(3))
    _reword(theirs, first, "What the manager wrote.")
    theirs.locator(f"#{second} input[value=rejected]").check()
    _saved(theirs)
    _reword(mine, first, "What the rep wrote.", saved=False)
    dialog = mine.get_by_role("dialog", name="Somebody changed this note")
    dialog.wait_for()
    assert "Ingrid Solheim saved meanwhile" in dialog.inner_text()
    picture(mine, "merge")
    assert faults(mine) == []
    rows = dialog.locator("fieldset")
    assert rows.count() == 2
    keep = dialog.get_by_role("button", name="Keep these choices")
    keep.click()
    assert dialog.is_visible(), "who wrote the same line must choose"
    rows.filter(has_text="What the rep wrote.").get_by_label("Yours").check()
    keep.click()
    dialog.wait_for(state="hidden")
    _saved(mine)
    assert mine.locator(f"#{first} [data-text]").inner_text() == "What the rep wrote."
    assert mine.locator(f"#{second} input[value=rejected]").is_checked()
    mine.locator(f"#{third} input[value=accepted]").check()
    _saved(mine)
    # The manager is now the one who is late, and takes what the rep chose.
    theirs.locator(f"#{third} input[value=rejected]").check()
    late = theirs.get_by_role("dialog", name="Somebody changed this note")
    late.get_by_role("button", name="Theirs throughout").click()
    late.get_by_role("button", name="Keep these choices").click()
    late.wait_for(state="hidden")
    assert theirs.locator(f"#{first} [data-text]").inner_text() == "What the rep wrote."
    assert theirs.locator(f"#{third} input[value=accepted]").is_checked()


def _reword(page: Page, line_id: str | None, text: str, *, saved: bool = True) -> None:
    line = page.locator(f"#{line_id}")
    line.locator("[data-text]").click()
    line.locator("summary").click()
    line.get_by_role("textbox").fill(text)
    line.get_by_role("button", name="Done").click()
    if saved:
        _saved(page)


def _saved(page: Page) -> None:
    page.get_by_text("draft saved").wait_for()


LONG = TALK + "".join(
    f"Jürgen Falk: We need {count} more probes at site {count}, that is a must-have.\n"
    for count in ("three", "four", "five", "six", "seven", "eight", "nine", "eleven")
)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_what_was_confirmed_can_be_undone_without_going_to_its_end(
    workshop: Served, open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = open_page(size)
    sign_in(page, workshop, REP)
    call_id = bring(page, workshop, LONG)
    picture(page, f"draft-{size[0]}", full=True)
    page.evaluate(CONFIRM, call_id)
    page.goto(f"{workshop.url}/calls/{call_id}")
    undo = page.get_by_role("button", name="Undo")
    undo.wait_for()
    picture(page, f"confirmed-{size[0]}")
    box = undo.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < size[1]
    assert overflow(page) == 0
    assert faults(page) == []
