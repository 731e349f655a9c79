"""What one person may search in, kept in memory with its vectors, for as long as nothing changed.

Whether a passage may be seen is asked of the database anew before it is returned: what is kept
here only saves looking through everything each time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, select

from retrieval.fusion import Scored
from retrieval.index import Vector
from retrieval.tables import one_of, passage_vectors, passages

_SCOPES = 64  # people and kinds of records they searched last
_FETCHED = 5000  # vectors read at a time


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose scope it is, and the state of the records that it was worked out from.

    Two equal ones must let through the same passages.
    """

    who: Hashable
    state: Hashable


@dataclass(frozen=True, slots=True)
class _Scope:
    state: Hashable
    model: str
    passage_ids: NDArray[np.int64]
    rows: NDArray[np.int64]  # of each passage's vector in the matrix


class HeldScopes:
    """Scopes of at most so many passages, and the vectors of all that are in any of them.

    A vector of 384 numbers takes 1.5 KB, however many may see it.
    """

    def __init__(self, *, most_passages: int = 20_000, most_vectors: int = 200_000) -> None:
        self._most_passages = most_passages
        self._most_vectors = most_vectors
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Keep nothing; what was erased leaves memory."""
        with self._lock:
            self._scopes: OrderedDict[Hashable, _Scope | Hashable] = OrderedDict()
            self._places: dict[tuple[str, str], int] = {}
            self._matrix = np.empty((0, 0), np.float32)

    def nearest(
        self,
        connection: Connection,
        reach: Reach,
        model: str,
        vector: Vector,
        where: ColumnElement[bool],
        limit: int,
    ) -> Scored | None:
        """The nearest passages that `where` lets through; None for a scope too wide to hold.

        where: the same for equal `reach`; what it lets through now is returned, at most `limit`.
        """
        with self._lock:
            scope = self._scope(connection, reach, model, where)
            matrix = self._matrix  # replaced, never written to
        if scope is None:
            return None
        if not len(scope.rows):
            return {}
        likeness = matrix[scope.rows] @ vector
        # A few more than wanted: some may be gone, or hidden, since.
        few = min(limit + limit // 4 + 8, len(likeness))
        top = np.argpartition(-likeness, few - 1)[:few]
        found = {int(scope.passage_ids[i]): float(likeness[i]) for i in top}
        seen = connection.scalars(select(passages.c.id).where(passages.c.id.in_(found), where))
        ranked = sorted((-found[passage_id], passage_id) for passage_id in seen)
        return {passage_id: -unlike for unlike, passage_id in ranked[:limit]}

    def _scope(
        self, connection: Connection, reach: Reach, model: str, where: ColumnElement[bool]
    ) -> _Scope | None:
        known = self._scopes.get(reach.who)
        if isinstance(known, _Scope) and (known.state, known.model) == (reach.state, model):
            self._scopes.move_to_end(reach.who)
            return known
        if known is not None and known == reach.state:
            return None  # too wide, as it was
        rows = connection.execute(
            select(passages.c.id, passages.c.digest).where(where).limit(self._most_passages + 1)
        ).all()
        if len(rows) > self._most_passages:
            self._keep(reach.who, reach.state)
            return None
        self._fetch(connection, model, sorted({row.digest for row in rows}))
        placed = [(row.id, self._places[model, row.digest]) for row in rows
                  if (model, row.digest) in self._places]  # fmt: skip
        table = np.array(placed, np.int64).reshape(-1, 2)
        scope = _Scope(reach.state, model, table[:, 0], table[:, 1])
        if len(placed) == len(rows):  # else some vectors are yet to come
            self._keep(reach.who, scope)
        return scope

    def _keep(self, who: Hashable, scope: _Scope | Hashable) -> None:
        self._scopes[who] = scope
        self._scopes.move_to_end(who)
        while len(self._scopes) > _SCOPES:
            self._scopes.popitem(last=False)

    def _fetch(self, connection: Connection, model: str, digests: Sequence[str]) -> None:
        """Read the vectors that are not held yet; passages whose vectors are to come wait."""
        wanted = [digest for digest in digests if (model, digest) not in self._places]
        if len(self._places) + len(wanted) > self._most_vectors:
            self._scopes.clear()
            self._places.clear()
            self._matrix = np.empty((0, 0), np.float32)
            wanted = list(digests)
        parts = []
        for first in range(0, len(wanted), _FETCHED):
            rows = connection.execute(
                select(passage_vectors.c.digest, passage_vectors.c.vector).where(
                    passage_vectors.c.model == model,
                    one_of(connection, passage_vectors.c.digest, wanted[first : first + _FETCHED]),
                )
            ).all()
            if rows:
                matrix = np.frombuffer(b"".join(row.vector for row in rows), "<f4")
                parts.append(matrix.reshape(len(rows), -1))
                for row in rows:
                    self._places[model, row.digest] = len(self._places)
        if parts:
            held = [self._matrix] if self._matrix.size else []
            self._matrix = np.concatenate([*held, *parts])
