"""An organisation from outside: files taken in as they are, people made, everything indexed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.crm.cells import as_text
from assistant.crm.files import read_file
from assistant.crm.folder import Sheet, read_folder, take_sheets
from assistant.crm.hygiene import clean_email, fold
from assistant.crm.import_store import ImportReport
from assistant.crm.rows import Row
from assistant.crm.user_rows import stated_role
from assistant.db import Sessions
from assistant.errors import Conflict
from assistant.evaluation import store
from assistant.evaluation.cases import Case
from assistant.evaluation.world import World
from assistant.governance import people
from assistant.governance.access import Role

SOURCE = "outside"
_TAKEN_BY = "evaluation"
_STAFF_WITHOUT_ADDRESS = "{role}@asker.example"


@dataclass(slots=True)
class TakenIn:
    """What became of the files: reports of those taken, and what was not understood, in words."""

    world: World
    reports: list[ImportReport] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def take_in(
    sessions: Sessions,
    folder: Path,
    cases: Sequence[Case],
    settle: Callable[[], None],
    *,
    now: datetime,
) -> TakenIn:
    """Everything in the folder through the import, with guessed mappings, and those who ask.

    settle: does the background work, so that all is indexed. Raises Invalid when no file is there.
    """
    with TemporaryDirectory() as within:
        sheets = read_folder(folder, Path(within))
        return _take_in(sessions, sheets, cases, settle, now=now)


def _take_in(
    sessions: Sessions,
    sheets: Sequence[Sheet],
    cases: Sequence[Case],
    settle: Callable[[], None],
    *,
    now: datetime,
) -> TakenIn:
    taken = TakenIn(World())
    _add_people(sessions, sheets, cases, now=now)
    for one in take_sheets(sessions, sheets, source=SOURCE, created_by=_TAKEN_BY, now=now):
        if one.report is None:
            taken.notes.append(f"{one.sheet.path.name} was left out: {one.trouble}")
        else:
            taken.reports.append(one.report)
            taken.notes += _said_of(one.report)
    settle()
    taken.world = _world(sessions, sheets)
    return taken


def _said_of(report: ImportReport) -> list[str]:
    """Columns that nobody understood and rows that were refused."""
    unread = [use.column for use in report.columns if use.field is None]
    said = [f"{report.filename} holds {report.kind} rows: {report.counts.get('taken', 0)} taken"]
    if unread:
        said.append(f"{report.filename}: kept but not understood: {', '.join(unread)}")
    refused = report.counts.get("refused", 0)
    if refused:
        why = report.refused[0].reason if report.refused else ""
        said.append(f"{report.filename}: {refused} rows refused, the first: {why}")
    return said


@dataclass(slots=True)
class _Person:
    role: Role = Role.REP
    name: str = ""
    teams: set[str] = field(default_factory=set)
    territory: str = ""


def _add_people(
    sessions: Sessions, sheets: Sequence[Sheet], cases: Sequence[Case], *, now: datetime
) -> None:
    """Owners and askers, before the files: so that each record finds its owner's team.

    Teams are those that a file of users states. Where none does, each owner works alone. A manager
    leads their own team, and everybody where that has nobody to lead.
    """
    staff = _staff(sheets)
    customers = {address for address, one in staff.items() if one.role is Role.CUSTOMER}
    for case in cases:
        address = asker_of(case)
        if case.role is Role.CUSTOMER:
            customers.add(address)
        else:
            staff.setdefault(address, _Person()).role = case.role
    if not any(person.teams for person in staff.values()):
        for address, person in staff.items():
            if person.role is not Role.MANAGER:
                person.teams.add(address)
    everyones = sorted({team for person in staff.values() for team in person.teams})
    manned = {
        team
        for person in staff.values()
        if person.role is not Role.MANAGER
        for team in person.teams
    }
    for address in customers & staff.keys():
        del staff[address]  # a file of users may hold the sign-ins of customers too
    for address, person in staff.items():
        leads_all = person.role is Role.MANAGER and not person.teams & manned
        led = everyones if leads_all else ()
        _add(sessions, address, person.role, person, sorted({*person.teams, *led}), now=now)
    for address in sorted(customers - staff.keys()):
        _add(sessions, address, Role.CUSTOMER, _Person(), (), now=now)


def asker_of(case: Case) -> str:
    """The address of who asks; somebody of that role where the question names nobody."""
    address = clean_email(case.asker).value if case.asker else None
    return str(address) if address else _STAFF_WITHOUT_ADDRESS.format(role=case.role.value)


def _staff(sheets: Sequence[Sheet]) -> dict[str, _Person]:
    found: dict[str, _Person] = {}
    for sheet in sheets:
        if sheet.plan is None:
            continue
        columns = sheet.plan.columns
        of_users = sheet.plan.kind == "user"
        address_column = columns.get("email" if of_users else "owner.email")
        if address_column is None:
            continue
        for row in _rows(sheet.path):
            address = clean_email(row.get(address_column.column, "")).value
            if not address:
                continue
            person = found.setdefault(str(address), _Person())
            if of_users:
                _describe(person, {name: row.get(guess.column, "")
                                   for name, guess in columns.items()})  # fmt: skip
    return found


def _describe(person: _Person, row: Mapping[str, str]) -> None:
    whole = " ".join(
        part for part in (row.get("given_name", ""), row.get("family_name", "")) if part
    )
    person.name = row.get("name", "").strip() or whole.strip()
    if team := row.get("team", "").strip():
        person.teams.add(team[:120])
    person.territory = row.get("territory", "").strip()[:100]
    person.role = stated_role(row.get("role", "")) or person.role


def _add(
    sessions: Sessions,
    address: str,
    role: Role,
    person: _Person,
    teams: Iterable[str],
    *,
    now: datetime,
) -> None:
    try:
        with sessions.begin() as session:
            people.add_user(
                session, address, role, now=now, name=person.name or name_of(address),
                teams=tuple(teams), territory=person.territory or None, actor_id=_TAKEN_BY,
            )  # fmt: skip
    except Conflict:
        return


def name_of(address: str) -> str:
    """The name that an address spells: "dana.fox@vendor.example" is Dana Fox."""
    parts = address.partition("@")[0].replace("_", ".").replace("-", ".").split(".")
    words = [part for part in parts if part.isalpha()]
    return " ".join(word.capitalize() for word in words) or address


def _rows(path: Path) -> Iterable[dict[str, str]]:
    for row in read_file(path).rows():
        if isinstance(row, Row):
            yield {column: as_text(cell) for column, cell in row.cells.items()}


def _world(sessions: Sessions, sheets: Sequence[Sheet]) -> World:
    """What the files hold, and which record here is which of theirs."""
    names: dict[str, set[str]] = defaultdict(set)
    with sessions.reading() as session:
        for record_id, called in store.names_of_records(session):
            names[record_id].add(fold(called))
        staff = dict(store.staff(session))
    world = World({record_id: frozenset(found) for record_id, found in names.items()}, staff)
    for sheet in sheets:
        if sheet.plan is not None:
            for row in _rows(sheet.path):
                world.see(sheet.path.name, row)
    return world
