"""Making and changing records by hand: one transaction, with history, change row and audit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from assistant.crm.decisions import put_decisions
from assistant.crm.door import ensure_source, take_rows
from assistant.crm.entry import store
from assistant.crm.entry.body import Body, Given, read_body
from assistant.crm.entry.expected import suggestion_in
from assistant.crm.kinds import KINDS
from assistant.crm.reading import Doubt, ReadRow, Value, digest_of_row
from assistant.db.tables import Record
from assistant.errors import Conflict, Fault, InvalidFields, NotAllowed
from assistant.governance import audit
from assistant.governance.access import (
    Principal,
    Role,
    hidden_fields,
    require_visible,
    sees_kind,
)
from assistant.governance.http import require_version

EDITORS = (Role.REP, Role.SUPPORT, Role.MANAGER, Role.OPS)
# Support serves customers; what a company is, sales and operations say.
FOR_SUPPORT = ("contact", "ticket", "task", "interaction")
_SAME_MONEY = ("amount", "annual_revenue")


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a value that was taken all the same."""

    field: str
    issue: str
    suggestion: str | None


@dataclass(frozen=True, slots=True)
class Entered:
    """A record as it stands after an entry."""

    id: str
    kind: str
    version: int
    values: dict[str, object]
    issues: tuple[Note, ...] = ()


def require_editor(principal: Principal, kind: str) -> None:
    """Raises NotAllowed when the person's role does not make or change records of this kind."""
    principal.require_role(*EDITORS)
    if not may_edit(principal, kind):
        raise NotAllowed(f"A {kind} is made and changed by sales and operations.")


def may_edit(principal: Principal, kind: str) -> bool:
    """Whether the person's role makes and changes records of this kind."""
    support = principal.role is Role.SUPPORT
    return (
        principal.role in EDITORS
        and sees_kind(principal, kind)
        and not (support and kind not in FOR_SUPPORT)
    )


def read(session: Session, principal: Principal, kind: str, record_id: str) -> Entered:
    """A record's content; NotFound in one form for absent and forbidden."""
    return _entered(session, principal, require_visible(session, principal, record_id, kind), {})


def create(
    session: Session,
    principal: Principal,
    kind: str,
    body: Body,
    *,
    now: datetime,
    confirmed: Collection[str] = (),
    distinct: bool = False,
) -> Entered:
    """A new record, owned by whoever makes it unless it says otherwise.

    Raises InvalidFields with every fault, and Conflict when a record that the person sees is the
    same by e-mail, domain or name; `distinct` says that it is another one.
    """
    require_editor(principal, kind)
    sees = partial(store.sees_record, session, principal)
    if kind == "task" and not body.get("status"):
        body = {**body, "status": "done" if body.get("done_at") else "open"}
    given = read_body(kind, body, sees=sees, confirmed=confirmed)
    if not distinct:
        _refuse_twin(session, principal, kind, given)
    ensure_source(session, store.SOURCE, now=now, name="Rapport", trust=store.TRUST)
    record_id = store.new_record(session, kind, KINDS[kind].confidentiality, now=now)
    owned = {"owner": principal.user_id} | given.named
    references = _references(session, kind, owned, now=now)
    row = _row(record_id, given, references, now, confirmed)
    take_rows(session, store.SOURCE, kind, [row], now=now, changed_by=principal.user_id)
    audit.append(
        session, principal.user_id, f"{kind} made", now=now, kind=kind, record_id=record_id,
        details={"fields": sorted(given.payload)},
    )  # fmt: skip
    return _entered(session, principal, session.get_one(Record, record_id), given.doubts)


