"""Who brought something up, and how often: conversations in which words stand, told one by one."""

# ruff: noqa: E501 (a pattern or a phrase is read whole)

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.chat.answers import Citation, Draft
from assistant.chat.texts.extract import cite
from assistant.chat.typed.phrases import counted, join
from retrieval.clauses import sentence_spans
from retrieval.passages import Passage

_BROUGHT = (
    r"(?:mention(?:s|ed|ing)?|talk(?:s|ed|ing)? about|bring up|brings up|brought up|rais(?:e|es|ed)|nam(?:e|es|ed)|"
    r"complain(?:s|ed)? about|refer(?:s|red)? to|spoke (?:of|about)|speak(?:s)? (?:of|about)|discuss(?:es|ed)?|ask(?:s|ed)? about)"
)
_WHO = r"(?:customers?|accounts?|clients?|compan(?:y|ies)|prospects?|contacts?|people)"
_WHERE = r"(?:(?:recorded |phone |sales |support |our |their |a |the |any |call )*(?:calls?|chats?|e-?mails?|meetings?|visits?|conversations?|transcripts?|recordings?|phone|notes?)(?: transcripts?)?(?: with (?:us|them))?)"
_ASKED = (
    (re.compile(rf"^\s*(?:who|(?:which|what|list|name|show(?: me)?)(?: all)?(?: (?:of )?(?:the|our|my))? {_WHO})(?: (?:that|who|which|have|has))* {_BROUGHT} (?P<topic>.+?)(?: (?:in|on|during|over) (?P<where>{_WHERE}))?\s*[?.!]*$", re.IGNORECASE), "who"),
    (re.compile(rf"^\s*(?:with|in|at|by|from) (?:which|what) {_WHO} (?:did|was|were|has|have) (?P<topic>.+?) (?:come up|mentioned|brought up|raised|discussed|named)(?: (?:in|on|during|over) (?P<where>{_WHERE}))?\s*[?.!]*$", re.IGNORECASE), "who"),
    (re.compile(rf"^\s*in (?:which|what) (?P<where>{_WHERE}) (?:did|was|were|has|have|is|are) (?P<topic>.+?) (?:come up|mentioned|brought up|raised|discussed|named)(?: as .+)?\s*[?.!]*$", re.IGNORECASE), "who"),
    (re.compile(rf"^\s*(?:in )?how many (?:of (?:our|the) )?(?P<where>{_WHERE}) (?:(?:did|do|does|was|were|has|have) )?(?:we |they |it )?{_BROUGHT} (?P<topic>.+?)\s*[?.!]*$", re.IGNORECASE), "count"),
    (re.compile(rf"^\s*in how many (?:of (?:our|the) )?(?P<where>{_WHERE}) (?:did|do|does|was|were|has|have|is|are) (?P<topic>.+?) (?:come up|comes up|mentioned|brought up|raised|discussed|named)\s*[?.!]*$", re.IGNORECASE), "count"),
)  # fmt: skip
# "(company names, recordings only)": how the answer should look.
_ASIDE = re.compile(r"\s*\([^)]*\)(?=\s*[?.!]*$)")
_CHANNELS = {
    "call": r"calls?|phone|recordings?|transcripts?", "chat": r"chats?", "email": r"e-?mails?",
    "meeting": r"meetings?", "visit": r"visits?",
}  # fmt: skip
_LONGEST_TOPIC_WORDS = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose conversations hold the words, or how many do (`counts`); of one channel if said."""

    topic: str
    channel: str | None
    counts: bool


def asked_mentions(question: str) -> Asked | None:
    """What is asked of conversations, where it is asked who brought something up in them."""
    question = _ASIDE.sub("", question)
    for pattern, form in _ASKED:
        match = pattern.match(question)
        if match is None:
            continue
        topic = re.sub(
            r"^(?:the|a|an|our|any)\s+", "", match["topic"].strip(" ,'\"“”"), flags=re.IGNORECASE
        )
        where = match["where"] or ""
        if (
            not topic
            or len(topic.split()) > _LONGEST_TOPIC_WORDS
            or (form == "who" and not _said(where, question))
        ):
            return None
        named = [
            name
            for name, words in _CHANNELS.items()
            if re.search(rf"\b(?:{words})\b", where, re.IGNORECASE)
        ]
        return Asked(topic, named[0] if len(named) == 1 else None, form == "count")
    return None


def _said(where: str, question: str) -> bool:
    """Whether it is about conversations; "which customers asked about" alone may be anything."""
    return bool(where) or re.search(_BROUGHT, question, re.IGNORECASE) is not None


def holding(
    asked: Asked,
    passages: Sequence[Passage],
    channels: Mapping[str, str],
    accounts: Mapping[str, str],
) -> list[Draft]:
    """The conversations whose text holds the words, as one computed sentence with their quotes.

    channels: by record id, where it is known.  accounts: the names that the asker may see, by id.
    """
    pattern = re.compile(rf"(?<![\w-]){re.escape(asked.topic)}(?:['’]?s)?(?![\w-])", re.IGNORECASE)
    found: dict[str, tuple[Passage, Citation]] = {}
    for passage in passages:
        channel = "call" if passage.kind == "call" else channels.get(passage.record_id)
        if passage.field == "card" or (asked.channel and channel != asked.channel):
            continue
        match = pattern.search(passage.text)
        if match is not None and passage.record_id not in found:
            span = next(
                (one for one in sentence_spans(passage.text) if one[0] <= match.start() < one[1]),
                match.span(),
            )
            found[passage.record_id] = (passage, cite(passage, *span))
    if not found:
        return []
    noun = {"call": ("call", "calls"), "chat": ("chat", "chats"), "email": ("e-mail", "e-mails"),
            "meeting": ("meeting", "meetings"), "visit": ("visit", "visits")}.get(asked.channel or "", ("conversation", "conversations"))  # fmt: skip
    citations = tuple(citation for _, citation in found.values())
    ids = {passage.account_id or "" for passage, _ in found.values()}
    whom = sorted(accounts[one] for one in ids if one in accounts)
    be = "is" if len(found) == 1 else "are"
    many = f"“{asked.topic}” is mentioned in {counted(len(found), *noun)}"
    if asked.counts:
        return [
            Draft(
                f"There {be} {counted(len(found), *noun)} that mention “{asked.topic}”.",
                citations,
                computed=True,
            )
        ]
    return [Draft(f"{many}, with {join(whom)}." if whom else f"{many}.", citations, computed=True)]
