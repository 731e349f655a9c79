"""Before the lines of a note: its template and another, what limits the draft, drafting again."""

from __future__ import annotations

from assistant.db.tables import Deal, Note
from assistant.governance.records import create_record
from tests.conftest import Office
from tests.pages.browsing import Browser, Element
from tests.pages.conftest import Guest, SignIn
from tests.pages.ground import Ground, lay
from tests.pages.talks import bring, note_of


def _form(window: Browser) -> Element:
    return next(f for f in window.page.all("form") if f.attributes.get("id") == "review-form")


def _line(page: Element, words: str) -> Element:
    return next(i for i in page.all("li") if "data-line" in i.attributes and words in i.text)


def _basis(page: Element) -> Element:
    return next(e for e in page.all("div") if "basis" in e.attributes.get("class", "").split())


def test_another_template_is_chosen_and_what_was_decided_is_kept(
    office: Office, rep: Guest, call_id: str
) -> None:
    window = rep.browser
    page = window.open(f"/calls/{call_id}")
    told = _basis(page).text
    assert "Sales discovery , version 1" in told
    assert "its title says so: Discovery with Falk" in told
    line = _line(page, "every five minutes").attributes["data-line"]
    window.send(
        _form(window), press="Draft again", template="demo",
        **{f"text-{line}": "A record every five minutes, for the auditors."},
    )  # fmt: skip
    assert "The note is being drafted" in window.page.text
    assert [a.attributes["href"] for a in window.page.all("a") if a.text == "Look again"] == [
        f"/calls/{call_id}"
    ]
    office.settle()
    page = window.open(f"/calls/{call_id}")
    assert note_of(office, call_id).template == "demo"
    assert "chosen by the reviewer" in _basis(page).text
    assert "edited" in _line(page, "A record every five minutes, for the auditors.").text


def test_a_corrected_transcript_is_told_with_the_offer_to_draft_again(
    office: Office, rep: Guest, call_id: str
) -> None:
    window = rep.browser
    window.open(f"/calls/{call_id}")
    window.send(_form(window), press="Add line", add_section="summary", add_text="He was tired.")
    reply = window.client.patch(
        f"/api/v1/calls/{call_id}/transcript",
        json={"turns": [{"turn": 4, "text": "We need a record every ten minutes."}]},
        headers={"If-Match": '"1"'},
    )
    assert reply.status_code == 200
    office.settle()
    page = window.open(f"/calls/{call_id}")
    assert "The transcript was corrected after this draft was made." in page.text
    window.send(_form(window), press="Draft again")
    office.settle()
    page = window.open(f"/calls/{call_id}")
    assert "The transcript was corrected" not in page.text
    assert "its title says so" in _basis(page).text
    assert _line(page, "every ten minutes")
    assert _line(page, "He was tired.")


def test_how_little_a_draft_had_to_go_on_is_said(office: Office, rep: Guest) -> None:
    call_id = bring(office, rep.principal, talk="Priya Raman: Hello, are you there?\n")
    assert "Only 4 words were said." in rep.browser.open(f"/calls/{call_id}").text


def test_sections_that_the_rules_wrote_for_a_model_are_named(
    office: Office, rep: Guest, call_id: str
) -> None:
    with office.sessions.begin() as session:
        note = session.get_one(Note, note_of(office, call_id).id)
        note.content = {**note.content, "by_rule": ["needs", "next_step"]}
    page = rep.browser.open(f"/calls/{call_id}")
    assert "less complete: Needs, Next step." in page.text


def test_a_rejected_note_is_drafted_by_another_template(
    office: Office, rep: Guest, ground: Ground, call_id: str
) -> None:
    window = rep.browser
    page = window.open(f"/calls/{call_id}")
    reject = next(f for f in page.all("form") if "data-reject" in f.attributes)
    page = window.send(reject, press="Reject", reason="Wrong shape")
    again = next(f for f in page.all("form") if "Draft it again" in f.text)
    window.send(again, press="Draft it again", template="renewal")
    office.settle()
    assert note_of(office, call_id).template == "renewal"
    assert note_of(office, call_id).attempt == 2


