"""The command line: `rapport`. Each command opens the same parts as the service."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import cli_calls, cli_evaluate, logs
from assistant.cli_base import ERR, OUT, AsJson, open_records, opened, read_settings
from assistant.errors import AssistantError
from assistant.governance.access import Role

app = typer.Typer(
    name="rapport",
    help="Rapport: call notes a rep confirms, answers tied to their source, scores that add up.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
users = typer.Typer(help="People who sign in.", no_args_is_help=True)
tokens = typer.Typer(help="Tokens for programs.", no_args_is_help=True)
audit_app = typer.Typer(help="The audit ledger, and fields.", no_args_is_help=True)
models = typer.Typer(help="Models that run here.", no_args_is_help=True)
app.add_typer(users, name="users")
app.add_typer(tokens, name="tokens")
app.add_typer(audit_app, name="audit")
app.add_typer(models, name="models")
app.add_typer(cli_calls.app, name="calls")
app.add_typer(cli_evaluate.app, name="evaluate")

if TYPE_CHECKING:
    from assistant.crm.import_store import ImportReport
    from assistant.demo.load import LoadedDemo


def main() -> None:
    """Run a command; an error of ours is one line on stderr and exit status 1."""
    try:
        app()
    except AssistantError as error:
        ERR.print(f"[red]{error.title}:[/red] {error.detail}", highlight=False)
        sys.exit(1)


@app.command()
def demo(
    scale: Annotated[int, typer.Option(min=1, max=500, help="Size; 1 is about 60 accounts.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, another organisation.")] = 1,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Make it and end.")] = False,
    port: Annotated[int | None, typer.Option(help="Port; a free one when it is taken.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a demo organisation, take it in through the real imports, and serve it."""
    from assistant.demo.load import load_demo
    from assistant.serving import free_port, owned, run_server

    settings = read_settings()
    logs.configure("WARNING", settings.log_format)
    with owned(settings), opened(settings) as parts:
        loaded = load_demo(
            parts.sessions, parts.jobs, settings.home, scale=scale, seed=seed,
            now=datetime.now(UTC), console=None if as_json else ERR, recordings=True,
        )  # fmt: skip
    _tell_demo(loaded, as_json=as_json)
    if no_serve:
        return
    wanted = settings.model_copy(update={} if port is None else {"port": port})
    wanted = wanted.model_copy(update={"port": free_port(wanted)})
    logs.configure(settings.log_level, settings.log_format)
    run_server(wanted, announce=_announce)


def _tell_demo(loaded: LoadedDemo, *, as_json: bool) -> None:
    if as_json:
        told = {
            "scale": loaded.scale, "seed": loaded.seed, "kept": loaded.kept,
            "rows_taken": loaded.rows_taken, "rows_refused": loaded.rows_refused,
            "calls": loaded.calls, "recordings": loaded.recordings, "score": loaded.score,
            "truth": str(loaded.truth), "credentials": str(loaded.credentials),
        }  # fmt: skip
        sys.stdout.write(json.dumps(told) + "\n")
        return
    if loaded.kept:
        ERR.print("The demo organisation is here already.", highlight=False)
    else:
        ERR.print(
            f"{loaded.rows_taken:,} rows taken, {loaded.rows_refused} refused with a reason, "
            f"{loaded.calls} calls, lead score {loaded.score}.",
            highlight=False,
        )
    if loaded.recordings:
        ERR.print(
            f"{loaded.recordings} recordings of calls are transcribed while the demo is served.",
            highlight=False,
        )
    ERR.print(f"\nSign in with the password [bold]{loaded.password}[/bold] as", highlight=False)
    for user in loaded.users:
        ERR.print(f"  {user.role:9} {user.email:36} {user.name}", highlight=False)
    ERR.print()


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
) -> None:
    """Serve pages and API, with all background work, in this process."""
    from assistant.serving import run_server

    settings = read_settings()
    changed = {"port": port, "host": host}
    settings = settings.model_copy(update={k: v for k, v in changed.items() if v is not None})
    logs.configure(settings.log_level, settings.log_format)
    run_server(settings, announce=_announce)


def _announce(url: str) -> None:
    ERR.print(f"Rapport is at [bold]{url}[/bold]  (Ctrl+C ends it)", highlight=False)


@app.command()
def worker(
    once: Annotated[bool, typer.Option(help="Do what waits, then end.")] = False,
) -> None:
    """Do background work without serving: more of them beside a PostgreSQL and a Chroma server."""
    from assistant.serving import run_worker

    settings = read_settings()
    logs.configure(settings.log_level, settings.log_format)
    run_worker(settings, once=once)


