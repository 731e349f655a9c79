"""What a child process may use, set by itself at its start, and what it gives back."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any


def limit_address_space(mebibytes: int) -> None:
    """Only where the platform has such limits (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    limit = mebibytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def give_back_memory() -> None:
    """Pages between blocks in use go back to the system, where the allocator can do so (glibc).

    Otherwise the holes that each piece of a long call leaves make it take half as much memory
    again. Having large blocks mapped apart from the heap (MALLOC_MMAP_THRESHOLD_) does the same at
    the price of a fifth of the engine's speed: its own blocks are as large, and each is used once.
    """
    trim = _malloc_trim()
    if trim is not None:
        trim(0)


@cache
def _malloc_trim() -> Any:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
