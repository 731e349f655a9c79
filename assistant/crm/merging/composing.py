"""A golden record of several identities: the value of the most trusted source, whoever it is of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.crm.golden_reads import decisions_of, source_rows_of
from assistant.crm.match_keys import chunks
from assistant.crm.merging.own import State, states_of, table_of
from assistant.crm.merging.shown import Author, write_shown
from assistant.crm.survivors import survivors
from assistant.db.tables import Record, SourceRow

# Who stands for others is guarded as closely as the most guarded of them.
_CLOSER = ("open", "internal", "account", "restricted", "private")


def refresh(session: Session, kind: str, goldens: Iterable[str], author: Author) -> list[str]:
    """Bring these golden records, which stand for others, up to date; returns those changed."""
    changed: list[str] = []
    for chunk in chunks(sorted(set(goldens))):
        clusters = _clusters(session, chunk)
        members = {one.id: one for of_golden in clusters.values() for one in of_golden}
        stands = {one.id: one.golden_id for one in members.values()}
        states = states_of(session, kind, members.values())
        rows = source_rows_of(session, kind, sorted(members), stands)
        decisions = decisions_of(session, sorted(members), stands)
        composed = {
            members[golden]: compose(
                kind, members[golden], [one for one in of_golden if one.id in states], states,
                rows.get(golden, []), decisions.get(golden, {}),
            )
            for golden, of_golden in clusters.items()
        }  # fmt: skip
        changed += write_shown(session, kind, composed, author)
    return changed


def compose(
    kind: str,
    golden: Record,
    members: Sequence[Record],
    states: Mapping[str, State],
    rows: Sequence[SourceRow],
    decisions: Mapping[str, object],
) -> State:
    """What the members come to; `rows` and `decisions` are those of all of them.

    A member that its sources have deleted adds nothing while another stands.
    """
    standing = [one for one in members if states[one.id].archived_at is None] or list(members)
    ids = {one.id for one in standing}
    own = [row for row in rows if row.record_id in ids]
    order = _order(standing, [row for row in own if not row.deleted] or own)
    columns = {column.name for column in table_of(kind).columns} - {"id"}
    values = survivors([row for row in own if not row.deleted] or own, columns)
    merged = {one.id for one in members}
    for one in order:
        for name, value in states[one.id].content.items():
            if value is not None and values.get(name) is None and value not in merged:
                values[name] = value
    values |= {name: value for name, value in decisions.items() if name in columns}
    in_order = [states[one.id] for one in order]
    owner = str(decisions.get("owner") or "") or _first(state.owner_id for state in in_order)
    owned = [state for state in in_order if state.owner_id == owner] or in_order
    account = golden.id if kind == "account" else _first(state.account_id for state in in_order)
    return State(
        content=values,
        account_id=account,
        owner_id=owner,
        team_id=_first(state.team_id for state in [*owned, *in_order]),
        territory=_first(state.territory for state in in_order),
        confidentiality=max((state.confidentiality for state in in_order), key=_CLOSER.index),
        archived_at=in_order[0].archived_at,
    )


def _clusters(session: Session, goldens: Sequence[str]) -> dict[str, list[Record]]:
    clusters: dict[str, list[Record]] = defaultdict(list)
    query = select(Record).where(Record.golden_id.in_(goldens)).order_by(Record.id)
    for record in session.scalars(query):
        clusters[record.golden_id].append(record)
    return clusters


def _order(members: Sequence[Record], rows: Sequence[SourceRow]) -> list[Record]:
    """Members by their best row; those that people made here last, the oldest first."""
    best: dict[str, int] = {}
    for place, row in enumerate(rows):
        best.setdefault(str(row.record_id), place)
    return sorted(members, key=lambda one: (best.get(one.id, len(rows)), one.created_at, one.id))


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)
