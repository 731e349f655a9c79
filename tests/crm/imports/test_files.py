"""Files of rows: encodings, delimiters, quotes, and bad rows that never stop a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.crm.encodings import UnreadableFile
from assistant.crm.files import RowFile, read_file
from assistant.crm.rows import BadRow, Cell, Row

Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes bytes to a file and says where."""

    def _write(content: bytes) -> Path:
        path = tmp_path / "rows"
        path.write_bytes(content)
        return path

    return _write


def good(file: RowFile) -> list[dict[str, Cell]]:
    """The cells of the rows that could be read."""
    return [row.cells for row in file.rows() if isinstance(row, Row)]


def bad(file: RowFile) -> list[tuple[int, str]]:
    """Number and reason of the rows that could not."""
    return [(row.number, row.reason) for row in file.rows() if isinstance(row, BadRow)]


TABLE = "Name,City\r\nJürgen Müller,Köln\r\nZoë,São Paulo\r\n"
ROWS = [{"Name": "Jürgen Müller", "City": "Köln"}, {"Name": "Zoë", "City": "São Paulo"}]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_a_table_reads_the_same_in_every_usual_encoding(write: Write, encoding: str) -> None:
    assert good(read_file(write(TABLE.encode(encoding)))) == ROWS


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_reads_the_same_with_every_usual_delimiter(write: Write, delimiter: str) -> None:
    file = read_file(write(TABLE.replace(",", delimiter).encode()))
    assert file.delimiter == delimiter
    assert good(file) == ROWS


def test_commas_inside_the_cells_do_not_hide_a_semicolon(write: Write) -> None:
    file = read_file(write(b"Name;Amount;Note\nAnn;1.234,50;a, b, c\nBob;2,00;d, e\n"))
    assert file.delimiter == ";"
    assert good(file)[0] == {"Name": "Ann", "Amount": "1.234,50", "Note": "a, b, c"}


def test_the_delimiter_that_a_spreadsheet_states_is_believed(write: Write) -> None:
    assert good(read_file(write(b"sep=;\nName;City\nAnn;Graz\n"))) == [
        {"Name": "Ann", "City": "Graz"}
    ]


def test_line_breaks_inside_quotes_belong_to_the_cell(write: Write) -> None:
    file = read_file(write(b'Id,Body\n1,"Dear Ann,\nthank you\n\nBob"\n2,short\n'))
    assert good(file) == [
        {"Id": "1", "Body": "Dear Ann,\nthank you\n\nBob"},
        {"Id": "2", "Body": "short"},
    ]


def test_a_quote_that_is_never_closed_costs_one_row(write: Write) -> None:
    rows = "".join(f"{number},name {number},ok\n" for number in range(2, 200))
    file = read_file(write(f'Id,Name,Note\n1,Ann,"never closed\n{rows}'.encode()))
    assert [number for number, _ in bad(file)] == [2]
    assert len(good(file)) == 198


def test_a_quote_closed_by_that_of_a_later_row_costs_one_row(write: Write) -> None:
    file = read_file(write(b'Id,Name,Note\n1,Ann,"never closed\n2,Bob,"fine"\n3,Cyd,ok\n'))
    assert [number for number, _ in bad(file)] == [2]
    assert [row["Id"] for row in good(file)] == ["2", "3"]


def test_a_quote_in_the_middle_of_a_cell_is_a_letter(write: Write) -> None:
    assert good(read_file(write(b'Id,Part\n1,5" pipe\n2,7" pipe\n'))) == [
        {"Id": "1", "Part": '5" pipe'},
        {"Id": "2", "Part": '7" pipe'},
    ]


def test_ragged_rows_are_refused_one_by_one_with_their_number(write: Write) -> None:
    file = read_file(write(b"A,B,C\n1,2,3\n4,5\n6,7,8,9\n10,11,12,\n\n13,14,15\n"))
    assert bad(file) == [(3, "expected 3 columns, got 2"), (4, "expected 3 columns, got 4")]
    assert [row["A"] for row in good(file)] == ["1", "10", "13"]


