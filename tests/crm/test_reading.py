"""A row of raw text becomes clean values, references and issues."""

from __future__ import annotations

import pytest

from assistant.crm.kinds import KINDS
from assistant.crm.outcomes import add_outcome
from assistant.crm.reading import ReadRow, RowRefused, read_row
from assistant.crm.values import Value


def read(kind: str, **raw: str) -> ReadRow:
    """One row of a kind; `account__id` stands for the field account.id."""
    named = {name.replace("__", "."): text for name, text in raw.items()}
    return read_row(KINDS[kind], named, payload=dict(named))


def test_a_name_gives_its_parts_and_parts_give_the_name() -> None:
    whole = read("contact", name="LEE, ANN").values
    parts = read("contact", given_name="ANN", family_name="LEE").values
    for values in (whole, parts):
        assert (values["name"], values["given_name"], values["family_name"]) == (
            "Ann Lee", "Ann", "Lee",
        )  # fmt: skip


def test_parts_that_are_no_name_are_kept_as_written_with_the_doubt() -> None:
    row = read("contact", given_name="V9959", family_name="Same")
    assert row.values["name"] == "V9959 Same"
    assert "digits" in row.issues["name"]


def test_parts_that_were_decoded_wrongly_are_mended() -> None:
    row = read("contact", given_name="Zo\u00c3\u00ab", family_name="Lind")
    assert (row.values["name"], row.values["given_name"]) == ("Zoë Lind", "Zoë")


@pytest.mark.parametrize(
    ("kind", "field"), [("account", "employees"), ("deal", "amount"), ("product", "list_price")]
)
def test_what_is_never_below_zero_is_unknown_and_flagged_there(kind: str, field: str) -> None:
    row = read(kind, name="Acme", **{field: "-500"})
    assert row.values[field] is None
    assert "Below zero" in row.issues[field]
    assert read("invoice", number="C-1", amount="-500").values["amount"] is not None


def test_ids_longer_than_their_column_stay_apart() -> None:
    one, other = (read("contact", external_id="u" * 250 + end, name="Ann Lee") for end in "12")
    assert one.external_id != other.external_id
    assert len(one.external_id) == 200
    named = read("deal", name="Roll-out", account__id="u" * 250 + "1")
    assert named.references["account"]["id"] == one.external_id


@pytest.mark.parametrize("moment", ["", "0000-00-00", "9999-12-31"])
def test_an_event_without_a_moment_is_refused_rather_than_dated_by_its_arrival(moment: str) -> None:
    with pytest.raises(RowRefused, match="when the event happened"):
        read("event", event_type="visit", email="ann@acme.example", occurred_at=moment)


def test_a_company_keeps_its_name_and_its_legal_form_apart() -> None:
    values = read("account", name="Fellbeck Dairy Ltd.").values
    assert (values["name"], values["legal_form"]) == ("Fellbeck Dairy Ltd.", "Ltd.")


def test_a_region_reads_by_its_name_and_an_unknown_one_stays_as_written() -> None:
    assert read("account", name="A", region="CA", country="US").values["region"] == "California"
    unknown = read("account", name="A", region="Upper Valley", country="US")
    assert unknown.values["region"] == "Upper Valley"
    assert unknown.issues["region"].startswith("malformed")


@pytest.mark.parametrize(
    ("written", "channel"),
    [
        ("Phone Call", "call"), ("E-Mail", "email"), ("Meeting (online)", "meeting"),
        ("site visit", "visit"), ("Live chat", "chat"), ("LinkedIn message", "chat"),
        ("Webinar", "event"), ("social mention", "social"), ("Anruf", "call"),
        ("pigeon post", "social"), ("Carrier pigeon", "carrier pigeon"),
    ],
)  # fmt: skip
def test_a_channel_reads_by_its_usual_name(written: str, channel: str) -> None:
    assert read("interaction", subject="x", channel=written).values["channel"] == channel


@pytest.mark.parametrize(
    ("written", "direction"),
    [("Inbound", "in"), ("OUTGOING", "out"), ("Outbound call", "out"), ("n/a", None), ("?", None)],
)
def test_a_direction_is_in_or_out(written: str, direction: str | None) -> None:
    assert read("interaction", subject="x", direction=written).values["direction"] == direction


def test_ids_lose_the_decimals_that_a_spreadsheet_added() -> None:
    row = read("ticket", external_id="1001.0", subject="x", account__id="77.0")
    assert row.external_id == "1001"
    assert row.references["account"] == {"id": "77"}


