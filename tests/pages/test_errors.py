from __future__ import annotations

from tests.conftest import Office
from tests.pages.browsing import Browser
from tests.pages.conftest import SignIn


def test_an_unknown_address_is_a_page_for_people(sign_in: SignIn) -> None:
    window = sign_in().browser
    page = window.open("/no/such/page")
    assert window.status == 404
    assert page.all("h1")[0].text == "Nothing here"
    assert page.all("nav"), "the way on is still there"


def test_an_unknown_address_is_a_page_for_strangers_too(browser: Browser) -> None:
    page = browser.open("/no/such/page")
    assert browser.status == 404
    assert not page.all("nav")


def test_programs_keep_their_problem_documents(browser: Browser, office: Office) -> None:
    for path in ("/api/v1/nothing", "/static/000000000000/app.css"):
        reply = browser.client.get(path, headers={"accept": "text/html"})
        assert reply.status_code == 404
        assert reply.headers["content-type"] == "application/problem+json"
    reply = browser.client.get("/no/such/page", headers={"accept": "application/json"})
    assert reply.headers["content-type"] == "application/problem+json"


def test_a_known_address_with_the_wrong_method_stays_405(browser: Browser) -> None:
    assert browser.client.get("/sign-out").status_code == 405
