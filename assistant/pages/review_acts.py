"""What the buttons of the review form do, for browsers without scripts."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from assistant.db.tables import Note, Record
from assistant.errors import Conflict, Invalid
from assistant.governance.access import Principal
from assistant.governance.http import Reply, digest_of, etag, remember, replay
from assistant.notes import guard, looking, service, store
from assistant.notes.content import Content, from_json
from assistant.notes.review import Edits
from assistant.pages.review_forms import edits_of, moved_line, text_of
from assistant.settings import Settings

_SAVED_FIRST = ("save", "add", "confirm", "redraft", "match")
_ONCE = ("confirm", "undo")


def act_on(
    session: Session, principal: Principal, form: FormData, settings: Settings, *, now: datetime
) -> None:
    """Do what was pressed; what the form holds beside it is kept first."""
    act, note_id = text_of(form, "act"), text_of(form, "note_id")
    version = etag(int(text_of(form, "version"))) if text_of(form, "version").isdecimal() else None
    key = text_of(form, "key") or None
    if act in _ONCE and replay(session, principal, key, digest_of(act, note_id)):
        return
    if act in _SAVED_FIRST or _moves(act):
        version = etag(_save(session, principal, form, note_id, version, now).version)
    if act in ("confirm", "reject", "undo"):
        _decide(session, principal, form, settings, act, version, now)
    elif act in ("again", "redraft"):
        _draft_anew(session, principal, form, act, version, now)
    elif act == "match":
        _match(session, principal, form, version, now)
    elif _moves(act):
        note, _ = store.note_of(session, principal, note_id)
        moved = moved_line(act, _content(note))
        service.edit_note(session, principal, note_id, moved, if_match=version, now=now)
    elif act not in _SAVED_FIRST:
        raise Invalid("Expected save, confirm, reject, undo, redraft, match or again.", field="act")
    if act in _ONCE:
        remember(session, principal, key, Reply(303, {"note": note_id}))


def _moves(act: str) -> bool:
    return act.startswith(("up:", "down:"))


def _decide(
    session: Session,
    principal: Principal,
    form: FormData,
    settings: Settings,
    act: str,
    version: str | None,
    now: datetime,
) -> None:
    note_id = text_of(form, "note_id")
    if act == "confirm":
        # Without scripts nothing tells which lines stood in view.
        rules = guard.rules_of(settings)
        guard.sign(session, principal, note_id, rules, if_match=version, now=now, measured=False)
    elif act == "reject":
        reason = text_of(form, "reason")
        if not reason:
            raise Invalid("Say why the note is rejected: it helps the next draft.", field="reason")
        service.reject_note(session, principal, note_id, reason=reason, if_match=version, now=now)
    else:
        window = timedelta(seconds=settings.undo_window_s)
        service.undo_confirmation(
            session, principal, note_id, if_match=version, now=now, window=window
        )


def _draft_anew(
    session: Session,
    principal: Principal,
    form: FormData,
    act: str,
    version: str | None,
    now: datetime,
) -> None:
    """By the template that was chosen; the one it has stands for no choice at all."""
    note, _ = store.note_of(session, principal, text_of(form, "note_id"))
    wanted = text_of(form, "template")
    template = wanted if wanted and wanted != note.template else None
    if act == "again":
        service.draft_again(session, principal, note.id, template=template, now=now)
    else:
        service.redraft(session, principal, note.id, template=template, if_match=version, now=now)


def _match(
    session: Session, principal: Principal, form: FormData, version: str | None, now: datetime
) -> None:
    """What the call was about, as the reviewer says."""
    account_id = text_of(form, "other_account") or text_of(form, "match_account") or None
    deal_id = text_of(form, "match_deal") or None
    if not account_id and not deal_id:
        raise Invalid("Choose what the call was about.", field="match")
    service.rematch(
        session, principal, text_of(form, "note_id"), account_id=account_id, deal_id=deal_id,
        if_match=version, now=now,
    )  # fmt: skip


def _save(
    session: Session,
    principal: Principal,
    form: FormData,
    note_id: str,
    version: str | None,
    now: datetime,
) -> Record:
    """Keep what the form holds, if it differs from what is kept already."""
    note, record = store.note_of(session, principal, note_id)
    edits = edits_of(form, _content(note))
    if looked := [str(each) for each in form.getlist("looked")]:
        looks = looking.Looks(looked=looked)
        looking.keep_looks(session, principal, note_id, looks, now=now)
    if edits == Edits():
        return record
    return service.edit_note(session, principal, note_id, edits, if_match=version, now=now)[1]


def _content(note: Note) -> Content:
    if note.status != store.DRAFT:
        raise Conflict(f"Only a draft can be changed; this note is '{note.status}'.")
    return from_json(note.content)
