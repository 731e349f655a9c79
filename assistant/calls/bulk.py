"""A folder of recordings and transcripts brought at once, with a manifest that says what they are.

Each file is one transaction, and the same bytes of the same person are one call: whatever ends an
import, running it again goes on with what is missing.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from assistant.calls import service, store
from assistant.calls.files import remove_files, store_file
from assistant.calls.speech import Speech
from assistant.db import Sessions
from assistant.errors import AssistantError, Invalid
from assistant.governance.access import STAFF, Principal

MANIFESTS = ("manifest.csv", "manifest.tsv", "manifest.jsonl")
# Beside the fields of an upload: the account by its domain or name, the contact by e-mail.
COLUMNS = (
    "file", "account", "contact", "account_id", "contact_id", "deal_id", "title", "started_at",
    "channels", "consent",
)  # fmt: skip
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Row:
    """A file of the folder and what the manifest says of it."""

    file: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of a row: taken, already (here from before), or refused for a reason."""

    file: str
    outcome: str
    call_id: str = ""
    status: str = ""
    reason: str = ""


@dataclass(slots=True)
class BulkReport:
    """All rows, in the order of the manifest."""

    rows: list[Brought] = field(default_factory=list)

    def count(self, outcome: str) -> int:
        return sum(row.outcome == outcome for row in self.rows)


@dataclass(frozen=True, slots=True)
class BulkImport:
    """Brings files on behalf of a person, whose access counts."""

    sessions: Sessions
    speech: Speech
    home: Path
    principal: Principal
    clock: Callable[[], datetime]
    phone_channels: str = ""

    def run(self, folder: Path, rows: Sequence[Row]) -> Iterator[Brought]:
        """Bring each file in turn; one that is refused does not stop the others."""
        self.principal.require_role(*sorted(STAFF))
        for row in rows:
            try:
                yield self._brought(folder, row)
            except AssistantError as error:
                yield Brought(row.file, "refused", reason=error.detail or error.title)
            except OSError as error:
                reason = f"The file cannot be read: {error.strerror or type(error).__name__}."
                yield Brought(row.file, "refused", reason=reason)

    def _brought(self, folder: Path, row: Row) -> Brought:
        path = _within(folder, row.file)
        digest = _digest(path)
        with self.sessions.reading() as session:
            known = store.call_of_bytes(session, digest, self.principal.user_id)
            fields = _resolved(session, self.principal, row.fields)
        if known is not None:
            return Brought(row.file, "already", known.id, known.status)
        new = service.parse_new_call(fields, phone_channels=self.phone_channels)
        file = store_file(self.home, path)
        kept = False
        try:
            transcript = service.read_upload(self.home, file)
            waits_for = self.speech.waits_for(file.sha256) if file.is_audio else None
            with self.sessions.begin() as session:
                call = service.receive_call(
                    session, self.principal, new, file, transcript, now=self.clock(),
                    waits_for=waits_for, urgency=store.IN_BULK,
                )  # fmt: skip
                brought = Brought(row.file, "taken", call.id, call.status)
            kept = True
            return brought
        finally:
            if not kept:
                remove_files(self.home, [file.path])


def read_rows(folder: Path, manifest: Path | None, *, consent: str = "") -> list[Row]:
    """The rows of the manifest, or without one every file of the folder.

    manifest: None takes the folder's own, if there is one.  consent: the basis for rows that state
    none. Raises Invalid for a manifest that cannot be read, or with columns that mean nothing.
    """
    if manifest is None:
        found = (folder / name for name in MANIFESTS)
        manifest = next((path for path in found if path.is_file()), None)
    if manifest is None:
        files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*")
                       if path.is_file() and not path.name.startswith("."))  # fmt: skip
        return [Row(file, {"consent": consent}) for file in files]
    rows = []
    for number, given in enumerate(_records(manifest), 1):
        _check(given, manifest, number)
        fields = {name: value for name, value in given.items() if value and name != "file"}
        rows.append(Row(given["file"], {"consent": consent, **fields}))
    return rows


def _records(manifest: Path) -> Iterator[dict[str, str]]:
    try:
        text = manifest.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"The manifest cannot be read: {error}.", field="manifest") from None
    if manifest.suffix == ".jsonl":
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                yield _record(line, manifest, number)
        return
    rows = csv.DictReader(
        text.splitlines(), delimiter="\t" if manifest.suffix == ".tsv" else ",", strict=True
    )
    try:
        for row in rows:
            yield {str(name or "").strip(): str(value or "").strip() for name, value in row.items()}
    except csv.Error as error:
        raise Invalid(
            f"{manifest.name}, line {rows.line_num}: {error}.", field="manifest"
        ) from None


def _record(line: str, manifest: Path, number: int) -> dict[str, str]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError:
        row = None
    if not isinstance(row, dict):
        raise Invalid(
            f"{manifest.name}, line {number}: expected a JSON object, got {line[:60]!r}.",
            field="manifest",
        )
    return {str(name): "" if value is None else str(value).strip() for name, value in row.items()}


def _check(given: Mapping[str, str], manifest: Path, number: int) -> None:
    if strange := sorted(given.keys() - set(COLUMNS)):
        raise Invalid(
            f"{manifest.name}: a manifest has no column {', '.join(map(repr, strange))}; expected "
            f"some of {', '.join(COLUMNS)}.",
            field="manifest",
        )
    if not given.get("file"):
        raise Invalid(f"{manifest.name}, row {number}: it names no file.", field="manifest")


def _within(folder: Path, name: str) -> Path:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise Invalid("The file lies outside of the folder.", field="file")
    if not path.is_file():
        raise Invalid("The folder holds no such file.", field="file")
    return path


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _resolved(session: Session, principal: Principal, fields: Mapping[str, str]) -> dict[str, str]:
    """The fields of an upload; names and addresses made the ids of what the person sees."""
    resolved = dict(fields)
    for kind in ("account", "contact"):
        named = resolved.pop(kind, "")
        if not named:
            continue
        found = store.named(session, principal, kind, named)
        if len(found) != 1:
            raise Invalid(
                f"{len(found) or 'No'} {kind}s that you can see are called {named[:80]!r}; "
                f"name one by its id in the column {kind}_id.",
                field=kind,
            )
        resolved[f"{kind}_id"] = found[0]
    return resolved
