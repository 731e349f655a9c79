"""Properties are about values, not about how long a shared machine takes for the first one."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
