"""What is recorded of a named record in a column that no field of ours is meant by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.chat.answers import Citation, Draft
from assistant.chat.asking import Asking
from assistant.chat.names import Known
from assistant.chat.typed.extras import Extra, header_of, text_of
from assistant.crm.columns import unit_of
from assistant.db.tables import Record
from assistant.governance.access import hidden_fields, visible
from retrieval.evidence import Source
from retrieval.stems import STOPWORDS, plain_words
from retrieval.synonyms import concept

# How people ask for a measure: by the adjective of its noun.
_MEASURES = {
    "high": "height", "tall": "height", "heavy": "weight", "weigh": "weight", "weighs": "weight",
    "long": "length", "old": "age", "wide": "width", "deep": "depth", "thick": "thickness",
    "big": "size", "large": "size", "far": "distance", "fast": "speed", "strong": "strength",
    "hot": "temperature", "warm": "temperature",
}  # fmt: skip
_UNITS = frozenset(
    [
        "kg",
        "g",
        "m",
        "cm",
        "mm",
        "km",
        "m2",
        "sqm",
        "qm",
        "pct",
        "percent",
        "eur",
        "usd",
        "gbp",
        "chf",
        "h",
        "hrs",
        "min",
        "mins",
        "minutes",
        "hours",
        "days",
        "months",
        "years",
        "no",
        "nr",
        "number",
        "ext",
        "flag",
        "value",
        "code",
        "s",
        "t",
        "l",
        "ml",
        "w",
        "kw",
        "v",
    ]
)
_ASKS = re.compile(
    r"\b(?:what|whats|which|how|who|when|where|does|do|is|are|has|have|give|tell|need|show)\b|\?|\.\.",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(?:most|fewest|highest|lowest|average|share|each|per|every|total|list|all|customers?|accounts?|deals)\b",
    re.IGNORECASE,
)
_KINDS = ("product", "deal", "account", "contact", "lead", "ticket", "order", "quote", "invoice")


@dataclass(frozen=True, slots=True)
class _Asked:
    extra: Extra
    words: int


def kept_fields(
    session: Session, asking: Asking, text: str, named: Sequence[Known]
) -> tuple[Draft, ...]:
    """The one column asked for, of the one record named; nothing where it holds nothing."""
    if not _ASKS.search(text) or _COUNTED.search(text):
        return ()
    said = _said(text, [one.name for one in named])
    found: list[tuple[_Asked, Known]] = []
    for one in named:
        if one.kind in _KINDS and not hidden_fields(asking.principal, one.kind):
            asked = _asked(asking.vocabulary.extras(session, asking.principal, one.kind), said)
            found += [(asked, one)] if asked is not None else []
    if not found:
        return ()
    best = max(asked.words for asked, _ in found)
    drafts = [
        _told(session, asking, asked.extra, one) for asked, one in found if asked.words == best
    ]
    return tuple(draft for draft in drafts if draft is not None)[:1]


def _said(text: str, names: Sequence[str]) -> frozenset[str]:
    """The concepts of the question's words without those of the names in it."""
    own = {word for name in names for word in plain_words(name)}
    words = [word for word in plain_words(text) if word not in own]
    words += [_MEASURES[word] for word in words if word in _MEASURES]
    return frozenset(concept(word) for word in words)


def _asked(extras: Sequence[Extra], said: frozenset[str]) -> _Asked | None:
    """The column all of whose telling words are said; the one with most of them."""
    best: _Asked | None = None
    for extra in extras:
        wanted = {concept(word) for word in _telling(extra)}
        if wanted and wanted <= said and (best is None or len(wanted) > best.words):
            best = _Asked(extra, len(wanted))
    return best


def _telling(extra: Extra) -> list[str]:
    words = [
        word for word in plain_words(extra.words)
        if word not in STOPWORDS and word not in _UNITS and not word.isdigit()
    ]  # fmt: skip
    # A bare "Unit" or "Way" is said in too many questions that mean something else.
    return words if len(words) > 1 or (words and len(words[0]) > _SHORT_WORD) else []


_SHORT_WORD = 4


def _told(session: Session, asking: Asking, extra: Extra, known: Known) -> Draft | None:
    row = session.execute(
        select(text_of(Record.id, extra.name), Record.version, Record.account_id).where(
            Record.id == known.id, visible(asking.principal, Record.id)
        )
    ).first()
    if row is None or not (row[0] or "").strip():
        return None
    value = str(row[0]).strip()
    noun = extra.words
    unit = unit_of(header_of(extra.name)) or ""
    shown = f"{value} {unit}".strip() if unit and unit not in noun.split() else value
    if noun.endswith((" pct", " percent")):
        shown = f"{value} %"
        noun = noun.rsplit(" ", 1)[0]
    if noun.rpartition(" ")[2] in _UNITS and noun.rpartition(" ")[0]:
        noun, _, unit = noun.rpartition(" ")
        shown = f"{value} {unit}"
    cited = Citation(
        known.kind, known.id, row[1], f"{noun}: {shown}", field=header_of(extra.name),
        account_id=row[2], title=known.name,
    )  # fmt: skip
    text = f"The {noun} of {known.name} is {shown}."
    return Draft(
        text, (cited,), (Source(shown, field=noun, entities=(known.name,)),), computed=True
    )
