from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.pages import assets
from tests.pages.browsing import Browser

FILES = sorted(path for path in assets.FOLDER.rglob("*") if path.is_file())


def test_static_files_may_be_kept_for_ever_under_their_digest(browser: Browser) -> None:
    page = browser.open("/sign-in")
    for link in page.all("link", rel="stylesheet") + page.all("script"):
        address = link.attributes.get("href") or link.attributes["src"]
        reply = browser.client.get(address)
        assert reply.status_code == 200
        assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert assets.digest() in address


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_static_file_brings_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|@import|url\(", text)


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.suffix == ".js"], ids=lambda path: path.name
)
def test_a_script_never_turns_text_into_markup(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|new Function"
        r"|createContextualFragment|setHTMLUnsafe|srcdoc",
        text,
    )
