"""Words of a question that are values of the records: a stage, a region, a source, a topic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.chat.question import cues
from assistant.chat.question.plan import Words
from assistant.chat.question.stopwords import STOPWORDS
from assistant.chat.typed.query import ValueFilter
from assistant.chat.vocabulary import Spellings, Values
from assistant.crm.hygiene import clean_country
from retrieval.stems import WORD, fold, stem

_LONGEST_VALUE_WORDS = 5
# What every complaint is about says nothing about which.
_EMPTY_TOPICS = frozenset(
    stem(word)
    for word in [
        "problem",
        "problems",
        "issue",
        "issues",
        "trouble",
        "question",
        "questions",
        "matter",
        "topic",
        "topics",
        "subject",
        "regarding",
        "concerning",
        "related",
        "mention",
        "mentions",
        "mentioning",
        "contain",
        "containing",
        "kind",
        "include",
        "including",
        "involve",
        "involving",
    ]
)


# How people call the columns that they narrow by.
_COLUMN_NOUNS = {
    "stage": "stage", "stages": "stage", "phase": "stage", "priority": "priority",
    "priorities": "priority", "prio": "priority", "status": "status", "state": "status",
    "category": "category", "categories": "category", "currency": "currency",
    "source": "lead_source", "industry": "industry", "industries": "industry",
    "sector": "industry", "region": "region", "country": "country", "city": "city",
    "channel": "channel", "method": "method", "reason": "lost_reason", "family": "family",
    "type": "deal_type",
}  # fmt: skip
# Degrees of urgency: a question may use another word for the one that the records hold.
_URGENT = ("urgent", "critical", "highest", "p1", "blocker", "emergency", "high", "major")
_IDLE = ("low", "lowest", "minor", "p4", "trivial")
_NEGATION = re.compile(
    r"(?:\bnot|\bnever|n['’]t|\bexcept|\bexcluding|\bother than|\boutside)\s+"
    r"(?:(?:in|of|from|with|about|at|the|a|an|yet|marked|as)\s+)*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Read:
    """What the words come to.

    topic: stems that a row's text must hold, beside the words.  spans: the places of what became
    a value.  unknown: words that should be a value of a named column and are none.
    """

    filters: tuple[ValueFilter, ...] = ()
    topic: tuple[tuple[str, str], ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    written: str
    first: int
    last: int


def read_values(
    values: Values,
    words: str,
    unread: Sequence[Words],
    *,
    common: Sequence[Words] = (),
    grouped: str = "",
) -> Read:
    """Each unread stretch as values of the columns where rows have them, else as a topic.

    words: the whole clause, in which a word beside a column's name ("status new") is a value even
    where it is a common one.  common: stretches of common words that may be values and are no
    topic otherwise ("on hold").  grouped: the column by which rows are grouped, in which a word of
    the question is the topic of nothing.
    """
    columns = [(name, spellings) for name, spellings in values if name != grouped]
    tokens = [
        # In a question in capitals "IN" is as much of a word as elsewhere.
        _Token(fold(one), one.casefold() if words.isupper() else one, match.start(), match.end())
        for match in WORD.finditer(words) if (one := match.group())
    ]  # fmt: skip
    filters, spans, named = _beside_their_column(tokens, columns, words)
    topic: list[tuple[str, str]] = []
    # "New Business" before "Business": a value may begin with a common word.
    for stretch in common:
        inside = _inside(stretch, tokens, words, spans)
        found, _, where = _read_stretch(inside, columns, words)
        filters += found
        spans += where
    for stretch in unread:
        inside = _inside(stretch, tokens, words, spans)
        found, left, where = _read_stretch(inside, columns, words)
        filters += found
        topic += left
        spans += where
    unknown = [
        token.written for token in tokens
        if token.word in _COLUMN_NOUNS and _COLUMN_NOUNS[token.word] in dict(columns)
        and any(root == stem(token.word) for root, _ in topic)
        and not any(one.column == _COLUMN_NOUNS[token.word] for one in filters)
    ]  # fmt: skip
    satisfied = {stem(noun) for noun, name in _COLUMN_NOUNS.items()
                 if any(one.column == name for one in filters)}  # fmt: skip
    topic = [(root, word) for root, word in topic if root not in satisfied]
    return Read(
        tuple(either(filters)), tuple(dict.fromkeys(topic)), (*spans, *named),
        tuple(unknown),
    )  # fmt: skip


def either(filters: Sequence[ValueFilter]) -> list[ValueFilter]:
    """ "In negotiation or proposal": a row has one stage, so either will do."""
    found: dict[tuple[str, bool], ValueFilter] = {}
    for one in dict.fromkeys(filters):
        key = (one.column, one.negated)
        if (other := found.get(key)) is None:
            found[key] = one
        elif not set(one.values) <= set(other.values):
            label = f"{other.label} or {one.label}"
            found[key] = replace(other, values=(*other.values, *one.values), label=label)
    return list(found.values())


def _inside(
    stretch: Words, tokens: Sequence[_Token], words: str, taken: Sequence[tuple[int, int]]
) -> list[_Token]:
    """The words of a stretch that are no value yet; one of another clause stands by itself."""
    if words[stretch.first : stretch.last] != stretch.text:
        return _tokens(stretch.text)
    return [
        token
        for token in tokens
        if stretch.first <= token.first < stretch.last
        and not any(first <= token.first < last for first, last in taken)
    ]


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(fold(match.group()), match.group(), match.start(), match.end())
        for match in WORD.finditer(text)
    ]


_Spans = list[tuple[int, int]]


def _beside_their_column(
    tokens: Sequence[_Token], columns: Values, words: str
) -> tuple[list[ValueFilter], _Spans, _Spans]:
    """ "In the proposal stage", "status new", "priority is high"."""
    known = dict(columns)
    filters: list[ValueFilter] = []
    spans: _Spans = []
    named: _Spans = []
    for at, token in enumerate(tokens):
        name = _COLUMN_NOUNS.get(token.word)
        if name is None or name not in known:
            continue
        found = _next_to(tokens, at, known[name])
        if found is None:
            continue
        run, spellings = found
        filters.append(value_of(name, spellings, words, min(run[0].first, token.first)))
        spans.append((run[0].first, run[-1].last))
        named.append((token.first, token.last))
    return filters, [*spans, *named], named


def _next_to(
    tokens: Sequence[_Token], at: int, spellings: Spellings
) -> tuple[Sequence[_Token], Sequence[str]] | None:
    skipped = {"is", "of", "equals", "the", "as", "in", "are"}
    after = at + 1
    while after < len(tokens) and tokens[after].word in skipped:
        after += 1
    for length in range(_LONGEST_VALUE_WORDS, 0, -1):
        for run in (tokens[max(at - length, 0) : at], tokens[after : after + length]):
            if len(run) == length and (written := _spelled(run, spellings)):
                return run, written
    for run in (tokens[max(at - 1, 0) : at], tokens[after : after + 1]):
        # "The negotiation stage" where the records say "Negotiation / review".
        if run and len(run[0].word) > 3 and run[0].word not in STOPWORDS:
            parts = [
                one for stems, listed in spellings.items() if stem(run[0].word) in stems
                for one in listed
            ]  # fmt: skip
            if parts:
                return run, parts
    return None


def _spelled(run: Sequence[_Token], spellings: Spellings) -> Sequence[str]:
    listed = spellings.get(tuple(stem(token.word) for token in run), ())
    return [value for value in listed if len(value) > 2 or _is_code(run, value)]


def _is_code(run: Sequence[_Token], value: str) -> bool:
    """Whether two letters are written as a code: "are" has the stem of BE, and "in" is a word."""
    said = run[0].written
    plain = said.casefold() == value.casefold()
    return plain and (said.isupper() or not value.isalpha())


def value_of(name: str, spellings: Sequence[str], words: str, first: int) -> ValueFilter:
    negated = _NEGATION.search(words[:first]) is not None
    return ValueFilter(name, tuple(spellings), " or ".join(spellings), negated)


def negations(words: str, filters_at: Sequence[tuple[int, int]]) -> _Spans:
    """Where a value's "not" stands."""
    found = [_NEGATION.search(words[:first]) for first, _ in filters_at]
    return [match.span() for match in found if match]


