"""Logs of changed fields, one row a change: those of stages and of owners become files apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.crm.columns import entity_names, field_names, folded_header
from assistant.crm.columns.headers import header_forms
from assistant.crm.folder.tables import Table
from assistant.crm.folder.telling import Told
from assistant.crm.hygiene import fold

_FIELD = frozenset(
    {"field", "field name", "fieldname", "field key", "property", "property name", "attribute",
     "attribute name", "changed field", "column", "column name", "feld", "feldname", "champ",
     "campo", "what changed", "changed property", "key", "schema name"}
)  # fmt: skip
_NEW = frozenset(
    {"new value", "newvalue", "new", "to", "to value", "value", "after", "neuer wert", "neu",
     "nouvelle valeur", "valor nuevo", "nuevo valor", "changed to", "value new", "new val"}
)  # fmt: skip
_OLD = frozenset(
    {"old value", "oldvalue", "old", "from", "from value", "previous value", "before", "previous",
     "alter wert", "alt", "ancienne valeur", "valor anterior", "changed from", "value old",
     "old val", "prior value"}
)  # fmt: skip
_STAGES = frozenset({"step name", "stepname", "sales stage", "stage id", "stageid", "deal stage"})
_MOST_LABELS = 40
_PEOPLE = 0.7  # of the new values have to be colleagues for a change to be one of owners


def parted(one: Told) -> Iterator[Table]:
    """The table itself, or of a log of changed fields the rows that pass a record on or move it.

    Other changes are no history that is kept: the record itself says what holds now.
    """
    found = _columns(one)
    if found is None:
        yield one.table
        return
    field_column, old, new = found
    by_label: dict[str, list[int]] = {}
    for place, label in enumerate(one.table.texts(field_column)):
        by_label.setdefault(label, []).append(place)
    if len(by_label) > _MOST_LABELS:
        yield one.table
        return
    parent = _parent(one)
    made = False
    for kind, of_kind, is_it in (
        ("deal_stage", "deal", _is_stage),
        ("ticket_handover", "ticket", _is_owner),
    ):
        if parent not in (of_kind, None):
            continue
        places = [place for label, rows in by_label.items() for place in rows if is_it(label)]
        if places:
            made = True
            yield _part(one, sorted(places), kind, old, new)
    if not made:
        yield one.table


def _columns(one: Told) -> tuple[str, str | None, str] | None:
    named = {name: column for column in reversed(one.table.header) for name in header_forms(column)}
    # The word "field" at a name's beginning is left out elsewhere; here it is what matters.
    named |= {fold(column.rpartition(".")[2].replace("_", " ")): column
              for column in reversed(one.table.header)}  # fmt: skip
    fields = [named[name] for name in _FIELD if name in named]
    new = next((named[name] for name in sorted(_NEW) if name in named), None)
    old = next((named[name] for name in sorted(_OLD) if name in named), None)
    if not fields or new is None:
        return None
    labels = one.table.filled(fields[0])
    if len(labels) < 0.9 * len(one.table.rows) or len(set(labels)) > max(3, len(labels) // 2):
        return None
    return fields[0], old, new


def _is_stage(label: str) -> bool:
    forms = set(header_forms(label))
    known = {name for name in field_names("deal")["stage"] if name not in ("status", "title")}
    return bool(forms & (_STAGES | known))


def _is_owner(label: str) -> bool:
    names = set(entity_names()["owner"]) | {"owner assignment", "hubspot owner"}
    for form in header_forms(label):
        bare = form.removesuffix(" id").removesuffix(" name")
        if bare in names or form in names:
            return True
    return False


def _parent(one: Told) -> str | None:
    """Of which kind the changed records are, where their ids or the names say so."""
    kinds = {kind for column in one.joins for kind in one.joined_kinds(column)}
    kinds &= {"deal", "ticket"}
    if len(kinds) == 1:
        return kinds.pop()
    words = f" {one.table.name} " + " ".join(folded_header(name) for name in one.table.header)
    said = [
        kind for kind in ("deal", "ticket")
        if any(f" {name}" in words for name in entity_names()[kind] if name != "conversation")
    ]  # fmt: skip
    return said[0] if len(said) == 1 else None


def _part(one: Told, places: Sequence[int], kind: str, old: str | None, new: str) -> Table:
    table = one.table
    chosen = {new: "stage"} if kind == "deal_stage" else {}
    rows = [dict(table.rows[place]) for place in places]
    part = Table(
        table.path.with_name(f"{table.path.stem} {kind}{table.path.suffix}"), table.origin,
        list(table.header), rows, table.whole, forced=kind, chosen=chosen, changed=True,
    )  # fmt: skip
    if kind == "ticket_handover":
        for column, role in ((old, "from_user"), (new, "to_user")):
            if column is not None:
                part.chosen[column] = f"{role}.{_people_key(part, column)}"
    if old is not None and kind == "deal_stage":
        part.chosen[old] = ""
    parent = {"deal_stage": "deal", "ticket_handover": "ticket"}[kind]
    if (column := _names_of(one, parent)) is not None:
        part.chosen[column] = f"{parent}.id"
    return part


def _names_of(one: Told, parent: str) -> str | None:
    """The column that names the changed record: by keys that are surely its, else by short ones."""
    sure = next((name for name in one.joins if parent in one.joined_kinds(name)), None)
    if sure is not None:
        return sure
    weak = [
        name for name, joins in one.joins.items()
        if any(join.key.table.kind == parent for join in joins)
        and "id" in folded_header(name).split()
    ]  # fmt: skip
    return weak[0] if len(weak) == 1 else None


def _people_key(part: Table, column: str) -> str:
    filled = part.filled(column)
    if sum("@" in text for text in filled) * 2 > len(filled):
        return "email"
    ids = sum(any(letter.isdigit() for letter in text) for text in filled)
    return "id" if ids * 2 > len(filled) else "name"
