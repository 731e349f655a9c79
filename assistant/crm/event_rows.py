"""Engagement events: each counts once, and belongs to its person as soon as that one is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import Table, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from assistant.crm.kinds import KINDS
from assistant.crm.match_keys import chunks
from assistant.crm.parts import mentions_in, touch
from assistant.crm.references import Mention, Resolver
from assistant.crm.survivors import row_values
from assistant.db.tables import EngagementEvent, Record, SourceRow

PEOPLE = ("lead", "contact")


def put_events(session: Session, rows: Sequence[SourceRow], *, now: datetime, origin: str) -> None:
    """Write the events of these source rows, or write them again; their people are told."""
    kind = KINDS["event"]
    mentions = {row.id: mentions_in(kind, row) for row in rows}
    by_email = {row.id: _by_email(row) for row in rows}
    resolver = Resolver(session)
    resolver.load(m for own in mentions.values() for ways in own.values() for m in ways)
    resolver.load(m for own in by_email.values() for m in own.values())
    events = []
    for row in rows:
        named = {name: resolver.first_found(ways) for name, ways in mentions[row.id].items()}
        for person, mention in by_email[row.id].items():
            named[person] = named.get(person) or resolver.record_id(mention)
        events.append(_content(row, named))
    _add_accounts(session, events)
    _write(session, events)
    _link_source_rows(session, rows, events)
    told = {str(event[f"{name}_id"]) for event in events for name in PEOPLE if event[f"{name}_id"]}
    touch(session, told, "event", now=now, origin=origin)


def claim_events(session: Session, kind: str, people: Mapping[str, str]) -> None:
    """Events that came before the person did belong to them now; `people` is e-mail -> record."""
    column = EngagementEvent.lead_id if kind == "lead" else EngagementEvent.contact_id
    for chunk in chunks(sorted(people)):
        waiting = session.scalars(
            select(EngagementEvent.email)
            .where(EngagementEvent.email.in_(chunk), column.is_(None))
            .distinct()
        )
        for email in list(waiting):
            session.execute(
                update(EngagementEvent)
                .where(EngagementEvent.email == email, column.is_(None))
                .values({column.key: people[str(email)]})
            )


def give_accounts(session: Session, kind: str, record_ids: Iterable[str]) -> None:
    """Events of people whose account has become known belong to it too."""
    column = EngagementEvent.lead_id if kind == "lead" else EngagementEvent.contact_id
    for chunk in chunks(sorted(set(record_ids))):
        account = (
            select(Record.account_id)
            .where(Record.id == column)
            .correlate(EngagementEvent)
            .scalar_subquery()
        )
        session.execute(
            update(EngagementEvent)
            .where(column.in_(chunk), EngagementEvent.account_id.is_(None))
            .values(account_id=account),
            execution_options={"synchronize_session": False},
        )


def _by_email(row: SourceRow) -> dict[str, Mention]:
    email = row_values(row).get("email")
    if not email:
        return {}
    return {kind: Mention(row.source_id, kind, "email", str(email)) for kind in PEOPLE}


def _content(row: SourceRow, named: Mapping[str, str | None]) -> dict[str, object]:
    values = row_values(row)
    occurred = values.get("occurred_at")
    at = datetime.fromisoformat(str(occurred)).astimezone(UTC) if occurred else None
    number = values.get("value")
    return {
        "source_id": row.source_id,
        "external_id": row.external_id,
        "email": values.get("email"),
        "lead_id": named.get("lead"),
        "contact_id": named.get("contact"),
        "account_id": named.get("account"),
        "event_type": str(values.get("event_type") or ""),
        "occurred_at": at or row.version_at or row.received_at,
        "value": None if number is None else float(number),
        "properties": {"subject": values["subject"]} if values.get("subject") else {},
    }


def _add_accounts(session: Session, events: Sequence[dict[str, object]]) -> None:
    """The account of the person, where the event names none."""
    people = {str(event[f"{name}_id"]) for event in events for name in PEOPLE} - {"None"}
    accounts: dict[str, str | None] = {}
    for chunk in chunks(sorted(people)):
        query = select(Record.id, Record.account_id).where(Record.id.in_(chunk))
        accounts |= {record_id: account for record_id, account in session.execute(query)}  # noqa: C416
    for event in events:
        for name in ("contact", "lead"):
            event["account_id"] = event["account_id"] or accounts.get(str(event[f"{name}_id"]))


def _write(session: Session, events: Sequence[dict[str, object]]) -> None:
    table = cast("Table", EngagementEvent.__table__)
    known: set[tuple[str, str]] = set()
    by_source: dict[str, list[str]] = {}
    for event in events:
        by_source.setdefault(str(event["source_id"]), []).append(str(event["external_id"]))
    for source_id, external_ids in by_source.items():
        for chunk in chunks(sorted(external_ids)):
            found = session.scalars(
                select(table.c.external_id).where(
                    table.c.source_id == source_id, table.c.external_id.in_(chunk)
                )
            )
            known |= {(source_id, external_id) for external_id in found}
    old = [event for event in events if (event["source_id"], event["external_id"]) in known]
    new = [event for event in events if (event["source_id"], event["external_id"]) not in known]
    if new:
        session.execute(insert(table), new)
    if old:
        statement = update(table).where(
            table.c.source_id == bindparam("of_source"), table.c.external_id == bindparam("of_id")
        )
        session.execute(
            statement,
            [
                {**event, "of_source": event["source_id"], "of_id": event["external_id"]}
                for event in old
            ],
        )


def _link_source_rows(
    session: Session, rows: Sequence[SourceRow], events: Sequence[Mapping[str, object]]
) -> None:
    """A raw event goes with its person when that one asks to be forgotten."""
    for row, event in zip(rows, events, strict=True):
        owner = event["contact_id"] or event["lead_id"] or event["account_id"]
        if owner and row.record_id != owner:
            row.record_id = str(owner)
    session.flush()


def link_claimed_rows(session: Session, record_ids: Iterable[str]) -> None:
    """The raw rows of events that these people have claimed are theirs too."""
    for chunk in chunks(sorted(set(record_ids))):
        claimed = session.execute(
            select(SourceRow.id, EngagementEvent.lead_id, EngagementEvent.contact_id)
            .join(
                EngagementEvent,
                (EngagementEvent.source_id == SourceRow.source_id)
                & (EngagementEvent.external_id == SourceRow.external_id),
            )
            .where(
                SourceRow.kind == "event",
                SourceRow.record_id.is_(None),
                or_(EngagementEvent.lead_id.in_(chunk), EngagementEvent.contact_id.in_(chunk)),
            )
        ).all()
        if claimed:
            session.execute(
                update(SourceRow),
                [{"id": row_id, "record_id": contact or lead} for row_id, lead, contact in claimed],
            )
