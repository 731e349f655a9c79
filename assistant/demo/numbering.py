"""External ids: every kind has its own prefix, so that an id alone says what it is."""

from __future__ import annotations

# Prefix, first number, how many one block may hold.
_SERIES: dict[str, tuple[str, int, int]] = {
    "account": ("A-", 1001, 60),
    "contact": ("C-", 2001, 150),
    "lead": ("L-", 3001, 90),
    "deal": ("D-", 4001, 80),
    "quote": ("Q-", 5001, 120),
    "task": ("T-", 6001, 250),
    "interaction": ("I-", 7001, 900),
    "order": ("SO-", 20001, 400),
    "invoice": ("INV-", 30001, 300),
    "payment": ("PAY-", 40001, 400),
    "ticket": ("", 480001, 250),
    "handover": ("H-", 90001, 600),
    "event": ("EV-", 100001, 4000),
}


class Numbering:
    """Hands out the ids of one block, kind by kind, so that blocks never share one."""

    def __init__(self, block: int) -> None:
        self._block = block
        self._used: dict[str, int] = {}

    def next(self, kind: str) -> str:
        """The next id of a kind; IndexError when the block is full."""
        prefix, first, capacity = _SERIES[kind]
        index = self._used.get(kind, 0)
        if index >= capacity:
            raise IndexError(f"block {self._block} has no number left for another {kind}")
        self._used[kind] = index + 1
        return f"{prefix}{first + self._block * capacity + index}"

    def left(self, kind: str) -> int:
        """How many ids of a kind the block still has."""
        return _SERIES[kind][2] - self._used.get(kind, 0)
