from __future__ import annotations

from tests.conftest import Office
from tests.crm.test_door import take
from tests.pages.conftest import SignIn


def test_the_report_leads_to_the_rows_and_they_to_their_records(
    office: Office, sign_in: SignIn
) -> None:
    rep = sign_in()
    with office.sessions.begin() as session:
        take(session, "crm", "account", {"external_id": "a", "name": "Acme",
                                         "owner.email": rep.email})  # fmt: skip
        take(session, "crm", "order", {"external_id": "o", "number": "O-77", "total": "1250 EUR",
                                       "account.id": "a", "ordered_at": "2026-01-01"})  # fmt: skip
    assert "cannot be judged" in rep.browser.open("/leaks").text
    assert "No invoice names its order" in rep.browser.open("/leaks/unbilled-orders").text
    with office.sessions.begin() as session:
        for kind, row in (
            ("order", {"external_id": "b", "number": "O-78", "total": "5 EUR"}),
            ("invoice", {"external_id": "i", "number": "I-78", "amount": "5 EUR", "order.id": "b"}),
        ):
            take(session, "crm", kind, {**row, "account.id": "a"})
    rep.browser.open("/")
    assert rep.browser.page.all("a", href="/leaks")
    page = rep.browser.open("/leaks")
    assert "€1,250" in page.text
    rows = rep.browser.open("/leaks/unbilled-orders")
    assert "no invoice names it" in rows.text
    (link,) = [link for link in rows.all("a") if link.text == "O-77"]
    rep.browser.open(link.attributes["href"])
    assert rep.browser.status == 200


def test_the_page_of_overdue_invoices_shows_what_is_still_open(
    office: Office, sign_in: SignIn
) -> None:
    manager = sign_in("manager")
    with office.sessions.begin() as session:
        take(session, "crm", "account", {"external_id": "a", "name": "Acme"})
        take(session, "crm", "invoice", {"external_id": "i", "number": "I-9", "amount": "1000 EUR",
                                         "account.id": "a", "due_on": "2026-01-01"})  # fmt: skip
        take(session, "crm", "payment", {"external_id": "p", "amount": "249.50 EUR",
                                         "invoice.id": "i", "account.id": "a",
                                         "status": "succeeded"})  # fmt: skip
    page = manager.browser.open("/leaks/overdue-invoices")
    assert manager.browser.status == 200
    (cell,) = page.all("td", **{"class": "number"})
    assert cell.text == "€750.50"
