"""How each file of a folder is read: kinds and columns guessed from all the files together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.crm.folder.histories import parted
from assistant.crm.folder.tables import Table, read_table
from assistant.crm.folder.telling import Told, join_all, links_of, namers, our_domains, retold, tell
from assistant.crm.folder.views import complete
from assistant.crm.intake import Plan, plan_file
from assistant.crm.nested import nested_sheets
from assistant.errors import AssistantError, Invalid

_SUFFIXES = frozenset({".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".txt"})
# What other rows name comes first, so that fewer references have to wait.
_ORDER = ("user", "account", "contact", "product", "lead", "deal", "order", "quote", "ticket")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file with how it will be read; `trouble` says why it cannot be.

    origin: the name of the file in the folder that it is, or was made of.
    """

    path: Path
    origin: str
    plan: Plan | None = None
    trouble: str = ""


def read_folder(folder: Path, within: Path) -> list[Sheet]:
    """The files of a folder, each with the kind of its rows, in the order in which to take them.

    within: an empty folder for what is made of the files: sheets that lie within the cells of
    others, and files with columns that others say. Raises Invalid when no file is there.
    """
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)
    if not paths:
        raise Invalid(f"Expected CSV or JSON-lines files in {folder}, found none.", field="records")
    sheets: list[Sheet] = []
    told: list[Told] = []
    for path in paths:
        try:
            told.append(tell(read_table(path, path.name)))
        except AssistantError as error:
            sheets.append(Sheet(path, path.name, trouble=error.detail))
    for one in tuple(told):
        told += [tell(table) for table in _nested(one, within)]
    sheets += [_sheet(one, within) for one in _together(told)]
    return sorted(sheets, key=_place)


def _together(told: list[Told]) -> list[Told]:
    """What each table is, told once more from all of them."""
    join_all(told)
    told = [tell(part) if part is not one.table else one for one in told for part in parted(one)]
    join_all(told)
    told = _again(told, our_domains(told))
    join_all(told)
    complete(told, our_domains(told))
    ours = our_domains(told)
    join_all(told)
    return _again(_again(told, ours), ours)


def _again(told: list[Told], ours: frozenset[str]) -> list[Told]:
    """Each table told anew by whose rows its columns name."""
    named = namers(told)
    again = [retold(one, links_of(one, ours), named.get(id(one.table), ())) for one in told]
    join_all(again)
    return again


def _nested(one: Told, within: Path) -> Iterator[Table]:
    if one.kind is None:
        return
    plan = Plan(one.kind, one.reason, one.guesses)
    for sheet in nested_sheets(one.table.path, plan, within):
        table = read_table(sheet.path, one.table.origin)
        table.forced = sheet.kind
        yield table


def _sheet(one: Told, within: Path) -> Sheet:
    table = one.table
    if one.kind is None:
        return Sheet(table.path, table.origin, trouble=one.trouble)
    if table.changed and table.whole:
        table.write(within)
    guessed = Plan(one.kind, one.reason, one.guesses)
    try:
        plan = plan_file(
            table.path, filename=table.path.name, kind=one.kind, chosen=guessed.as_chosen()
        )
    except AssistantError as error:
        return Sheet(table.path, table.origin, trouble=error.detail)
    return Sheet(table.path, table.origin, plan)


def _place(sheet: Sheet) -> tuple[int, str]:
    kind = sheet.plan.kind if sheet.plan else ""
    return (_ORDER.index(kind) if kind in _ORDER else len(_ORDER), sheet.path.name)
