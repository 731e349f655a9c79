"""Finding a customer by whatever they give, for whoever has them on the line."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from assistant.crm.customers import Found, look_up
from assistant.governance.http import ReadSession
from assistant.pages import words
from assistant.pages.rendering import CurrentVisitor, show

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Match:
    """A line of the list of matches."""

    title: str
    under: str
    why: str
    href: str


@router.get("/customers")
def customers_page(
    request: Request, visitor: CurrentVisitor, session: ReadSession, lookup: str = ""
) -> Response:
    """The search field; with something given, who that is. One exact match opens at once."""
    query = lookup.strip()[:320]
    found = look_up(session, visitor.principal, query) if query else []
    if len(found) == 1 and found[0].likeness == 1:
        return RedirectResponse(_match(found[0]).href, 303)
    context = {"query": query, "found": [_match(each) for each in found]}
    return show(request, visitor, "customers.html", context)


def _match(found: Found) -> Match:
    parts = [words.kind_name(found.kind)]
    if found.account and found.kind != "account":
        parts.append(found.account)
    href = f"/accounts/{found.id}" if found.kind == "account" else f"/records/{found.id}"
    return Match(found.title, " · ".join(parts), words.spoken(found.why), href)
