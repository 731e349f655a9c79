"""Rows that lie within cells become sheets of their own."""

from __future__ import annotations

import json
from pathlib import Path

from assistant.crm.intake import plan_file
from assistant.crm.nested import nested_sheets


def read(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_line_items_of_an_order_are_lines(tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    items = [{"sku": "A-1", "quantity": 2}, {"sku": "B-2", "quantity": 1}]
    order = {"order_id": "O-1", "order_date": "2026-05-01", "total": 30, "line_items": items}
    path.write_text(f"{json.dumps(order)}\n")
    (sheet,) = nested_sheets(path, plan_file(path, filename=path.name), tmp_path)
    assert [row["sku"] for row in read(sheet.path)] == ["A-1", "B-2"]
    assert plan_file(sheet.path, filename=sheet.path.name).kind == "order_line"


def test_a_history_of_hand_overs_names_giver_and_taker(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    first = "2026-05-01 09:00 ann@x.example -> bob@x.example (leave)"
    history = f"{first} | 2026-05-02 bob@x.example -> cy@x.example"
    path.write_text(f"Case Number,Subject,Handover history\nC-1,Broken,{history}\n")
    (sheet,) = nested_sheets(path, plan_file(path, filename=path.name), tmp_path)
    rows = read(sheet.path)
    assert [(row["from user"], row["to user"]) for row in rows] == [
        ("ann@x.example", "bob@x.example"), ("bob@x.example", "cy@x.example"),
    ]  # fmt: skip
    assert (sheet.kind, rows[0]["reason"]) == ("ticket_handover", "leave")
