"""From the versions of a row, in the order of their own time, to the changes that matter: pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.crm.hygiene import fold, organisation_key, registered_domain
from assistant.crm.shocks.model import JOB_CHANGE, NEW_DOMAIN, Found

EVIDENCE_CHARACTERS = 400


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a source's row; `dated` when its source said when it is from."""

    row_id: int
    source: str
    external_id: str
    version: str
    at: datetime
    dated: bool
    values: Mapping[str, object]
    references: Mapping[str, Mapping[str, str]]

    @property
    def order(self) -> tuple[object, ...]:
        """As the door orders versions: an undated one comes before all that are dated."""
        return (self.dated, self.at, self.version if self.dated else self.row_id)


@dataclass(frozen=True, slots=True)
class _Watched:
    """A field whose change is a shock: what is compared, and what is shown."""

    field: str
    shock: str
    read: Callable[[Version], tuple[str, str]]


def _text(field: str) -> Callable[[Version], tuple[str, str]]:
    return lambda version: (fold(shown := str(version.values.get(field) or "")), shown)


def _domain_of_address(version: Version) -> tuple[str, str]:
    domain = registered_domain(str(version.values.get("email") or "").rpartition("@")[2])
    return domain, domain


def _company(version: Version) -> tuple[str, str]:
    """The account by the source's own id, else by what it is called."""
    named = version.references.get("account", {})
    for key in ("id", "domain", "name"):
        if value := named.get(key):
            told = organisation_key(value) if key == "name" else ""
            return f"{key} {told or fold(value)}", named.get("name") or value
    return "", ""


def _company_name(version: Version) -> tuple[str, str]:
    shown = str(version.values.get("company") or "")
    return organisation_key(shown) or fold(shown), shown


def _domain(version: Version) -> tuple[str, str]:
    domain = str(version.values.get("domain") or "")
    return domain, domain


WATCHED: Mapping[str, tuple[_Watched, ...]] = {
    "contact": (
        _Watched("title", JOB_CHANGE, _text("title")),
        _Watched("account_id", JOB_CHANGE, _company),
        _Watched("email", JOB_CHANGE, _domain_of_address),
    ),
    "lead": (
        _Watched("title", JOB_CHANGE, _text("title")),
        _Watched("company", JOB_CHANGE, _company_name),
        _Watched("email", JOB_CHANGE, _domain_of_address),
    ),
    "account": (_Watched("domain", NEW_DOMAIN, _domain),),
}


def transitions(kind: str, record_id: str, versions: Sequence[Version]) -> Iterator[Found]:
    """The shocks in a record's rows, row by row; in whatever order their versions arrived.

    A field that was blank before did not change: it became known.
    """
    by_row: dict[tuple[str, str], list[Version]] = {}
    for version in versions:
        by_row.setdefault((version.source, version.external_id), []).append(version)
    for _, own in sorted(by_row.items()):
        ordered = sorted(own, key=lambda version: version.order)
        for watched in WATCHED.get(kind, ()):
            yield from _changes(record_id, watched, ordered)


def _changes(record_id: str, watched: _Watched, ordered: Sequence[Version]) -> Iterator[Found]:
    before: tuple[str, str] | None = None
    for version in ordered:
        key, shown = watched.read(version)
        if not key:
            continue
        comparable = before is not None and _same_way(before[0], key)
        if comparable and before is not None and before[0] != key:
            place = f"{version.source} {version.external_id} {version.version}"
            yield Found(
                record_id=record_id,
                kind=watched.shock,
                evidence=f"{watched.field} {place}"[:EVIDENCE_CHARACTERS],
                at=version.at,
                evidence_record_id=record_id,
                evidence_field=watched.field,
                source_row_id=version.row_id,
                before=before[1],
                after=shown,
            )
        before = (key, shown)


def _same_way(before: str, after: str) -> bool:
    """An account named by id then by name says nothing of whether it is another."""
    ways = [key.partition(" ")[0] for key in (before, after) if key.split(" ")[0] in _WAYS]
    return len(ways) < 2 or ways[0] == ways[1]


_WAYS = frozenset({"id", "domain", "name"})
