"""Columns of exports to fields, and files to kinds, told from names and values."""

from __future__ import annotations

import csv
import io

import pytest

from assistant.crm.kind_of_file import guess_kind
from assistant.crm.kinds import KINDS
from assistant.crm.mapping import guess_mapping
from assistant.errors import Invalid

Columns = dict[str, list[str]]


def columns(text: str) -> Columns:
    """The columns of a small table written as CSV, its rows three times over."""
    rows = list(csv.DictReader(io.StringIO(text)))
    return {name: [row[name] for row in rows] * 3 for name in rows[0]}


EXPORTS: dict[str, tuple[str, str, list[str | None]]] = {
    "accounts of a CRM": (
        "account",
        ("Id,Name,Phone,Website,Industry,NumberOfEmployees,BillingStreet,BillingCity,BillingState,"
        "BillingPostalCode,BillingCountry,OwnerId,LastModifiedDate,ParentId,Rating__c\n"
        "001,Acme GmbH,+49 30 901820,acme.example,Retail,40,Weg 1,Berlin,BE,10115,Germany,005,"
        "2024-03-05T10:00:00Z,009,warm\n"),
        ["external_id", "name", "phone", "domain", "industry", "employees", "street", "city",
         "region", "postcode", "country", "owner.id", "updated_at", "parent_account.id", None],
    ),
    "companies of another": (
        "account",
        ("Record ID,Company name,Company domain name,Country/Region,Company owner,Lifecycle Stage\n"
        "9001,Acme,acme.example,Germany,Ann Lee,customer\n"),
        ["external_id", "name", "domain", "country", "owner.name", "status"],
    ),
    "customers in German": (
        "account",
        ("Kundennummer,Firma,Strasse,PLZ,Ort,Land,Telefon,Betreuer,Geändert am\n"
        "K-1,Acme GmbH,Weg 1,10115,Berlin,Deutschland,030 901820,ann@us.example,05.03.2024\n"),
        ["external_id", "name", "street", "postcode", "city", "country", "phone", "owner.email",
         "updated_at"],
    ),
    "contacts of a CRM": (
        "contact",
        ("Id,FirstName,LastName,Email,Phone,MobilePhone,Title,AccountId,MailingCountry,OwnerId\n"
        "003,Ann,Lee,ann@acme.example,+49 30 901820,+49 170 1234567,CFO,001,Germany,005\n"),
        ["external_id", "given_name", "family_name", "email", "phone", "mobile", "title",
         "account.id", "country", "owner.id"],
    ),
    "people of a helpdesk": (
        "contact",
        ("id,name,email,phone,organization,updated_at\n"
        "77,Ann Lee,ann@acme.example,030 901820,Acme Foods,2024-03-05T10:00:00Z\n"),
        ["external_id", "name", "email", "phone", "account.name", "updated_at"],
    ),
    "leads of a marketing tool": (
        "lead",
        ("Email Address,First Name,Last Name,Company,OPTIN_TIME,Source,Job Title\n"
        "ann@acme.example,Ann,Lee,Acme,2024-03-05 10:00:00,webinar,CFO\n"),
        ["email", "given_name", "family_name", "company", "opened_at", "lead_source", "title"],
    ),
    "converted leads": (
        "lead",
        ("Id,LastName,Company,LeadSource,ConvertedDate,ConvertedAccountId,ConvertedOpportunityId\n"
        "00Q,Lee,Acme,Web,2024-04-05,001,006\n"),
        ["external_id", "family_name", "company", "lead_source", "converted_at", "account.id",
         "deal.id"],
    ),
    "deals of a pipeline tool": (
        "deal",
        ("ID,Title,Organization,Contact person,Value,Currency,Stage,Owner,Deal created,"
        "Expected close date,Won time,Lost reason,Probability\n"
        "5,Acme 40 seats,Acme,Ann Lee,12000,EUR,Negotiation,Bob Ray,2024-03-05,2024-05-05,,,60\n"),
        ["external_id", "name", "account.name", "contact.name", "amount", "currency", "stage",
         "owner.name", "opened_at", "close_on", "closed_at", "lost_reason", "probability"],
    ),
    "stays in stages": (
        "deal_stage",
        "deal_id,stage,entered_at\n006,Negotiation,2024-03-05\n",
        ["deal.id", "stage", "entered_at"],
    ),
    "tickets": (
        "ticket",
        ("Ticket ID,Subject,Description,Status,Priority,Requester email,Organization,Assignee,"
        "Created at,Solved at,Product\n"
        "1001,Broken,It broke,open,high,ann@acme.example,Acme,bob@us.example,2024-03-05 10:00,"
        "2024-03-06 10:00,Probe\n"),
        ["external_id", "subject", "body", "status", "priority", "contact.email", "account.name",
         "owner.email", "opened_at", "closed_at", "product.name"],
    ),
    "stays in stages, as a history": (
        "deal_stage",
        "History ID,Opportunity ID,Stage,Created Date\n0171,006,Negotiation,2024-03-05\n",
        ["external_id", "deal.id", "stage", "entered_at"],
    ),
    "accounts with a state or province": (
        "account",
        "Account Name,Billing Street,Billing State/Province,Billing Country\nAcme,1 A St,CA,US\n",
        ["name", "street", "region", "country"],
    ),
    "quotations": (
        "quote",
        ("Quotation No,Customer,Quotation Date,Valid Thru,Discount,Net Amount,Currency\n"
        "Q1,Acme,2024-03-05,2024-04-05,5,1200,EUR\n"),
        ["number", "account.name", "issued_on", "valid_until", "discount_percent", "total",
         "currency"],
    ),
    "hand-overs": (
        "ticket_handover",
        ("ticket_id,from_agent,to_agent,changed_at,reason\n"
        "1001,bob@us.example,cyd@us.example,2024-03-05 10:00,shift\n"),
        ["ticket.id", "from_user.email", "to_user.email", "at", "reason"],
    ),
    "invoices in French": (
        "invoice",
        ("N° facture,N° commande,N° client,Date de facture,Date d'échéance,Montant HT,Montant TTC,"
        "Reste dû,Statut\nF-1,CMD-1,C-1,2024-03-05,2024-04-05,100.00,120.00,0.00,payée\n"),
        ["number", "order.number", "account.number", "issued_on", "due_on", "net_amount", "amount",
         "balance", "status"],
    ),
    "cases in Spanish": (
        "ticket",
        ("Nº incidencia,Asunto,Descripción,Prioridad,Estado,Fecha de apertura,Fecha de cierre,"
        "Agente,Cliente\nI-1,Avería,No funciona nada,alta,cerrada,2024-03-05,2024-03-06,Juan Paz,"
        "Acme SL\n"),
        ["number", "subject", "body", "priority", "status", "opened_at", "closed_at", "owner.name",
         "account.name"],
    ),
    "contacts of a CRM with run-together names": (
        "contact",
        ("contactid,fullname,jobtitle,_parentcustomerid_value,emailaddress1,address1_city\n"
        "3a1,Ann Lee,CFO,9b7,ann@acme.example,Leeds\n"),
        ["external_id", "name", "title", "account.id", "email", "city"],
    ),
    "invoices": (
        "invoice",
        ("Invoice No,Client,Client Email,Invoice Date,Due Date,Total,Currency,State,Paid Date\n"
        'INV-1,Acme Inc,ann@acme.example,2024-03-05,2024-04-05,"1,200.00",USD,Paid,2024-04-01\n'),
        ["number", "account.name", "contact.email", "issued_on", "due_on", "amount", "currency",
         "status", "paid_on"],
    ),
    "charges": (
        "payment",
        ("id,Invoice ID,Customer ID,Amount,Currency,Status,Created (UTC),Card Brand\n"
        "ch_1,in_1,cus_1,1200.00,usd,succeeded,2024-03-05 10:00,visa\n"),
        ["external_id", "invoice.id", "account.id", "amount", "currency", "status", "paid_at",
         "method"],
    ),
    "orders": (
        "order",
        ("OrderNumber,EffectiveDate,AccountId,Status,TotalAmount,OwnerId\n"
        "O-1,2024-03-05,001,Activated,1200,005\n"),
        ["number", "ordered_at", "account.id", "status", "total", "owner.id"],
    ),
    "lines of orders": (
        "order_line",
        "order_id,sku,item,qty,price_each,line_total\n801,AB-1,Probe,3,400,1200\n",
        ["order.id", "product.sku", "description", "quantity", "unit_price", "amount"],
    ),
    "quotes": (
        "quote",
        ("Quote Number,Account Name,Opportunity,Status,Discount %,Grand Total,Expiration Date\n"
        "Q-1,Acme,006,Sent,12.5,1200,2024-04-05\n"),
        ["number", "account.name", "deal.id", "status", "discount_percent", "total",
         "valid_until"],
    ),
    "products": (
        "product",
        "ProductCode,Name,Family,UnitPrice,IsActive\nAB-1,Probe,Sensors,400,true\n",
        ["sku", "name", "family", "list_price", "active"],
    ),
    "activities": (
        "interaction",
        ("Activity ID,Type,Subject,Notes,Date,Duration (min),Direction,Contact Mail,Firm,Owner\n"
        "1,Call,Intro,spoke,2024-03-05 10:00,12,Outbound,ann@acme.example,Acme,bob@us.example\n"),
        ["external_id", "channel", "subject", "body", "occurred_at", "duration_s", "direction",
         "contact.email", "account.name", "owner.email"],
    ),
    "tasks": (
        "task",
        ("Task ID,Subject,Due Date,Status,Assigned To,Account Name,Related Opportunity\n"
        "1,Call Ann,2024-03-05,Open,bob@us.example,Acme,006\n"),
        ["external_id", "title", "due_on", "status", "owner.email", "account.name", "deal.id"],
    ),
    "events": (
        "event",
        ("event_id,email,event,timestamp,campaign\n"
        "1,ann@acme.example,email_open,2024-03-05T10:00:00Z,Spring\n"),
        ["external_id", "email", "event_type", "occurred_at", "subject"],
    ),
    "help articles": (
        "article",
        "Article ID,Title,Content,Section,Published\n1,How to pair,Press it,Setup,2024-03-05\n",
        ["external_id", "title", "body", "category", "published_on"],
    ),
    "policies": (
        "policy",
        "Policy ID,Title,Text,Effective Date\n1,Discounts,Up to 10 percent,2024-03-05\n",
        ["external_id", "title", "body", "published_on"],
    ),
    "users": (
        "user",
        "id,full_name,email,role,team,territory\n005,Bob Ray,bob@us.example,rep,North,EMEA\n",
        ["external_id", "name", "email", "role", "team", "territory"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("export", EXPORTS, ids=str)
def test_the_columns_of_an_export_are_taken_for_their_fields(export: str) -> None:
    kind, text, expected = EXPORTS[export]
    guesses = guess_mapping(KINDS[kind], columns(text))
    assert [guess.field for guess in guesses] == expected
    assert all(guess.reason for guess in guesses)


@pytest.mark.parametrize("export", EXPORTS, ids=str)
def test_the_kind_of_an_export_is_told_from_its_columns_alone(export: str) -> None:
    kind, text, _ = EXPORTS[export]
    assert guess_kind(columns(text)).kind == kind


def test_records_are_named_by_their_number_and_by_what_became_of_them() -> None:
    tasks = guess_mapping(KINDS["task"], columns("To-do No,Deal No,What\n7,BB-3,Measure\n"))
    assert [guess.field for guess in tasks] == ["external_id", "deal.id", "title"]
    theirs = columns("To-do No,What,Who\n7,Measure,ann@us.example\n")
    assert [one.field for one in guess_mapping(KINDS["task"], theirs)][-1] == "owner.email"
    leads = columns("Lead No,Company,Became deal\n7,Acme,BB-3\n")
    assert [one.field for one in guess_mapping(KINDS["lead"], leads)][-1] == "deal.id"
    flagged = columns("Lead No,Company,Became deal\n7,Acme,yes\n8,Bolt,no\n")
    assert [one.field for one in guess_mapping(KINDS["lead"], flagged)][-1] is None


def test_the_name_of_the_file_settles_a_doubtful_kind() -> None:
    doubtful = columns("id,name,email\n1,Ann Lee,ann@acme.example\n")
    assert guess_kind(doubtful, filename="leads_2024-03.csv").kind == "lead"
    assert guess_kind(doubtful, filename="Contacts Export.csv").kind == "contact"


def test_a_file_of_no_known_kind_is_refused_with_what_to_say() -> None:
    with pytest.raises(Invalid) as caught:
        guess_kind(columns("temperature,humidity\n12,40\n"))
    assert "kind is one of account, contact" in caught.value.detail


def test_a_name_whose_values_do_not_fit_counts_for_less() -> None:
    fitting = columns("Email\nann@acme.example\n")
    other = columns("Email\nyes please\n")
    (likely,) = guess_mapping(KINDS["contact"], fitting)
    (unlikely,) = guess_mapping(KINDS["contact"], other)
    assert likely.field == "email"
    assert unlikely.field is None


def test_values_speak_where_the_name_says_nothing() -> None:
    rows = "\n".join(f"p{n}@acme.example,x{n}" for n in range(9))
    guesses = guess_mapping(KINDS["contact"], columns(f"Feld 7,Feld 8\n{rows}\n"))
    assert [(guess.field, guess.confidence) for guess in guesses] == [("email", 0.55), (None, 0.0)]


def test_one_field_is_filled_from_one_column() -> None:
    guesses = guess_mapping(
        KINDS["contact"],
        columns("Email,E-mail address\nann@acme.example,ann@home.example\n"),
    )
    assert [guess.field for guess in guesses] == ["email", None]


def test_a_chosen_column_overrides_the_guess_and_frees_its_column() -> None:
    table = columns("Name,Alias,Note\nAnn Lee,Ann Lee,x\n")
    guesses = guess_mapping(KINDS["contact"], table, chosen={"Alias": "name", "Note": ""})
    assert [(guess.field, guess.confidence) for guess in guesses] == [
        (None, 0.0),
        ("name", 1.0),
        (None, 1.0),
    ]


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"Nam": "name"}, "a column 'Nam'"),
        ({"Name": "shoe_size"}, "a field 'shoe_size'"),
        ({"Name": "name", "Alias": "name"}, "Several columns"),
    ],
)
def test_a_mapping_that_cannot_be_followed_is_refused(chosen: dict[str, str], words: str) -> None:
    table = columns("Name,Alias\nAnn Lee,Ann\n")
    with pytest.raises(Invalid) as caught:
        guess_mapping(KINDS["contact"], table, chosen=chosen)
    assert words in caught.value.detail


