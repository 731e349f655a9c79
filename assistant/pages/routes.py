"""All pages under one router, and what the application needs to show them."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse

from assistant.pages import (
    accounts,
    assets,
    call_about,
    calls,
    chat,
    customers,
    duplicates,
    entry,
    field_audit,
    guarding,
    home,
    leaks,
    operations,
    practice,
    records,
    reviews,
    scores,
    shocks,
    sign_in,
    suggestions,
    transcripts,
)
from assistant.pages.errors import add_error_pages

router = APIRouter(include_in_schema=False)
for part in (
    sign_in,
    home,
    entry,  # before the accounts: "new" is no account's id
    accounts,
    call_about,
    calls,
    chat,
    customers,
    duplicates,
    field_audit,
    guarding,
    leaks,
    operations,
    practice,
    records,
    reviews,
    scores,
    shocks,
    suggestions,
    transcripts,
):
    router.include_router(part.router)


@router.get("/favicon.ico")
def mark() -> FileResponse:
    """The mark, for what browsers show without a page of ours around it, such as JSON."""
    return FileResponse(assets.FOLDER / "mark.svg", media_type="image/svg+xml")


def add_pages(app: FastAPI) -> None:
    """Serve the pages, their static files and their errors; call after the API's error handlers."""
    app.include_router(router)
    app.mount(assets.root(), assets.Assets(directory=assets.FOLDER), name="static")
    add_error_pages(app)
