"""Every query on suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from assistant.actions.conditions import Customers
from assistant.actions.cooldown import AFTER_DISMISSAL, Contacted
from assistant.actions.model import Proposal, Sentence
from assistant.actions.plays import CONTACTING
from assistant.crm.merging.origins import keep_origins, origins_in
from assistant.db import new_id
from assistant.db.tables import (
    Account,
    Interaction,
    Record,
    Suggestion,
    SuggestionCitation,
    User,
)
from assistant.governance.access import Principal, golden_of, visible

OPEN, ACCEPTED, EDITED, DISMISSED, EXPIRED = "open", "accepted", "edited", "dismissed", "expired"
RECORDS_PER_QUERY = 500
_GOVERNING = aliased(Record)
NO_EVIDENCE: dict[str, object] = {"summary": "no evidence yet"}
# Of no play: a program proposed them, so no rule makes them go again.
PROPOSED_TASK, PROPOSED_CHANGE = "proposed-task", "proposed-change"


@dataclass(frozen=True, slots=True)
class Found:
    """A suggestion with what is shown beside it."""

    suggestion: Suggestion
    kind: str
    version: int
    owner_id: str | None
    account_owner_id: str | None
    team_id: str | None
    account: str | None
    decider: str | None


def contacted_lately(session: Session, now: datetime) -> dict[str, Contacted]:
    """By customer, the latest decision on contacting them that may still count."""
    query = (
        select(Suggestion, Interaction.lead_id)
        .outerjoin(Interaction, Interaction.id == Suggestion.record_id)
        .where(
            Suggestion.play.in_(CONTACTING),
            Suggestion.status.in_((ACCEPTED, EDITED, DISMISSED)),
            Suggestion.decided_at > now - AFTER_DISMISSAL,
        )
        .order_by(Suggestion.decided_at, Suggestion.id)
    )
    return {
        each.account_id or lead_id or each.record_id: Contacted(
            each.decided_at, each.status != DISMISSED
        )
        for each, lead_id in session.execute(query)
        if each.decided_at is not None
    }


def undecided(session: Session, proposals: Sequence[Proposal]) -> list[Proposal]:
    """The proposals that nobody has decided on yet."""
    records = sorted({proposal.record_id for proposal in proposals})
    decided: set[tuple[str, str, str]] = set()
    for start in range(0, len(records), RECORDS_PER_QUERY):
        query = select(Suggestion.play, Suggestion.record_id, Suggestion.occasion).where(
            Suggestion.record_id.in_(records[start : start + RECORDS_PER_QUERY]),
            Suggestion.status.in_((ACCEPTED, EDITED, DISMISSED)),
        )
        decided |= {(play, record, occasion) for play, record, occasion in session.execute(query)}
    return [each for each in proposals if (each.play, each.record_id, each.occasion) not in decided]


def bring_up_to_date(
    session: Session, proposals: Sequence[Proposal], customers: Customers, now: datetime
) -> int:
    """Open what is proposed now, expire what is not any more; decided ones stay as they were.

    Returns how many suggestions came, changed or went.
    """
    known = {
        (each.play, each.record_id, each.occasion): each
        for each in session.scalars(_concerning(customers, proposals))
    }
    moved = 0
    current: list[Suggestion] = []
    for proposal in proposals:
        suggestion = known.pop((proposal.play, proposal.record_id, proposal.occasion), None)
        if suggestion is None:
            suggestion = Suggestion(id=new_id("sug"), created_at=now, effect=NO_EVIDENCE)
            session.add(suggestion)
        if suggestion.status in (None, OPEN, EXPIRED):
            moved += _fill(session, suggestion, proposal)
            current.append(suggestion)
    session.flush()
    _keep_origins(session, current)
    for suggestion in known.values():
        if suggestion.status == OPEN:
            suggestion.status = EXPIRED
            moved += 1
    return moved


def _concerning(customers: Customers, proposals: Sequence[Proposal]) -> Select[Suggestion]:
    query = select(Suggestion).where(Suggestion.play.not_in((PROPOSED_TASK, PROPOSED_CHANGE)))
    if customers is None:
        return query
    written = select(Interaction.id).where(
        or_(Interaction.lead_id.in_(customers), Interaction.contact_id.in_(customers))
    )
    named = {*customers, *(proposal.record_id for proposal in proposals)}
    return query.where(
        or_(
            Suggestion.account_id.in_(customers),
            Suggestion.record_id.in_(named),
            Suggestion.record_id.in_(written),
        )
    )


def open_proposal(
    session: Session,
    suggestion_id: str,
    proposal: Proposal,
    effect: dict[str, object],
    *,
    now: datetime,
) -> None:
    """A suggestion that no play made."""
    suggestion = Suggestion(id=suggestion_id, created_at=now, effect=effect)
    session.add(suggestion)
    _fill(session, suggestion, proposal)
    session.flush()
    _keep_origins(session, [suggestion])


def _fill(session: Session, suggestion: Suggestion, proposal: Proposal) -> bool:
    """Write the proposal into the suggestion; says whether that changed anything."""
    content = {
        "play": proposal.play,
        "record_id": proposal.record_id,
        "account_id": proposal.account_id,
        "score_id": proposal.score_id,
        "occasion": proposal.occasion,
        "title": proposal.title[:500],
        "why": [_document(sentence) for sentence in proposal.why],
        "due_on": proposal.due_on,
        "priority": proposal.priority,
        "status": OPEN,
    }
    changed = {name for name, value in content.items() if getattr(suggestion, name) != value}
    for name in changed:
        setattr(suggestion, name, content[name])
    if changed:
        session.flush()
        _cite(session, suggestion, proposal)
    return bool(changed)


def _keep_origins(session: Session, suggestions: Sequence[Suggestion]) -> None:
    """An account that is the one of the suggestion's record comes from where that comes from."""
    records = {each.record_id for each in suggestions}
    origins = origins_in(session, "records", "account_id", sorted(records))
    keep_origins(
        session,
        "suggestions",
        {each.id: {"account_id": origins.get(each.record_id)} for each in suggestions},
    )


