"""How chat takes part in a running service."""

from __future__ import annotations

from assistant.chat.service import Desk
from assistant.chat.talks import forget, forget_feedback
from assistant.db import Sessions
from assistant.governance.stores import Store, StoreRegister
from assistant.llm import Wire, endpoint_of
from assistant.search.index import SearchIndex
from assistant.settings import Settings


def wire(
    sessions: Sessions,
    stores: StoreRegister,
    settings: Settings,
    index: SearchIndex,
    *,
    wire_ledger: Wire | None = None,
) -> Desk:
    """What answers questions; names who forgets what was said."""
    stores.add(Store("feedback", "what people say of answers that cite them", forget_feedback))
    stores.add(Store("conversations", "questions, answers and what they cite", forget))
    return Desk(
        sessions,
        index,
        endpoint=endpoint_of(settings),
        timezone=settings.timezone,
        fiscal_year_start_month=settings.fiscal_year_start_month,
        region=settings.default_region or "US",
        wire=wire_ledger,
    )
