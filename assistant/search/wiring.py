"""How search takes part in a running service."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy.orm import Session

from assistant.db import Sessions
from assistant.governance.stores import Store, StoreRegister
from assistant.jobs import Jobs
from assistant.llm import Wire
from assistant.search import feeder, reconciling
from assistant.search.index import SearchIndex
from assistant.search.reconciling import Reconciler
from assistant.settings import Settings
from retrieval.embedding import Embedder
from retrieval.index import forget_records
from retrieval.tables import forget_deleted_words

VECTORS = "search vectors"


def wire(
    sessions: Sessions,
    jobs: Jobs,
    stores: StoreRegister,
    settings: Settings,
    *,
    embedder: Embedder | None = None,
    wire_ledger: Wire | None = None,
) -> SearchIndex:
    """Follow the changes, words before vectors, and name who forgets; returns the index."""
    index = SearchIndex(sessions, settings, embedder=embedder, wire=wire_ledger)
    jobs.add_reader(feeder.READER, partial(feeder.step, sessions))
    jobs.add_reader(VECTORS, index.step, late=True)
    jobs.add_reader(reconciling.NAME, Reconciler(sessions, settings.timezone).step, late=True)
    stores.add(Store("search", "passages, their words, names and vectors", partial(_erase, index)))
    return index


def _erase(index: SearchIndex, session: Session, record_ids: Sequence[str]) -> int:
    """Passages, words and vectors go now; Chroma's files with the next background step.

    Whoever needs them gone at a certain moment calls `index.rebuild()` after the commit.
    """
    connection = session.connection()
    removed = forget_records(connection, record_ids)
    forget_deleted_words(connection)
    index.ask_for_rebuild(session)
    return removed
