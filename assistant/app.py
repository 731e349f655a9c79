"""The service, wired once: settings and parts in, a FastAPI application out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from fastapi import FastAPI

from assistant.actions import routes as actions_routes
from assistant.actions import wiring as actions_wiring
from assistant.calls import routes as calls_routes
from assistant.calls import wiring as calls_wiring
from assistant.calls.speech import Speech
from assistant.chat import mcp, openai_api
from assistant.chat import routes as chat_routes
from assistant.chat import wiring as chat_wiring
from assistant.chat.service import Desk
from assistant.crm import field_routes as crm_field_routes
from assistant.crm import import_routes as crm_import_routes
from assistant.crm import read_routes as crm_read_routes
from assistant.crm import wiring as crm_wiring
from assistant.crm.entry import issue_routes as crm_issue_routes
from assistant.crm.entry import routes as crm_entry_routes
from assistant.crm.merging import routes as merging_routes
from assistant.crm.shocks import routes as shock_routes
from assistant.db import Sessions, make_engine, prepare
from assistant.demo import practice_routes
from assistant.demo.hearing.samples import rehearsed
from assistant.governance import audit
from assistant.governance import routes as governance_routes
from assistant.governance.erasers import records_store
from assistant.governance.http import forget_keys
from assistant.governance.stores import StoreRegister
from assistant.governance.web import Skin, add_error_handlers
from assistant.jobs import Jobs
from assistant.learning import routes as learning_routes
from assistant.learning import wiring as learning_wiring
from assistant.llm import Wire
from assistant.notes import guard_routes
from assistant.notes import routes as notes_routes
from assistant.notes import wiring as notes_wiring
from assistant.ops import cost_routes, leak_routes, readiness_routes
from assistant.ops import routes as ops_routes
from assistant.pages.routes import add_pages
from assistant.search import routes as search_routes
from assistant.search import wiring as search_wiring
from assistant.search.index import SearchIndex
from assistant.settings import Settings

LOG = logging.getLogger(__name__)
ROUTERS = (
    governance_routes.router,
    crm_read_routes.router,
    crm_import_routes.router,
    merging_routes.router,
    crm_entry_routes.router,
    crm_issue_routes.router,
    crm_field_routes.router,
    shock_routes.router,
    calls_routes.router,
    notes_routes.router,
    guard_routes.router,
    practice_routes.router,
    learning_routes.router,
    actions_routes.router,
    search_routes.router,
    chat_routes.router,
    openai_api.router,
    mcp.router,
    ops_routes.router,
    cost_routes.router,
    leak_routes.router,
    readiness_routes.router,
)


@dataclass(slots=True)
class Parts:
    """What a running service is made of; the CLI and the demo use the same without HTTP."""

    settings: Settings
    sessions: Sessions
    jobs: Jobs
    stores: StoreRegister
    search: SearchIndex
    speech: Speech
    chat: Desk
    wire: Wire

    def close(self) -> None:
        """Stop background work and let go of the database."""
        self.speech.close()
        self.jobs.stop()
        self.search.close()
        self.sessions.engine.dispose()


def create_parts(settings: Settings) -> Parts:
    """Open and migrate the database and wire the background work, without starting it."""
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.records_url)
    prepare(engine)
    sessions = Sessions(engine)
    jobs = Jobs(
        sessions,
        database_url=settings.jobs_url,
        executor_id=settings.executor_id,
        sweep_s=settings.job_sweep_s,
        poll_s=settings.consumer_poll_s,
    )
    stores = StoreRegister()
    # Readers of changes run in the order in which they are wired: index, drafts, scores, actions.
    wire = Wire(sessions, settings)
    search = search_wiring.wire(sessions, jobs, stores, settings, wire_ledger=wire)
    speech = calls_wiring.wire(
        sessions, jobs, stores, settings, wire_ledger=wire, rehearsed=rehearsed()
    )
    notes_wiring.wire(sessions, jobs, stores, settings, wire_ledger=wire)
    chat = chat_wiring.wire(sessions, stores, settings, search, wire_ledger=wire)
    parts = Parts(settings, sessions, jobs, stores, search, speech, chat, wire)
    crm_wiring.wire(sessions, jobs, parts.stores, settings)
    learning_wiring.wire(sessions, jobs, parts.stores, settings)
    actions_wiring.wire(sessions, jobs, parts.stores, settings)
    jobs.add_reader("audit seal", partial(_seal, parts))
    key_ttl = timedelta(seconds=settings.idempotency_key_ttl_s)
    jobs.add_upkeep("idempotency keys", partial(forget_keys, key_ttl), every=key_ttl / 24)
    # The tables forget last: their rows say where the other stores keep what goes with them.
    stores.add(records_store())
    return parts


def _seal(parts: Parts, now: datetime) -> int:
    with parts.sessions.reading() as session:
        if not audit.unsealed(session):
            return 0
    with parts.sessions.begin() as session:
        return audit.seal(session, now=now)


def create_app(
    settings: Settings, *, parts: Parts | None = None, background: bool = True
) -> FastAPI:
    """The HTTP application.

    `background=False` leaves jobs and readers to the caller: `parts.jobs.run_pending()`.
    """
    parts = parts or create_parts(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        if background:
            # In a thread: DBOS refuses its plain calls where an event loop runs.
            await asyncio.to_thread(parts.jobs.start)
        yield
        if background:
            await asyncio.to_thread(parts.close)

    app = FastAPI(
        title="Rapport", version="0.1.0", lifespan=lifespan, docs_url=None, redoc_url=None
    )
    app.state.parts = parts
    app.state.settings = settings
    app.state.sessions = parts.sessions
    add_error_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    add_pages(app)
    app.add_middleware(
        Skin,
        max_body_bytes=settings.max_body_bytes,
        upload_paths={
            "/api/v1/calls": settings.max_upload_bytes,
            "/calls": settings.max_upload_bytes,
            "/api/v1/imports": settings.max_upload_bytes,
        },
        public_url=settings.public_url,
    )
    return app
