"""How imports forget: rows that were refused, and files whose import has come to its end."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

from assistant.crm import import_store as store
from assistant.governance.stores import Store

# An upload that belongs to no import for so long was given up, or its process died.
GIVEN_UP_AFTER_S = 24 * 3600


def imports_store(home: Path) -> Store:
    """The eraser: refused rows stand for no record, so they go by what they say of a person."""
    return Store(
        "imports", "rows that were refused, uploaded files of ended imports", partial(_erase, home)
    )


def _erase(home: Path, session: Session, record_ids: Sequence[str]) -> int:
    """Rows in this transaction, files once it stands; what a crash leaves goes with the upkeep."""
    removed = store.forget_refused(session, store.texts_of(session, record_ids))
    files = [path for path in store.ended_uploads(session) if (home / path).is_file()]
    if files:
        event.listen(session, "after_commit", lambda _: _remove(home, files), once=True)
    return removed + len(files)


def keep_up(home: Path, kept: timedelta, session: Session, now: datetime) -> int:
    """Drop refused rows of imports that ended longer ago than `kept`, and files left over."""
    removed = store.forget_refused_before(session, now - kept)
    uploads = home / store.UPLOADS
    if not uploads.is_dir():
        return removed
    wanted = set(store.unfinished_paths(session))
    aged = [
        file.relative_to(home).as_posix()
        for file in uploads.iterdir()
        if time.time() - file.stat().st_mtime > GIVEN_UP_AFTER_S
    ]
    return removed + _remove(home, [path for path in aged if path not in wanted])


def _remove(home: Path, paths: Iterable[str]) -> int:
    removed = 0
    for path in paths:
        removed += (home / path).is_file()
        (home / path).unlink(missing_ok=True)
    return removed
