from __future__ import annotations

import pytest

from tests.conftest import Office
from tests.pages.browsing import Element
from tests.pages.conftest import Guest, SignIn
from tests.pages.ground import Ground, lay


@pytest.fixture
def rep(sign_in: SignIn) -> Guest:
    return sign_in()


@pytest.fixture
def ground(office: Office, rep: Guest) -> Ground:
    made = lay(office, rep.principal)
    office.settle()
    return made


def _answer(page: Element) -> Element:
    return [a for a in page.all("article") if "data-exchange" in a.attributes][-1]


def test_without_scripts_a_question_is_answered_on_a_page_with_its_sources(
    rep: Guest, ground: Ground
) -> None:
    window = rep.browser
    window.open("/chat")
    window.send(window.form("/chat"), message="How many open tickets do we have?")
    assert window.path.startswith("/chat/cnv_")
    answer = _answer(window.page)
    assert answer.all("h2")[0].text == "How many open tickets do we have?"
    sentence = next(d for d in answer.all("div") if d.attributes.get("class") == "sentence")
    assert "1" in sentence.text
    for marker in sentence.all("a"):
        target = marker.attributes["href"].removeprefix("#")
        assert [item for item in answer.every() if item.attributes.get("id") == target]
    opened = [a.attributes["href"] for a in answer.all("a") if ground.ticket in str(a.attributes)]
    assert opened
    window.open(opened[0])
    assert window.path == f"/accounts/{ground.account}?at={ground.ticket}"


def test_a_conversation_goes_on_and_is_listed(rep: Guest, ground: Ground) -> None:
    window = rep.browser
    window.open("/chat")
    window.send(window.form("/chat"), message="How many open tickets do we have?")
    first = window.path
    window.send(window.form("/chat"), message="What is the name of her dog?")
    assert window.path == first
    assert len([a for a in window.page.all("article") if "data-exchange" in a.attributes]) == 2
    page = window.open("/chat")
    assert page.all("a", href=first.partition("#")[0])


def test_what_no_record_says_is_said_to_be_unknown(rep: Guest, ground: Ground) -> None:
    window = rep.browser
    window.open(f"/accounts/{ground.account}")
    window.send(window.form("/chat"), message="What is the name of her dog?")
    answer = _answer(window.page)
    assert answer.all("p", role="status") or "nothing" in answer.text.lower()
    assert not [d for d in answer.all("div") if d.attributes.get("class") == "sentence"]


def test_an_empty_question_is_refused_with_a_page(rep: Guest) -> None:
    reply = rep.browser.client.post("/chat", data={"message": " "}, headers={"accept": "text/html"})
    assert reply.status_code == 422
    assert "Write what you want to know" in reply.text


def test_nobody_reads_the_conversation_of_another(
    rep: Guest, ground: Ground, sign_in: SignIn
) -> None:
    window = rep.browser
    window.open("/chat")
    window.send(window.form("/chat"), message="How many open tickets do we have?")
    other = sign_in().browser
    other.open(window.path)
    assert other.status == 404


def test_the_scope_of_a_question_is_shown_and_never_a_forbidden_one(
    rep: Guest, ground: Ground, sign_in: SignIn
) -> None:
    page = rep.browser.open(f"/chat?account_id={ground.account}")
    assert "Falk Pharma Logistik" in page.all("form", action="/chat")[0].text
    page = sign_in(team="south").browser.open(f"/chat?account_id={ground.account}")
    assert "Falk Pharma Logistik" not in page.text


def test_an_answer_is_judged_and_a_conversation_found_and_erased_without_scripts(
    rep: Guest, ground: Ground
) -> None:
    window = rep.browser
    window.open("/chat")
    window.send(window.form("/chat"), message="How many open tickets do we have?")
    talk = window.path
    judging = f"{talk}/feedback/0"
    window.send(window.form(judging), verdict="wrong")
    pressed = [b for b in window.page.all("button") if b.attributes.get("aria-pressed") == "true"]
    assert [button.text for button in pressed] == ["Wrong"]
    window.send(window.form(judging), verdict="wrong", reason="One is closed.")
    kept = [i for i in window.page.all("input") if i.attributes.get("name") == "reason"]
    assert [field.attributes["value"] for field in kept] == ["One is closed."]
    window.send(window.form(judging), verdict="")
    assert not [b for b in window.page.all("button") if b.attributes.get("aria-pressed") == "true"]

    assert window.open("/chat?q=tickets").all("a", href=talk)
    nothing = window.open("/chat?q=giraffes")
    assert not nothing.all("a", href=talk)
    assert "giraffes" in nothing.text
    window.open("/chat")
    window.send(window.form(f"{talk}/deletion"))
    assert window.path == "/chat"
    assert not window.page.all("a", href=talk)
