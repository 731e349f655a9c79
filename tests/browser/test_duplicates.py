"""A steward answers by keyboard, on any window, and takes the answer back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.crm.door import ensure_source, take_rows
from assistant.crm.kinds import KINDS
from assistant.crm.reading import read_row
from assistant.db import Sessions, make_engine
from tests.browser.conftest import (
    NARROW,
    OpenPage,
    Served,
    faults,
    overflow,
    picture,
    sign_in,
)
from tests.browser.organisation import OPS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def arrive(served: Served) -> None:
    """Two people who may be one come in from two feeds."""
    now = datetime.now(UTC)
    one = {"external_id": "c-900", "name": "Katharina Vandenberg", "email": "kv@acme.example",
           "city": "Bonn", "phone": "+49 228 123456"}  # fmt: skip
    two = {"external_id": "d-900", "name": "Katharina Vandenberg", "email": "kv@other.example",
           "city": "Bonn"}  # fmt: skip
    engine = make_engine(f"sqlite:///{served.organisation.home / 'rapport.db'}")
    try:
        with Sessions(engine).begin() as session:
            for source, raw in (("crm", one), ("desk", two)):
                ensure_source(session, source, now=now)
                row = read_row(KINDS["contact"], raw, payload=raw, row_number=1)
                take_rows(session, source, "contact", [row], now=now, changed_by="test")
    finally:
        engine.dispose()


def test_a_steward_answers_by_keyboard_and_takes_it_back(
    served: Served, open_page: OpenPage
) -> None:
    arrive(served)
    page = open_page()
    sign_in(page, served, OPS)
    card = page.locator(".duplicate", has_text="kv@other.example")
    for _ in range(100):
        page.goto(f"{served.url}/duplicates?kind=contact")
        if card.count():
            break
        page.wait_for_timeout(200)
    assert faults(page) == []
    picture(page, "duplicates", full=True)
    page.keyboard.press("j")
    page.keyboard.press("s")
    page.wait_for_url("**/duplicates?done=same")
    assert page.get_by_text("Merged. The older record stands for both").is_visible()
    picture(page, "duplicates-merged", full=True)
    page.get_by_role("button", name="Undo").first.click()  # the newest merge stands first
    page.wait_for_url("**/duplicates?done=undone")
    assert page.get_by_text("undone").first.is_visible()


def test_two_records_side_by_side_fit_a_phone_in_the_dark(
    served: Served, open_page: OpenPage
) -> None:
    arrive(served)
    page = open_page(NARROW, "dark")
    sign_in(page, served, OPS)
    card = page.locator(".duplicate", has_text="kv@other.example")
    for _ in range(100):
        page.goto(f"{served.url}/duplicates")
        if card.count():
            break
        page.wait_for_timeout(200)
    assert overflow(page) == 0
    assert faults(page) == []
    picture(page, "duplicates-narrow-dark", full=True)
