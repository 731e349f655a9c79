"""The rep's own memo of a call: kept apart from what was said, shown beside, proof of nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from assistant.calls import store
from assistant.db.tables import CallMemo
from assistant.errors import Conflict
from assistant.governance import audit
from assistant.governance.access import Principal
from assistant.governance.http import (
    CurrentPrincipal,
    IfMatchHeader,
    Now,
    ReadSession,
    WriteSession,
    etag,
    require_version,
)
from assistant.governance.reviewing import require_reviewer

router = APIRouter()
LONGEST = 20_000


class MemoIn(BaseModel):
    """What the rep typed; an empty text takes it away."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Field(max_length=LONGEST)]


class MemoOut(BaseModel):
    """The memo, whose it is and since when; version 0 when there is none."""

    text: str
    version: int
    written_by: str
    written_at: datetime | None


@router.get("/calls/{call_id}/memo")
def read_memo(
    call_id: str, principal: CurrentPrincipal, session: ReadSession, response: Response
) -> MemoOut:
    """The memo typed during the call; it is nobody's evidence."""
    call, _ = store.call_of(session, principal, call_id)
    return _out(session.get(CallMemo, call.id), response)


@router.put("/calls/{call_id}/memo")
def write_memo(
    call_id: str,
    body: MemoIn,
    principal: CurrentPrincipal,
    session: WriteSession,
    now: Now,
    response: Response,
    if_match: IfMatchHeader = None,
) -> MemoOut:
    """Keep the memo. A first one needs no If-Match; one that is there names its version."""
    memo = keep_memo(session, principal, call_id, body.text, if_match=if_match, now=now)
    return _out(memo, response)


def keep_memo(
    session: Session,
    principal: Principal,
    call_id: str,
    text: str,
    *,
    if_match: str | None,
    now: datetime,
) -> CallMemo:
    """The memo as it now is; raises Conflict where a participant objected to the call."""
    call, _ = store.call_of(session, principal, call_id)
    require_reviewer(session, principal, call.id)
    if call.status == store.OBJECTED:
        raise Conflict("A participant objected to this call; nothing of it is kept.")
    store.locked(session, call.id)
    memo = session.get(CallMemo, call.id)
    if memo is None:
        memo = CallMemo(call_id=call.id, version=0)
        session.add(memo)
    else:
        require_version(if_match, memo.version)
    memo.text, memo.version = text, memo.version + 1
    memo.written_by, memo.written_at = principal.user_id, now
    audit.append(
        session, principal.user_id, "call.memo", now=now, kind=store.KIND, record_id=call.id,
        details={"version": memo.version, "characters": len(memo.text)},
    )  # fmt: skip
    session.flush()
    return memo


def _out(memo: CallMemo | None, response: Response) -> MemoOut:
    response.headers["ETag"] = etag(memo.version if memo else 0)
    if memo is None:
        return MemoOut(text="", version=0, written_by="", written_at=None)
    return MemoOut(
        text=memo.text, version=memo.version, written_by=memo.written_by,
        written_at=memo.written_at,
    )  # fmt: skip
