"""A field of source rows in SQL: its value, its issue, and what counts as filled and valid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_

from assistant.crm.kind import Kind
from assistant.crm.kinds import KINDS
from assistant.db.tables import SourceRow

# Kept beside the golden row, and never cleaned: they have no quality to speak of.
UNAUDITED = frozenset({"external_id", "updated_at", "deleted"})


@dataclass(frozen=True, slots=True)
class AuditedField:
    """A field of a kind: an own one, or a reference to another record.

    keys: under which its issues are kept; a reference has one for each way of naming its target.
    """

    name: str
    reference: bool
    keys: tuple[str, ...]

    def value(self, row: type[SourceRow]) -> ColumnElement[Any]:
        """The clean value as the database's text; null where there is none."""
        where = "references" if self.reference else "values"
        found: ColumnElement[Any] = row.cleaned[(where, self.name)].as_string()
        return found

    def issue(self, row: type[SourceRow]) -> ColumnElement[bool]:
        """Did cleaning find fault with it?"""
        return or_(*(row.issues[key].as_string().is_not(None) for key in self.keys))

    def filled(self, row: type[SourceRow]) -> ColumnElement[bool]:
        """Did the source send something, readable or not?"""
        return or_(self.value(row).is_not(None), self.issue(row))

    def valid(self, row: type[SourceRow]) -> ColumnElement[bool]:
        """Is there a value that nothing speaks against?"""
        return and_(self.value(row).is_not(None), not_(self.issue(row)))


def fields_of(kind: Kind) -> tuple[AuditedField, ...]:
    """The fields of a kind that are audited: its own, then the records it names."""
    own = [
        AuditedField(each.name, False, (each.name,))
        for each in kind.fields
        if each.name not in UNAUDITED
    ]
    named = [
        AuditedField(each.name, True, tuple(f"{each.name}.{key}" for key in each.via))
        for each in kind.references
    ]
    return (*own, *named)


FIELDS: Mapping[str, Mapping[str, AuditedField]] = {
    name: {each.name: each for each in fields_of(kind)} for name, kind in KINDS.items()
}
