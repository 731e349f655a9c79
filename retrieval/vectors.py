"""Nearest vectors in a wide scope: Chroma as a cache of `passage_vectors`; chromadb's one home.

Chroma holds digests and vectors and nothing else: no text, no metadata, no key of a record. It can
be thrown away at any time and made anew from the table, which is also how something is erased from
it: its own deletion leaves vectors in its files.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection
    from chromadb.config import Settings

Vector = NDArray[np.float32]
Result = TypeVar("Result")

_COLLECTION = "passages"
_BATCH = 1000
_REMOVALS = 40
# Recall against exact search stays above .99 with these on 100,000 vectors.
_HNSW = {"space": "ip", "ef_construction": 128, "ef_search": 160, "max_neighbors": 24}


class IndexInUse(Exception):
    """Another process owns this folder of vectors; two would corrupt it."""


class NearestVectors(Protocol):
    """What search asks of an index of vectors."""

    def nearest(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        """Digests of the nearest vectors and their dot products, best first."""
        ...


class ChromaVectors:
    """A Chroma collection of vectors by digest, in a folder of this process or on a server."""

    def __init__(self, client: ClientAPI, model: str = "") -> None:
        self._client = client
        self._name = f"{_COLLECTION}-{_short(model)}" if model else _COLLECTION
        self._collection = _collection(client, self._name)

    @classmethod
    def on_server(cls, host: str, port: int, model: str = "") -> ChromaVectors:
        """The collection on a Chroma server, which any number of processes may share.

        model: whose vectors; those of other models are removed, since nothing erases from them.
        """
        import chromadb

        client = chromadb.HttpClient(host=host, port=port, settings=_settings())
        found = cls(client, model)
        for other in client.list_collections():
            if other.name.startswith(_COLLECTION) and other.name != found._name:
                client.delete_collection(other.name)
        return found

    def nearest(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        """Digests of the nearest vectors and their dot products, best first."""
        found = self._on(
            lambda held: held.query(
                query_embeddings=np.asarray([vector], np.float32),
                n_results=limit,
                include=["distances"],
            )
        )
        distances = found["distances"] or [[]]
        return [
            (digest, 1.0 - distance)
            for digest, distance in zip(found["ids"][0], distances[0], strict=True)
        ]

    def count(self) -> int:
        """How many vectors it holds."""
        return int(self._on(lambda held: held.count()))

    def digests(self) -> set[str]:
        """The digests it holds."""
        return set(self._on(lambda held: held.get(include=[]))["ids"])

    def add(self, digests: Sequence[str], vectors: Vector) -> None:
        """Add vectors; a digest that is there already stays."""
        for first in range(0, len(digests), _BATCH):
            part = slice(first, first + _BATCH)
            self._add(list(digests[part]), vectors[part])

    def remove(self, digests: Sequence[str]) -> None:
        """Find these no more; their bytes go at the next rebuild."""
        for first in range(0, len(digests), _BATCH):
            self._remove(list(digests[first : first + _BATCH]))

    def replace_all(self, batches: Iterable[tuple[Sequence[str], Vector]]) -> int:
        """Hold exactly these vectors; how many."""
        self._client.delete_collection(self._name)
        self._collection = _collection(self._client, self._name)
        for digests, vectors in batches:
            self.add(digests, vectors)
        return self.count()

    def _add(self, ids: list[str], vectors: Vector) -> None:
        self._on(lambda held: held.add(ids=ids, embeddings=vectors))

    def _remove(self, ids: list[str]) -> None:
        self._on(lambda held: held.delete(ids=ids))

    def _on(self, act: Callable[[Collection], Result]) -> Result:
        """Act on the collection, or on the one that another worker made in its place."""
        from chromadb.errors import NotFoundError

        try:
            return act(self._collection)
        except NotFoundError:
            self._collection = _collection(self._client, self._name)
            return act(self._collection)

    def close(self) -> None:
        """Let go of the client; the last one of a folder closes its files."""
        self._client.close()


class ChromaFolder:
    """The vectors of one process in a folder; the process owns it until `close`."""

    def __init__(self, folder: Path) -> None:
        """Open or create; raises IndexInUse while another process has it open."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._lock = _own(folder / "owner.lock")
        self._generation = self._current()
        self._vectors = self._open(self._generation)
        self._remove_others()

    def nearest(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        """Digests of the nearest vectors and their dot products, best first."""
        asked = self._vectors
        try:
            return asked.nearest(vector, limit)
        except Exception:
            if asked is self._vectors:
                raise
            return self._vectors.nearest(vector, limit)  # it was replaced meanwhile

    def count(self) -> int:
        """How many vectors it holds."""
        return self._vectors.count()

    def add(self, digests: Sequence[str], vectors: Vector) -> None:
        """Add vectors; a digest that is there already stays."""
        self._vectors.add(digests, vectors)

    def remove(self, digests: Sequence[str]) -> None:
        """Find these no more; their bytes go at the next rebuild."""
        self._vectors.remove(digests)

    def digests(self) -> set[str]:
        """The digests it holds."""
        return self._vectors.digests()

    def replace_all(self, batches: Iterable[tuple[Sequence[str], Vector]]) -> int:
        """Make the index anew in a fresh folder, serve from it, delete the old one's bytes.

        Returns how many vectors it holds. Searches go on with the old one meanwhile.
        """
        generation = self._generation + 1
        shutil.rmtree(self._path(generation), ignore_errors=True)
        fresh = self._open(generation)
        for digests, vectors in batches:
            fresh.add(digests, vectors)
        self._say_current(generation)
        old, self._vectors, self._generation = self._vectors, fresh, generation
        old.close()
        self._remove_others()
        return fresh.count()

    def close(self) -> None:
        """Let go of the folder."""
        self._vectors.close()
        self._lock.close()

    def _path(self, generation: int) -> Path:
        return self._folder / f"generation-{generation}"

    def _open(self, generation: int) -> ChromaVectors:
        import chromadb

        path = str(self._path(generation))
        return ChromaVectors(chromadb.PersistentClient(path=path, settings=_settings()))

    def _current(self) -> int:
        try:
            return int((self._folder / "current").read_text())
        except (FileNotFoundError, ValueError):
            return 0

    def _say_current(self, generation: int) -> None:
        fresh = self._folder / "current.new"
        fresh.write_text(str(generation))
        fresh.replace(self._folder / "current")

    def _remove_others(self) -> None:
        for path in self._folder.glob("generation-*"):
            if path != self._path(self._generation):
                _remove(path)


def _remove(folder: Path) -> None:
    """Delete it, though a thread of Chroma may still be putting files into it."""
    for _ in range(_REMOVALS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.05)


def remove_folder(folder: Path) -> None:
    """Delete a folder of vectors that nobody has open; raises IndexInUse where somebody has."""
    if folder.is_dir():
        with _own(folder / "owner.lock"):
            shutil.rmtree(folder)


def _settings() -> Settings:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False, allow_reset=False)


def _short(model: str) -> str:
    return hashlib.sha256(model.encode()).hexdigest()[:16]


def _collection(client: ClientAPI, name: str) -> Collection:
    return client.get_or_create_collection(
        name, embedding_function=None, configuration={"hnsw": _HNSW}
    )


def _own(path: Path) -> IO[str]:
    """Hold the lock until the file is closed or the process ends, however it ends."""
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        owner = file.read().strip() or "another process"
        file.close()
        raise IndexInUse(f"{path.parent} is in use by {owner}; one process may open it") from None
    file.truncate(0)
    file.write(f"process {os.getpid()}")
    file.flush()
    return file
