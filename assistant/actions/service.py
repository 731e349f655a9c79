"""Suggestions as people see and decide them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from assistant.actions import store
from assistant.actions.model import Citation, Sentence
from assistant.actions.plays import FOLLOW_UP
from assistant.actions.store import (
    ACCEPTED,
    DISMISSED,
    EDITED,
    OPEN,
    PROPOSED_CHANGE,
    Found,
)
from assistant.crm.cursors import Page, decode, encode
from assistant.crm.entry import service as entry
from assistant.crm.merging.origins import origin_of
from assistant.crm.tasks import create_task
from assistant.db.tables import Interaction, Suggestion
from assistant.errors import Conflict, Invalid, NotAllowed, NotFound
from assistant.governance import audit, outbox, reviewing
from assistant.governance.access import Principal, Role, require_visible

DECIDERS = (Role.REP, Role.SUPPORT, Role.MANAGER)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person makes of a suggestion: accept, edit (accept with changes), dismiss."""

    decision: str
    reason: str = ""
    title: str | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class ShownSuggestion:
    """A suggestion: what, why, when, with what effect, and what became of it."""

    id: str
    play: str
    record_kind: str
    record_id: str
    record_version: int
    account_id: str | None
    account: str | None
    owner_id: str | None
    score_id: str | None
    title: str
    why: tuple[Sentence, ...]
    due_on: date | None
    priority: float
    expected_effect: str
    status: str
    created_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None
    task_id: str | None
    may_decide: bool


