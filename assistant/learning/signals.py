"""What engagement and titles mean: many systems' words, few kinds."""

from __future__ import annotations

import re

# The first kind whose word begins a word of the event's type wins: "email_link_click" is a click,
# "form_open" a form. Bounces and unsubscribes are no sign of interest and have no kind here.
_KIND_BY_WORD = (
    (("bounce", "unsub", "spam", "complain", "delivered", "sent"), None),
    (("repl", "respon", "answer"), "reply"),
    (("meeting", "demo", "appointment"), "meeting"),
    (("form", "submi", "signup", "register", "registration", "trial", "request"), "form"),
    (("download", "webinar", "attend", "event", "content"), "form"),
    (("click",), "click"),
    (("pricing", "price", "quote", "quotation", "cart", "checkout"), "pricing"),
    (("visit", "view", "page", "web", "session"), "visit"),
    (("open", "read"), "open"),
)
_MEETING_CHANNELS = frozenset({"meeting", "visit", "call", "event", "offline event"})

# Looked for in this order: a vice president is no president, a head of sales no sales person.
_SENIORITY = (
    ("junior", "intern|trainee|student|assistant|junior|clerk|apprentice"),
    ("director", r"vice|[se]?vp|director|head|direktor\w*|leiter\w*"),
    ("executive", r"chief|c[efimot]o|(?:co-?)?founder|owner|president|partner|managing|gesch\w+"),
    ("manager", r"manager\w*|lead|supervisor|coordinator|teamlead\w*"),
)


def engagement_kind(event_type: str, about: str = "") -> str | None:
    """The kind of sign an event is: open, click, visit, pricing, form, reply or meeting.

    about: the page or subject of the event; a visit to a page about prices is of kind pricing.
    """
    kind = _kind_of(event_type)
    return "pricing" if kind == "visit" and _kind_of(about) == "pricing" else kind


def _kind_of(text: str) -> str | None:
    words = re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", text).lower())
    for beginnings, kind in _KIND_BY_WORD:
        if any(word.startswith(beginnings) for word in words):
            return kind
    return None


def interaction_kind(channel: str, direction: str | None) -> str | None:
    """The kind of sign an interaction is: `meeting`, `reply` from them, `outreach` from us."""
    channel = channel.lower().replace("_", " ")
    if channel in _MEETING_CHANNELS:
        return "meeting"
    if channel in ("email", "e-mail", "chat", "message"):
        return {"in": "reply", "out": "outreach"}.get(direction or "")
    return None


def seniority(title: str | None) -> str | None:
    """How senior a job title is; None when there is no title."""
    if not title or not title.strip():
        return None
    for level, words in _SENIORITY:
        if re.search(rf"\b(?:{words})\b", title.lower()):
            return level
    return "specialist"
