"""Files of one folder explain one another: whose ids a column holds, what an id stands for."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.crm.folder import Sheet, read_folder


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A normalised export: colleagues by id, stages by id, changes of fields, prices apart."""
    folder = tmp_path / "office"
    folder.mkdir()
    files = {
        "users.csv": (
            "Id,First Name,Last Name,Email,Job Title\n"
            "usr0001A,Ann,Lee,ann@us.example,Rep\nusr0002B,Bob,Ray,bob@us.example,Agent\n"
            "usr0003C,Cy,Poe,cy@us.example,Agent\n"
        ),
        "accounts.csv": (
            "Id,Name,City\nacc0001A,Harbour Mills,Leeds\nacc0002B,Ridge Sports,York\n"
        ),
        "stages.csv": "stage_id,label\n1,Enquiry\n2,Offer\n3,Won\n",
        "opportunities.csv": (
            "Id,Name,WhoseId,StageId,Amount,Handler,CreatedDate\n"
            "opp0001A,Silo sensors,acc0001A,2,12000,usr0001A,2026-03-02\n"
            "opp0002B,Lamp posts,acc0002B,3,800,usr0002B,2026-03-04\n"
            "opp0003C,Gate,acc0002B,1,900,usr0001A,2026-03-05\n"
        ),
        "cases.csv": (
            "Id,Subject,Description,Status\n"
            "cas0001A,Broken,It broke,open\ncas0002B,Late,It is late,closed\n"
        ),
        "CaseHistory.csv": (
            "Id,CaseId,CreatedDate,Field,OldValue,NewValue\n"
            "his0001A,cas0001A,2026-05-01T10:00:00Z,Status,new,open\n"
            "his0002B,cas0001A,2026-05-02T10:00:00Z,Owner,usr0002B,usr0003C\n"
            "his0003C,cas0002B,2026-05-03T10:00:00Z,Status,open,closed\n"
            "his0004D,cas0002B,2026-05-04T10:00:00Z,Owner,usr0003C,usr0002B\n"
        ),
        "products.csv": (
            "Id,Product Name,Product Code\nprd0001A,Sensor,SN-1\nprd0002B,Gate,GT-2\n"
        ),
        "PricebookEntry.csv": (
            "Id,Pricebook,Product2Id,UnitPrice\n"
            "pbe0001A,Partner,prd0001A,80.00\npbe0002B,Standard,prd0001A,100.00\n"
            "pbe0003C,Standard,prd0002B,900.00\n"
        ),
        "mail.csv": (
            "Id,Subject,Text,From,To,Sent at\n"
            "msg0001A,Offer,Here it is,ann@us.example,kay@mills.example,2026-05-01 10:00\n"
            "msg0002B,Re: Offer,Thanks,kay@mills.example,ann@us.example,2026-05-02 10:00\n"
        ),
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def sheets(office: Path, tmp_path: Path) -> dict[str, Sheet]:
    """The sheets by the file they are or were made of."""
    within = tmp_path / "within"
    within.mkdir()
    return {sheet.origin: sheet for sheet in read_folder(office, within)}


def fields(sheet: Sheet) -> dict[str, str]:
    """The mapped columns."""
    assert sheet.plan is not None, sheet.trouble
    return {guess.column: guess.field for guess in sheet.plan.guesses if guess.field}


def rows(sheet: Sheet) -> list[str]:
    """The rows of a sheet that was made."""
    return sheet.path.read_text().splitlines()


def test_a_column_names_the_rows_whose_ids_it_holds_whatever_it_is_called(
    sheets: dict[str, Sheet],
) -> None:
    deals = fields(sheets["opportunities.csv"])
    assert (deals["WhoseId"], deals["Handler"]) == ("account.id", "owner.id")


def test_an_id_of_a_list_of_labels_is_read_as_its_label(sheets: dict[str, Sheet]) -> None:
    deals = sheets["opportunities.csv"]
    assert fields(deals)["stage"] == "stage"
    assert '"stage": "Offer"' in rows(deals)[0]
    assert sheets["stages.csv"].plan is None


def test_of_a_log_of_changed_fields_the_changes_of_owners_are_hand_overs(
    sheets: dict[str, Sheet],
) -> None:
    history = sheets["CaseHistory.csv"]
    assert history.plan is not None
    assert history.plan.kind == "ticket_handover"
    found = fields(history)
    assert (found["OldValue"], found["NewValue"], found["CaseId"]) == (
        "from_user.id", "to_user.id", "ticket.id",
    )  # fmt: skip
    assert len(rows(history)) == 2


def test_a_list_of_prices_gives_each_product_its_usual_one(sheets: dict[str, Sheet]) -> None:
    products = sheets["products.csv"]
    assert fields(products)["list price"] == "list_price"
    assert '"list price": "100.00"' in rows(products)[0]
    assert sheets["PricebookEntry.csv"].plan is None


def test_of_sender_and_receiver_the_one_who_is_not_ours_is_the_contact(
    sheets: dict[str, Sheet],
) -> None:
    mail = sheets["mail.csv"]
    assert "From" not in fields(mail)
    assert [
        ('"contact email": "kay@mills.example"' in row, '"owner email": "ann@us.example"' in row)
        for row in rows(mail)
    ] == [(True, True), (True, True)]
    assert "outbound" in rows(mail)[0]
    assert "inbound" in rows(mail)[1]
