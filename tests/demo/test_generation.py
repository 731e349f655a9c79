"""The files of the demo: the same for the same arguments, of the right size, whole where whole."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import phonenumbers
import pytest

from assistant.demo import DemoOrganisation, generate
from assistant.demo.building import build_block
from assistant.demo.places import COUNTRIES, Country, phone_in
from assistant.demo.timing import Calendar
from tests.demo.conftest import NOW
from tests.demo.files import export, summary


def digest(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return found.hexdigest()


def test_the_same_seed_and_day_give_the_same_bytes(
    organisation: DemoOrganisation, tmp_path: Path
) -> None:
    generate(tmp_path, scale=1, seed=7, now=NOW - timedelta(hours=5))

    assert digest(tmp_path) == digest(organisation.folder)


def test_another_seed_gives_another_organisation(
    organisation: DemoOrganisation, tmp_path: Path
) -> None:
    other = generate(tmp_path, scale=1, seed=8, now=NOW)

    assert digest(tmp_path) != digest(organisation.folder)
    assert [call.slug for call in other.calls] == [call.slug for call in organisation.calls]


def test_a_larger_scale_multiplies_everything_but_the_calls(tmp_path: Path) -> None:
    large = generate(tmp_path, scale=3, seed=7, now=NOW)
    counts = summary(large)["counts"]

    assert isinstance(counts, dict)
    assert (counts["accounts"], counts["orders"], counts["events"]) == (180, 1200, 12000)
    assert len(large.calls) == 12
    names = [row["Account Name"] for row in export(large, "crm/accounts.csv")]
    assert len(names) >= 180


def test_a_scale_below_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 1, got 0"):
        generate(tmp_path, scale=0, seed=7, now=NOW)


def test_one_organisation_is_about_as_large_as_promised(organisation: DemoOrganisation) -> None:
    counts = summary(organisation)["counts"]

    assert isinstance(counts, dict)
    assert counts["accounts"] == 60
    assert counts["contacts"] == 150
    assert counts["leads"] == 90
    assert counts["leads_converted"] == 27
    assert counts["deals"] == 80
    assert counts["orders"] == 400
    assert counts["invoices"] == 300
    assert counts["tickets"] == 250
    assert counts["events"] == 4000
    assert len(export(organisation, "crm/products.csv")) == 30
    assert len(organisation.calls) == 12
    assert {user.role for user in organisation.users} == {
        "rep", "support", "manager", "ops", "privacy", "customer",
    }  # fmt: skip


def test_every_listed_file_exists_and_has_rows(organisation: DemoOrganisation) -> None:
    for file in organisation.files:
        rows = export(organisation, str(file.path.relative_to(organisation.folder)))
        assert rows, file.path


# Which column names whose id, and in which file that id is at home.
REFERENCES = [
    ("crm/contacts.csv", "Account ID", "crm/accounts.csv", "Account ID"),
    ("crm/accounts.csv", "Owner ID", "crm/users.csv", "User ID"),
    ("crm/leads.csv", "Opportunity ID", "crm/opportunities.csv", "Opportunity ID"),
    ("crm/leads.csv", "Contact ID", "crm/contacts.csv", "Contact ID"),
    ("crm/opportunities.csv", "Account ID", "crm/accounts.csv", "Account ID"),
    ("crm/opportunities.csv", "Contact ID", "crm/contacts.csv", "Contact ID"),
    ("crm/opportunity_history.csv", "Opportunity ID", "crm/opportunities.csv", "Opportunity ID"),
    ("crm/quotes.csv", "Opportunity ID", "crm/opportunities.csv", "Opportunity ID"),
    ("crm/quote_lines.csv", "Quote ID", "crm/quotes.csv", "Quote ID"),
    ("crm/quote_lines.csv", "Product Code", "crm/products.csv", "Product Code"),
    ("crm/tasks.csv", "Opportunity ID", "crm/opportunities.csv", "Opportunity ID"),
    ("crm/activities.jsonl", "account_id", "crm/accounts.csv", "Account ID"),
    ("crm/activities.jsonl", "contact_id", "crm/contacts.csv", "Contact ID"),
    ("support/tickets.csv", "Requester ID", "support/requesters.csv", "Requester ID"),
    ("support/tickets.csv", "Assignee email", "crm/users.csv", "Email"),
    ("support/ticket_handovers.csv", "Ticket number", "support/tickets.csv", "Ticket number"),
    ("billing/billing_contacts.csv", "Customer No.", "billing/customers.csv", "Customer No."),
    ("billing/orders.csv", "Customer No.", "billing/customers.csv", "Customer No."),
    ("billing/order_lines.csv", "Order No.", "billing/orders.csv", "Order No."),
    ("billing/order_lines.csv", "Item No.", "crm/products.csv", "Product Code"),
    ("billing/invoices.csv", "Order No.", "billing/orders.csv", "Order No."),
    ("billing/payments.jsonl", "invoice_no", "billing/invoices.csv", "Invoice No."),
]


@pytest.mark.parametrize(
    ("name", "column", "home", "key"), REFERENCES, ids=[f"{r[0]}:{r[1]}" for r in REFERENCES]
)
def test_references_lead_somewhere_except_the_planted_ones(
    organisation: DemoOrganisation, name: str, column: str, home: str, key: str
) -> None:
    planted = summary(organisation)["missing"]
    assert isinstance(planted, list)
    known = {row[key] for row in export(organisation, home)}

    named = {row[column] for row in export(organisation, name)} - {"", "None"}
    source = home.partition("/")[0]

    assert {f"{source}:{value}" for value in named - known} <= set(planted)


def test_events_belong_to_people_of_the_marketing_tool_except_the_planted_ones(
    organisation: DemoOrganisation,
) -> None:
    known = {row["person_id"] for row in export(organisation, "marketing/contacts.csv")}
    known |= {row["prospect_id"] for row in export(organisation, "marketing/prospects.csv")}

    strangers = {
        row["person_id"] for row in export(organisation, "marketing/engagement_events.jsonl")
    } - known

    assert strangers == {"mk-x1", "mk-x2", "mk-x3"}


def test_planted_missing_rows_are_really_missing(organisation: DemoOrganisation) -> None:
    planted = summary(organisation)["missing"]
    assert isinstance(planted, list)
    requesters = {row["Requester ID"] for row in export(organisation, "support/requesters.csv")}
    named = {row["Requester ID"] for row in export(organisation, "support/tickets.csv")}

    lost = {entry.partition(":")[2] for entry in planted if entry.startswith("support:R-")}

    assert len(lost) == 2
    assert lost <= named - requesters


def test_nothing_happened_after_the_day_it_was_made_for(organisation: DemoOrganisation) -> None:
    today = "2025-11-22T"
    for name, column in (
        ("crm/activities.jsonl", "occurred_at"),
        ("crm/opportunities.csv", "Created Date"),
        ("crm/opportunity_history.csv", "Entered At"),
        ("crm/leads.csv", "Converted Date"),
        ("crm/tasks.csv", "Last Modified Date"),
    ):
        assert max(row[column] for row in export(organisation, name)) <= today + "00:00:00Z", name
    events = export(organisation, "marketing/engagement_events.jsonl")
    midnight_ms = NOW.replace(hour=0, minute=0, second=0).timestamp() * 1000
    assert max(int(row["timestamp"]) for row in events) <= midnight_ms


def test_files_are_as_messy_as_those_of_real_systems(organisation: DemoOrganisation) -> None:
    countries = {row["Billing Country"] for row in export(organisation, "crm/accounts.csv")}
    names = [row["Name"] for row in export(organisation, "crm/leads.csv")]
    tickets = export(organisation, "support/tickets.csv")
    totals = [row["Order Total"] for row in export(organisation, "billing/orders.csv")]

    assert len(countries & {"USA", "U.S.", "United States", "US", "U.S.A."}) >= 2
    assert any("," in name for name in names)
    assert any("," not in name for name in names)
    assert tickets[0]["Created at"][2] == "/"
    assert any("€" in total and total.endswith("€") for total in totals)
    assert any(total.startswith("$") for total in totals)
    assert any(
        row["Country"] in ("", "N/A", "-") for row in export(organisation, "billing/customers.csv")
    )


def test_rows_come_twice_and_the_newest_version_is_the_true_one(
    organisation: DemoOrganisation,
) -> None:
    versions: dict[str, list[dict[str, str]]] = {}
    for row in export(organisation, "support/tickets.csv"):
        versions.setdefault(row["Ticket number"], []).append(row)
    twice = [rows for rows in versions.values() if len(rows) > 1]

    assert len(versions) == 250
    assert twice
    for rows in twice:
        assert {row["Status"] for row in rows[:1]} == {"open"}
        assert rows[-1]["Status"] in ("solved", "closed")


def test_no_two_companies_of_a_large_world_share_a_name_or_a_domain() -> None:
    calendar = Calendar.of(NOW)
    accounts = [
        account
        for number in range(25)
        for account in build_block(number, seed=1, calendar=calendar).accounts
    ]

    assert len({account.name.casefold() for account in accounts}) == len(accounts)
    assert len({account.domain for account in accounts}) == len(accounts)


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda country: country.iso2)
def test_telephone_numbers_are_valid_ones_of_their_country(country: Country) -> None:
    for city in country.cities:
        for serial in (0, 7, 99, 123_456):
            number = phonenumbers.parse(phone_in(country, city, serial).e164)
            assert phonenumbers.is_valid_number(number), (city.name, serial)
            assert phonenumbers.region_code_for_number(number) == country.iso2