def test_people_of_many_firms_are_nobodys_colleagues() -> None:
    columns = {
        "Person ID": [f"P{n}" for n in range(8)],
        "First name": ["Ann"] * 8,
        "Last name": ["Lee"] * 8,
        "Job title": ["Owner"] * 8,
        "Customer name": [f"Firm {n}" for n in range(8)],
        "E-mail": [f"ann@firm{n}.example" for n in range(8)],
    }
    assert guess_kind(columns, filename="people.csv").kind == "contact"
    staff = {
        "Full name": ["Ann Lee"] * 8,
        "E-mail": [f"ann{n}@vendor.example" for n in range(8)],
        "Job role": ["Rep"] * 8,
        "Team": ["North"] * 8,
    }
    assert guess_kind(staff, filename="staff.csv").kind == "user"


def test_customers_who_may_sign_in_make_no_contacts_of_our_own_people() -> None:
    outside = [f"ann@firm{n}.example" for n in range(4)]
    columns = {
        "User ID": [f"U-{n}" for n in range(12)],
        "Full Name": [f"Ann Lee{n}" for n in range(12)],
        "Email": [*(f"ann{n}@vendor.example" for n in range(8)), *outside],
        "Role": [*["rep"] * 8, *["customer"] * 4],
        "Team": ["North"] * 8,
        "Customer Company ID": [f"CO-{n}" for n in range(4)],
    }
    assert guess_kind(columns, filename="users.csv").kind == "user"


