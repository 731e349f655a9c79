"""The register of stores: everything that keeps something about a record forgets it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from assistant.app import Parts
from assistant.db import Sessions
from assistant.db.tables import Change, Contact, Record, RecordVersion, SourceLink, SourceRow
from assistant.governance.stores import Store, StoreRegister
from tests.crm.test_door import take


def test_an_erased_record_is_gone_from_every_table_but_leaves_word_for_readers(
    parts: Parts,
) -> None:
    with parts.sessions.begin() as session:
        row = {"external_id": "1", "name": "Dana Poe", "email": "dana@acme.example"}
        take(session, "crm", "contact", row)
        record_id = session.scalar(select(Contact.id))
        assert record_id is not None
    with parts.sessions.begin() as session:
        removed = parts.stores.erase(session, [record_id])
        assert removed["records"] >= 1
    with parts.sessions.reading() as session:
        for table in (Contact, Record, RecordVersion, SourceLink, SourceRow):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        last = session.scalar(select(Change).order_by(Change.seq.desc()))
        assert last is not None
        assert (last.operation, last.record_id) == ("erased", record_id)


def test_every_store_says_what_it_holds(parts: Parts) -> None:
    stores = list(parts.stores)
    assert {"records"} <= {store.name for store in stores}
    assert all(store.holds for store in stores)


def test_a_name_is_registered_once(sessions: Sessions) -> None:
    register = StoreRegister()
    register.add(Store("x", "nothing", lambda _session, _ids: 0))
    with pytest.raises(ValueError, match="registered already"):
        register.add(Store("x", "nothing", lambda _session, _ids: 0))