def _read_stretch(
    tokens: Sequence[_Token], columns: Values, words: str
) -> tuple[list[ValueFilter], list[tuple[str, str]], _Spans]:
    filters: list[ValueFilter] = []
    left: list[tuple[str, str]] = []
    spans: _Spans = []
    at = 0
    while at < len(tokens):
        for length in range(min(_LONGEST_VALUE_WORDS, len(tokens) - at), 0, -1):
            run = tokens[at : at + length]
            found = _value_filter(run, columns, words)
            if found is not None:
                filters.append(found)
                spans.append((run[0].first, run[-1].last))
                at += length
                break
        else:
            root = stem(tokens[at].word)
            common = tokens[at].word in STOPWORDS or cues.SUSPECT.fullmatch(tokens[at].word)
            if not common and root not in _EMPTY_TOPICS:
                left.append((root, tokens[at].written))
            at += 1
    return filters, left, spans


def _value_filter(run: Sequence[_Token], columns: Values, words: str) -> ValueFilter | None:
    said = words[run[0].first : run[-1].last].casefold()
    for name, spellings in columns:
        written = _spelled(run, spellings)
        if written:
            return value_of(name, written, words, run[0].first)
        if name == "country" and (code := _country(said)) and _has(spellings, code):
            one = value_of(name, (code,), words, run[0].first)
            return replace(one, label=" ".join(token.written for token in run))
        if name == "priority" and len(run) == 1 and (alike := _alike(run[0].word, spellings)):
            return value_of(name, alike, words, run[0].first)
    return None


def _alike(word: str, spellings: Spellings) -> Sequence[str]:
    """The records' own word for this degree of urgency."""
    for degrees in (_URGENT, _IDLE):
        if word in degrees:
            return next(
                (spellings[(stem(one),)] for one in degrees if (stem(one),) in spellings), ()
            )
    return ()


def _country(said: str) -> str | None:
    """Its code where the words are a country's name; two letters are a word more often."""
    if len(said) < 4 and said not in {"usa", "uk", "uae"}:
        return None
    read = clean_country(said)
    return read.value if read.issue is None else None


def _has(spellings: Spellings, code: str) -> bool:
    return any(code == value for listed in spellings.values() for value in listed)
