"""A person's word on a field: it stands over every source until it is withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.crm.golden import derive
from assistant.crm.kind import Form
from assistant.crm.kinds import KINDS
from assistant.crm.reading import ColumnStyles, Value, clean_value
from assistant.db.tables import FieldDecision, Record, User, new_id
from assistant.errors import Invalid


def decide_field(
    session: Session,
    record_id: str,
    field: str,
    value: Value,
    *,
    decided_by: str,
    now: datetime,
    note_id: str | None = None,
) -> FieldDecision:
    """Let `value` stand in the record's field; the golden row follows in this transaction.

    The caller has checked that the person may see the record. `owner` takes a user's id. Raises
    Invalid for a field that the kind does not have, or for a value that cannot be read as one.
    """
    record = session.get_one(Record, record_id)
    checked = _checked(session, record.kind, field, value)
    (decision,) = put_decisions(
        session, record_id, {field: checked}, decided_by=decided_by, now=now, note_id=note_id
    )
    return decision


def put_decisions(
    session: Session,
    record_id: str,
    values: Mapping[str, Value],
    *,
    decided_by: str,
    now: datetime,
    note_id: str | None = None,
) -> list[FieldDecision]:
    """Let clean values stand in several fields of a record at once.

    None says that nothing is to stand there. The caller has cleaned the values.
    """
    made = [
        FieldDecision(
            id=new_id("dec"), record_id=record_id, field=field, value=value,
            decided_by=decided_by, decided_at=now, note_id=note_id,
        )
        for field, value in values.items()
    ]  # fmt: skip
    session.add_all(made)
    session.flush()
    derive(session, [record_id], now=now, changed_by=decided_by, origin="user")
    return made


def withdraw_decisions(session: Session, note_id: str, *, by: str, now: datetime) -> list[str]:
    """Take back all decisions that a note brought; returns the records that followed."""
    standing = session.scalars(
        select(FieldDecision).where(
            FieldDecision.note_id == note_id, FieldDecision.withdrawn_at.is_(None)
        )
    )
    return _withdraw(session, standing, by=by, now=now)


def withdraw_decision(session: Session, decision_id: str, *, by: str, now: datetime) -> list[str]:
    """Take back one decision; returns the record that followed, if it still stood."""
    standing = session.scalars(
        select(FieldDecision).where(
            FieldDecision.id == decision_id, FieldDecision.withdrawn_at.is_(None)
        )
    )
    return _withdraw(session, standing, by=by, now=now)


def _withdraw(
    session: Session, decisions: Iterable[FieldDecision], *, by: str, now: datetime
) -> list[str]:
    records = set()
    for decision in list(decisions):
        decision.withdrawn_at, decision.withdrawn_by = now, by
        records.add(decision.record_id)
    session.flush()
    return derive(session, records, now=now, changed_by=by, origin="user")


def _checked(session: Session, kind_name: str, field: str, value: Value) -> Value:
    kind = KINDS.get(kind_name)
    if field == "owner":
        if value is not None and session.get(User, str(value)) is None:
            raise Invalid(f"Expected the id of a user as owner, got '{value}'.", field=field)
        return value
    form = kind.form_of(field) if kind is not None and field in _own(kind_name) else None
    if form is None:
        raise Invalid(
            f"A {kind_name} has no field '{field[:60]}'; it has {', '.join(_own(kind_name))}.",
            field=field,
        )
    if value is None:
        return None
    cleaned = clean_value(field, form, _text(form, value), None, ColumnStyles())
    if cleaned.value is None:
        reason = cleaned.issue.message if cleaned.issue else "It says nothing."
        raise Invalid(f"'{str(value)[:80]}' cannot stand as {field}: {reason}", field=field)
    return cleaned.value


def _own(kind_name: str) -> list[str]:
    kind = KINDS.get(kind_name)
    return [own.name for own in kind.fields] if kind is not None else []


def _text(form: Form, value: Value) -> str:
    return ("yes" if value else "no") if form is Form.BOOLEAN else str(value)
