"""What a given server understands: servers that speak the protocol speak different parts of it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import Literal

from assistant.llm.endpoint import Endpoint

Format = Literal["json_schema", "json_object", "none"]

# A refusal may have been an accident: after so long the full dialect is tried again.
_REMEMBERED_S = 600.0
_FORMAT_REFUSALS = frozenset({400, 404, 415, 422, 500, 501})


@dataclass(frozen=True, slots=True)
class Dialect:
    format: Format = "json_schema"
    usage: bool = True
    temperature: bool = True

    def simpler(self, http_status: int | None, complaint: str) -> Dialect | None:
        """What to try next when the server refused this; None when nothing is left to drop."""
        if http_status in {400, 422} and self.temperature and "temperature" in complaint:
            return replace(self, temperature=False)
        if http_status in {400, 422} and self.usage and "stream_options" in complaint:
            return replace(self, usage=False)
        if http_status in _FORMAT_REFUSALS and self.format != "none":
            return replace(self, format="json_object" if self.format == "json_schema" else "none")
        return None


class Dialects:
    """The dialect each endpoint was last seen to understand."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[float, Dialect]] = {}
        self._lock = threading.Lock()

    def of(self, endpoint: Endpoint) -> Dialect:
        with self._lock:
            learned_s, dialect = self._known.get(_key(endpoint), (0.0, Dialect()))
        return dialect if time.monotonic() - learned_s < _REMEMBERED_S else Dialect()

    def learn(self, endpoint: Endpoint, dialect: Dialect) -> None:
        with self._lock:
            self._known[_key(endpoint)] = (time.monotonic(), dialect)


def _key(endpoint: Endpoint) -> tuple[str, str]:
    return endpoint.base_url, endpoint.model