def _document(sentence: Sentence) -> dict[str, object]:
    return {"text": sentence.text, "citations": [asdict(each) for each in sentence.citations]}


def _cite(session: Session, suggestion: Suggestion, proposal: Proposal) -> None:
    session.execute(
        delete(SuggestionCitation).where(SuggestionCitation.suggestion_id == suggestion.id)
    )
    standing = session.scalars(select(Record.id).where(Record.id.in_(proposal.cited)))
    session.add_all(
        SuggestionCitation(suggestion_id=suggestion.id, record_id=record_id)
        for record_id in standing
    )


def readable(principal: Principal) -> ColumnElement[bool]:
    """SQL: may the person see the suggestion, that is, every record that it speaks of?"""
    hidden = exists(
        select(1)
        .select_from(SuggestionCitation)
        .where(
            SuggestionCitation.suggestion_id == Suggestion.id,
            ~visible(principal, golden_of(SuggestionCitation.record_id)),
        )
        .correlate(Suggestion)
    )
    return and_(visible(principal, Suggestion.record_id), ~hidden)


def list_open(
    session: Session,
    principal: Principal,
    *,
    account_id: str | None,
    mine: bool,
    after: tuple[float, str] | None,
    limit: int,
) -> list[Found]:
    """Open suggestions that the person may see, most urgent first; mine: of records they own."""
    query = _shown().where(Suggestion.status == OPEN, readable(principal))
    if account_id is not None:
        query = query.where(Suggestion.account_id == account_id)
    if mine:
        query = query.where(
            func.coalesce(Record.owner_id, _GOVERNING.owner_id) == principal.user_id
        )
    if after is not None:
        lower, same = Suggestion.priority < after[0], Suggestion.priority == after[0]
        query = query.where(or_(lower, and_(same, Suggestion.id > after[1])))
    query = query.order_by(Suggestion.priority.desc(), Suggestion.id).limit(limit)
    return [Found(*row) for row in session.execute(query)]


def find(session: Session, principal: Principal, suggestion_id: str) -> Found | None:
    """A suggestion in whatever state, if the person may see it."""
    query = _shown().where(Suggestion.id == suggestion_id, readable(principal))
    row = session.execute(query).one_or_none()
    return None if row is None else Found(*row)


def lock(session: Session, suggestion_id: str) -> None:
    """Keep others from deciding on it until this transaction ends."""
    query = select(Suggestion).where(Suggestion.id == suggestion_id)
    session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _shown() -> Select[Suggestion, str, int, str | None, str | None, str | None, str, str]:
    decider: ColumnElement[str] = func.coalesce(func.nullif(User.name, ""), User.email)
    return (
        select(
            Suggestion, Record.kind, Record.version, Record.owner_id, _GOVERNING.owner_id,
            _GOVERNING.team_id, Account.name, decider,
        )
        .join(Record, Record.id == Suggestion.record_id)
        .join(_GOVERNING, _GOVERNING.id == Record.governing_id)
        .outerjoin(Account, Account.id == Suggestion.account_id)
        .outerjoin(User, User.id == Suggestion.decided_by)
    )  # fmt: skip


def erase_suggestions(session: Session, record_ids: Sequence[str]) -> int:
    """Remove suggestions about these records and those that speak of them; how many went."""
    speaking = select(SuggestionCitation.suggestion_id).where(
        SuggestionCitation.record_id.in_(record_ids)
    )
    gone = session.execute(
        delete(Suggestion)
        .where(or_(Suggestion.record_id.in_(record_ids), Suggestion.id.in_(speaking)))
        .returning(Suggestion.id)
    )
    return len(gone.all())
