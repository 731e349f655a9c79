"""Questions with expected answers are read from files of several makings."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import Invalid
from assistant.evaluation.cases import read_cases
from assistant.governance.access import Role

LINE = (
    '{"question": "How many?", "asker_role": "Sales rep", "kind": 17, '
    '"expect": {"status": "answered", "value": 3, "records": ["D-1"]}}\n'
)


def test_json_lines_arrays_and_csv_say_the_same(tmp_path: Path) -> None:
    forms = {
        "lines.jsonl": LINE,
        "array.json": f"[{LINE}]",
        "sheet.csv": (
            "question,asker_role,kind,expect.status,expect.value,expect.records\n"
            'How many?,Sales rep,17,answered,3,"[""D-1""]"\n'
        ),
    }
    for name, text in forms.items():
        (tmp_path / name).write_text(text)
    lines, array, sheet = (read_cases(tmp_path / name) for name in forms)
    assert lines == array == sheet
    (case,) = lines
    assert (case.role, case.kind) == (Role.REP, "sales totals")
    assert (case.value, case.records, case.numeric) == (("3",), ("D-1",), True)


@pytest.mark.parametrize(
    ("said", "status"),
    [("unanswerable", "abstained"), ("refuse", "refused"), ("Clarify", "ambiguous")],
)
def test_statuses_go_by_several_names(tmp_path: Path, said: str, status: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(LINE.replace('"answered"', f'"{said}"'))
    assert read_cases(path)[0].status == status


def test_an_unknown_role_is_said_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(LINE + LINE.replace("Sales rep", "wizard"))
    with pytest.raises(Invalid, match="row 2, got 'wizard'"):
        read_cases(path)
