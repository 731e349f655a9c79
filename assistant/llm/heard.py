"""What each endpoint's last call came to, in this process, for those who ask whether it works."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from assistant.llm.endpoint import Endpoint
from assistant.llm.failures import BudgetSpent, ModelError


@dataclass(frozen=True, slots=True)
class Heard:
    """The end of a call: `failure` is its kind, empty when the answer was of use."""

    failure: str = ""
    http_status: int | None = None


_last: dict[tuple[str, str], Heard] = {}


@contextmanager
def noting(endpoint: Endpoint) -> Iterator[None]:
    """Write down how the call within ends; the newest counts, one that was not sent does not."""
    key = (endpoint.base_url, endpoint.model)
    try:
        yield
    except BudgetSpent:
        raise
    except ModelError as error:
        _last[key] = Heard(type(error).__name__, error.http_status)
        raise
    else:
        _last[key] = Heard()


def last_heard(endpoint: Endpoint) -> Heard | None:
    """How the last call ended; None before the first."""
    return _last.get((endpoint.base_url, endpoint.model))
