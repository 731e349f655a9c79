"""What comes up most in conversations about something: words counted over whole conversations.

A theme is what stands in many of the conversations about the thing and in few of the others: what
everybody says in any call is nobody's objection to this one.
"""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assistant.chat.answers import Draft
from assistant.chat.question.stopwords import STOPWORDS as QUESTION_WORDS
from assistant.chat.texts.talks import Talk, holds, quotes, talks_of, where_said
from assistant.chat.typed.phrases import counted
from assistant.governance.access import Principal
from retrieval.scanners.number_words import COUNTED
from retrieval.stems import STOPWORDS, WORD, fold, plain_words, stem

_LEAST_TALKS = 3  # about the thing, before anything is said to come up "most"
_LEAST_SHARE = 0.3
_TWO_WORDS = 0.1  # two words say more than one: "minimum order", not "kilo"
_TOGETHER = 0.6
_TALKS = re.compile(
    r"\b(?:calls?|recordings?|transcripts?|conversations?|phone|chats?|meetings?|visits?|e-?mails?)\b",
    re.IGNORECASE,
)
_THEME = re.compile(
    r"\b(?:object(?:s|ions?)?|concerns?|worr(?:y|ies|ied)|bothers?|hesitat\w+|obstacles?|critici[sz]e\w*|criticisms?|complain\w*"
    r"|dislikes?|push ?back|reservations?|fears?|doubts?|hurdles?|blockers?|annoy\w*|topics?|themes?|pain points?|sticking points?|drawbacks?|turns? (?:them )?off)\b",
    re.IGNORECASE,
)
_MOST = re.compile(
    r"\b(?:most|main(?:ly)?|top|biggest|number one|frequent(?:ly)?|often|common(?:ly)?|usual(?:ly)?|why|what)\b",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(
    r"^\s*in how many (?:of (?:our|the|my) )?(?P<where>[\w -]*?(?:calls?|recordings?|transcripts?|conversations?|chats?|meetings?|e-?mails?)) (?:about|on|for|regarding|concerning) (?P<topic>.+?)"
    r" (?:does|do|did|is|was|has|have) (?:(?:the|a|any|our) )?(?:(?:customers?|clients?|prospects?|people|they|somebody|someone) (?:bring(?:s)? up|mention(?:s|ed)?|raise[sd]?|talk(?:s|ed)? about|complain(?:s|ed)? about|ask(?:s|ed)? about) )?"
    r"(?P<theme>.+?)(?: (?:come(?:s)? up|came up|mentioned|brought up|raised|discussed))?\s*\??$",
    re.IGNORECASE,
)
_NUMBER_WORDS = frozenset(
    [*COUNTED, "hundred", "thousand", "half", "first", "second", "hour", "hours", "day", "days", "week", "weeks", "month", "months", "year", "years", "minute", "minutes"]
)  # fmt: skip
# What a question of this sort says besides its topic.
_SAID = frozenset(
    stem(word) for word in ["customer", "customers", "client", "prospect", "prospects", "people", "record", "recorded", "recording", "recordings", "call", "calls", "transcript", "transcripts", "conversation", "phone", "talk", "going", "through", "raise", "raised", "mention", "mentioned", "come", "comes", "up", "most", "often", "main", "across", "across", "frequent", "frequently", "common", "bring", "bothers", "bother", "show", "demo", "when", "meeting", "meetings", "chat", "chats", "tell", "told", "hear", "heard", "about", "regarding", "us", "our", "hesitate", "with", "number", "biggest", "top", "issue", "issues", "problem", "problems", "ever"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Insight:
    """What is asked: the theme that comes up most about a topic, or how often one comes up."""

    topic: str
    theme: str
    channel: str | None


def asked_insight(question: str) -> Insight | None:
    """What a question asks of many conversations at once, if it does."""
    channel = where_said(question)
    many = _HOW_MANY.match(question.strip())
    if many is not None:
        return Insight(many["topic"], many["theme"], channel)
    if not (_THEME.search(question) and _MOST.search(question)):
        return None
    if not (
        _TALKS.search(question)
        or re.search(r"\b(?:prospects|customers|people|clients|buyers)\b", question, re.IGNORECASE)
    ):
        return None
    bare = _THEME.sub(" ", question)
    kept = [word for word in WORD.findall(bare) if fold(word) not in QUESTION_WORDS | STOPWORDS
            and stem(fold(word)) not in _SAID]  # fmt: skip
    codes = re.findall(r"\b[A-Za-z]+-?\d[\w-]*\b", bare)
    return Insight(codes[0] if codes else " ".join(kept), "", channel)


def insight(session: Session, principal: Principal, asked: Insight) -> list[Draft]:
    """The theme with the conversations that hold it; nothing where too few are about the topic."""
    talks = talks_of(session, principal, asked.channel)
    about = [one for one in talks if holds(f"{one.subject}\n{one.text}", asked.topic)]
    others = [one for one in talks if one not in about]
    where = {"call": ("call", "calls"), "chat": ("chat", "chats"), "email": ("e-mail", "e-mails"),
             "meeting": ("meeting", "meetings")}.get(asked.channel or "", ("conversation", "conversations"))  # fmt: skip
    topic = f" about {asked.topic}" if asked.topic else ""
    if asked.theme:
        found = [one for one in about if holds(one.text, asked.theme)]
        if not about:
            return []
        text = f"“{asked.theme}” comes up in {counted(len(found), *where)}{topic}."
        cited = tuple(one.cited for one in (found or about)[:20])
        return [Draft(text, cited, computed=True), *quotes(found, asked.theme)]
    if len(about) < _LEAST_TALKS:
        return []
    theme = _theme(about, others, asked.topic)
    if theme is None:
        return []
    found = [one for one in about if holds(one.text, theme)]
    text = f"“{theme}” comes up most: in {len(found)} of {counted(len(about), *where)}{topic}."
    return [
        Draft(text, tuple(one.cited for one in found[:20]), computed=True),
        *quotes(found, theme),
    ]


def _theme(about: Sequence[Talk], others: Sequence[Talk], topic: str) -> str | None:
    """The words that set the conversations about the topic apart from the others."""
    own = {stem(word) for word in plain_words(topic)}
    here = Counter(gram for talk in about for gram in _grams(talk.text, own))
    there = Counter(gram for talk in others for gram in _grams(talk.text, own))
    scored = sorted(
        ((held / len(about) - there[gram] / max(len(others), 1) + _TWO_WORDS * (len(gram) - 1), gram)
         for gram, held in here.items() if held > 1),
        key=lambda one: (-one[0], -len(one[1]), one[1]),
    )  # fmt: skip
    if not scored or scored[0][0] < _LEAST_SHARE:
        return None
    best = scored[0][1]
    if len(best) == 1:
        wider = [gram for _, gram in scored if len(gram) == 2 and best[0] in gram
                 and here[gram] >= _TOGETHER * here[best]]  # fmt: skip
        best = wider[0] if wider else best
    return _surface(best, about)


def _grams(text: str, own: set[str]) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for sentence in re.split(r"[.!?\n,;]", text):
        words = plain_words(re.sub(r"^[^:]{1,60}:", "", sentence))
        stems = [stem(word) if _tells(word) and stem(word) not in own else "" for word in words]
        for at, one in enumerate(stems):
            if one:
                found.add((one,))
                if at + 1 < len(stems) and stems[at + 1]:
                    found.add((one, stems[at + 1]))
    return found


def _tells(word: str) -> bool:
    return (
        word not in STOPWORDS and word not in QUESTION_WORDS and word not in _NUMBER_WORDS
        and len(word) > 2 and not word.isdigit() and "'" not in word
    )  # fmt: skip


def _surface(gram: tuple[str, ...], about: Sequence[Talk]) -> str:
    """The words as they are said most."""
    forms: Counter[str] = Counter()
    for talk in about:
        for sentence in re.split(r"[.!?\n,;]", talk.text):
            words = [fold(word) for word in WORD.findall(sentence)]
            for at in range(len(words)):
                run = words[at : at + len(gram)]
                if tuple(stem(word) for word in run) == gram:
                    forms[" ".join(run)] += 1
    return forms.most_common(1)[0][0] if forms else " ".join(gram)
