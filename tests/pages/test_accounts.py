from __future__ import annotations

from datetime import timedelta

from assistant.db.tables import Interaction
from assistant.governance.records import create_record
from tests.conftest import NOW, Office
from tests.pages.conftest import SignIn
from tests.pages.ground import INJECTION, lay


def test_the_list_shows_the_accounts_one_may_see_and_finds_them(
    office: Office, sign_in: SignIn
) -> None:
    rep, stranger = sign_in(team="north"), sign_in(team="south")
    ground = lay(office, rep.principal)
    page = rep.browser.open("/accounts")
    assert [link.text for link in page.all("a", href=f"/accounts/{ground.account}")] == [
        "Falk Pharma Logistik"
    ]
    rep.browser.send(rep.browser.form("/accounts"), q="falk-pharma")
    assert rep.browser.page.all("a", href=f"/accounts/{ground.account}")
    page = rep.browser.open("/accounts?q=nordlys")
    assert "No account matches “nordlys”" in page.text
    assert "No accounts yet" in stranger.browser.open("/accounts").text


def test_an_account_shows_its_facts_people_deals_and_what_happened(
    office: Office, sign_in: SignIn
) -> None:
    rep = sign_in()
    ground = lay(office, rep.principal)
    page = rep.browser.open(f"/accounts/{ground.account}")
    assert page.all("h1")[0].text == "Falk Pharma Logistik"
    text = page.text
    for said in ("Pharma logistics", "Jürgen Falk", "Champion", "Cold-chain roll-out", "€30,000"):
        assert said in text
    happened = page.all("ol", id="timeline")[0].all("li")
    titles = [entry.all("h3")[0].text for entry in happened]
    assert titles[:3] == ["T-1042 Gateway offline", "Re: Pricing", "Invoice INV-2231"]
    assert "1 open ticket" in text
    assert "1 unpaid invoice" in text


def test_text_of_a_customer_is_shown_as_text(office: Office, sign_in: SignIn) -> None:
    rep = sign_in()
    ground = lay(office, rep.principal)
    page = rep.browser.open(f"/accounts/{ground.account}")
    assert INJECTION in page.text
    assert not [s for s in page.all("script") if "src" not in s.attributes]
    assert not [i for i in page.all("img") if i.attributes.get("src") == "x"]


def test_a_citation_lands_on_its_record_and_marks_it(office: Office, sign_in: SignIn) -> None:
    rep = sign_in()
    ground = lay(office, rep.principal)
    for record_id in (ground.ticket, ground.email, ground.invoice):
        page = rep.browser.open(f"/records/{record_id}")
        marked = [
            item for item in page.all("li") if "cited" in item.attributes.get("class", "").split()
        ]
        assert [item.attributes["id"] for item in marked] == [record_id]
    page = rep.browser.open(f"/accounts/{ground.account}")
    for record_id in (ground.contact, ground.deal):
        assert len([item for item in page.every() if item.attributes.get("id") == record_id]) == 1


def test_a_citation_far_back_is_shown_with_what_stood_around_it(
    office: Office, sign_in: SignIn
) -> None:
    rep = sign_in()
    ground = lay(office, rep.principal)
    long = "The pallet stood in the sun. " * 60 + "That is the last sentence."
    emails = []
    with office.sessions.begin() as session:
        for age in range(60):
            record = create_record(
                session, "interaction", now=NOW, changed_by="test", data={},
                account_id=ground.account,
            )  # fmt: skip
            session.add(
                Interaction(
                    id=record.id, account_id=ground.account, channel="email", direction="out",
                    subject=f"Message {age}", body=long,
                    occurred_at=NOW - timedelta(days=30 + age),
                )
            )  # fmt: skip
            emails.append(record.id)
    page = rep.browser.open(f"/accounts/{ground.account}")
    assert emails[50] not in [item.attributes.get("id") for item in page.all("li")]
    page = rep.browser.open(f"/records/{emails[50]}")
    entries = page.all("ol", id="timeline")[0].all("li")
    assert entries[0].attributes["id"] == emails[50]
    assert "That is the last sentence." in entries[0].text
    assert "That is the last sentence." not in entries[1].text
    assert entries[1].all("h3")[0].text == "Message 51"
    page = rep.browser.open(f"/accounts/{ground.account}")
    seen = {item.attributes.get("id") for item in page.all("li")}
    while link := [a for a in page.all("a") if a.text == "Earlier"]:
        page = rep.browser.open(link[0].attributes["href"])
        seen |= {item.attributes.get("id") for item in page.all("li")}
    assert set(emails) <= seen


def test_a_forbidden_account_reads_like_an_absent_one(office: Office, sign_in: SignIn) -> None:
    ground = lay(office, sign_in(team="north").principal)
    other = sign_in(team="south").browser
    forbidden = other.open(f"/accounts/{ground.account}").text
    assert other.status == 404
    absent = other.open("/accounts/acc_absent").text
    assert other.status == 404
    assert (
        forbidden.partition("Request")[0].replace(ground.account, "acc_absent")
        == (absent.partition("Request")[0])
    )


def test_support_sees_the_customer_without_the_hopes_of_sales(
    office: Office, sign_in: SignIn
) -> None:
    ground = lay(office, sign_in().principal)
    page = sign_in("support", team="desk").browser.open(f"/accounts/{ground.account}")
    assert "Gateway offline" in page.text
    for hidden in ("Cold-chain roll-out", "Ulrike Reuter", "Scores"):
        assert hidden not in page.text
