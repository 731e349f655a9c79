"""The steward's page: side by side, reasons in words, an answer, an undo."""

from __future__ import annotations

from sqlalchemy import select

from assistant.db.tables import Duplicate, Record
from tests.conftest import NOW, Office
from tests.crm.merging.test_merging import two_accounts
from tests.crm.merging.test_routes import unsure_pair
from tests.pages.conftest import SignIn


def test_a_steward_answers_and_undoes_without_scripts(office: Office, sign_in: SignIn) -> None:
    unsure_pair(office)
    steward = sign_in("ops").browser
    page = steward.open("/duplicates")
    assert "kv@acme.example" in page.text
    assert "Same family name +" in page.text
    action = page.all("article")[0].all("form")[0].attributes["action"]
    steward.send(steward.form(action), decision="same")
    assert steward.path == "/duplicates?done=same"
    page = steward.open("/duplicates")
    (undo,) = (f for f in page.all("form") if f.attributes["action"].startswith("/merges/"))
    steward.send(steward.form(undo.attributes["action"]))
    assert "undone" in steward.open("/duplicates").text


def test_what_answers_have_taught_is_told(office: Office, sign_in: SignIn) -> None:
    unsure_pair(office)
    with office.sessions.begin() as session:
        asked = session.scalars(select(Duplicate)).one()
        for number in range(30):
            one = f"con_{number}"
            session.add(Record(
                id=one, kind=asked.kind, golden_id=one, governing_id=one, version=1,
                confidentiality="account", created_at=NOW, updated_at=NOW,
            ))  # fmt: skip
            session.flush()
            session.add(Duplicate(
                id=f"dup_{number}", kind=asked.kind, a=asked.a, b=one, weight=4.0,
                probability=0.9, verdict="unsure", reasons=[], found_at=NOW, decided_at=NOW,
                status="same" if number < 10 else "not_same", decided_by="usr_1",
            ))  # fmt: skip
    page = sign_in("ops").browser.open("/duplicates")
    assert "from 30 answers, 10 of them “same”" in page.text
    assert "answers" not in sign_in("manager").browser.open("/duplicates").text


def test_a_record_says_what_it_was_merged_from_to_stewards_alone(
    office: Office, sign_in: SignIn
) -> None:
    from assistant.crm.merging.service import merge

    with office.sessions.begin() as session:
        old, new = two_accounts(session)
        merge(session, old, new, decided_by="rule", now=office.clock.now)
    steward, rep = sign_in("ops").browser, sign_in("support").browser
    assert "Merged from" in steward.open(f"/accounts/{old}").text
    assert "Merged from" not in rep.open(f"/accounts/{old}").text


def test_the_page_is_for_stewards(sign_in: SignIn) -> None:
    rep = sign_in("rep").browser
    rep.open("/duplicates")
    assert rep.status == 403


def test_not_the_same_is_taken_back_on_the_page(office: Office, sign_in: SignIn) -> None:
    unsure_pair(office)
    steward = sign_in("ops").browser
    action = steward.open("/duplicates").all("article")[0].all("form")[0].attributes["action"]
    steward.send(steward.form(action), decision="not_same")
    page = steward.open("/duplicates")
    assert page.all("article") == []
    (back,) = (f for f in page.all("form") if f.attributes["action"].startswith("/distinctions/"))
    steward.send(steward.form(back.attributes["action"]))
    assert steward.path == "/duplicates?done=withdrawn"
    page = steward.open("/duplicates")
    assert "taken back" in page.text
    assert len(page.all("article")) == 1
