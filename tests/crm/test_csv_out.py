"""CSV that leaves runs nothing in anybody's spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.crm.csv_out import csv_lines, safe_cell
from tests.conftest import Office
from tests.crm.imports.test_imports import taken_in


@pytest.mark.parametrize(
    "raw",
    ['=HYPERLINK("http://x.example")', "+cmd|' /C calc'!A0", "-1+1", "@SUM(A1)", "\t=1+1",
     "\r=1+1", "\n=1+1", "＝1+1", "+49 30 901820", "-"],
)  # fmt: skip
def test_what_a_spreadsheet_would_run_is_shown_as_text(raw: str) -> None:
    assert safe_cell(raw) == f"'{raw}"


@pytest.mark.parametrize("raw", ["-12", "-12.50", "Ann", "a=b", "", "1-2"])
def test_numbers_and_plain_text_stay_as_they_are(raw: str) -> None:
    assert safe_cell(raw) == raw


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=4))
def test_every_cell_comes_back_whole(cells: list[str]) -> None:
    text = "".join(csv_lines(["a"] * len(cells), [cells]))
    (_, row) = csv.reader(io.StringIO(text, newline=""))
    assert [cell.removeprefix("'") for cell in row] == [cell.removeprefix("'") for cell in cells]


def test_refused_rows_leave_as_csv_that_runs_nothing(office: Office) -> None:
    ops, rep = office.person("ops"), office.person("rep")
    rows = 'Ticket ID,Subject,Description\n1,Broken,It broke\n,"=1+1",x,y\n'
    report = taken_in(office, ops, rows, "tickets.csv")
    address = f"/api/v1/imports/{report['id']}/refused.csv"
    reply = ops.client.get(address)
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    header, row = csv.reader(io.StringIO(reply.text.lstrip("\ufeff"), newline=""))
    assert header == ["row", "reason", "as it came"]
    assert row[0] == "3"
    assert not any(cell.startswith(("=", "+", "@")) for cell in row)
    assert rep.client.get(address).status_code == 404
