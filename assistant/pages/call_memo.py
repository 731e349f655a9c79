"""The memo beside a note: a person's own words, shown as such."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from assistant.calls import store
from assistant.db.tables import Call, CallMemo
from assistant.pages.store import user_names


@dataclass(frozen=True, slots=True)
class MemoView:
    """The memo and its version, 0 where there is none.

    typed: what could not be kept because another saved meanwhile, so that it is not lost.
    """

    text: str
    version: int
    written_by: str
    written_at: datetime | None
    may_write: bool
    typed: str


def memo_of(session: Session, call: Call, *, reviewer: bool, typed: str = "") -> MemoView:
    """The call's memo; who decides on the call may write it."""
    may_write = reviewer and call.status != store.OBJECTED
    found = session.get(CallMemo, call.id)
    if found is None:
        return MemoView("", 0, "", None, may_write, typed)
    by = user_names(session, [found.written_by]).get(found.written_by, "")
    return MemoView(found.text, found.version, by, found.written_at, may_write, typed)