def change(
    session: Session,
    principal: Principal,
    kind: str,
    record_id: str,
    body: Body,
    *,
    now: datetime,
    if_match: str | None,
    confirmed: Collection[str] = (),
) -> Entered:
    """The record with these fields changed; each is a decision that stands over all sources.

    A field given as null is to be empty. Raises NotFound, PreconditionFailed, InvalidFields.
    """
    record = store.record_to_change(session, principal, kind, record_id)
    record_id = record.id
    require_editor(principal, kind)
    require_version(if_match, record.version)
    known = store.content_of(session, kind, record_id)
    sees = partial(store.sees_record, session, principal)
    given = read_body(kind, body, sees=sees, confirmed=confirmed, known=known)
    _refuse_circle(session, record_id, given)
    _refuse_emptied(kind, known, given)
    named = {_decided_as(name): found for name, found in given.named.items()}
    decided = {**given.values, **named}
    before = {**known, "owner": record.owner_id}
    news = {name: value for name, value in decided.items() if _differs(before.get(name), value)}
    if news:
        ensure_source(session, store.SOURCE, now=now, name="Rapport", trust=store.TRUST)
        store.keep_edit(
            session, kind, record_id, given.payload, _as_cleaned(given),
            {name: doubt.words for name, doubt in given.doubts.items()}, now=now,
        )  # fmt: skip
        put_decisions(session, record_id, news, decided_by=principal.user_id, now=now)
        audit.append(
            session, principal.user_id, f"{kind} changed", now=now, kind=kind,
            record_id=record_id, details={"fields": sorted(news)},
        )  # fmt: skip
    return _entered(session, principal, record, given.doubts)


def _refuse_twin(session: Session, principal: Principal, kind: str, given: Given) -> None:
    twin = store.visible_twin(session, principal, kind, given.values, given.named.get("account"))
    if twin is not None:
        raise Conflict(
            f"There is a {kind} with the same {twin[1]}: {twin[0]}. Change that one, or send "
            "distinct=true if this is another."
        )


def _refuse_circle(session: Session, record_id: str, given: Given) -> None:
    parent = given.named.get("parent_account")
    if parent and store.leads_back(session, record_id, parent):
        problem = "An account cannot be its own parent, directly or through its parents."
        raise InvalidFields([Fault("parent_account_id", problem, parent)])


def _refuse_emptied(kind_name: str, known: Mapping[str, object], given: Given) -> None:
    """A record keeps at least one of the fields without which it is nothing."""
    essential = KINDS[kind_name].essential
    after = {**known, **given.values}
    if essential and not any(after.get(name) for name in essential):
        problem = f"A {kind_name} needs one of {', '.join(essential)}."
        raise InvalidFields([Fault(essential[0], problem)])


def _decided_as(reference: str) -> str:
    return "owner" if reference == "owner" else f"{reference}_id"


def _differs(before: object, after: Value) -> bool:
    """Whether a value is news; sums and moments are compared by what they say."""
    if before is None or after is None:
        return (before or None) is not after
    return _comparable(before) != _comparable(after)


def _comparable(value: object) -> object:
    if isinstance(value, bool):
        return value
    try:
        return float(str(value))
    except ValueError:
        return str(value)


def _row(
    record_id: str,
    given: Given,
    references: dict[str, dict[str, str]],
    now: datetime,
    confirmed: Collection[str],
) -> ReadRow:
    version = f"{now.isoformat()}#{digest_of_row(given.payload)}"
    open_doubts = {name: doubt for name, doubt in given.doubts.items() if name not in confirmed}
    issues = {name: doubt.words for name, doubt in open_doubts.items()}
    return ReadRow(
        external_id=record_id, version=version, version_at=now, deleted=False,
        values=given.values, references=references, issues=issues, payload=given.payload,
        doubts=given.doubts,
    )  # fmt: skip


def _references(
    session: Session, kind: str, named: Mapping[str, str | None], *, now: datetime
) -> dict[str, dict[str, str]]:
    references: dict[str, dict[str, str]] = {}
    for reference in KINDS[kind].references:
        if record_id := named.get(reference.name):
            store.name_by_id(session, reference.kind, record_id, now=now)
            references[reference.name] = {"id": record_id}
    return references


def _as_cleaned(given: Given) -> dict[str, object]:
    doubts = {name: doubt.as_json() for name, doubt in given.doubts.items()}
    return {"values": given.values, "references": {}, "doubts": doubts}


def _entered(
    session: Session, principal: Principal, record: Record, doubts: Mapping[str, Doubt]
) -> Entered:
    hidden = hidden_fields(principal, record.kind)
    content = store.content_of(session, record.kind, record.id)
    values = {
        name: None if _names_unseen(principal, name) else value
        for name, value in sorted(content.items())
        if name not in hidden
    }
    values["owner_id"] = record.owner_id
    notes = tuple(Note(name, doubt.words, suggestion_in(doubt)) for name, doubt in doubts.items())
    return Entered(record.id, record.kind, record.version, values, notes)


def _names_unseen(principal: Principal, field: str) -> bool:
    """Whether the field is the id of a record of a kind that the person's role does not see."""
    return field.endswith("_id") and not sees_kind(principal, field.removesuffix("_id"))
