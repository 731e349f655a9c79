"""Engagement events: each counts once, and belongs to its person as soon as that one is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import Table, bindparam, insert, or_, select, tuple_, update
from sqlalchemy.orm import Session

from assistant.crm.kinds import KINDS
from assistant.crm.match_keys import CHUNK, chunks
from assistant.crm.merging.links import Link, forget_origins, golden_of, settle
from assistant.crm.merging.own import accounts_of
from assistant.crm.parts import touch
from assistant.crm.reading import ReadRow
from assistant.crm.references import Mention, Resolver, mentions_of
from assistant.crm.source_rows import keep_rows
from assistant.crm.survivors import row_values
from assistant.db.tables import EngagementEvent, SourceRow

PEOPLE = ("lead", "contact")
EVENTS = EngagementEvent.__tablename__
_TABLE = cast("Table", EngagementEvent.__table__)


@dataclass(frozen=True, slots=True)
class _Sent:
    """An event as a source sent it."""

    source_id: str
    external_id: str
    values: Mapping[str, object]
    references: Mapping[str, Mapping[str, str]]
    at: datetime  # when it came, or its version was made

    @property
    def mentions(self) -> dict[str, list[Mention]]:
        """Whom it names, per reference."""
        return mentions_of(KINDS["event"], self.source_id, self.references)

    @property
    def by_email(self) -> dict[str, Mention]:
        """Whom its e-mail address may be of."""
        email = self.values.get("email")
        if not email:
            return {}
        return {kind: Mention(self.source_id, kind, "email", str(email)) for kind in PEOPLE}


def take_new_events(
    session: Session,
    source_id: str,
    rows: Sequence[ReadRow],
    *,
    now: datetime,
    import_id: str | None,
) -> list[tuple[str, str, Mention]]:
    """Keep and write events of which no version is here yet; their people are told.

    Returns by external id and reference what they name that is not here: ids alone, since whoever
    has an event's e-mail address claims it on arrival.
    """
    if not rows:
        return []
    sent = [
        _Sent(source_id, row.external_id, row.values, row.references, row.version_at or now)
        for row in rows
    ]
    resolver = Resolver(session)
    events = _events(session, sent, resolver)
    owners = {str(event["external_id"]): owner for event in events if (owner := _owner(event))}
    keep_rows(
        session, source_id, "event", rows, owners, now=now, import_id=import_id, known=()
    )  # fmt: skip
    _write(session, events)
    _tell(session, events, now=now, origin=source_id)
    return [
        (one.external_id, name, mention)
        for one in sent
        for name, ways in one.mentions.items()
        for mention in resolver.unfound_before(ways)
        if mention.key == "id"
    ]


def put_events(session: Session, rows: Sequence[SourceRow], *, now: datetime, origin: str) -> None:
    """Write the events of these source rows, or write them again; their people are told."""
    sent = [
        _Sent(
            row.source_id, row.external_id, row_values(row), row.cleaned.get("references") or {},  # type: ignore[arg-type]
            row.version_at or row.received_at,
        )
        for row in rows
    ]  # fmt: skip
    events = _events(session, sent, Resolver(session))
    _write(session, events)
    _link_source_rows(session, rows, events)
    _tell(session, events, now=now, origin=origin)


def _events(session: Session, sent: Sequence[_Sent], resolver: Resolver) -> list[dict[str, object]]:
    """The rows of the table of events, each with the records that it names."""
    resolver.load(
        mention
        for one in sent
        for mention in [*(m for ways in one.mentions.values() for m in ways),
                        *one.by_email.values()]
    )  # fmt: skip
    events = []
    for one in sent:
        named = {name: resolver.first_found(ways) for name, ways in one.mentions.items()}
        for person, mention in one.by_email.items():
            named[person] = named.get(person) or resolver.record_id(mention)
        events.append(_content(one, named))
    _add_accounts(session, events)
    return events


def _tell(
    session: Session, events: Sequence[Mapping[str, object]], *, now: datetime, origin: str
) -> None:
    told = {str(event[f"{name}_id"]) for event in events for name in PEOPLE if event[f"{name}_id"]}
    settle(session, EVENTS, told | {_text(event["account_id"]) for event in events})
    touch(session, told | set(golden_of(session, told).values()), "event", now=now, origin=origin)


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
    settle(session, EVENTS, people.values())


def give_accounts(session: Session, kind: str, record_ids: Iterable[str]) -> None:
    """Events of people whose account has become known belong to it too."""
    link = Link(_TABLE, f"{kind}_id")
    people = sorted(set(record_ids))
    accounts = accounts_of(session, people)
    shown = golden_of(session, people)
    for chunk in chunks(sorted(accounts)):
        # Of the events that a golden record shows, those that came for this person.
        places = sorted({shown.get(person, person) for person in chunk})
        rows = session.execute(
            select(_TABLE.c.id, link.origin.label("person")).where(
                link.values.in_(places), link.origin.in_(chunk), _TABLE.c.account_id.is_(None)
            )
        ).all()
        if rows:
            session.execute(
                update(EngagementEvent),
                [{"id": row_id, "account_id": accounts[str(person)]} for row_id, person in rows],
            )
    settle(session, EVENTS, accounts.values())


def _content(sent: _Sent, named: Mapping[str, str | None]) -> dict[str, object]:
    values = sent.values
    occurred = values.get("occurred_at")
    at = datetime.fromisoformat(str(occurred)).astimezone(UTC) if occurred else None
    number = values.get("value")
    return {
        "source_id": sent.source_id,
        "external_id": sent.external_id,
        "email": values.get("email"),
        "lead_id": named.get("lead"),
        "contact_id": named.get("contact"),
        "account_id": named.get("account"),
        "event_type": str(values.get("event_type") or ""),
        "occurred_at": at or sent.at,
        "value": None if number is None else float(str(number)),
        "properties": {"subject": values["subject"]} if values.get("subject") else {},
    }


def _add_accounts(session: Session, events: Sequence[dict[str, object]]) -> None:
    """The account of the person, where the event names none."""
    people = {str(event[f"{name}_id"]) for event in events for name in PEOPLE} - {"None"}
    accounts = accounts_of(session, people)
    for event in events:
        for name in ("contact", "lead"):
            event["account_id"] = event["account_id"] or accounts.get(str(event[f"{name}_id"]))


def _write(session: Session, events: Sequence[dict[str, object]]) -> None:
    table = _TABLE
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
        _forget_origins(session, old)
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


def _forget_origins(session: Session, events: Sequence[Mapping[str, object]]) -> None:
    """Events that are written again point where their new version says."""
    key = tuple_(_TABLE.c.source_id, _TABLE.c.external_id)
    named = [(event["source_id"], event["external_id"]) for event in events]
    for start in range(0, len(named), CHUNK):
        query = select(_TABLE.c.id).where(key.in_(named[start : start + CHUNK]))
        forget_origins(session, EVENTS, [str(row_id) for row_id in session.scalars(query)])


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _link_source_rows(
    session: Session, rows: Sequence[SourceRow], events: Sequence[Mapping[str, object]]
) -> None:
    """A raw event goes with its person when that one asks to be forgotten."""
    for row, event in zip(rows, events, strict=True):
        owner = _owner(event)
        if owner and row.record_id != owner:
            row.record_id = owner
    session.flush()


def _owner(event: Mapping[str, object]) -> str | None:
    return _text(event["contact_id"] or event["lead_id"] or event["account_id"])


def link_claimed_rows(session: Session, record_ids: Iterable[str]) -> None:
    """The raw rows of events that these people have claimed are theirs too."""
    for chunk in chunks(sorted(set(record_ids))):
        lead, contact = (Link(_TABLE, f"{name}_id") for name in PEOPLE)
        places = sorted({*chunk, *golden_of(session, chunk).values()})
        claimed = session.execute(
            select(SourceRow.id, lead.origin.label("lead"), contact.origin.label("contact"))
            .join(
                EngagementEvent,
                (EngagementEvent.source_id == SourceRow.source_id)
                & (EngagementEvent.external_id == SourceRow.external_id),
            )
            .where(
                SourceRow.kind == "event",
                SourceRow.record_id.is_(None),
                or_(lead.values.in_(places), contact.values.in_(places)),
                or_(lead.origin.in_(chunk), contact.origin.in_(chunk)),
            )
        ).all()
        if claimed:
            session.execute(
                update(SourceRow),
                [{"id": row.id, "record_id": row.contact or row.lead} for row in claimed],
            )
