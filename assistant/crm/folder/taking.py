"""Every file of a folder taken in, each as all of them together show it is to be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.crm.folder.planning import Sheet
from assistant.crm.import_store import ImportReport
from assistant.crm.imports import Clock, import_file
from assistant.db import Sessions
from assistant.errors import AssistantError


@dataclass(frozen=True, slots=True)
class TakenSheet:
    """What became of a file: the report of its import, or in `trouble` why it was left out."""

    sheet: Sheet
    report: ImportReport | None = None
    trouble: str = ""


def take_sheets(
    sessions: Sessions,
    sheets: Sequence[Sheet],
    *,
    source: str,
    created_by: str,
    now: datetime | Clock,
    trust: int | None = None,
    default_country: str = "",
) -> Iterator[TakenSheet]:
    """Take the files in, one after the other; one that cannot be read does not stop the others."""
    for sheet in sheets:
        if sheet.plan is None:
            yield TakenSheet(sheet, trouble=sheet.trouble)
            continue
        try:
            report = import_file(
                sessions, sheet.path, source=source, kind=sheet.plan.kind,
                mapping=sheet.plan.as_chosen(), trust=trust, created_by=created_by, now=now,
                default_country=default_country,
            )  # fmt: skip
        except AssistantError as error:
            yield TakenSheet(sheet, trouble=error.detail)
        else:
            yield TakenSheet(sheet, report)
