"""Strangers' files: whether their kinds and columns are guessed right, and their rows read right.

Each folder below --schemas holds an organisation's export as it came, with a truth.json that says
what each file and column means and what some rows must read as. See docs/evaluation.md.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.app import create_parts
from assistant.crm.folder import Sheet, read_folder
from assistant.crm.hygiene import fold, region_name
from assistant.crm.kind import Form
from assistant.crm.kinds import KINDS
from assistant.crm.parts import mentions_in
from assistant.crm.references import Resolver
from assistant.crm.values import ColumnStyles, clean_value
from assistant.db import Sessions
from assistant.db.tables import SourceLink, SourceRow, SourceUser, User
from assistant.evaluation.outside import SOURCE, take_in
from assistant.governance.http import utc_now
from assistant.settings import Settings
from tests.benchmarks.report import Report
from tests.paths import MODELS_DIR

TRUTH = "truth.json"
_NO_FIELD = frozenset({"extra", "noise"})
_KEPT_BOOKS = frozenset({"deleted", "updated_at"})  # of a column that says nothing else
_REFERENCES = {"from_owner": "from_user", "to_owner": "to_user"}
# They tell whether and when a deal was won and closed, and are kept as that.
_TELLS_OTHERS = frozenset({"outcome", "lost_at"})
_ALIKE = frozenset({"state", "region"})  # one place by two names


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose exports."""
    parser.add_argument("--schemas", type=Path, required=True, help="a folder of exports")
    parser.add_argument("--only", help="the beginning of one export's name")


@dataclass(slots=True)
class _Score:
    """What was right, out of how many."""

    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def add(self, figure: str, right: bool, miss: str) -> None:
        self.asked[figure] += 1
        self.right[figure] += right
        if not right:
            self.notes.append(miss)

    def share(self, figure: str) -> float:
        return self.right[figure] / max(self.asked[figure], 1)


def run(arguments: argparse.Namespace) -> Report:
    """Take every export in as it is, and hold what came of it against its truth."""
    folders = sorted(path.parent for path in arguments.schemas.glob(f"*/{TRUTH}"))
    folders = [path for path in folders if path.name.startswith(arguments.only or "")]
    if not folders:
        raise SystemExit(f"Expected folders with a {TRUTH} in {arguments.schemas}, found none.")
    score = _Score()
    for folder in folders:
        one = _Score()
        _measure(folder, one)
        score.right += one.right
        score.asked += one.asked
        shares = ", ".join(f"{name} {one.share(name):.3f}" for name in _FIGURES)
        score.notes += [
            f"{folder.name}: {shares}, wrong_columns {one.right['wrong_columns']}",
            *one.notes,
        ]
    ours = {name: score.share(name) for name in _FIGURES}
    ours["wrong_columns"] = float(score.right["wrong_columns"])
    data = (
        f"{len(folders)} exports: {score.asked['kinds_right']} files, "
        f"{score.asked['columns_right']} columns, {score.asked['rows_right']} rows"
    )
    return Report("mapping", data, ours, notes=score.notes)


_FIGURES = ("kinds_right", "columns_right", "rows_right", "values_right")


