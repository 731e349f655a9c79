"""A real browser, a real `rapport serve` process, and a folder for what was seen."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

import pytest

from tests.browser.organisation import PASSWORD, Organisation, found
from tests.paths import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ARTIFACTS = ROOT / "tests" / "artifacts"
CHECKS = (Path(__file__).parent / "checks.js").read_text(encoding="utf-8")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
Scheme = Literal["light", "dark"]
WIDE, NARROW = (1360, 900), (390, 844)
START_TIMEOUT_S = 60
TALK = """Priya Raman: Do you have a budget for this?
Jürgen Falk: Around forty thousand euros, if legal agrees.
Priya Raman: What would the new system need to do for you?
Jürgen Falk: It has to talk to our accounts package, that is a must-have.
Jürgen Falk: We lose six hours a week because everything is copied by hand.
Priya Raman: I will send you the quote for sixty probes by Thursday.
Jürgen Falk: Good. Maybe we could start in September.
Priya Raman: So thirty-eight thousand euros in total, agreed?
Jürgen Falk: Agreed. We will sign the contract by June 30th.
"""
BRING = """async ([talk, account]) => {
    const form = new FormData();
    form.append("file", new Blob([talk]), "call.txt");
    form.append("consent", "agreed");
    form.append("account_id", account);
    const reply = await fetch("/api/v1/calls", { method: "POST", body: form });
    return (await reply.json()).id;
}"""


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright.

    Playwright holds this thread's event loop while it runs: it ends with the last test here, so
    that other tests of the same process can run loops of their own.
    """
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no Chromium here: install Debian's `chromium` to run the browser tests")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass(frozen=True, slots=True)
class Served:
    """A running service and what it serves."""

    url: str
    organisation: Organisation


@pytest.fixture(scope="package")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Organisation:
    """The small organisation, founded once."""
    return found(tmp_path_factory.mktemp("organisation"))


@pytest.fixture(scope="package")
def looked_at(organisation: Organisation) -> Iterator[Served]:
    """A service for tests that change nothing."""
    with _served(organisation) as served:
        yield served


@pytest.fixture
def served(organisation: Organisation, tmp_path: Path) -> Iterator[Served]:
    """A service on a copy of the organisation, for a test that works in all of it."""
    with _served(_copied(organisation, tmp_path)) as served:
        yield served


@pytest.fixture(scope="package")
def workshop(
    organisation: Organisation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A service on a copy of the organisation, for tests that each work on a call of their own."""
    with _served(_copied(organisation, tmp_path_factory.mktemp("workshop"))) as served:
        yield served


def _copied(organisation: Organisation, folder: Path) -> Organisation:
    home = folder / "home"
    shutil.copytree(organisation.home, home, ignore=shutil.ignore_patterns("*.lock"))
    return replace(organisation, home=home)


@contextmanager
def _served(organisation: Organisation) -> Iterator[Served]:
    with serving(organisation.home, embedding_model="", consumer_poll_s="0.2") as url:
        yield Served(url, organisation)


def sign_in(page: Page, served: Served, email: str) -> None:
    """Sign in by the form, as a person does."""
    page.goto(f"{served.url}/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("navigation", name="Main").wait_for()


OpenPage = Callable[..., "Page"]


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Makes a window of its own; at the end no script may have failed in it."""
    contexts = []
    errors: list[str] = []

    def opened(
        size: tuple[int, int] = WIDE, scheme: Scheme = "light", *, scripts: bool = True
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            reduced_motion="reduce",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda said: (
                errors.append(said.text)
                if said.type == "error" and "Failed to load resource" not in said.text
                else None
            ),
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


def faults(page: Page) -> list[str]:
    """What an accessibility reviewer would find on the page as it is shown."""
    found: list[str] = page.evaluate(CHECKS)
    return found


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    script = "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
    return int(page.evaluate(script))


def picture(page: Page, name: str, *, full: bool = False) -> None:
    """Keep what the page looks like."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png", full_page=full)


@contextmanager
def serving(home: Path, **settings: str) -> Iterator[str]:
    """A `rapport serve` process on this home, as its address; ended politely."""
    environment = {key: value for key, value in os.environ.items() if "RAPPORT" not in key}
    environment |= {"RAPPORT_HOME": str(home), "RAPPORT_LOG_LEVEL": "WARNING"}
    environment |= {f"RAPPORT_{name.upper()}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "assistant", "serve", "--port", "0"]
    process = subprocess.Popen(
        command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    said: list[str] = []
    ready = threading.Event()
    threading.Thread(target=_listen, args=(process.stderr, said, ready), daemon=True).start()
    try:
        assert ready.wait(START_TIMEOUT_S), f"the service did not start: {''.join(said)}"
        address = re.search(r"http://\S+", "".join(said))
        assert address, f"the service ended: {''.join(said)}"
        yield address.group()
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _listen(stream: IO[str], said: list[str], ready: threading.Event) -> None:
    for line in stream:
        said.append(line)
        if "http://" in line:
            ready.set()
    ready.set()


def bring(page: Page, served: Served, talk: str = TALK) -> str:
    """A call with conditions in it, open in the page once its draft is there."""
    call_id = str(page.evaluate(BRING, [talk, served.organisation.account_id]))
    page.goto(f"{served.url}/calls/{call_id}")
    page.get_by_role("heading", name="Draft note").wait_for(timeout=60_000)
    page.wait_for_load_state(
        "load"
    )  # the page came anew with its draft: keys count once it is whole
    return call_id