def test_a_list_of_things_to_do_is_one_of_tasks() -> None:
    columns = {
        "To-do No": ["TD-1", "TD-2"], "Deal No": ["D-1", "D-2"],
        "What": ["Measure the wall", "Call them"], "Due": ["2026-12-03", "2026-12-04"],
        "State": ["open", "done"], "Who": ["ann@vendor.example", "bo@vendor.example"],
    }  # fmt: skip
    assert guess_kind(columns, filename="to_dos.csv").kind == "task"


def fields(kind: str, samples: Columns) -> dict[str, str | None]:
    return {guess.column: guess.field for guess in guess_mapping(KINDS[kind], samples)}


def test_where_no_name_tells_the_id_the_first_column_with_its_form_is_it() -> None:
    rules = {
        "Section": ["HB-01", "HB-02", "HB-03"],
        "Title": ["Lead routing", "Discounts", "Refunds"],
        "Text": ["Leads go by state.", "Ten percent at most.", "Within 30 days."],
    }
    assert fields("policy", rules)["Section"] == "external_id"
    topics = rules | {"Section": ["Sales", "Sales", "Service"]}
    assert fields("policy", topics)["Section"] == "category"
    blank = rules | {"Section": ["HB-01", "", "HB-03"]}
    assert fields("policy", blank)["Section"] == "category"


def test_a_number_beside_a_known_id_is_not_taken_for_it() -> None:
    samples = {
        "Ticket ID": ["7", "8", "9"],
        "Ref": ["A-1", "A-2", "A-3"],
        "Subject": ["a", "b", "c"],
    }
    assert fields("ticket", samples)["Ticket ID"] == "external_id"


def test_a_few_words_that_come_again_and_again_are_a_category_and_no_text() -> None:
    samples = {
        "ticket_id": [str(n) for n in range(30)],
        "problem": ["Water leak", "No power", "Late delivery"] * 10,
        "subject": [f"Unit {n} does not start" for n in range(30)],
    }
    assert fields("ticket", samples)["problem"] == "category"


def test_a_handbook_of_employees_holds_rules_and_not_people_or_what_customers_may_read() -> None:
    rows = {"Section": ["1", "2"], "Title": ["Refunds", "Dates"], "Text": ["We pay.", "We wait."]}
    assert guess_kind(rows, filename="employee_handbook.csv").kind == "policy"
    assert guess_kind(rows, filename="help_articles.csv").kind == "article"
    told = {**rows, "Audience": ["employees only", "employees only"]}
    assert guess_kind(told, filename="texts.csv").kind == "policy"
