from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from assistant.db.tables import Interaction, Record, Suggestion, Task
from tests.conftest import NOW, Office
from tests.pages.browsing import Element
from tests.pages.conftest import Guest, SignIn
from tests.pages.ground import Ground, lay


@pytest.fixture
def rep(sign_in: SignIn) -> Guest:
    return sign_in()


@pytest.fixture
def ground(office: Office, rep: Guest) -> Ground:
    """An account whose e-mail of three days ago nobody has answered."""
    made = lay(office, rep.principal)
    office.settle()
    return made


def _card(page: Element) -> Element:
    return next(a for a in page.all("article") if "data-suggestion" in a.attributes)


def test_a_suggestion_says_what_why_and_when_with_its_source(rep: Guest, ground: Ground) -> None:
    card = _card(rep.browser.open("/"))
    assert "Answer" in card.all("h3")[0].text
    assert "3 days ago" in card.text
    assert card.all("a", href=f"/records/{ground.email}")
    assert card.all("time") or "today" in card.text


def test_accepting_makes_a_task_and_says_so(office: Office, rep: Guest, ground: Ground) -> None:
    card = _card(rep.browser.open("/"))
    page = rep.browser.send(card.all("form")[0], press="Accept")
    assert "It is in your tasks now." in page.text
    with office.sessions.reading() as session:
        owners = session.scalars(select(Record.owner_id).join(Task, Task.id == Record.id))
        assert list(owners) == [rep.principal.user_id]


def test_dismissing_needs_a_reason_that_is_kept(office: Office, rep: Guest, ground: Ground) -> None:
    card = _card(rep.browser.open("/"))
    dismiss = card.all("form")[1]
    page = rep.browser.send(dismiss, press="Dismiss")
    assert "Say why it is dismissed" in page.text
    page = rep.browser.send(dismiss, press="Dismiss", reason="He is on holiday")
    assert "Dismissed." in page.text
    with office.sessions.reading() as session:
        found = session.scalars(select(Suggestion).where(Suggestion.status == "dismissed")).one()
        assert found.decision_reason == "He is on holiday"


def test_deciding_leads_back_to_the_page_it_was_decided_on(rep: Guest, ground: Ground) -> None:
    card = _card(rep.browser.open(f"/accounts/{ground.account}"))
    rep.browser.send(card.all("form")[0], press="Accept")
    assert rep.browser.path == f"/accounts/{ground.account}?done=accepted"


def test_a_decision_that_comes_too_late_says_so(
    office: Office, rep: Guest, ground: Ground, sign_in: SignIn
) -> None:
    colleague = sign_in("manager")
    mine = _card(rep.browser.open(f"/accounts/{ground.account}"))
    theirs = _card(colleague.browser.open(f"/accounts/{ground.account}"))
    rep.browser.send(mine.all("form")[0], press="Accept")
    page = colleague.browser.send(theirs.all("form")[1], press="Dismiss", reason="No")
    assert "decided already" in page.text


def test_who_only_reads_a_suggestion_has_no_buttons_and_is_told_why(
    ground: Ground, sign_in: SignIn
) -> None:
    card = _card(sign_in().browser.open(f"/accounts/{ground.account}"))
    assert card.all("form") == []
    assert "Who looks after this account, or their manager, decides on it." in card.text


def test_a_look_up_behind_a_reason_opens_in_place(rep: Guest, ground: Ground) -> None:
    card = _card(rep.browser.open("/"))
    [computed] = [e for e in card.all("details") if "computed" in e.attributes.get("class", "")]
    assert "Messages to" in computed.text
    assert computed.text.endswith("UTC: none")


def test_another_teams_suggestions_are_not_shown(
    office: Office, ground: Ground, sign_in: SignIn
) -> None:
    page = sign_in(team="south").browser.open("/")
    assert not [a for a in page.all("article") if "data-suggestion" in a.attributes]


def test_answering_the_message_takes_the_suggestion_away(
    office: Office, rep: Guest, ground: Ground
) -> None:
    from assistant.governance.records import create_record

    with office.sessions.begin() as session:
        reply = create_record(
            session, "interaction", now=NOW, changed_by="test", data={}, account_id=ground.account
        )
        session.add(
            Interaction(
                id=reply.id, account_id=ground.account, contact_id=ground.contact,
                channel="email", direction="out", subject="Re: Re: Pricing", body="Yes, they are.",
                occurred_at=NOW - timedelta(hours=1),
            )
        )  # fmt: skip
    office.settle()
    page = rep.browser.open(f"/accounts/{ground.account}")
    assert "Answer" not in " ".join(
        a.text for a in page.all("article") if "data-suggestion" in a.attributes
    )
