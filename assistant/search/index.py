"""What search has besides words: the embedding model, and the vectors it owns."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.db import Sessions
from assistant.llm import BudgetSpent, EndpointEmbedder, ModelError, Wire, embedding_endpoint
from assistant.settings import Settings
from retrieval.embedding import Embedder, MiniLM, ModelMissing
from retrieval.held import HeldScopes
from retrieval.index import (
    count_by_model,
    count_vectors,
    dimension_of,
    forget_vectors,
    missing_vectors,
    store_vectors,
    vector_batches,
    vector_digests,
)
from retrieval.tables import search_marks
from retrieval.vectors import (
    ChromaFolder,
    ChromaVectors,
    IndexInUse,
    NearestVectors,
    remove_folder,
)

LOG = logging.getLogger(__name__)

REBUILD = "rebuild vectors"
_BATCH = 32  # texts embedded at a time
_STEP_S = 1.0  # how long a background step embeds before others get their turn
_RETRY_S = 60.0  # before a model that was not there is looked for again
_REST_S, _SPENT_S = 30.0, 600.0  # before one that failed, or whose budget is spent, is asked again


class SearchIndex:
    """The embedding model and the vectors of a running service, each opened when needed.

    Vectors are kept in the database by digest and model. Chroma holds a copy for wide searches,
    in a folder that one process owns, or on a server; without it every passage is compared.
    """

    def __init__(
        self,
        sessions: Sessions,
        settings: Settings,
        *,
        embedder: Embedder | None = None,
        wire: Wire | None = None,
    ) -> None:
        self._sessions = sessions
        self._settings = settings
        self._embedder = embedder or _elsewhere(settings, wire)
        self._resting_until = 0.0
        self._remade = False  # whether another model answers to the name of the one before
        self._looked_at: float | None = None
        self._store: ChromaFolder | ChromaVectors | None = None
        self.held = HeldScopes()
        self._lock = threading.RLock()

    @property
    def vectors(self) -> NearestVectors | None:
        """The vectors of wide searches, once background work has opened them."""
        return self._store

    def embedder(self) -> Embedder | None:
        """The embedding model, loaded at first use; None where it is not to be had.

        One elsewhere is asked with little patience, and not at all for a while once it failed.
        """
        with self._lock:
            now = time.monotonic()
            if now < self._resting_until:
                return None
            if self._embedder is None and (
                self._looked_at is None or now - self._looked_at > _RETRY_S
            ):
                self._looked_at = now
                self._embedder = self._load()
            if isinstance(self._embedder, EndpointEmbedder):
                return self._embedder.impatient()
            return self._embedder

    def fits(self, session: Session, embedder: Embedder, text: str) -> bool:
        """Can the vector of this text be compared with those that are kept?

        Another model may answer to the same name; then all are made anew. Raises a ModelError.
        """
        if not isinstance(embedder, EndpointEmbedder):
            return True
        stored = dimension_of(session.connection(), embedder.model)
        if stored in {None, embedder.embed([text]).shape[1]}:
            return True
        self._remade = True
        return False

    def rest(self, error: Exception) -> None:
        """Leave the embedder alone for a while: it failed, and words are found without it."""
        spent = isinstance(error, BudgetSpent)
        LOG.warning("embedding failed", extra={"error": type(error).__name__})
        with self._lock:
            self._resting_until = time.monotonic() + (_SPENT_S if spent else _REST_S)

    def step(self, _now: datetime) -> int:
        """Standing work: what was erased leaves the vectors, then what is new enters them.

        Returns 0: words are found at once, so nobody waits for the vectors.
        """
        with self._sessions.reading() as session:
            marked = session.scalar(select(search_marks.c.name)) is not None
        if self._remade:
            self._begin_anew()
        elif marked:
            self.rebuild()
        if self.embedder() is not None:
            self._reconcile()
            self.fill(seconds=_STEP_S)
            self._drop_other_models()
        return 0

    def fill(self, *, seconds: float = float("inf")) -> int:
        """Embed passages that have no vector yet, for about this long; how many."""
        if self.embedder() is None or (embedder := self._embedder) is None:
            return 0
        done, until = 0, time.monotonic() + seconds
        while done == 0 or time.monotonic() < until:
            with self._sessions.reading() as session:
                waiting = missing_vectors(session.connection(), embedder.model, limit=_BATCH)
            if not waiting:
                break
            digests = [digest for digest, _ in waiting]
            try:
                vectors = embedder.embed([text for _, text in waiting])
            except ModelError as error:
                self.rest(error)
                break
            with self._sessions.begin() as session:
                if not self.fits(session, embedder, waiting[0][1]):
                    break
                pairs = zip(digests, vectors, strict=True)
                store_vectors(session.connection(), embedder.model, pairs)
            if self._store is not None:
                self._store.add(digests, vectors)
            done += len(waiting)
        return done

    def _begin_anew(self) -> None:
        self._remade = False
        with self._sessions.begin() as session:
            forget_vectors(session.connection(), model=self._model)
        self.rebuild()

    def _drop_other_models(self) -> None:
        """Once all is embedded anew, the vectors of the embedder before are of no use."""
        with self._sessions.reading() as session:
            connection = session.connection()
            if count_by_model(connection).keys() <= {self._model}:
                return
            if missing_vectors(connection, self._model, limit=1):
                return
        with self._sessions.begin() as session:
            forget_vectors(session.connection(), model=self._model, others=True)

    def ask_for_rebuild(self, session: Session) -> None:
        """Let the vectors be made anew after this transaction, by whichever process owns them."""
        if session.scalar(select(search_marks.c.name)) is not None:
            return
        try:
            with session.begin_nested():
                session.execute(insert(search_marks).values(name=REBUILD))
        except IntegrityError:
            return  # somebody else asked for the same meanwhile

    def rebuild(self) -> bool:
        """Make Chroma's copy anew from the database, so that nothing erased stays in its files.

        False when another process owns the files: it will do this itself.
        """
        self.held.forget()
        with self._lock:
            try:
                self._drop_idle_folders()
            except IndexInUse:
                return False
            # The mark goes before the vectors are read: an erasure meanwhile sets it again.
            with self._sessions.begin() as session:
                session.execute(delete(search_marks))
            if self._store is not None:
                with self._sessions.reading() as session:
                    batches = vector_batches(session.connection(), self._model)
                    self._store.replace_all(batches)
            return True

    def close(self) -> None:
        """Let go of the vectors."""
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None

    @property
    def _model(self) -> str:
        return self._embedder.model if self._embedder else self._settings.embedding_model

    @property
    def _home(self) -> Path:
        return self._settings.home / "vectors"

    def _load(self) -> Embedder | None:
        name = self._settings.embedding_model
        if not name:
            return None
        named = self._settings.models_dir
        for folder in (named, self._settings.home / "models"):
            if folder is None or not (folder / name).is_dir():
                continue
            try:
                return MiniLM(folder / name)
            except ModelMissing as error:
                LOG.warning("embedding model unusable", extra={"reason": str(error)})
        return None

    def _reconcile(self) -> None:
        """Open the store where it is ours to open, and bring it in line with the database."""
        store = self._open()
        if store is None:
            return
        with self._sessions.reading() as session:
            if store.count() == count_vectors(session.connection(), self._model):
                return
            wanted = vector_digests(session.connection(), self._model)
            held = store.digests()
            for digests, vectors in vector_batches(
                session.connection(), self._model, wanted - held
            ):
                store.add(digests, vectors)
        store.remove(sorted(held - wanted))

    def _open(self) -> ChromaFolder | ChromaVectors | None:
        with self._lock:
            if self._store is None:
                try:
                    self._store = self._open_store()
                except IndexInUse:
                    return None  # its owner serves the wide searches
                except Exception:
                    # A copy that cannot be read must not stop the search it speeds up.
                    LOG.exception("vectors cannot be opened")
                    return None
            return self._store

    def _open_store(self) -> ChromaFolder | ChromaVectors:
        if self._settings.chroma_url:
            server = urlsplit(self._settings.chroma_url)
            elsewhere = isinstance(self._embedder, EndpointEmbedder)
            return ChromaVectors.on_server(
                server.hostname or "127.0.0.1", server.port or 8000,
                self._model if elsewhere else "",
            )  # fmt: skip
        return ChromaFolder(self._home / self._model)

    def _drop_idle_folders(self) -> None:
        """Remove vectors of other models, and our own where nobody has them open."""
        if not self._home.is_dir():
            return
        for folder in sorted(self._home.iterdir()):
            if self._store is None or folder.name != self._model:
                remove_folder(folder)


def _elsewhere(settings: Settings, wire: Wire | None) -> EndpointEmbedder | None:
    """The embedder of an endpoint, where the settings name one."""
    endpoint = embedding_endpoint(settings)
    if endpoint is None:
        return None
    if wire is None:
        return EndpointEmbedder(endpoint)
    return EndpointEmbedder(endpoint, wire.gate(endpoint, embedding=True))
