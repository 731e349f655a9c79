"""Conversations that were written down, as one text each, and what they hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.chat.answers import Citation, Draft
from assistant.chat.texts.orders import is_order
from assistant.chat.texts.plain import plain
from assistant.db.tables import Call, Interaction, Record, TranscriptVersion
from assistant.governance.access import Principal, visible
from retrieval.clauses import sentence_spans
from retrieval.passages import turns_text
from retrieval.stems import STOPWORDS, plain_words, stem
from transcription.formats import of_document

if TYPE_CHECKING:
    from transcription.formats.json_fields import JsonValue

_MOST_TALKS = 600
_LEAST_TURNS = 3
_QUOTES = 4
_CHANNELS = {
    "call": re.compile(r"\b(?:calls?|recordings?|recorded|transcripts?|phone)\b", re.IGNORECASE),
    "chat": re.compile(r"\bchats?\b", re.IGNORECASE),
    "email": re.compile(r"\be-?mails?\b", re.IGNORECASE),
    "meeting": re.compile(r"\b(?:meetings?|visits?)\b", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as one text, with how it is cited."""

    cited: Citation
    subject: str
    text: str
    channel: str


def where_said(question: str) -> str | None:
    """The one channel that a question speaks of, if it does."""
    return next((name for name, words in _CHANNELS.items() if words.search(question)), None)


def talks_of(session: Session, principal: Principal, channel: str | None) -> list[Talk]:
    """Conversations that were written down turn by turn, the newest first."""
    query = (
        select(Interaction.id, Interaction.subject, Interaction.body, Interaction.channel,
               Record.version, Record.account_id)
        .join(Record, Record.id == Interaction.id)
        .where(Interaction.body.is_not(None), visible(principal, Interaction.id))
        .order_by(Interaction.occurred_at.desc(), Interaction.id)
        .limit(_MOST_TALKS)
    )  # fmt: skip
    if channel is not None:
        query = query.where(Interaction.channel == channel)
    found = [
        Talk(Citation("interaction", row.id, row.version, row.subject or "", field="body",
                       account_id=row.account_id, title=row.subject or ""),
              row.subject or "", row.body, row.channel)
        for row in session.execute(query)
    ]  # fmt: skip
    if channel in {None, "call"}:
        found = [one for one in found if one.channel != "call" or _is_dialogue(one.text)]
        found += _recorded(session, principal)
    return found


# Each turn in a line of its own, or all of them in one.
_TURN = re.compile(r"(?:^|\n|(?<=[.!?…] ))[A-ZÀ-Þ][^:\n.!?]{0,60}: ")


def _is_dialogue(text: str) -> bool:
    return len(_TURN.findall(text)) >= _LEAST_TURNS


def _recorded(session: Session, principal: Principal) -> list[Talk]:
    query = (
        select(Call.id, Call.title, TranscriptVersion.document, Record.version, Record.account_id)
        .join(Record, Record.id == Call.id)
        .join(TranscriptVersion, TranscriptVersion.call_id == Call.id)
        .where(visible(principal, Call.id))
        .order_by(Call.started_at.desc(), Call.id, TranscriptVersion.version.desc())
        .limit(_MOST_TALKS // 2)
    )
    found: dict[str, Talk] = {}
    for row in session.execute(query):
        turns = of_document(cast("JsonValue", row.document)).turns
        text = turns_text([(turn.speaker, turn.text) for turn in turns])
        cited = Citation("call", row.id, row.version, row.title or "", field="transcript",
                         account_id=row.account_id, title=row.title or "")  # fmt: skip
        found.setdefault(row.id, Talk(cited, row.title or "", text, "call"))
    return list(found.values())


def holds(text: str, words: str) -> bool:
    """Whether all the words stand in the text, close together where there are several."""
    wanted = [stem(word) for word in plain_words(words) if word not in STOPWORDS]
    if not wanted:
        return True
    for sentence in re.split(r"[\n.!?]", text):
        if set(wanted) <= {stem(word) for word in plain_words(sentence)}:
            return True
    return False


def quotes(found: Sequence[Talk], theme: str) -> list[Draft]:
    """A sentence of each of the first conversations that holds the words."""
    drafts: list[Draft] = []
    for talk in found:
        if talk.cited.kind != "interaction":
            continue
        for start, end in sentence_spans(talk.text):
            sentence = talk.text[start:end]
            if holds(sentence, theme) and not is_order(sentence):
                place = Citation(
                    talk.cited.kind, talk.cited.id, talk.cited.version, sentence, field="body",
                    start=start, end=end, account_id=talk.cited.account_id, title=talk.cited.title,
                )  # fmt: skip
                drafts.append(Draft(f"“{plain(sentence)}”", (place,), computed=True))
                break
        if len(drafts) == _QUOTES:
            break
    return drafts