def test_one_percent_of_broken_rows_leaves_the_others(write: Write) -> None:
    lines = [f"{n},name {n},note é {n}".encode() for n in range(1000)]
    for n in range(0, 1000, 100):
        lines[n] = b"%d,broken \xff\xfe here,x" % n
    file = read_file(write(b"Id,Name,Note\n" + b"\n".join(lines) + b"\n"))
    assert len(bad(file)) == 10
    assert {reason for _, reason in bad(file)} == {"bytes that are no text in the file's encoding"}
    assert len(good(file)) == 990


def test_nul_bytes_and_megabytes_in_a_cell_are_read(write: Write) -> None:
    long = "x" * 1_100_000
    file = read_file(write(f"Id,Note\n1,a\x00b\n2,{long}\n".encode()))
    assert [len(str(row["Note"])) for row in good(file)] == [3, 1_100_000]


def test_columns_of_one_name_and_of_none_are_all_kept(write: Write) -> None:
    file = read_file(write(b"Name,Name,,City\nAnn,Lee,x,Graz\n"))
    assert good(file) == [{"Name": "Ann", "Name (2)": "Lee", "column 3": "x", "City": "Graz"}]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"  \n \n", "empty"),
        (b"PK\x03\x04 workbook", "Excel workbook"),
        (b"%PDF-1.7 x", "PDF"),
        ("Name,City\nAnn,Graz\n".encode("utf-32"), "UTF-32"),
        (b"\xff\xfeN\x00a\x00m\x00\x00\xd8", "utf-16"),
        (b"Name^City\nAnn^Graz\n", "comma, semicolon, tab or bar"),
        (b"Name::City\nAnn::Graz\n", "comma, semicolon, tab or bar"),
        (b"ann@acme.example,Graz\nbob@acme.example,Linz\n", "header"),
        (b"1,2,3\n4,5,6\n", "header"),
        (b",,\n1,2,3\n", "header"),
        (b"Name,City\nM\x81ller,K\x9dln\n", "neither UTF-8"),
        (b'{"a": \n', "JSON"),
        (bytes(range(1, 32)) * 50, "no text"),
    ],
)
def test_a_file_that_is_no_table_says_what_was_expected_and_what_came(
    write: Write, content: bytes, words: str
) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_file(write(content))
    assert words in caught.value.detail


def test_json_lines_are_flattened_and_bad_lines_refused(write: Write) -> None:
    lines = [
        json.dumps({"id": 1, "who": {"mail": "ann@acme.example"}, "tags": ["a", "b"], "won": True}),
        "not json",
        "",
        "[1]",
        '{"id": NaN}',
        json.dumps({"id": 2, "amount": 12.5, "who": None}),
    ]
    file = read_file(write("\n".join(lines).encode()))
    assert good(file) == [
        {"id": 1, "who.mail": "ann@acme.example", "tags": "a; b", "won": True},
        {"id": 2, "amount": 12.5, "who": None},
    ]
    assert [number for number, _ in bad(file)] == [2, 4, 5]
    assert file.header == ("id", "who.mail", "tags", "won", "amount", "who")


@pytest.mark.parametrize(
    "content",
    [
        '{"a": "\\ud800 lone"}\n{"a": "\\ud83d\\ude00"}',
        '[{"a": "\\ud800 lone"}, {"a": "\\ud83d\\ude00"}]',
    ],
)
def test_half_a_character_is_refused_since_no_reply_could_hold_it(
    write: Write, content: str
) -> None:
    file = read_file(write(content.encode()))
    assert good(file) == [{"a": "\N{GRINNING FACE}"}]
    [(number, reason)] = bad(file)
    assert number == 1
    assert "half of a character" in reason


def test_a_json_array_is_read_like_lines(write: Write) -> None:
    assert good(read_file(write(b'[{"a": 1}, {"a": 2}]'))) == [{"a": 1}, {"a": 2}]


cells = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)


@given(
    st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=20),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_every_table_survives_being_written_and_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], delimiter: str
) -> None:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(["first name", "second name", "third name"])
    writer.writerows(rows)
    path = tmp_path_factory.mktemp("table") / "rows.csv"
    path.write_bytes(b"\xef\xbb\xbf" + written.getvalue().encode())
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    assert [tuple(cells.values()) for cells in good(read_file(path))] == kept
