"""Files taken in over HTTP: good rows kept, bad ones named, nothing twice."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from assistant.crm import imports as imports_module
from assistant.crm.imports import import_file
from assistant.db import Sessions
from assistant.db.tables import (
    Account,
    Contact,
    Deal,
    EngagementEvent,
    Import,
    Interaction,
    Invoice,
    Line,
    Record,
    RefusedRow,
    SourceRow,
    Ticket,
)
from assistant.errors import Invalid
from tests.conftest import NOW, Office, Person

ACCOUNTS = """\
Account ID,Account Name,Website,Phone,Country,Employees,Last Modified
A-1,Fellbeck Dairy Ltd,https://www.fellbeck.example,020 7031 3000,UK,120,2026-05-01 10:00
A-2,Maas Delta B.V.,maasdelta.example,+31 20 123 4567,Netherlands,N/A,2026-05-02 10:00
A-3,Nordstrand AS,,22 12 34 56,Norge,40,2026-05-03 10:00
"""
CONTACTS = """\
id;name;email;phone;organization
77;LEE, ANN;Ann.Lee@Fellbeck.example;+44 20 7946 0959;FELLBECK DAIRY LIMITED
78;Poe, Bob;bob@maasdelta.example;;Maas Delta
"""


def upload(
    person: Person,
    content: bytes | str,
    filename: str,
    *,
    key: str = "",
    **fields: str,
) -> Any:
    """POST a file; the response."""
    return person.client.post(
        "/api/v1/imports",
        files={"file": (filename, content if isinstance(content, bytes) else content.encode())},
        data={"source": "crm", **fields},
        headers={"Idempotency-Key": key} if key else {},
    )


def taken_in(office: Office, person: Person, content: bytes | str, name: str, **fields: str) -> Any:
    """Upload a file, let the work be done, and read the report."""
    answer = upload(person, content, name, **fields)
    assert answer.status_code == 202, answer.text
    office.settle()
    return person.client.get(answer.headers["Location"]).json()


def test_a_file_is_acknowledged_taken_in_and_reported(office: Office) -> None:
    ops = office.person("ops")
    report = taken_in(office, ops, ACCOUNTS, "accounts.csv")
    assert report["status"] == "done"
    assert report["kind"] == "account"
    assert report["counts"] == {
        "changed": 3, "cleaned": 3, "created": 3, "empty": 0, "flagged": 0, "rows": 3, "taken": 3,
        "matched": 0, "refused": 0, "unchanged": 0, "waiting": 0,
    }  # fmt: skip
    assert [(c["column"], c["field"]) for c in report["columns"]][:3] == [
        ("Account ID", "external_id"),
        ("Account Name", "name"),
        ("Website", "domain"),
    ]
    with office.sessions.reading() as session:
        rows = session.execute(
            select(Account.name, Account.domain, Account.phone, Account.country, Account.employees)
            .order_by(Account.name)
        )  # fmt: skip
        assert [tuple(row) for row in rows] == [
            ("Fellbeck Dairy Ltd", "fellbeck.example", "+442070313000", "GB", 120),
            ("Maas Delta B.V.", "maasdelta.example", "+31201234567", "NL", None),
            ("Nordstrand AS", None, "+4722123456", "NO", 40),
        ]


def test_an_account_without_a_name_is_refused_with_its_row(office: Office) -> None:
    ops = office.person("ops")
    report = taken_in(office, ops, f"{ACCOUNTS}X-6,,noname.example,,ZZ,5,\n", "accounts.csv")
    assert (report["counts"]["taken"], report["counts"]["refused"]) == (3, 1)
    (refused,) = report["refused"]
    assert refused["row_number"] == 5
    assert "the account's name in the column 'Account Name'" in refused["reason"]
    assert "import the row again" in refused["reason"]
    with office.sessions.reading() as session:
        assert session.scalar(select(func.count()).where(Account.name == "")) == 0


def test_two_columns_of_one_name_are_told(office: Office) -> None:
    ops = office.person("ops")
    content = "Account ID,Account Name,Account ID,Country\nA-1,Acme,Z-1,UK\n"
    report = taken_in(office, ops, content, "accounts.csv")
    assert report["status"] == "done"
    assert "Several columns have one name: “Account ID”" in report["reason"]
    assert "Account ID (2)" in [use["column"] for use in report["columns"]]


def test_the_same_file_again_adds_nothing(office: Office) -> None:
    ops = office.person("ops")
    taken_in(office, ops, ACCOUNTS, "accounts.csv")
    again = taken_in(office, ops, ACCOUNTS, "accounts.csv")
    assert again["counts"]["unchanged"] == 3
    with office.sessions.reading() as session:
        assert session.scalar(select(func.count()).select_from(SourceRow)) == 3
        assert session.scalar(select(func.count()).select_from(Record)) == 3


def test_people_of_another_system_join_the_companies_of_the_first(office: Office) -> None:
    ops = office.person("ops")
    taken_in(office, ops, ACCOUNTS, "accounts.csv")
    report = taken_in(office, ops, CONTACTS, "users.csv", source="desk", kind="contact")
    assert report["counts"]["taken"] == 2
    with office.sessions.reading() as session:
        rows = session.execute(
            select(Contact.name, Contact.email, Account.name)
            .join(Account, Account.id == Contact.account_id)
            .order_by(Contact.name)
        )
        assert [tuple(row) for row in rows] == [
            ("Ann Lee", "ann.lee@fellbeck.example", "Fellbeck Dairy Ltd"),
            ("Bob Poe", "bob@maasdelta.example", "Maas Delta B.V."),
        ]


def test_one_percent_of_broken_rows_is_reported_row_by_row(office: Office) -> None:
    ops = office.person("ops")
    lines = [f"D-{n},Deal {n},Proposal,{n}00.00 EUR,2026-05-{n % 27 + 1:02d}" for n in range(400)]
    lines[99] = "D-99,Deal 99,Proposal"
    lines[199] = "D-199,Deal 199,Proposal,1,2,3"
    lines[299] = ",,,,"
    lines[398] = "D-398,n/a,Proposal,5.00 EUR,2026-05-01"
    table = "Deal ID,Deal Name,Stage,Amount,Close Date\n" + "\n".join(lines)
    report = taken_in(office, ops, table, "deals.csv")
    counts = report["counts"]
    assert (counts["rows"], counts["taken"], counts["refused"], counts["empty"]) == (
        400, 396, 3, 1,
    )  # fmt: skip
    assert [(row["row_number"], row["reason"].partition(";")[0]) for row in report["refused"]] == [
        (101, "expected 5 columns, got 3"),
        (201, "expected 5 columns, got 6"),
        (400, "Expected a value in at least one of name"),
    ]
    assert "D-99" in report["refused"][0]["raw"]


def test_a_nul_character_is_taken_out_of_a_value_and_flagged(office: Office) -> None:
    ops = office.person("ops")
    table = "Deal ID,Deal Name,Stage\nD-1,Cold\x00 chain,Proposal\nD-2,Plain,Proposal\n"
    report = taken_in(office, ops, table, "deals.csv")
    assert (report["counts"]["taken"], report["counts"]["flagged"]) == (2, 1)
    assert report["issues"] == {"name": {"repaired": 1}}
    with office.sessions.reading() as session:
        assert session.scalars(select(Deal.name).order_by(Deal.name)).all() == [
            "Cold chain", "Plain",
        ]  # fmt: skip
        query = select(SourceRow).where(SourceRow.external_id == "D-1")
        row = session.scalars(query).one()
    assert row.payload["Deal Name"] == "Cold\N{SYMBOL FOR NULL} chain"
    assert "NUL character was taken out of 'Cold\N{SYMBOL FOR NULL} chain'" in str(
        row.issues["name"]
    )


def test_refused_rows_come_in_pages(office: Office) -> None:
    ops = office.person("ops")
    table = "Deal ID,Deal Name,Amount\n" + "".join(f"D-{n}\n" for n in range(5)) + "D-9,Deal,5\n"
    answer = upload(ops, table, "deals.csv")
    office.settle()
    first = ops.client.get(answer.headers["Location"], params={"limit": 3}).json()
    rest = ops.client.get(
        answer.headers["Location"], params={"limit": 3, "after": first["next"]}
    ).json()
    assert [row["row_number"] for row in first["refused"] + rest["refused"]] == [2, 3, 4, 5, 6]
    assert rest["next"] is None


def test_what_was_flagged_is_counted_by_field_and_trouble(office: Office) -> None:
    ops = office.person("ops")
    table = (
        "Contact ID,Name,Email,Phone,Country\n"
        "1,Ann Lee,ann@acme.example,020 7946 0958,\n"
        "2,Bob Poe,info@acme.example,+1 415 555 2671,Untied States\n"
        "3,Cyd Ray,cyd at acme,0000000000,US\n"
    )
    report = taken_in(office, ops, table, "contacts.csv")
    assert report["counts"]["flagged"] == 3
    assert report["issues"] == {
        "country": {"repaired": 1},
        "email": {"malformed": 1, "shared": 1},
        "phone": {"ambiguous": 1, "placeholder": 1},
    }


def test_ambiguous_dates_are_settled_by_their_column_or_left_unknown(office: Office) -> None:
    ops = office.person("ops")
    unclear = "Ticket ID,Subject,Created at\n1,A,03/04/2026\n2,B,05/06/2026\n"
    clear = "Ticket ID,Subject,Created at\n3,C,03/04/2026\n4,D,25/06/2026\n"
    report = taken_in(office, ops, unclear, "tickets.csv")
    assert report["issues"] == {"opened_at": {"ambiguous": 2}}
    taken_in(office, ops, clear, "tickets.csv")
    with office.sessions.reading() as session:
        opened = session.execute(select(Ticket.number, Ticket.opened_at).order_by(Ticket.number))
        assert [(n, at.date().isoformat() if at else None) for n, at in opened] == [
            ("1", None), ("2", None), ("3", "2026-04-03"), ("4", "2026-06-25"),
        ]  # fmt: skip


def test_units_in_column_names_count(office: Office) -> None:
    ops = office.person("ops")
    table = "Activity ID,Type,Subject,Date,Duration (min)\n1,Call,Intro,2026-05-01T10:00:00Z,12.5\n"
    taken_in(office, ops, table, "activities.csv")
    invoices = "Invoice No,Amount (EUR)\nINV-1,1200.5\n"
    taken_in(office, ops, invoices, "invoices.csv")
    with office.sessions.reading() as session:
        assert session.scalar(select(Interaction.duration_s)) == 750
        money = session.execute(select(Invoice.amount, Invoice.currency)).one()
        assert tuple(money) == (Decimal("1200.5"), "EUR")


def test_json_lines_are_taken_with_their_numbers_as_numbers(office: Office) -> None:
    ops = office.person("ops")
    rows = [
        {"id": 1, "name": "Deal one", "amount": 1.125, "currency": "EUR", "stage": "Won"},
        {"id": 2, "name": "Deal\x00 two", "amount": 12000, "owner": {"email": "mara@v.example"}},
    ]
    report = taken_in(office, ops, "\n".join(map(json.dumps, rows)), "deals.jsonl")
    assert report["counts"]["taken"] == 2
    with office.sessions.reading() as session:
        deals = session.execute(select(Deal.name, Deal.amount, Deal.won).order_by(Deal.name)).all()
        assert [tuple(deal)[:2] for deal in deals] == [
            ("Deal one", Decimal("1.125")), ("Deal two", Decimal(12000)),
        ]  # fmt: skip


def test_a_chosen_column_overrides_the_guess(office: Office) -> None:
    ops = office.person("ops")
    table = "id,name,alias,email\n1,x9,Ann Lee,ann@acme.example\n"
    mapping = json.dumps({"alias": "name", "name": ""})
    report = taken_in(office, ops, table, "contacts.csv", mapping=mapping)
    assert [c["field"] for c in report["columns"]] == ["external_id", None, "name", "email"]
    with office.sessions.reading() as session:
        assert session.scalar(select(Contact.name)) == "Ann Lee"


def test_a_file_of_a_header_alone_is_done_with_a_remark(office: Office) -> None:
    report = taken_in(office, office.person("ops"), "Name,Email\n", "headonly.csv")
    assert (report["status"], report["counts"].get("rows", 0)) == ("done", 0)
    assert report["reason"] == "The file has a header and no rows below it; nothing was taken."


@pytest.mark.parametrize(
    ("content", "fields", "field", "words"),
    [
        (b"", {}, None, "empty"),
        (b"PK\x03\x04...", {}, None, "Excel"),
        ("Name,Email\nAnn,a@b.example\n".encode("utf-32"), {}, None, "UTF-32"),
        (b"Name,City\nM\x81ller,K\x9dln\n", {}, None, "neither UTF-8"),
        (b"Name^Email^Phone\nAnn^a@b.example^1\n", {}, None, "comma, semicolon, tab or bar"),
        (b"ann@acme.example,Ann\n", {}, None, "header"),
        (b"Height,Width\n1,2\n", {}, "kind", "Cannot tell"),
        (b"Height,Width\n1,2\n", {"kind": "contact"}, "mapping", "Columns are missing"),
        (b"Stage,Date\nWon,2026-01-01\n", {"kind": "deal_stage"}, "mapping", "deal.id, deal.name"),
        (b"Name,Email\nAnn,a@b.example\n", {"kind": "person"}, "kind", "Expected a kind among"),
        (b"Name,Email\nAnn,a@b.example\n", {"mapping": "{"}, "mapping", "JSON"),
        (b"Name,Email\nAnn,a@b.example\n", {"mapping": '{"X": "name"}'}, "mapping", "'X'"),
        (b"Name,Email\nAnn,a@b.example\n", {"source": " "}, "source", "source"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_at_once_and_leaves_nothing(
    office: Office, content: bytes, fields: dict[str, str], field: str | None, words: str
) -> None:
    ops = office.person("ops")
    answer = upload(ops, content, "rows.csv", **fields)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"]
    assert answer.json().get("field") == field
    with office.sessions.reading() as session:
        assert session.scalar(select(func.count()).select_from(Import)) == 0
    folder = office.parts.settings.home / "imports"
    assert not folder.exists() or not list(folder.iterdir())


def test_an_upload_repeated_under_its_key_is_one_import(office: Office) -> None:
    ops = office.person("ops")
    first = upload(ops, ACCOUNTS, "accounts.csv", key="k1")
    again = upload(ops, ACCOUNTS, "accounts.csv", key="k1")
    other = upload(ops, CONTACTS, "contacts.csv", key="k1")
    assert first.status_code == again.status_code == 202
    assert first.json() == again.json()
    assert first.headers["Location"] == again.headers["Location"]
    assert other.status_code == 422
    assert len(list((office.parts.settings.home / "imports").iterdir())) == 1


def test_the_uploaded_file_goes_once_its_rows_are_kept(office: Office) -> None:
    ops = office.person("ops")
    taken_in(office, ops, ACCOUNTS, "accounts.csv")
    assert list((office.parts.settings.home / "imports").iterdir()) == []


def test_only_stewards_import_and_read_reports(office: Office) -> None:
    ops, rep = office.person("ops"), office.person("rep")
    assert upload(rep, ACCOUNTS, "accounts.csv").status_code == 403
    made = upload(ops, ACCOUNTS, "accounts.csv").json()["id"]
    hidden = rep.client.get(f"/api/v1/imports/{made}")
    absent = rep.client.get(f"/api/v1/imports/{made[:-4]}zzzz")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json()["detail"].replace(made, "") == absent.json()["detail"].replace(
        f"{made[:-4]}zzzz", ""
    )
    anonymous = office.make_client().post("/api/v1/imports", files={"file": ("a.csv", b"x")})
    assert anonymous.status_code == 401


def test_an_import_interrupted_between_batches_goes_on_where_it_stood(
    sessions: Sessions, tmp_path: Path
) -> None:
    path = tmp_path / "deals.csv"
    rows = "".join(f"D-{n},Deal {n},{n}\n" if n % 50 else "broken\n" for n in range(1, 301))
    path.write_text("Deal ID,Deal Name,Amount\n" + rows)

    class Killed(BaseException):
        pass

    def die(reached: int) -> None:
        if reached >= 100:
            raise Killed

    with pytest.raises(Killed):
        import_file(sessions, path, source="crm", created_by="test", now=NOW, progress=die)
    with sessions.reading() as session:
        position = session.scalar(select(Import.position))
        assert position is not None
        assert 100 <= position < 300
    report = import_file(sessions, path, source="crm", created_by="test", now=NOW)
    assert report.status == "done"
    assert (report.counts["rows"], report.counts["taken"], report.counts["refused"]) == (
        300,
        294,
        6,
    )
    with sessions.reading() as session:
        assert session.scalar(select(func.count()).select_from(Import)) == 1
        assert session.scalar(select(func.count()).select_from(Deal)) == 294
        assert session.scalar(select(func.count()).select_from(SourceRow)) == 294
        assert session.scalar(select(func.count()).select_from(RefusedRow)) == 6


def test_two_processes_on_one_import_take_each_row_once(sessions: Sessions, tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    rows = "".join(f"D-{n},Deal {n},{n}\n" for n in range(200))
    path.write_text("Deal ID,Deal Name,Amount\n" + rows)
    nested: list[str] = []

    def overtake(_reached: int) -> None:
        if not nested:
            nested.append("once")
            with sessions.reading() as session:
                import_id = str(session.scalar(select(Import.id)))
            imports_module.run_import(sessions, import_id, home=tmp_path, clock=lambda: NOW)

    report = import_file(
        sessions, path, source="crm", created_by="test", now=NOW, progress=overtake
    )
    assert (report.status, report.counts["rows"], report.counts["taken"]) == ("done", 200, 200)


def test_a_file_that_vanished_fails_the_import_with_the_reason(office: Office) -> None:
    ops = office.person("ops")
    answer = upload(ops, ACCOUNTS, "accounts.csv")
    for path in (office.parts.settings.home / "imports").iterdir():
        path.unlink()
    office.settle()
    report = ops.client.get(answer.headers["Location"]).json()
    assert report["status"] == "failed"
    assert "No such file" in report["reason"]


def test_the_command_line_refuses_what_the_service_refuses(
    sessions: Sessions, tmp_path: Path
) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text("Height,Width\n1,2\n")
    with pytest.raises(Invalid, match="Cannot tell what the rows"):
        import_file(sessions, path, source="crm", created_by="cli", now=NOW)


EVENT = {"id": "e1", "type": "email_open", "occurred_at": "2026-06-01T10:00:00Z"}


def test_events_are_taken_once_and_find_their_person(office: Office) -> None:
    ops = office.person("ops")
    lead = "Lead ID,Name,Email\nL-1,Ann Lee,ann@acme.example\n"
    taken_in(office, ops, lead, "leads.csv", source="marketing", kind="lead")
    batch = {
        "source": "marketing",
        "events": [{**EVENT, "email": "Ann@Acme.example"}, {**EVENT, "id": "e2", "lead_id": "L-1"}],
    }
    first = ops.client.post("/api/v1/events", json=batch)
    again = ops.client.post("/api/v1/events", json=batch)
    assert first.status_code == 202
    assert (first.json()["taken"], again.json()["taken"], again.json()["unchanged"]) == (2, 0, 2)
    with office.sessions.reading() as session:
        leads = session.scalars(select(EngagementEvent.lead_id)).all()
        assert len(leads) == 2
        assert None not in leads


def test_a_broken_event_is_refused_and_the_others_taken(office: Office) -> None:
    ops = office.person("ops")
    batch = {
        "source": "marketing",
        "events": [
            {**EVENT, "email": "ann@acme.example"},
            {**EVENT, "id": "e2"},
            {**EVENT, "id": "e3", "email": "bob@acme.example", "occurred_at": "2026-06-01T10:00"},
        ],
    }
    outcome = ops.client.post("/api/v1/events", json=batch).json()
    assert outcome["taken"] == 1
    assert [row["row_number"] for row in outcome["refused"]] == [2, 3]


@pytest.mark.parametrize(
    "batch",
    [
        {"source": "m", "events": []},
        {"source": "", "events": [EVENT]},
        {"source": "m", "events": [{**EVENT, "id": ""}]},
        {"source": "m", "events": [{**EVENT, "occurred_at": "soon"}]},
        {"source": "m", "events": [EVENT] * 1001},
    ],
    ids=["none", "no source", "no id", "no time", "too many"],
)
def test_a_malformed_batch_of_events_is_refused_whole(
    office: Office, batch: dict[str, object]
) -> None:
    ops = office.person("ops")
    answer = ops.client.post("/api/v1/events", json=batch)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_two_equal_lines_of_one_order_are_two_and_stay_two(
    sessions: Sessions, tmp_path: Path
) -> None:
    orders, lines = tmp_path / "orders.csv", tmp_path / "order_lines.csv"
    orders.write_text("Order Number,Total\nO-1,20\n")
    lines.write_text("Order Number,SKU,Qty,Unit Price\nO-1,AB-1,1,10\nO-1,AB-1,1,10\n")
    for path in (orders, lines, lines):
        import_file(sessions, path, source="erp", created_by="test", now=NOW)
    with sessions.reading() as session:
        assert session.scalars(select(Line.amount)).all() == [Decimal(10), Decimal(10)]


def test_companies_without_ids_are_told_apart_by_name_and_domain(
    sessions: Sessions, tmp_path: Path
) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text(
        "Company,Website,City\nApex Ltd,apex.example,Graz\nApex Ltd,apex-uk.example,Bath\n"
        "APEX LIMITED,apex.example,\n"
    )
    import_file(sessions, path, source="crm", kind="account", created_by="test", now=NOW)
    with sessions.reading() as session:
        found = session.execute(select(Account.domain, Account.city).order_by(Account.domain))
        assert [tuple(row) for row in found] == [
            ("apex-uk.example", "Bath"), ("apex.example", "Graz"),
        ]  # fmt: skip
