"""Imports forget: people who were erased, rows that were refused long ago, files left over."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from assistant.crm.import_upkeep import keep_up
from assistant.db.tables import Contact, RefusedRow
from assistant.settings import Settings
from tests.conftest import Office
from tests.crm.imports.test_imports import taken_in, upload

CONTACTS = """Contact ID,Name,Email
1,Ann Lee,ann_lee@acme.example
2,ANN LEE
3,Anna Leek,ann-lee@acme.example,too many,cells
4,someone,ANN_LEE@acme.example,too many,cells
5,Bob Poe
"""


def refused(office: Office) -> list[str]:
    with office.sessions.reading() as session:
        return list(session.scalars(select(RefusedRow.raw).order_by(RefusedRow.row_number)))


def uploads(settings: Settings) -> list[Path]:
    return sorted((settings.home / "imports").glob("*"))


def test_erasing_a_person_takes_the_refused_rows_that_tell_of_them(office: Office) -> None:
    taken_in(office, office.person("ops"), CONTACTS, "contacts.csv")
    assert len(refused(office)) == 4
    with office.sessions.begin() as session:
        contact_id = session.scalars(select(Contact.id)).one()
        removed = office.parts.stores.erase(session, [contact_id])
    assert removed["imports"] == 2
    assert refused(office) == ["3,Anna Leek,ann-lee@acme.example,too many,cells", "5,Bob Poe"]


def test_refused_rows_are_kept_for_as_long_as_set(office: Office, settings: Settings) -> None:
    taken_in(office, office.person("ops"), CONTACTS, "contacts.csv")
    kept = timedelta(days=settings.refused_rows_kept_days)
    office.parts.jobs.run_pending(datetime.now(UTC) + kept - timedelta(days=1))
    assert len(refused(office)) == 4
    office.parts.jobs.run_pending(datetime.now(UTC) + kept + timedelta(days=1))
    assert refused(office) == []


@pytest.fixture
def failed_upload(office: Office, settings: Settings) -> Path:
    """The file of an import that could not be taken."""
    upload(office.person("ops"), "Deal ID,Deal Name\nD-1,Cold chain\n", "deals.csv")
    (file,) = uploads(settings)
    file.write_bytes(b"\x00\x01 no table any more")
    office.settle()
    assert uploads(settings) == [file]
    return file


def test_erasing_takes_the_files_of_ended_imports_once_it_stands(
    office: Office, failed_upload: Path
) -> None:
    with office.sessions.begin() as session:
        assert office.parts.stores.erase(session, ["con_nobody"])["imports"] == 1
        assert failed_upload.is_file()
    assert not failed_upload.is_file()


def test_a_file_that_no_import_reads_goes_after_a_day(
    office: Office, settings: Settings, failed_upload: Path
) -> None:
    upload(office.person("ops"), "Deal ID,Deal Name\nD-1,Cold chain\n", "deals.csv")
    (waiting,) = set(uploads(settings)) - {failed_upload}
    for file in (failed_upload, waiting):
        os.utime(file, (0, 0))
    (fresh := settings.home / "imports" / "fresh").write_bytes(b"an upload in flight")
    office.clock.now += timedelta(days=1)
    with office.sessions.begin() as session:
        assert keep_up(settings.home, timedelta(days=90), session, office.clock.now) == 1
    assert uploads(settings) == sorted([waiting, fresh])
