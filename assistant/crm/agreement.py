"""Whether a row may be of an identity that one of its keys names: what both say of who they are.

A key alone, such as an address that a couple shares, ties nothing: names must agree, and a source
that gives two ids means two. What is not tied here is compared, and a steward may be asked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.crm.hygiene import fold, legal_kind_of, organisation_key, organisations_alike
from assistant.crm.match_keys import chunks
from assistant.db.tables import Account, MatchKey, SourceLink

MADE_ID = "row:"  # an id made of a row's content, where the source gave none


@dataclass(slots=True)
class Said:
    """Names in a form to compare by, countries, legal forms and ids of the source at hand."""

    names: set[str] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)
    forms: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)

    def add(self, other: Said) -> None:
        """Take in what another row of the same identity says."""
        self.names |= other.names
        self.countries |= other.countries
        self.forms |= other.forms
        self.ids |= other.ids


def said_by(kind: str, external_id: str, rows: Iterable[Mapping[str, object]]) -> Said:
    """What the versions of one row say."""
    said = Said(ids={external_id})
    for values in rows:
        name = str(values.get("name") or "")
        if _is_made(kind, external_id, values):
            said.ids.clear()
        said.countries |= _known(values.get("country"))
        if kind == "account":
            said.names |= _known(organisation_key(name))
            said.forms |= _known(legal_kind_of(name, str(values.get("legal_form") or "")))
        else:
            said.names |= _known(_in_order(fold(name)))
    return said


def said_of(
    session: Session, kind: str, source_id: str, record_ids: Iterable[str]
) -> dict[str, Said]:
    """What is known of records by now, each by itself, and their ids in this source."""
    found: dict[str, Said] = defaultdict(Said)
    for chunk in chunks(sorted(set(record_ids))):
        names = select(MatchKey.record_id, MatchKey.value).where(
            MatchKey.record_id.in_(chunk), MatchKey.field == "name"
        )
        for record_id, name in session.execute(names):
            found[record_id].names.add(name if kind == "account" else _in_order(name))
        ids = select(SourceLink.record_id, SourceLink.external_id).where(
            SourceLink.record_id.in_(chunk),
            SourceLink.source_id == source_id,
            SourceLink.external_id.not_like(f"{MADE_ID}%"),
        )
        for record_id, external_id in session.execute(ids):
            found[record_id].ids.add(external_id)
        if kind == "account":
            columns = select(Account.id, Account.name, Account.country, Account.legal_form)
            for row in session.execute(columns.where(Account.id.in_(chunk))):
                found[row.id].countries |= _known(row.country)
                found[row.id].forms |= _known(legal_kind_of(row.name or "", row.legal_form))
    return found


def agree(kind: str, key: str, row: Said, record: Said) -> bool:
    """May the row be of the record, given that both have the same value of this key?"""
    if row.ids and record.ids:
        return False
    if kind != "account":
        return _compatible(row.names, record.names)
    if not _compatible(row.forms, record.forms):
        return False
    if key == "name":
        return _compatible(row.countries, record.countries)
    return _compatible(row.names, record.names) or any(
        organisations_alike(one, other) for one in row.names for other in record.names
    )


def _is_made(kind: str, external_id: str, values: Mapping[str, object]) -> bool:
    """Is the id one that was made of the row, because its source gave none?"""
    if external_id.startswith(MADE_ID):
        return True
    natural = str(values.get("email") or "")
    if kind == "account":
        natural = f"{organisation_key(str(values.get('name') or ''))} {values.get('domain') or ''}"
    return re.sub(r"#\d+$", "", external_id) == natural.strip()


def _compatible(one: Collection[str], other: Collection[str]) -> bool:
    return not one or not other or not set(one).isdisjoint(other)


def _in_order(name: str) -> str:
    return " ".join(sorted(name.split()))


def _known(value: object) -> set[str]:
    return {str(value)} if value else set()