def _measure(folder: Path, score: _Score) -> None:
    truth = json.loads((folder / TRUTH).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as name:
        home, files, within = (Path(name) / part for part in ("home", "files", "within"))
        shutil.copytree(folder, files, ignore=shutil.ignore_patterns(TRUTH, "*.md"))
        within.mkdir()
        sheets = read_folder(files, within)
        for filename, said in truth["files"].items():
            _hold_file(filename, said, [one for one in sheets if one.origin == filename], score)
        parts = create_parts(Settings(home=home, models_dir=MODELS_DIR))
        try:
            take_in(parts.sessions, files, (), lambda: None, now=utc_now())
            _hold_rows(parts.sessions, truth, score)
        finally:
            parts.close()


def _hold_file(filename: str, said: Mapping[str, Any], own: list[Sheet], score: _Score) -> None:
    kinds = {sheet.plan.kind for sheet in own if sheet.plan}
    wanted = said["kind"]
    right = not kinds if wanted == "other" else wanted in kinds
    score.add("kinds_right", right, f"  {filename} is {wanted}, taken for {sorted(kinds)}")
    if wanted == "other" or not right:
        return
    guesses = {g.column: g.field for s in own if s.plan and s.plan.kind == wanted
               for g in s.plan.guesses if g.field}  # fmt: skip
    for column, meaning in said["columns"].items():
        found = guesses.get(column)
        if meaning in _NO_FIELD or not _has(wanted, meaning):
            if found and found not in _KEPT_BOOKS and meaning in _NO_FIELD:
                score.right["wrong_columns"] += 1
                score.notes.append(f"  {filename}: {column} is {meaning}, taken for {found}")
            continue
        fits = found is not None and _means(found, meaning)
        score.right["wrong_columns"] += found is not None and not fits
        score.add("columns_right", fits, f"  {filename}: {column} is {meaning}, taken for {found}")


def _has(kind: str, meaning: str) -> bool:
    name = _REFERENCES.get(meaning, meaning)
    known = KINDS[kind]
    return meaning == "id" or name in known.all_fields or any(
        reference.name == name for reference in known.references
    )  # fmt: skip


def _means(found: str, meaning: str) -> bool:
    if meaning == "id":
        return found in ("external_id", "number", "sku", "name", "email")
    name = _REFERENCES.get(meaning, meaning)
    return found == name or found.partition(".")[0] == name or {found, name} <= _ALIKE


def _hold_rows(sessions: Sessions, truth: Mapping[str, Any], score: _Score) -> None:
    with sessions.reading() as session:
        for wanted in truth["rows"]:
            of_file = truth["files"][wanted["file"]]["kind"]
            kind = wanted.get("kind", of_file)
            where = f"  {wanted['file']} row {wanted['row']} ({wanted['id']})"
            if kind == "other":
                taken = _row_of(session, of_file, wanted["id"]) if of_file != "other" else None
                score.add("rows_right", taken is None, f"{where} is no {of_file}")
                continue
            row = _row_of(session, kind, wanted["id"], wanted["expect"])
            misses = list(_misses(session, kind, row, wanted["expect"], score))
            score.add("rows_right", not misses, f"{where}: {'; '.join(misses)}")


def _row_of(
    session: Session, kind: str, external_id: object, expected: Mapping[str, Any] | None = None
) -> SourceRow | None:
    """The row of that id; of a file without ids the one of which most is as expected."""
    query = select(SourceRow).where(
        SourceRow.source_id == SOURCE, SourceRow.kind == kind, SourceRow.current.is_(True)
    )
    rows: list[SourceRow] = []
    if external_id is not None:
        rows = list(session.scalars(query.where(SourceRow.external_id == str(external_id))))
        rows = rows or [
            row for row in session.scalars(query)
            if str(external_id) in {str(cell) for cell in row.payload.values()}
        ]  # fmt: skip
        if len(rows) < 2 or expected is None:
            return rows[0] if rows else None
    rows = rows or list(session.scalars(query))
    wanted = {str(value) for value in (expected or {}).values()}
    return max(
        rows, default=None,
        key=lambda row: len(wanted & {str(cell) for cell in row.payload.values()}),
    )  # fmt: skip


def _misses(
    session: Session, kind: str, row: SourceRow | None, expected: Mapping[str, Any], score: _Score
) -> Iterator[str]:
    """What a row does not read as it must."""
    for name, value in expected.items():
        if not _has(kind, name) or name in _TELLS_OTHERS:
            continue
        found = _found(session, kind, row, name) if row is not None else frozenset()
        right = any(_same(kind, name, value, one) for one in found) or (
            # A value that is none of its form is kept as it came, with the doubt beside it; what
            # is not so may be left unsaid.
            row is not None and not found and (_doubted(row, name, value) or value is False)
        )
        score.asked["values_right"] += 1
        score.right["values_right"] += right
        if not right:
            said = ", ".join(sorted(map(str, found)))[:60] if row is not None else "no row"
            yield f"{name} {str(value)[:40]!r} <> {said!r}"


def _doubted(row: SourceRow, name: str, value: object) -> bool:
    return name in row.issues and str(value) in {str(cell) for cell in row.payload.values()}


def _found(session: Session, kind: str, row: SourceRow, name: str) -> frozenset[object]:
    """What stands in a field; of a reference all that its record goes by."""
    known, called = KINDS[kind], _REFERENCES.get(name, name)
    values: Mapping[str, object] = row.cleaned.get("values") or {}  # type: ignore[assignment]
    if called not in {reference.name for reference in known.references}:
        fields = _ALIKE if called in _ALIKE else {called}
        return frozenset(values[one] for one in fields if values.get(one) is not None)
    ways = mentions_in(known, row).get(called, [])
    resolver = Resolver(session)
    resolver.load(ways)
    record_id = resolver.first_found(ways)
    if record_id is None:
        return frozenset()
    links = select(SourceLink.external_id).where(SourceLink.record_id == record_id)
    users = select(SourceUser.external_id).where(SourceUser.user_id == record_id)
    user = session.get(User, record_id)
    own = {user.email, user.name} if user is not None else set()
    own |= {mention.value for mention in ways}
    return frozenset({*session.scalars(links), *session.scalars(users), *own})


def _same(kind: str, name: str, expected: object, found: object) -> bool:
    """Whether both are one value, each read in the form of its field."""
    if fold(str(expected)) == fold(str(found)):
        return True
    form = KINDS[kind].form_of(name)
    if form is None or form in (Form.ID, Form.TEXT):
        return False
    if form is Form.REGION:
        called = {region_name(f"{country}-{expected}") for country in ("US", "CA", "AU")}
        return found in called or fold(str(expected)) in fold(str(found))
    if form is Form.SHARE and isinstance(expected, int | float):
        return found in (expected, expected / 100)
    read = [clean_value(name, form, _plain(one), None, ColumnStyles(), limit=None).value
            for one in (expected, found)]  # fmt: skip
    if read[0] is None or read[1] is None:
        return False
    one, other = (str(value) for value in read)
    try:
        return abs(float(one) - float(other)) < 0.005
    except ValueError:
        short = min(len(one), len(other)) if form in (Form.DAY, Form.MOMENT) else None
        return one[:short] == other[:short]


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
