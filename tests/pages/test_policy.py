"""Every page, for every role: signed in only, a strict policy, and nothing inline that it bars."""

from __future__ import annotations

import re

import pytest

from tests.conftest import Office
from tests.pages.browsing import Browser, parse
from tests.pages.conftest import SignIn
from tests.pages.ground import Ground, lay
from tests.pages.talks import bring

ROLES = ("rep", "support", "manager", "ops", "privacy", "customer")
OPEN_TO_ALL = ("/", "/accounts", "/accounts/{account}", "/accounts/new", "/contacts/new",
               "/accounts/{account}/edit", "/calls", "/calls/new", "/calls/{call}",
               "/chat", "/customers", "/customers?lookup=falk", "/records/{article}",
               "/nowhere")  # fmt: skip


@pytest.fixture
def paths(office: Office, sign_in: SignIn) -> list[str]:
    """An address of each kind of page, with something on it."""
    owner = sign_in(name="Priya Raman").principal
    ground: Ground = lay(office, owner)
    call_id = bring(office, owner, account_id=ground.account, deal_id=ground.deal)
    names = {"account": ground.account, "article": ground.article, "call": call_id}
    return [path.format(**names) for path in OPEN_TO_ALL]


def test_every_page_is_well_formed_and_keeps_to_the_policy(
    paths: list[str], sign_in: SignIn
) -> None:
    for role in ROLES:
        window = sign_in(role).browser
        for path in [*paths, "/operations"]:
            reply = window.client.get(path, headers={"accept": "text/html"})
            assert reply.status_code == (404 if path == "/nowhere" else reply.status_code)
            assert reply.status_code in (200, 403, 404), f"{role} {path}: {reply.status_code}"
            _keeps_to_the_policy(reply.text, dict(reply.headers), f"{role} {path}")


def test_the_pages_of_strangers_keep_to_it_too(browser: Browser) -> None:
    for path in ("/sign-in", "/nowhere"):
        reply = browser.client.get(path, headers={"accept": "text/html"})
        _keeps_to_the_policy(reply.text, dict(reply.headers), path)


def test_every_page_asks_strangers_to_sign_in(paths: list[str], browser: Browser) -> None:
    for path in [*paths, "/operations"]:
        if path == "/nowhere":
            continue
        reply = browser.client.get(path, headers={"accept": "text/html"}, follow_redirects=False)
        assert reply.status_code == 303, path
        assert reply.headers["location"].startswith("/sign-in?next=%2F")


def test_a_page_is_never_kept_by_caches(sign_in: SignIn) -> None:
    reply = sign_in().browser.client.get("/")
    assert reply.headers["cache-control"] == "no-store"


def _keeps_to_the_policy(html: str, headers: dict[str, str], where: str) -> None:
    policy = headers["content-security-policy"]
    for rule in ("default-src 'none'", "script-src 'self'", "style-src 'self'",
                 "require-trusted-types-for 'script'"):  # fmt: skip
        assert rule in policy, where
    page = parse(html)
    for element in page.every():
        names = element.attributes.keys()
        assert "style" not in names, f"{where}: style on {element.tag}"
        assert not [n for n in names if n.startswith("on")], f"{where}: handler on {element.tag}"
        if element.tag == "script":
            assert element.attributes["src"].startswith("/static/"), where
            assert not element.text, where
        assert element.tag != "style", where
        for name in ("href", "src", "action"):
            address = element.attributes.get(name, "/")
            assert re.match(r"/|#|mailto:|tel:", address), f"{where}: {address}"
