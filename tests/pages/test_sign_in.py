from __future__ import annotations

import pytest

from tests.conftest import Office
from tests.pages.browsing import Browser
from tests.pages.conftest import SignIn


def test_a_page_asks_a_stranger_to_sign_in_and_then_shows_itself(
    browser: Browser, sign_in_by_form: SignIn, office: Office
) -> None:
    someone = sign_in_by_form()
    browser.open("/nowhere?lookup=x%20y")
    assert browser.status == 404
    browser.open("/records/acc_1?a=b&c=d")
    assert browser.path == "/sign-in?next=%2Frecords%2Facc_1%3Fa%3Db%26c%3Dd"
    browser.send(browser.form("/sign-in"), email=someone.email, password="correct horse battery")
    assert browser.path == "/records/acc_1?a=b&c=d"


def test_a_wrong_password_is_said_and_the_email_stays(
    browser: Browser, sign_in_by_form: SignIn
) -> None:
    someone = sign_in_by_form()
    browser.open("/sign-in")
    page = browser.send(browser.form("/sign-in"), email=someone.email, password="no, not this one")
    assert browser.status == 401
    assert "do not fit together" in page.all("p", role="alert")[0].text
    assert page.all("input", name="email")[0].attributes["value"] == someone.email
    assert "no, not this one" not in (browser.reply.text if browser.reply else "")


def test_too_many_tries_are_refused_on_the_page(browser: Browser) -> None:
    for _ in range(6):
        browser.open("/sign-in")
        page = browser.send(browser.form("/sign-in"), email="who@vendor.example", password="x")
    assert browser.status == 429
    assert "try again in a minute" in page.all("p", role="alert")[0].text


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/sign-out",
    ],
)
def test_signing_in_leads_to_our_own_pages_only(
    sign_in_by_form: SignIn, browser: Browser, elsewhere: str
) -> None:
    someone = sign_in_by_form()
    browser.client.get("/sign-in", params={"next": elsewhere})
    browser.open("/sign-in")
    form = browser.form("/sign-in")
    reply = browser.client.post(
        "/sign-in",
        data={"email": someone.email, "password": "correct horse battery", "next": elsewhere},
        follow_redirects=False,
    )
    assert form
    assert (reply.status_code, reply.headers["location"]) == (303, "/")


def test_signing_out_ends_the_session(sign_in_by_form: SignIn) -> None:
    someone = sign_in_by_form()
    cookie = someone.browser.client.cookies["rapport_session"]
    someone.browser.open("/nowhere")
    someone.browser.send(someone.browser.form("/sign-out"))
    assert someone.browser.path == "/sign-in"
    someone.browser.client.cookies.set("rapport_session", cookie)
    someone.browser.open("/records/acc_1")
    assert someone.browser.path.startswith("/sign-in")


def test_the_session_cookie_is_out_of_reach_of_scripts(
    sign_in_by_form: SignIn, browser: Browser
) -> None:
    someone = sign_in_by_form()
    reply = browser.client.post(
        "/sign-in",
        data={"email": someone.email, "password": "correct horse battery"},
        follow_redirects=False,
    )
    cookie = reply.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_a_form_sent_from_another_site_is_refused(sign_in_by_form: SignIn) -> None:
    someone = sign_in_by_form()
    reply = someone.browser.client.post("/sign-out", headers={"origin": "https://evil.example"})
    assert reply.status_code == 403
    someone.browser.open("/nowhere")
    assert someone.browser.page.all("nav")