@users.command("add")
def users_add(
    email: str,
    role: Annotated[Role, typer.Option(help="What this person is here for.")],
    name: Annotated[str, typer.Option(help="Full name.")] = "",
    team: Annotated[list[str] | None, typer.Option(help="Team; repeat for several.")] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
) -> None:
    """Add a person; the password is asked for, or read with --password-stdin."""
    from assistant.governance import people

    password = (
        sys.stdin.readline().rstrip("\n")
        if password_stdin
        else typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    with open_records() as records, records.sessions.begin() as session:
        user = people.add_user(
            session, email, role, now=datetime.now(UTC), name=name, password=password,
            teams=tuple(team or ()),
        )  # fmt: skip
        OUT.print(f"Added {user.email} as {role.value}.", highlight=False)


@tokens.command("create")
def tokens_create(
    email: str,
    name: Annotated[str, typer.Option(help="What it is for.")] = "cli",
    scope: Annotated[
        list[str] | None, typer.Option(help="read, write or admin; repeatable.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How long it lasts.")] = 90,
) -> None:
    """Create an API token for a user and print it alone."""
    from assistant.governance import people

    with open_records() as records, records.sessions.begin() as session:
        token = people.create_token(
            session, email, now=datetime.now(UTC), name=name,
            scopes=frozenset(scope or ("read", "write")), days=days,
        )  # fmt: skip
    sys.stdout.write(token + "\n")


@audit_app.command("verify")
def audit_verify(as_json: AsJson = False) -> None:
    """Walk the audit ledger's chain; exit status 1 when a link is broken."""
    from assistant.governance import audit

    with open_records() as records, records.sessions.reading() as session:
        found = audit.verify(session)
    if as_json:
        sys.stdout.write(
            json.dumps({
                "sealed": found.sealed, "unsealed": found.unsealed, "head": found.head,
                "intact": found.broken_at is None, "broken_at": found.broken_at,
                "reason": found.reason,
            }) + "\n"
        )  # fmt: skip
    elif found.broken_at is None:
        OUT.print(
            f"The ledger is intact: {found.sealed} entries sealed, {found.unsealed} not yet, "
            f"head {found.head[:16]}.", highlight=False,
        )  # fmt: skip
    else:
        ERR.print(f"Broken at entry {found.broken_at}: {found.reason}.", highlight=False)
    if found.broken_at is not None:
        raise typer.Exit(1)


@audit_app.command("fields")
def audit_fields(
    source: Annotated[str | None, typer.Option(help="Rows of this source alone.")] = None,
    kind: Annotated[str | None, typer.Option(help="Rows of this kind alone.")] = None,
    as_json: AsJson = False,
) -> None:
    """Count how well each source fills each field: valid, distinct, stale, contradicted."""
    from assistant.ops import field_table

    with open_records() as records, records.sessions.reading() as session:
        found = field_table.figures(
            session, records.settings, now=datetime.now(UTC), source=source, kind=kind
        )
    if as_json:
        sys.stdout.write(json.dumps(field_table.as_json(found)) + "\n")
    else:
        for line in field_table.lines(found):
            OUT.print(line, highlight=False, markup=False)


@app.command()
def duplicates(
    kind: Annotated[str | None, typer.Option(help="account, contact or lead alone.")] = None,
    later: Annotated[bool, typer.Option("--later", help="Those left for later.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List pairs of records that may be one, the likeliest first; a steward decides on them."""
    from assistant.crm.merging import listing

    with open_records() as records, records.sessions.reading() as session:
        status = "later" if later else "open"
        found = listing.waiting(session, kind=kind, status=status, limit=limit)
    if as_json:
        sys.stdout.write(json.dumps(listing.as_json(found)) + "\n")
        return
    for line in listing.lines(found):
        OUT.print(line, highlight=False, markup=False)


@app.command("import")
def import_rows(
    file: Annotated[
        Path, typer.Argument(exists=True, help="CSV or JSON lines, or a folder of such files.")
    ],
    source: Annotated[str, typer.Option(help="The system the rows come from.")],
    kind: Annotated[
        str | None, typer.Option(help="What the rows are; guessed when left out.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--map", help="COLUMN=FIELD, or COLUMN= to leave it out; repeatable."),
    ] = None,
    trust: Annotated[
        int | None, typer.Option(min=0, max=100, help="How much this source's values count.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take a file of records in; rows that cannot be taken are listed with the reason.

    Of a folder every file is taken; what each holds is told from all of them together.
    """
    if file.is_dir():
        if kind or column:
            raise typer.BadParameter("--kind and --map are for a single file", param_hint="FILE")
        _import_folder(file, source, trust, as_json=as_json)
        return
    from dataclasses import asdict

    from rich.progress import Progress, SpinnerColumn, TextColumn

    from assistant.crm.imports import import_file

    mapping = dict(_pair(text) for text in column or ())
    columns = (SpinnerColumn(), TextColumn("{task.completed:,.0f} rows"))
    with open_records() as records, Progress(*columns, console=ERR, disable=as_json) as bar:
        task = bar.add_task("rows", total=None)
        report = import_file(
            records.sessions, file, source=source, kind=kind, mapping=mapping, trust=trust,
            created_by="cli", now=lambda: datetime.now(UTC),
            default_country=records.settings.default_region,
            progress=lambda rows: bar.update(task, completed=rows),
        )  # fmt: skip
    if as_json:
        sys.stdout.write(json.dumps(asdict(report), default=str) + "\n")
        return
    _tell_import(report)


def _import_folder(folder: Path, source: str, trust: int | None, *, as_json: bool) -> None:
    from dataclasses import asdict
    from tempfile import TemporaryDirectory

    from assistant.crm.folder import read_folder, take_sheets

    told: list[dict[str, object]] = []
    with open_records() as records, TemporaryDirectory() as within:
        sheets = read_folder(folder, Path(within))
        for one in take_sheets(
            records.sessions, sheets, source=source, created_by="cli", trust=trust,
            now=lambda: datetime.now(UTC), default_country=records.settings.default_region,
        ):  # fmt: skip
            name = one.sheet.path.name
            if one.report is None:
                told.append({"filename": name, "trouble": one.trouble})
            else:
                told.append(asdict(one.report))
            if not as_json:
                OUT.print(name, highlight=False, markup=False)
                if one.report is None:
                    OUT.print(f"  left out: {one.trouble}", highlight=False, markup=False)
                else:
                    _tell_import(one.report)
    if as_json:
        sys.stdout.write(json.dumps(told, default=str) + "\n")


def _pair(text: str) -> tuple[str, str]:
    column, sign, field = text.partition("=")
    if not sign or not column:
        raise typer.BadParameter(f"expected COLUMN=FIELD, got '{text}'", param_hint="--map")
    return column, field


def _tell_import(report: ImportReport) -> None:
    for use in report.columns:
        OUT.print(f"  {use.column} → {use.field or '(kept in the raw row only)'}", highlight=False)
    if report.reason:
        OUT.print(report.reason, highlight=False, markup=False)
    counts = ", ".join(f"{count:,} {name}" for name, count in sorted(report.counts.items()))
    OUT.print(f"{report.kind}: {counts}.", highlight=False)
    for refusal in report.refused:
        OUT.print(f"  row {refusal.row_number} refused: {refusal.reason}", highlight=False)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what is there, what is missing, and what serves in its place; status 1 when unfit."""
    from assistant.ops import health

    with open_records() as records:
        found = health.checks(records.settings, records.sessions)
    if as_json:
        listed = [{"part": c.part, "state": c.state, "detail": c.detail} for c in found]
        sys.stdout.write(json.dumps({"ready": health.ready(found), "parts": listed}) + "\n")
    else:
        for check in found:
            OUT.print(f"{check.state:6} {check.part:16} {check.detail}", highlight=False)
    if not health.ready(found):
        raise typer.Exit(1)


@app.command()
def train(as_json: AsJson = False) -> None:
    """Train the lead score on what the records show; it is promoted only through its gates."""
    from assistant.learning.training import train as train_score

    with open_records() as records:
        report = train_score(records.sessions, datetime.now(UTC), "cli")
    if as_json:
        sys.stdout.write(json.dumps(report.as_json()) + "\n")
        return
    OUT.print(
        f"{report.model} version {report.version} is {report.status}: {report.leads} leads, "
        f"{report.converted} converted, {report.rows} moments.",
        highlight=False,
    )
    for name, found in report.metrics.items():
        OUT.print(f"  {name:18} {found.value:.3f} ({found.low:.3f} to {found.high:.3f})")
    for reason in report.reasons:
        OUT.print(f"  refused: {reason}", highlight=False)


@models.command("pull")
def models_pull(
    name: Annotated[
        list[str] | None, typer.Argument(help="speech, embedding; both when left out.")
    ] = None,
) -> None:
    """Fetch models into the models folder; each file must have its pinned SHA-256."""
    from assistant.ops.fetching import pull

    settings = read_settings()
    for message in pull(tuple(name or ("speech", "embedding")), settings):
        OUT.print(message, highlight=False)
