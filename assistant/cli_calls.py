"""`rapport calls`: recorded calls from the command line."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli_base import ERR, OUT, AsJson, open_records

if TYPE_CHECKING:
    from assistant.calls.bulk import BulkReport

app = typer.Typer(help="Recorded calls.", no_args_is_help=True)


@app.callback()
def _calls() -> None:
    """Recorded calls."""


@app.command("import")
def calls_import(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="With the files.")],
    by: Annotated[str, typer.Option(help="E-mail of who brings them; their access counts.")],
    manifest: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="CSV, TSV or JSON lines; else the folder's manifest.csv, .tsv or .jsonl, else "
            "all its files.",
        ),
    ] = None,
    consent: Annotated[
        str, typer.Option(help="The basis of consent where the manifest states none.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Bring a folder of calls; what is here already is passed over, so an end can be gone on from.

    Calls that somebody waits for are transcribed before these. Status 1 when any was refused.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from assistant.calls.bulk import BulkImport, BulkReport, read_rows
    from assistant.calls.speech import Speech
    from assistant.governance import people

    rows = read_rows(folder, manifest, consent=consent)
    report = BulkReport()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with open_records() as records, Progress(*columns, console=ERR, disable=as_json) as bar:
        with records.sessions.reading() as session:
            principal = people.principal_of_email(session, by)
        bulk = BulkImport(
            records.sessions,
            Speech(records.settings),
            records.settings.home,
            principal,
            lambda: datetime.now(UTC),
            records.settings.phone_channels,
        )
        task = bar.add_task("Calls", total=len(rows))
        for brought in bulk.run(folder, rows):
            report.rows.append(brought)
            bar.advance(task)
    _tell_calls(report, as_json=as_json)
    if report.count("refused"):
        raise typer.Exit(1)


def _tell_calls(report: BulkReport, *, as_json: bool) -> None:
    from dataclasses import asdict

    counts = {name: report.count(name) for name in ("taken", "already", "refused")}
    if as_json:
        told = {**counts, "rows": [asdict(row) for row in report.rows]}
        sys.stdout.write(json.dumps(told) + "\n")
        return
    OUT.print(
        f"{counts['taken']} taken, {counts['already']} here already, {counts['refused']} refused.",
        highlight=False,
    )
    for row in report.rows:
        if row.outcome == "refused":
            OUT.print(f"  {row.file} refused: {row.reason}", highlight=False, markup=False)
    if any(row.outcome == "taken" and row.status == "queued" for row in report.rows):
        OUT.print("They are transcribed by `rapport serve` or `rapport worker`.", highlight=False)