@pytest.mark.parametrize(
    ("raw", "won"),
    [
        ({"stage": "Closed Won"}, True),
        ({"stage": "closedwon"}, True),
        ({"stage": "Closed - Lost"}, False),
        ({"stage": "Negotiation"}, None),
        ({"stage": "Negotiation", "won": "false"}, None),
        ({"stage": "Closed Lost", "won": "0"}, False),
        ({"stage": "Contract", "won": "true"}, True),
        ({"stage": "", "won": "no"}, False),
    ],
)
def test_a_deal_is_won_or_lost_by_its_stage_and_open_otherwise(
    raw: dict[str, str], won: bool | None
) -> None:
    assert read("deal", name="D", **raw).values.get("won") is won


def test_the_close_date_of_a_closed_deal_is_when_it_closed() -> None:
    closed = read("deal", name="D", stage="Closed Won", close_on="2026-05-04").values
    still_open = read("deal", name="D", stage="Proposal", close_on="2026-05-04").values
    assert closed["closed_at"] == "2026-05-04T00:00:00+00:00"
    assert "closed_at" not in still_open


def test_a_person_belongs_to_the_company_whose_domain_they_write_from() -> None:
    assert read("contact", email="ann@mail.acme.example").references == {
        "account": {"domain": "acme.example"}
    }
    assert read("contact", email="ann@gmail.com").references == {}
    assert read("contact", email="ann@acme.example", account__id="9").references == {
        "account": {"id": "9"}
    }
    ticket = read("ticket", subject="x", contact__email="ann@acme.example")
    assert ticket.references["account"] == {"domain": "acme.example"}
    assert "account" not in read("lead", name="Ann", email="ann@acme.example").references


@pytest.mark.parametrize("number", ["9999999999999999", "99999999999999999999999"])
def test_a_number_that_no_column_holds_is_refused(number: str) -> None:
    row = read("account", name="A", employees=number, annual_revenue=number)
    assert row.values["employees"] is None
    assert row.values["annual_revenue"] is None
    assert row.issues.keys() == {"employees", "annual_revenue"}


def test_a_text_too_long_for_its_column_is_cut_and_flagged() -> None:
    row = read("ticket", subject="x" * 600, body="y" * 5000)
    assert len(str(row.values["subject"])) == 500
    assert row.issues["subject"].startswith("implausible: Longer than 500")
    assert len(str(row.values["body"])) == 5000


def test_the_country_of_the_row_reads_its_phone_and_the_currency_of_its_amount() -> None:
    row = read("account", name="A", country="Deutschland", phone="030 901820")
    assert row.values["phone"] == "+4930901820"
    deal = read("deal", name="D", amount="1.200,50 €").values
    assert (deal["amount"], deal["currency"]) == ("1200.50", "EUR")


def test_the_same_content_at_the_same_moment_is_the_same_version() -> None:
    first = read("deal", name="D", updated_at="2026-05-01T10:00:00Z")
    same = read("deal", name="D", updated_at="2026-05-01T10:00:00Z")
    later = read("deal", name="D", updated_at="2026-05-01T10:00:01Z")
    assert first.version == same.version != later.version


def test_a_side_row_without_its_parent_is_refused_with_what_to_map() -> None:
    with pytest.raises(RowRefused, match=r"map a column to deal\.id or deal\.name"):
        read("deal_stage", stage="Won")


def test_the_currency_column_says_which_dollar_is_meant() -> None:
    row = read("deal", name="A", amount="$1,200.50", currency="USD")
    assert (row.values["amount"], row.values["currency"]) == ("1200.50", "USD")
    assert row.issues == {}


def test_a_doubt_keeps_the_value_as_it_came_and_what_it_may_have_been() -> None:
    row = read("contact", name="Ann Lee", email="ann@gmial.com")
    doubt = row.doubts["email"]
    assert doubt.as_json() == {"raw": "ann@gmial.com", "suggestion": "ann@gmail.com"}
    assert row.issues["email"] == doubt.words


def test_a_deal_that_a_column_calls_lost_ended_when_it_was_lost() -> None:
    lost: dict[str, Value] = {"stage": "Offer sent", "outcome": "lost", "lost_at": "2026-03-04"}
    add_outcome("deal", lost)
    assert (lost["won"], lost["closed_at"]) == (False, "2026-03-04")
    won: dict[str, Value] = {"stage": "Offer sent", "outcome": "won", "closed_at": "2026-03-05"}
    add_outcome("deal", won)
    assert (won["won"], won["closed_at"]) == (True, "2026-03-05")
    open_deal: dict[str, Value] = {"stage": "Offer sent", "outcome": "open"}
    add_outcome("deal", open_deal)
    assert "won" not in open_deal
