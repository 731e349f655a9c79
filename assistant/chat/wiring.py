"""How chat takes part in a running service."""

from __future__ import annotations

from assistant.chat.service import Desk
from assistant.chat.store import forget
from assistant.db import Sessions
from assistant.governance.stores import Store, StoreRegister
from assistant.llm import Endpoint
from assistant.search.index import SearchIndex
from assistant.settings import Settings


def wire(sessions: Sessions, stores: StoreRegister, settings: Settings, index: SearchIndex) -> Desk:
    """What answers questions; names who forgets what was said."""
    stores.add(Store("conversations", "questions, answers and what they cite", forget))
    return Desk(
        sessions,
        index,
        endpoint=_endpoint(settings),
        timezone=settings.timezone,
        fiscal_year_start_month=settings.fiscal_year_start_month,
        region=settings.default_region or "US",
    )


def _endpoint(settings: Settings) -> Endpoint | None:
    if not settings.llm_base_url:
        return None
    key = settings.llm_api_key
    return Endpoint(
        base_url=settings.llm_base_url,
        model=settings.llm_model,
        api_key=key if key.get_secret_value() else None,
        deadline_s=settings.llm_timeout_s,
        stall_timeout_s=min(30.0, settings.llm_timeout_s),
        max_output_tokens=settings.llm_max_output_tokens,
    )
