"""The ledger keeps order, and shows when it was tampered with."""

from __future__ import annotations

from sqlalchemy import delete, update

from assistant.db import Sessions
from assistant.db.tables import AuditEntry, AuditSeal
from assistant.governance import audit
from tests.conftest import NOW


def _write(sessions: Sessions, count: int) -> None:
    for number in range(count):
        with sessions.begin() as session:
            audit.append(session, "usr_1", "did", now=NOW, details={"number": number})


def test_entries_are_sealed_in_order_and_the_chain_holds(sessions: Sessions) -> None:
    _write(sessions, 5)
    with sessions.begin() as session:
        assert audit.seal(session, now=NOW, limit=3) == 3
    with sessions.begin() as session:
        assert audit.seal(session, now=NOW) == 2
        assert audit.seal(session, now=NOW) == 0
    _write(sessions, 1)
    with sessions.reading() as session:
        found = audit.verify(session)
    assert (found.sealed, found.unsealed, found.broken_at) == (5, 1, None)


def test_a_changed_entry_breaks_the_chain_at_its_place(sessions: Sessions) -> None:
    _write(sessions, 4)
    with sessions.begin() as session:
        audit.seal(session, now=NOW)
    with sessions.begin() as session:
        session.execute(
            update(AuditEntry).where(AuditEntry.seq == 3).values(details={"number": 99})
        )
    with sessions.reading() as session:
        found = audit.verify(session)
    assert found.broken_at == 3
    assert "changed" in found.reason


def test_a_removed_seal_is_noticed(sessions: Sessions) -> None:
    _write(sessions, 4)
    with sessions.begin() as session:
        audit.seal(session, now=NOW)
    with sessions.begin() as session:
        session.execute(delete(AuditSeal).where(AuditSeal.entry_seq == 2))
    with sessions.reading() as session:
        assert audit.verify(session).broken_at is not None


def test_what_is_rolled_back_leaves_no_entry(sessions: Sessions) -> None:
    try:
        with sessions.begin() as session:
            audit.append(session, "usr_1", "did", now=NOW)
            raise RuntimeError("the deed failed")
    except RuntimeError:
        pass
    with sessions.reading() as session:
        assert audit.verify(session).unsealed == 0
