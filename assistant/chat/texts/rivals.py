"""Which rival is named most in conversations: names that are none of ours, where one is compared.

A rival is whom a deal's field names as competitor, or a name that belongs to no record here and
stands in what is said of buying elsewhere. It is counted once a conversation.
"""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.chat.answers import Draft
from assistant.chat.names import CALENDAR
from assistant.chat.texts.talks import Talk, quotes, talks_of, where_said
from assistant.chat.typed.phrases import counted, join
from assistant.db.tables import Account, Contact, Deal, Product, User
from assistant.governance.access import Principal, visible
from retrieval.clauses import sentence_spans
from retrieval.stems import fold, plain_words

_ASKED = re.compile(
    r"\b(?:which|what|who)\b.*\b(?:competitors?|rivals?|competition|other (?:suppliers?|vendors?|sellers?|brands?|makers?|firms?))\b.*\b(?:most|often|frequent\w*|common\w*)\b",
    re.IGNORECASE | re.DOTALL,
)
_SAID = re.compile(
    r"\b(?:calls?|chats?|e-?mails?|meetings?|phone|conversations?|recordings?|transcripts?|mention\w*|name[sd]?|comes? up|came up|talk\w*|br(?:ing|ought) up)\b",
    re.IGNORECASE,
)
# Of deals it is counted by their field.
_OF_DEALS = re.compile(
    r"\b(?:deals?|lose|losing|lost|opportunit\w+|won|win rate|pipeline|quotes?)\b", re.IGNORECASE
)
_WORD = r"(?!I['’])[A-ZÀ-Þ][\w&-]+"
_NAME = re.compile(rf"(?<=[\w,;] )(?P<name>{_WORD}(?: (?:& )?{_WORD}){{0,2}})(?!['’](?!s\b))")
_ELSEWHERE = re.compile(
    r"\b(?:offer\w*|quote[ds]?|cheaper|less|undercut\w*|bought|buy\w*|order(?:ed|ing)?|sign(?:ed)? with|(?:go|going|went|gone|switch\w*|mov\w+) (?:with|to)|instead|rather|compar\w*|than|against|show(?:ed|s)? us|gave us|deliver\w*|competitor|theirs|charge[sd]?|price[sd]?)\b",
    re.IGNORECASE,
)
_LEAST_TALKS = 2  # that name a rival before anything is named "most"
_OF_ITS_SENTENCES = 0.3  # tell of buying elsewhere
_CALENDAR = CALENDAR | {"christmas", "easter"}


def asked_rival(question: str) -> bool:
    """Whether it is asked which rival comes up most in what is said."""
    return bool(
        _ASKED.search(question) and _SAID.search(question) and not _OF_DEALS.search(question)
    )


def rivals(session: Session, principal: Principal, question: str) -> list[Draft]:
    """The rival that most conversations name, with them; nothing where none stands out."""
    talks = talks_of(session, principal, where_said(question))
    named = _named(talks, _competitors(session, principal), _ours(session))
    ranked = Counter({name: len(found) for name, found in named.items()}).most_common()
    if not ranked or ranked[0][1] < _LEAST_TALKS:
        return []
    best = [name for name, held in ranked if held == ranked[0][1]]
    if len(best) > 2:
        return []
    found = [talk for talk in talks if any(talk in named[name] for name in best)]
    be = "is" if len(best) == 1 else "are each"
    nouns = ("conversation", "conversations")
    text = f"{join([f'“{name}”' for name in best])} {be} named most: in {ranked[0][1]} of {counted(len(talks), *nouns)}."
    cited = tuple(talk.cited for talk in found[:20])
    return [Draft(text, cited, computed=True), *quotes(found, best[0])]


def _named(
    talks: Sequence[Talk], competitors: frozenset[str], ours: tuple[str, frozenset[str]]
) -> Mapping[str, list[Talk]]:
    """By name the conversations that hold it, for names of rivals alone."""
    names = {found["name"] for talk in talks for found in _NAME.finditer(talk.text)}
    whole, people = ours
    small = {word for talk in talks for word in re.findall(r"\b[a-zß-ÿ][\w-]+", talk.text)}
    strange = [
        name for name in names
        if f" {fold(name)} " not in whole and not set(plain_words(name)) <= people | small
    ]  # fmt: skip
    held: dict[str, list[Talk]] = defaultdict(list)
    for name in strange:
        pattern = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
        sentences = [(talk, talk.text[a:b]) for talk in talks for a, b in sentence_spans(talk.text)
                     if pattern.search(talk.text[a:b])]  # fmt: skip
        telling = sum(1 for _, sentence in sentences if _ELSEWHERE.search(sentence))
        if fold(name) in competitors or telling >= max(
            _LEAST_TALKS, _OF_ITS_SENTENCES * len(sentences)
        ):
            for talk, _ in sentences:
                if talk not in held[name]:
                    held[name].append(talk)
    # "Midway" alone is "Midway Dental", who is named with both.
    return {
        name: found for name, found in held.items()
        if not any(name != other and f" {name} " in f" {other} " for other in held)
    }  # fmt: skip


def _competitors(session: Session, principal: Principal) -> frozenset[str]:
    query = select(Deal.competitor).where(
        Deal.competitor.is_not(None), visible(principal, Deal.id)
    ).distinct()  # fmt: skip
    return frozenset(fold(name) for name in session.scalars(query) if name)


def _ours(session: Session) -> tuple[str, frozenset[str]]:
    """The names of all records as one text, and the single words of the names of people."""
    named = [name for column in (Account.name, Product.name, Deal.name, Account.city)
             for name in session.scalars(select(column).distinct()) if name]  # fmt: skip
    people = [name for column in (Contact.name, User.name)
              for name in session.scalars(select(column)) if name]  # fmt: skip
    words = {word for name in people for word in plain_words(name)} | _CALENDAR
    return f" {' | '.join(map(fold, (*named, *people)))} ", frozenset(words)
