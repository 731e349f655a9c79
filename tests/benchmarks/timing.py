"""How long a call takes, at the median and for the slowest twentieth."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from sqlalchemy.orm import Session

from assistant.db import Sessions


def milliseconds(sessions: Sessions, calls: Iterable[Callable[[Session], object]]) -> list[float]:
    """What each call took, each in a session of its own."""
    taken = []
    for call in calls:
        with sessions.reading() as session:
            started = time.perf_counter()
            call(session)
            taken.append((time.perf_counter() - started) * 1000)
    return taken


def quantile(values: Iterable[float], share: float) -> float:
    """The value below which this share of them lies."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def p50_p95(name: str, values: list[float]) -> dict[str, float]:
    """Both figures under their names."""
    return {f"{name}_p50_ms": quantile(values, 0.5), f"{name}_p95_ms": quantile(values, 0.95)}
