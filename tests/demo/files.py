"""Reading the demo's files the plain way, without the product."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from assistant.demo import DemoOrganisation


def rows_of(path: Path) -> list[dict[str, str]]:
    """All rows of a CSV or JSON-lines file as text."""
    if path.suffix == ".jsonl":
        lines = path.read_text(encoding="utf-8").splitlines()
        return [{key: str(value) for key, value in json.loads(line).items()} for line in lines]
    text = path.read_text(encoding="utf-8-sig")
    delimiter = ";" if text.partition("\n")[0].count(";") > 3 else ","
    return list(csv.DictReader(text.splitlines(keepends=True), delimiter=delimiter))


def export(organisation: DemoOrganisation, name: str) -> list[dict[str, str]]:
    """The rows of `source/name`, its late rows included."""
    path = organisation.folder / name
    late = path.with_name(f"{path.stem}_late{path.suffix}")
    return rows_of(path) + (rows_of(late) if late.exists() else [])


def truth(organisation: DemoOrganisation, name: str) -> list[dict[str, object]]:
    """The lines of a truth file."""
    lines = (organisation.truth / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def summary(organisation: DemoOrganisation) -> dict[str, object]:
    """The summary of the truth."""
    found: dict[str, object] = json.loads((organisation.truth / "truth.json").read_text("utf-8"))
    return found