def open_suggestions(
    session: Session,
    principal: Principal,
    account_id: str | None = None,
    *,
    mine: bool = False,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[ShownSuggestion]:
    """Open suggestions this person may see, most urgent first; of one account, or their own.

    Raises NotFound for an account the person may not see, Invalid for a cursor of another list.
    """
    if account_id is not None:
        require_visible(session, principal, account_id, "account")
    found = store.list_open(
        session,
        principal,
        account_id=account_id,
        mine=mine,
        after=_position(cursor) if cursor else None,
        limit=limit + 1,
    )
    shown = tuple(_shown(each, principal) for each in found[:limit])
    more = len(found) > limit
    return Page(shown, encode([repr(shown[-1].priority), shown[-1].id]) if more else None)


def decide(
    session: Session, principal: Principal, suggestion_id: str, made: Decision, *, now: datetime
) -> ShownSuggestion:
    """Write down a person's decision; accepting makes a task of theirs and tells the outbox.

    Deciding the same again changes nothing. Raises NotFound; Conflict when it was decided
    otherwise or no longer applies; NotAllowed for who may only read it; Invalid when a dismissal
    has no reason or an edit no change.
    """
    principal.require_role(*DECIDERS)
    store.lock(session, suggestion_id)
    found = store.find(session, principal, suggestion_id)
    if found is None:
        raise NotFound(f"There is no suggestion '{suggestion_id[:60]}' that you can see.")
    if not _decides(principal, found):
        raise NotAllowed(reviewing.ACTION_REASON)
    status = _status_after(made)
    suggestion = found.suggestion
    if suggestion.status == status and suggestion.decided_by == principal.user_id:
        return _shown(found, principal)
    if suggestion.status != OPEN:
        raise Conflict(_too_late(found))
    if status != DISMISSED and suggestion.play == PROPOSED_CHANGE:
        _change(session, principal, found, status, now)
    elif status != DISMISSED:
        suggestion.task_id = _task(session, principal, found, made, now)
    suggestion.status, suggestion.decided_at = status, now
    suggestion.decided_by = principal.user_id
    suggestion.decision_reason = made.reason.strip() or None
    session.flush()
    audit.append(
        session, principal.user_id, f"suggestion.{status}", now=now, kind=found.kind,
        record_id=suggestion.record_id,
        details={"suggestion": suggestion.id, "play": suggestion.play, "task": suggestion.task_id},
    )  # fmt: skip
    again = store.find(session, principal, suggestion_id)
    return _shown(again or found, principal)


def _status_after(made: Decision) -> str:
    if made.decision == "accept":
        return ACCEPTED
    if made.decision == "edit":
        if made.title is None and made.due_on is None:
            raise Invalid("An edit changes the title or the day; give one of them.", field="title")
        if made.title is not None and not made.title.strip():
            raise Invalid("The title of a task cannot be blank.", field="title")
        return EDITED
    if not made.reason.strip():
        raise Invalid(
            "Say why it is dismissed: the reason is what is learned from.", field="reason"
        )
    return DISMISSED


def _too_late(found: Found) -> str:
    if found.suggestion.status == store.EXPIRED:
        return "This suggestion no longer applies: what it was about has changed."
    return f"This suggestion was {found.suggestion.status} by {found.decider} already."


def _task(
    session: Session, principal: Principal, found: Found, made: Decision, now: datetime
) -> str:
    """The task that comes of accepting: the promised one, or a new one of the person's own."""
    suggestion = found.suggestion
    if suggestion.play == FOLLOW_UP:
        return suggestion.record_id
    edited = made.decision == "edit"
    contact_id, deal_id = _people(session, found)
    task = create_task(
        session,
        title=(made.title if edited and made.title else suggestion.title).strip(),
        owner_id=principal.user_id,
        created_by=principal.user_id,
        now=now,
        due_on=made.due_on if edited and made.due_on else suggestion.due_on,
        description="\n".join(str(sentence["text"]) for sentence in suggestion.why),
        account_id=origin_of(session, "suggestions", suggestion.id, "account_id"),
        contact_id=contact_id,
        deal_id=deal_id,
    )
    outbox.enqueue(
        session,
        {"operation": "create", "title": task.title, "due_on": str(task.due_on or "")},
        principal.user_id,
        kind="task",
        record_id=task.id,
        now=now,
    )
    return task.id


def _change(
    session: Session, principal: Principal, found: Found, status: str, now: datetime
) -> None:
    """Make the proposed change in the name of who accepts it."""
    if status == EDITED:
        raise Invalid("A proposed change is accepted or dismissed as it is.", field="decision")
    change = found.suggestion.effect["change"]
    if not isinstance(change, Mapping):
        raise RuntimeError("a proposed change says what it changes")
    entry.change(
        session, principal, found.kind, found.suggestion.record_id,
        {str(change["field"]): change["value"]}, now=now, if_match="*",
    )  # fmt: skip


def read_suggestion(session: Session, principal: Principal, suggestion_id: str) -> ShownSuggestion:
    """A suggestion in whatever state. Raises NotFound."""
    found = store.find(session, principal, suggestion_id)
    if found is None:
        raise NotFound(f"There is no suggestion '{suggestion_id[:60]}' that you can see.")
    return _shown(found, principal)


def _people(session: Session, found: Found) -> tuple[str | None, str | None]:
    """The contact, as if nothing were merged, and the deal that the suggestion's record names."""
    record_id = found.suggestion.record_id
    if found.kind == "deal":
        return origin_of(session, "deals", record_id, "contact_id"), record_id
    if found.kind == "interaction":
        interaction = session.get_one(Interaction, record_id)
        contact_id = origin_of(session, "interactions", record_id, "contact_id")
        return contact_id, interaction.deal_id
    if found.kind == "ticket":
        return origin_of(session, "tickets", record_id, "contact_id"), None
    return None, None


def _position(cursor: str) -> tuple[float, str]:
    priority, suggestion_id = decode(cursor, 2)
    try:
        return float(priority), suggestion_id
    except ValueError:
        raise Invalid("Expected a cursor as this list gave it.", field="cursor") from None


def _decides(principal: Principal, found: Found) -> bool:
    led = found.team_id is not None and found.team_id in principal.team_ids
    decider = principal.role in DECIDERS
    owners = (found.owner_id, found.account_owner_id)
    return decider and reviewing.may_decide(principal, owners, led)


def _shown(found: Found, principal: Principal) -> ShownSuggestion:
    each = found.suggestion
    return ShownSuggestion(
        id=each.id,
        play=each.play,
        record_kind=found.kind,
        record_id=each.record_id,
        record_version=found.version,
        account_id=each.account_id,
        account=found.account,
        owner_id=found.owner_id,
        score_id=each.score_id,
        title=each.title,
        why=_sentences(each),
        due_on=each.due_on,
        priority=each.priority,
        expected_effect=str(each.effect["summary"]),
        status=each.status,
        created_at=each.created_at,
        decided_by=found.decider,
        decided_at=each.decided_at,
        decision_reason=each.decision_reason,
        task_id=each.task_id,
        may_decide=_decides(principal, found),
    )


def _sentences(suggestion: Suggestion) -> tuple[Sentence, ...]:
    made = []
    for each in suggestion.why:
        cited = each["citations"]
        citations = [_citation(one) for one in cited] if isinstance(cited, list) else []
        made.append(Sentence(str(each["text"]), tuple(citations)))
    return tuple(made)


def _citation(document: Mapping[str, object]) -> Citation:
    version, field, quote = document["version"], document["field"], document["quote"]
    return Citation(
        kind=str(document["kind"]),
        id=str(document["id"]),
        version=version if isinstance(version, int) else None,
        field=None if field is None else str(field),
        quote=None if quote is None else str(quote),
    )
