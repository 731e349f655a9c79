"""Which tests of a parallel run stay in one process: those that share what is dear to lay.

pytest-xdist's own groups rest on a part of pytest that is gone: they are passed over in silence.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

TOGETHER = (
    "tests/browser/", "tests/demo/test_load.py", "tests/calls/test_crashes.py",
    "tests/test_structure.py",
)  # fmt: skip


def group_of(nodeid: str) -> str:
    """The tests that share what is dear are one group, any other test is one by itself."""
    return next((each for each in TOGETHER if nodeid.startswith(each)), nodeid)


class TogetherScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out groups, the largest first."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
