"""Suggested actions as sentences of an answer."""

from __future__ import annotations

from assistant.actions.service import ShownSuggestion
from assistant.chat.answers import Citation, Draft, Proposed
from assistant.chat.typed.rows import day


def suggested(one: ShownSuggestion) -> list[Draft]:
    """What is suggested, and the first reasons for it."""
    due = f" by {day(one.due_on)}" if one.due_on else ""
    about = f" for {one.account}" if one.account else ""
    title = one.title.rstrip(".")
    cited = Citation(
        one.record_kind, one.record_id, one.record_version, one.title,
        account_id=one.account_id, title=one.account or one.title,
    )  # fmt: skip
    drafts = [Draft(f"Suggested{about}{due}: {title}.", (cited,), computed=True)]
    for sentence in one.why[:2]:
        citations = tuple(
            Citation(place.kind, place.id, place.version or 1, place.quote or sentence.text,
                     field=place.field, account_id=one.account_id, title=one.account or "")
            for place in sentence.citations
        )  # fmt: skip
        drafts.append(Draft(sentence.text, citations or (cited,), computed=True))
    return drafts


def proposed(one: ShownSuggestion) -> Proposed:
    """The suggestion as a client can decide on it."""
    return Proposed(one.id, one.title, one.play, one.account_id)
