"""What a child process may use, set by itself at its start, and what it gives back."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any


def bind_child(*, address_space_mib: int = 0, cpu_s: int = 0) -> None:
    """What a process that opens untrusted files is held to by the system; 0 for no limit.

    It writes no file and leaves no image of its memory behind, which would hold what was said.
    Only where the platform has such limits (not on Windows).
    """
    try:
        import resource
    except ImportError:
        return
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: 0}
    if address_space_mib:
        limits[resource.RLIMIT_AS] = address_space_mib * 1024 * 1024
    if cpu_s:
        limits[resource.RLIMIT_CPU] = cpu_s
    for limit, most in limits.items():
        _, hardest = resource.getrlimit(limit)
        held = most if hardest == resource.RLIM_INFINITY else min(most, hardest)
        resource.setrlimit(limit, (held, held))


def give_back_memory() -> None:
    """Pages between blocks in use go back to the system, where the allocator can do so (glibc).

    Otherwise the holes that each piece of a long call leaves make it take more memory.
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