def test_who_only_reads_is_told_the_template_without_a_choice(
    call_id: str, sign_in: SignIn
) -> None:
    page = sign_in("ops").browser.open(f"/calls/{call_id}")
    assert "Sales discovery , version 1" in _basis(page).text
    assert not page.all("select", id="template")


def _match(page: Element, kind: str) -> Element:
    return next(d for d in page.all("details") if d.attributes.get("data-match") == kind)


def _second_deal(office: Office, rep: Guest, ground: Ground) -> str:
    """Another open deal of the account."""
    with office.sessions.begin() as session:
        made = create_record(
            session, "deal", now=office.clock.now, changed_by="test", data={},
            account_id=ground.account, owner_id=rep.principal.user_id,
            team_id=rep.principal.team_ids[0],
        )  # fmt: skip
        session.add(
            Deal(
                id=made.id, account_id=ground.account, name="Pallet tracking", stage="proposal",
                opened_at=office.clock.now,
            )
        )  # fmt: skip
        return made.id


def test_what_a_call_is_about_is_told_with_how_sure_that_is(
    office: Office, rep: Guest, ground: Ground
) -> None:
    told = bring(office, rep.principal, account_id=ground.account, deal_id=ground.deal)
    taken = bring(office, rep.principal, account_id=ground.account)
    page = rep.browser.open(f"/calls/{told}")
    assert "Deal Cold-chain roll-out · sure: the call was brought to it" in _basis(page).text
    page = rep.browser.open(f"/calls/{taken}")
    assert "Deal Cold-chain roll-out · 90% sure: the account's only open deal" in _basis(page).text


def test_where_several_deals_are_open_the_page_asks_and_the_fields_follow_the_answer(
    office: Office, rep: Guest, ground: Ground
) -> None:
    other = _second_deal(office, rep, ground)
    call_id = bring(office, rep.principal, account_id=ground.account)
    window = rep.browser
    page = window.open(f"/calls/{call_id}")
    asked = _match(page, "deal")
    assert "open" in asked.attributes
    assert "Which deal was this call about?" in asked.text
    choices = asked.all("input", name="match_deal")
    assert {each.attributes["value"] for each in choices} == {ground.deal, other}
    assert not [each for each in choices if "checked" in each.attributes]
    assert not [e for e in page.every() if "data-field" in e.attributes]
    page = window.send(_form(window), press="about this deal")
    assert window.status == 422
    assert page.all("p", role="alert")[0].text == "Choose what the call was about."
    window.send(_form(window), press="about this deal", match_deal=ground.deal)
    office.settle()
    page = window.open(f"/calls/{call_id}")
    assert "Deal Cold-chain roll-out · sure: chosen by the reviewer" in _basis(page).text
    amount = next(e for e in page.every() if "data-field" in e.attributes and "Amount" in e.text)
    assert "€30,000" in amount.text


def test_a_call_without_an_account_offers_those_whose_people_spoke_and_any_other(
    office: Office, rep: Guest, ground: Ground
) -> None:
    elsewhere = lay(office, rep.principal, name="Nordwind Kälte")
    call_id = bring(office, rep.principal)
    window = rep.browser
    asked = _match(window.open(f"/calls/{call_id}"), "account")
    assert "Falk Pharma Logistik 80% sure: Jürgen Falk is known there" in asked.text
    window.send(_form(window), press="about this account", other_account=elsewhere.account)
    assert "Kept. The note is drafted anew" in window.page.text
    office.settle()
    page = window.open(f"/calls/{call_id}")
    assert "Account Nordwind Kälte · sure" in _basis(page).text
    assert note_of(office, call_id).deal_id == elsewhere.deal


def test_who_only_reads_is_asked_nothing(
    office: Office, rep: Guest, ground: Ground, sign_in: SignIn
) -> None:
    _second_deal(office, rep, ground)
    call_id = bring(office, rep.principal, account_id=ground.account)
    page = sign_in("ops").browser.open(f"/calls/{call_id}")
    assert not [d for d in page.all("details") if "data-match" in d.attributes]
    assert "Deal not known" in _basis(page).text
