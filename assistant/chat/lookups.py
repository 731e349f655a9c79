"""One field of one record, or the people who hold a role: read, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from assistant.chat.answers import Citation, Draft
from assistant.chat.asking import Asking
from assistant.chat.interpret import Understood
from assistant.chat.names import Known
from assistant.chat.question.clock import Clock
from assistant.chat.question.fields import PEOPLE
from assistant.chat.question.plan import Measure, Shape, TypedQuery
from assistant.chat.typed.cards import card, cite, sources, subject_of
from assistant.chat.typed.catalogue import CATALOGUE
from assistant.chat.typed.links import NotComputable
from assistant.chat.typed.phrases import field_noun, join
from assistant.chat.typed.query import Resolved, Row, Scope
from assistant.chat.typed.rows import by_id
from assistant.chat.typed.run import run
from assistant.chat.typed.statements import statements
from assistant.db.tables import Account, Contact, Record, User
from assistant.governance.access import STAFF, Principal, visible
from assistant.search.wording import employees
from retrieval.evidence import Source

_MOST_RECORDS = 5
_ADDRESS = ("street", "postcode", "city", "region", "country")


@dataclass(frozen=True, slots=True)
class LookedUp:
    """Sentences, and what the records that were found leave blank."""

    drafts: tuple[Draft, ...] = ()
    blank: tuple[str, ...] = ()


def look_up(session: Session, asking: Asking, understood: Understood) -> LookedUp:
    """What the records say in the fields that were asked for."""
    role = next((name[5:] for name in understood.plan.fields if name.startswith("role:")), None)
    if role is not None:
        return _people(session, asking, understood, role)
    drafts: list[Draft] = []
    blank: list[str] = []
    for row in _rows(session, asking, understood):
        fields = understood.plan.fields if understood.plan.kind in {row.kind, None} else ()
        if not fields:
            drafts.append(card(row))
            continue
        if row.kind == "invoice" and "balance" in fields:
            drafts += _still_open(session, asking, row)
            continue
        found = [_field(session, asking.principal, row, name) for name in fields]
        drafts += [draft for draft in found if draft is not None]
        missing = [name for name, draft in zip(fields, found, strict=True) if draft is None]
        if missing:
            blank.append(f"{join([field_noun(name) for name in missing], 'or')} for "
                         f"{subject_of(row)}")  # fmt: skip
    return LookedUp(tuple(drafts), tuple(blank))


def _still_open(session: Session, asking: Asking, row: Row) -> list[Draft]:
    """What is left to pay of an invoice: computed, since payments may have come in parts."""
    query = TypedQuery("invoice", measure=Measure.SUM, conditions=("unpaid",))
    resolved = Resolved(
        query, asking.now, Clock(asking.now, asking.calendar).today, asking.calendar.zone,
        scopes=(Scope("invoice", row.id, row.title),),
    )  # fmt: skip
    return statements(run(session, asking.principal, resolved))


def fields_of(
    session: Session, principal: Principal, row: Row, fields: Sequence[str]
) -> list[Draft]:
    """The fields of a record that are asked for, or its card where none is."""
    found = [_field(session, principal, row, name) for name in fields]
    said = [draft for draft in found if draft is not None]
    return said or ([card(row)] if not fields else [])


def told_by(row: Row) -> str:
    """What tells a record from others of its account: its subject, amount or date."""
    values = dict(row.fields)
    names = (
        "subject",
        "stage",
        "total",
        "amount",
        "opened_at",
        "ordered_at",
        "issued_on",
        "due_on",
    )
    return ", ".join([values[name] for name in names if values.get(name)][:2])


def _rows(session: Session, asking: Asking, understood: Understood) -> list[Row]:
    """The records asked of: those named, or those of the wanted kind that belong to them."""
    kind = understood.plan.kind
    named = [one for one in understood.entities if one.kind == kind or kind is None]
    if named:
        return [row for one in named[:_MOST_RECORDS] for row in _row(session, asking, one)]
    if kind is None or kind not in CATALOGUE or not understood.entities:
        return []
    owned = TypedQuery(kind, shape=Shape.LIST, limit=_MOST_RECORDS)
    resolved = Resolved(
        owned, asking.now, Clock(asking.now, asking.calendar).today, asking.calendar.zone,
        scopes=tuple(Scope(one.kind, one.id, one.name) for one in understood.entities),
    )  # fmt: skip
    try:
        return list(run(session, asking.principal, resolved).rows)
    except NotComputable:
        return []


def _row(session: Session, asking: Asking, known: Known) -> list[Row]:
    if known.kind not in CATALOGUE:
        return []
    return by_id(session, asking.principal, known.kind, [known.id], asking.calendar.zone)


def _field(session: Session, principal: Principal, row: Row, name: str) -> Draft | None:
    """ "The phone of Dana Fox of Acme is +44 …"; None where nothing is recorded."""
    values = dict(row.fields)
    if name == "phone" and not values.get(name) and values.get("mobile"):
        name = "mobile"  # whoever is to be called is called on what there is
    if name == "address":
        value = ", ".join(values[part] for part in _ADDRESS if part in values)
    elif name in {"owner", "account", "parent", "contact"}:
        value = _related(session, principal, row, name)
    else:
        value = values.get(name, "")
    if not value:
        return None
    words = field_noun(name)
    quote = f"{words}: {value}"
    text = f"The {words} of {subject_of(row)} is {value}."
    if name == "employees" and row.kind == "account":
        text = f"{subject_of(row)} has {employees(int(value.replace(',', '')))}."
    cited = replace(cite(row), field=name, quote=quote)
    about = sources(row)[0].entities if row.fields else (row.title,)
    return Draft(text, (cited,), (Source(value, field=words, entities=about), *sources(row)))


def _related(session: Session, principal: Principal, row: Row, name: str) -> str:
    """The name of a record or colleague that the row points at, if the asker may see it."""
    if name == "owner":
        if principal.role not in STAFF:
            return ""
        return session.scalar(
            select(User.name).join(Record, Record.owner_id == User.id).where(Record.id == row.id)
        ) or _owner_of_account(session, row)
    if name == "account":
        return row.account or ""
    model = CATALOGUE[row.kind].model
    column = "parent_account_id" if name == "parent" else "contact_id"
    target = getattr(session.get(model, row.id), column, None)
    table = Account if name == "parent" else Contact
    if target is None:
        return ""
    return (
        session.scalar(select(table.name).where(table.id == target, visible(principal, table.id)))
        or ""
    )


def _owner_of_account(session: Session, row: Row) -> str:
    if row.account_id is None or row.account_id == row.id:
        return ""
    return (
        session.scalar(
            select(User.name)
            .join(Record, Record.owner_id == User.id)
            .where(Record.id == row.account_id)
        )
        or ""
    )


def _people(session: Session, asking: Asking, understood: Understood, role: str) -> LookedUp:
    """The contacts of the account in question whose role is recorded as the one asked for."""
    accounts = _accounts(understood.entities)
    if not accounts:
        return LookedUp()
    roles = func.lower(func.coalesce(Contact.contact_role, ""))
    ids = session.scalars(
        select(Contact.id)
        .join(Record, Record.id == Contact.id)
        .where(
            Record.account_id.in_(accounts),
            or_(*(roles.like(f"%{word}%") for word in PEOPLE[role][1])),
            visible(asking.principal, Contact.id),
        )
        .order_by(Contact.name)
        .limit(_MOST_RECORDS)
    ).all()
    rows = by_id(session, asking.principal, "contact", ids, asking.calendar.zone)
    return LookedUp(tuple(_holder(row) for row in sorted(rows, key=lambda row: row.title)))


def _holder(row: Row) -> Draft:
    values = dict(row.fields)
    title = f", {values['title']}" if values.get("title") else ""
    text = f"{subject_of(row)}{title}, is recorded with the role {values['contact_role']}."
    cited: Citation = replace(
        cite(row), field="contact_role", quote=f"role: {values['contact_role']}"
    )
    return Draft(text, (cited,), sources(row))


def _accounts(entities: Sequence[Known]) -> list[str]:
    found = [one.id if one.kind == "account" else one.account_id for one in entities]
    return [account_id for account_id in dict.fromkeys(found) if account_id]
