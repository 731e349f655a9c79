"""What a child process may use, set by itself at its start."""

from __future__ import annotations


def limit_address_space(mebibytes: int) -> None:
    """Only where the platform has such limits (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    limit = mebibytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
