"""Bringing records in line with the merges that stand, within the transaction of a decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from sqlalchemy import Table, case, insert, literal, select
from sqlalchemy.orm import Session

from assistant.crm.match_keys import chunks
from assistant.crm.merging.components import Edge, group
from assistant.crm.merging.composing import refresh
from assistant.crm.merging.links import retarget
from assistant.crm.merging.own import drop_own, keep_own, own_rows, states_of
from assistant.crm.merging.shown import Author, write_shown
from assistant.db.changes import transaction_id
from assistant.db.tables import Change, Merge, Record

_CHANGES = cast("Table", Change.__table__)
_SAID = (
    "record_id", "kind", "version", "operation", "fields", "origin", "hop", "at", "transaction_id",
)  # fmt: skip


def regroup(session: Session, identities: Iterable[str], author: Author) -> list[str]:
    """Let one record stand for each group of identities that are one now.

    identities: those whose merges changed. Returns the merges that fell with their premise.
    """
    nodes = _nodes(session, sorted(set(identities)))
    ids = [node.id for node in nodes]
    edges = _standing(session, ids)
    grouping = group(ids, (Edge(one.id, one.a, one.b, tuple(one.premise)) for one in edges))
    for edge in edges:
        if edge.id in grouping.fallen:
            edge.undone_by, edge.undone_at = "rule", author.now
            edge.undo_reason = "The records that it rested on are no longer one."
    by_kind: dict[str, list[Record]] = defaultdict(list)
    for node in nodes:
        by_kind[node.kind].append(node)
    for kind, records in sorted(by_kind.items()):
        _apply(session, kind, records, grouping.golden, author)
    return sorted(grouping.fallen)


def _nodes(session: Session, identities: Sequence[str]) -> list[Record]:
    """These and whatever they are one with so far, the oldest first."""
    goldens: set[str] = set()
    for chunk in chunks(identities):
        goldens |= set(session.scalars(select(Record.golden_id).where(Record.id.in_(chunk))))
    nodes: list[Record] = []
    for chunk in chunks(sorted(goldens)):
        nodes += session.scalars(select(Record).where(Record.golden_id.in_(chunk)))
    return sorted(nodes, key=lambda node: (node.created_at, node.id))


def _standing(session: Session, ids: Sequence[str]) -> list[Merge]:
    edges: list[Merge] = []
    for chunk in chunks(ids):
        query = select(Merge).where(Merge.a.in_(chunk), Merge.undone_at.is_(None))
        edges += session.scalars(query.order_by(Merge.id))
    return edges


def _apply(
    session: Session,
    kind: str,
    records: Sequence[Record],
    golden: Mapping[str, str],
    author: Author,
) -> None:
    moved = {one.id for one in records if golden[one.id] != one.golden_id}
    if not moved:
        return
    before = {one.golden_id for one in records if one.id in moved}
    standing = {golden[one.id] for one in records if golden[one.id] != one.id}
    stood = set(own_rows(session, [one.id for one in records]))
    beginning = [one for one in records if one.id in standing - stood]
    keep_own(session, states_of(session, kind, beginning))
    leaving = [one for one in records if one.id in stood - standing]
    alone = states_of(session, kind, leaving)
    drop_own(session, [one.id for one in leaving])
    for one in records:
        one.golden_id = golden[one.id]
    session.flush()
    told = retarget(session, moved)
    session.expire_all()
    by_itself = {one: alone[one.id] for one in leaving if one.id in alone}
    changed = write_shown(session, kind, by_itself, author)
    touched = (before | {golden[one] for one in moved}) & standing
    changed += refresh(session, kind, touched, author)
    told |= {record_id: {"golden_id"} for record_id in moved}
    # What is derived of members counts others now, even where nothing else of the record changed.
    for record_id in (touched | {one.id for one in by_itself}) - set(changed):
        told[record_id] = told.get(record_id, set()) | {"members"}
    _tell(session, told, moved, author)


def _tell(session: Session, told: Mapping[str, set[str]], moved: set[str], author: Author) -> None:
    """Say to the readers of changes what is seen otherwise now, whatever its own content.

    Within the database, group by group: of thousands of links each would take its time here.
    """
    alike: dict[tuple[tuple[str, ...], bool], list[str]] = defaultdict(list)
    for record_id, fields in told.items():
        alike[tuple(sorted(fields)), record_id in moved].append(record_id)
    operation = case((Record.golden_id == Record.id, "restored"), else_="merged")
    for (columns, itself), record_ids in sorted(alike.items()):
        said = select(
            Record.id, Record.kind, Record.version, operation if itself else literal("updated"),
            literal(list(columns), _CHANGES.c.fields.type), literal(author.origin), literal(0),
            literal(author.now, _CHANGES.c.at.type),
            literal(transaction_id(session), _CHANGES.c.transaction_id.type),
        )  # fmt: skip
        for chunk in chunks(sorted(record_ids)):
            rows = said.where(Record.id.in_(chunk)).order_by(Record.id)
            session.execute(insert(_CHANGES).from_select(_SAID, rows))
