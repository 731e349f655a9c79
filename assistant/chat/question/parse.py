"""From the words of one clause to its plan; pure, and the same for everybody who asks it.

Names have been found before and are masked in the text, so that no cue is read inside a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from assistant.chat.question import cues
from assistant.chat.question.clock import Calendar
from assistant.chat.question.described import SAID_OF_ONE, described_kind, names_one_of
from assistant.chat.question.fields import FIELDS, PEOPLE
from assistant.chat.question.heads import conditions_of
from assistant.chat.question.measures import Reading, read_query
from assistant.chat.question.periods import Period, find_periods
from assistant.chat.question.plan import Identifier, Intent, Plan, Shape, TypedQuery, Words
from assistant.chat.question.relations import find_relations
from assistant.chat.question.shapes import moment_of
from assistant.chat.question.stopwords import STOPWORDS
from assistant.chat.question.windows import several_moments
from retrieval.values import extract_values

MASK = "■"

_SCORE = re.compile(
    r"\b(?:scores?|scored|scoring|propensity|how likely|likelihood|how (?:hot|warm)|chances?|odds|"
    r"probability (?:of|that)|hottest)\b",
    re.IGNORECASE,
)
# Scores that are measured elsewhere.
_OTHER_SCORE = re.compile(
    r"\b(?:promoter|credit|satisfaction|csat|nps|effort|quality|test|health) scores?\b",
    re.IGNORECASE,
)
_ACTION = re.compile(
    r"\bwhat (?:should|can|do|shall|could|must) (?:i|we) (?:do|try|offer)\b|"
    r"\bnext (?:best )?(?:action|move)s?\b|\bsuggest(?:ions?|ed)?\b|\brecommend(?:ations?|ed)?\b|"
    r"\bwhat(?:'s| is) next\b|\bmy (?:day|actions)\b|\bwho should (?:i|we) (?:call|contact)\b",
    re.IGNORECASE,
)
# What people said or felt stands in texts, whatever kind of record is named beside it.
_TOLD = re.compile(
    r"\b(?:say|says|said|saying|mention(?:ed|s)?|ask(?:ed|s)? (?:for|about)|told|discuss(?:ed)?|"
    r"talk(?:ed)? about|promise[sd]?|feel|felt|feels|think|thinks|thought|want(?:s|ed)?|"
    r"object(?:ed|ions?)|concern(?:s|ed)?|agree[ds]?|explain(?:ed)?|why|worr(?:y|ied|ies)|"
    r"dislike[sd]?|like[sd]?|prefer(?:s|red)?|need(?:s|ed)?|"
    # Deals "expected to close" are a matter of dates.
    r"expect(?:s|ed)?(?!\s+(?:to (?:be )?)?(?:clos|sign|won|win))|plan(?:s|ned)?|"
    r"summar(?:y|i[sz]e)|opinions?|reaction|respond to|reply to|commit(?:ted|ments?)?)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(?:details?|overview|profile|info|information|about|open)\b", re.IGNORECASE)
# "Tickets whose priority is high" asks for no person; the length stays, places are kept.
_WHOSE = re.compile(r"\bwhose (?=\w+(?: \w+)? (?:is|are|was|were|equals)\b)", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"[\s#]*(?P<number>\d{3,})[\s.?!]*")
_QUESTION_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Named:
    """A record that the text names: its kind, and where."""

    kind: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause half read: its words without names and periods, and what was seen in them."""

    words: str
    plan: Plan
    named: frozenset[str]  # kinds of the records that are named
    spoken: tuple[str, ...]  # kinds of those that the conversation is about, the latest first
    reading: Reading | None
    bare: str = ""  # the words without what rows must have or lack beside them

    @property
    def counted(self) -> bool:
        return self.reading is not None and self.reading.counted

    def unread(self, *known: re.Pattern[str]) -> tuple[Words, ...]:
        return _unread(self.words, _spans(self.words, [*known, *_ALWAYS_KNOWN]))


_ALWAYS_KNOWN: list[re.Pattern[str]] = [cues.REFERS, cues.FOLLOWS, cues.ELLIPSIS, cues.COMPARE]


def parse(
    text: str,
    named: Sequence[Named],
    now: datetime,
    calendar: Calendar,
    *,
    region: str = "US",
    spoken: Sequence[str] = (),
) -> Plan:
    """The plan of one clause; `named` are the records found in it, `spoken` the kinds of those
    that the conversation is about, the latest first."""
    masked = _mask(text, ((one.first, one.last) for one in named))
    identifiers, masked = _identifiers(masked, now, region)
    periods = find_periods(masked, now, calendar)
    words = _mask(masked, ((period.first, period.last) for period in periods))
    words = _WHOSE.sub("with  ", words)
    relations = find_relations(words, periods)
    periods = [period for period in periods if period not in relations.periods]
    periods = _narrowed(periods)
    refers = cues.REFERS.search(words)
    plan = Plan(
        intent=Intent.SEARCH,
        text=text,
        identifiers=identifiers,
        words=words,
        period=periods[0] if periods else None,
        periods=tuple(periods),
        follows=bool(refers or cues.FOLLOWS.search(words) or cues.ELLIPSIS.match(words)),
        refers_to=_kind_of_noun(refers["noun"]) if refers else None,
    )
    kinds = frozenset(one.kind for one in named)
    exact = bool(identifiers or refers)
    reading = read_query(relations.words, kinds, plan.period, identified=exact, relations=relations,
        compared=len(periods) > 1 or len(named) > 1,
    )  # fmt: skip
    return _decide(_Clause(words, plan, kinds, tuple(spoken), reading, relations.words))


def _narrowed(periods: list[Period]) -> list[Period]:
    """ "In 2026 … before November": an open end within another period narrows it."""
    if len(periods) != 2:
        return periods
    one, other = periods
    if (one.start is None or one.end is None) is (other.start is None or other.end is None):
        return periods
    whole, part = (other, one) if one.start is None or one.end is None else (one, other)
    if whole.start is None or whole.end is None:
        return periods
    start = max(whole.start, part.start) if part.start else whole.start
    end = min(whole.end, part.end) if part.end else whole.end
    return [replace(whole, start=start, end=end)] if start < end else periods


def _decide(clause: _Clause) -> Plan:
    plan, words = clause.plan, clause.words
    if not _QUESTION_WORD.search(plan.text) and not plan.identifiers:
        return replace(plan, intent=Intent.NOTHING)
    about_deals = clause.reading is not None and clause.reading.query.kind == "deal"
    if (
        _SCORE.search(words)
        and not _OTHER_SCORE.search(words)
        and not (about_deals and clause.counted)
    ):
        return replace(plan, intent=Intent.SCORE, unread=clause.unread(_SCORE))
    if _ACTION.search(words):
        return replace(plan, intent=Intent.ACTION, unread=clause.unread(_ACTION))
    one = described_kind(words) if not plan.identifiers and not plan.refers_to else None
    if one is not None and one not in clause.named and not _TOLD.search(words):
        return _described(clause, one)
    found = _lookup(clause)
    if found is not None and _one_of_several(clause, found):
        return _described(clause, found.kind or "")
    return found or _computation(clause) or replace(plan, unread=clause.unread())


def _one_of_several(clause: _Clause, plan: Plan) -> bool:
    """Whether a field is asked of a record that only belongs to what is named: its invoice."""
    return (
        plan.kind is not None
        and bool(plan.fields)
        and plan.kind not in clause.named
        and not (plan.identifiers or plan.refers_to)
        and names_one_of(clause.words, plan.kind)
    )


def _described(clause: _Clause, kind: str) -> Plan:
    """One record by its kind, its conditions, its period and the words that are said of it."""
    words, plan = clause.words, clause.plan
    opened = _OPENING.match(words)
    conditions, _ = conditions_of(words[opened.end() :] if opened else words, kind)
    moment = moment_of(words, kind, plan.period)
    query = TypedQuery(
        kind, shape=Shape.LIST, conditions=conditions, period=plan.period, moment=moment, limit=7
    )
    query = replace(query, mine=bool(cues.MINE.search(words)) and not clause.named)
    fields = _fields(words, kind)
    patterns = [
        *_ALWAYS_KNOWN, cues.KINDS[kind], SAID_OF_ONE, cues.VERBS[kind],
        *(FIELDS[kind][name] for name in fields), *cues.CONDITIONS.get(kind, {}).values(),
        *cues.MOMENTS.get(kind, {}).values(),
        *(cues.KINDS[one] for one in clause.named if one in cues.KINDS),
    ]  # fmt: skip
    known = _spans(words, patterns)
    return replace(
        plan, intent=Intent.DESCRIBED, query=query, kind=kind, fields=fields,
        unread=_unread(words, known), words=words,
    )  # fmt: skip


_OPENING = re.compile(r"\s*open\b", re.IGNORECASE)


def _computation(clause: _Clause) -> Plan | None:
    reading, words = clause.reading, clause.bare
    if reading is None or (_TOLD.search(words) and not reading.counted):
        return None
    kind = reading.query.kind
    ordered = _mask(words, _spans(words, [cues.ORDER_BY]))
    asked = _fields(ordered, kind) if _of_one_row(reading) else ()
    patterns = [*_ALWAYS_KNOWN, *(FIELDS[kind][name] for name in asked)]
    known = [*reading.known, *_spans(words, patterns)]
    left = _mask(words, known)
    plan, query = several_moments(clause.plan, reading.query, words)
    return replace(
        plan, intent=Intent.TYPED, query=query, kind=kind, fields=asked,
        unread=_unread(words, known), unsure=_unsure(left, kind), words=words,
    )  # fmt: skip


def _unsure(left: str, kind: str) -> tuple[Words, ...]:
    """Words that no part of the computation accounts for though they may change it: another
    kind of record, or a common word such as "except"."""
    patterns = [cues.SUSPECT, *(cue for name, cue in cues.KINDS.items() if name != kind)]
    found = sorted({match.span() for one in patterns for match in one.finditer(left)})
    return tuple(Words(left[first:last], first, last) for first, last in found)


def _of_one_row(reading: Reading) -> bool:
    """Whether a row has to be found first: the field is one "of the latest order"."""
    return reading.query.shape in {Shape.LATEST, Shape.FIRST, Shape.TOP}


def _lookup(clause: _Clause) -> Plan | None:
    """A question for a field of a record that is named, numbered or meant by "that deal"."""
    plan, words, reading = clause.plan, clause.words, clause.reading
    if reading is not None and (reading.query.related or reading.query.blanks):
        return None
    # Without an account to look at, those with a role are a list over all of them.
    listed = reading is not None and reading.query.kind == "contact" and reading.by_itself
    everywhere = listed and not (clause.named or clause.spoken or plan.identifiers)
    for role, (pattern, _) in PEOPLE.items():
        if pattern.search(words) and not clause.counted and not everywhere:
            return replace(
                plan, intent=Intent.LOOKUP, kind="contact", fields=(f"role:{role}",),
                unread=clause.unread(pattern),
            )  # fmt: skip
    if reading is not None and (
        reading.by_itself or (_of_one_row(reading) and reading.query.kind not in clause.named)
    ):
        return None
    for kind in _meant_kinds(clause):
        if fields := _fields(words, kind):
            known = [FIELDS[kind][name] for name in fields] + [cues.KINDS[kind]]
            return replace(
                plan, intent=Intent.LOOKUP, kind=kind, fields=fields, unread=clause.unread(*known)
            )
    if _TOLD.search(words) or (reading is not None and not plan.identifiers):
        return None
    left = clause.unread(*cues.KINDS.values(), cues.LIST, _ABOUT)
    if plan.identifiers or (clause.named and not left and plan.period is None):
        return replace(plan, intent=Intent.LOOKUP, unread=left)
    return None


# More particular kinds before the account around them.
_LOOKED_UP = (
    "contact", "lead", "deal", "product", "ticket", "invoice", "order", "quote", "payment",
    "task", "account",
)  # fmt: skip


def _meant_kinds(clause: _Clause) -> list[str]:
    """The kinds that a field may be asked of."""
    plan = clause.plan
    found = set(clause.named)
    if plan.identifiers or clause.named:
        found |= {kind for kind in _LOOKED_UP if cues.KINDS[kind].search(clause.words)}
    if plan.refers_to:
        found.add(plan.refers_to)
    if any(one.kind in {"email", "phone"} for one in plan.identifiers):
        found |= {"contact", "lead"}
    if not found and plan.identifiers:
        found = {"ticket", "invoice", "order", "quote", "product"}
    if not found and plan.follows:
        return [kind for kind in clause.spoken if kind in _LOOKED_UP]
    return [kind for kind in _LOOKED_UP if kind in found]


def _fields(words: str, kind: str) -> tuple[str, ...]:
    found: list[str] = []
    taken: list[tuple[int, int]] = []
    for name, pattern in FIELDS.get(kind, {}).items():
        match = pattern.search(words)
        if match and not any(match.start() < last and first < match.end() for first, last in taken):
            found.append(name)
            taken.append(match.span())
    return tuple(found[:4])


def _identifiers(text: str, now: datetime, region: str) -> tuple[tuple[Identifier, ...], str]:
    found = [
        value
        for value in extract_values(text, reference_date=now.date(), region=region)
        if value.kind in {"email", "phone", "id"}
    ]
    if not found and (bare := _BARE_NUMBER.fullmatch(text)):
        # Nothing but a number: that of a record, if of anything.
        return (Identifier("id", bare["number"], bare["number"]),), text
    masked = _mask(text, ((value.start, value.end) for value in found))
    return tuple(Identifier(one.kind, one.normal, one.text) for one in found), masked


def _unread(words: str, known: Iterable[tuple[int, int]]) -> tuple[Words, ...]:
    """What no known place and no common word accounts for, neighbours joined."""
    left = _mask(words, known)
    stretches: list[Words] = []
    for match in re.finditer(rf"[^\s{MASK}.,;:!?()\"“”]+", left):
        word = match.group().strip("'’-")
        if not word or (_common(word) and not (_CODE.fullmatch(word) and not words.isupper())):
            continue
        before = stretches[-1] if stretches else None
        if before is not None and not words[before.last : match.start()].strip():
            joined = words[before.first : match.end()]
            stretches[-1] = Words(joined, before.first, match.end())
        else:
            stretches.append(Words(match.group(), match.start(), match.end()))
    return tuple(stretches)


# "BE" among small letters is a code, and no common word.
_CODE = re.compile(r"[A-Z]{2}")


def _common(word: str) -> bool:
    return word.casefold() in STOPWORDS or word.casefold() in {"'s", "’s", "s"}


def _spans(text: str, patterns: Iterable[re.Pattern[str]]) -> list[tuple[int, int]]:
    return [match.span() for pattern in patterns for match in pattern.finditer(text)]


def _mask(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for first, last in spans:
        text = text[:first] + MASK * (last - first) + text[last:]
    return text


def _kind_of_noun(noun: str) -> str | None:
    return next(
        (kind for kind, pattern in cues.KINDS.items() if pattern.fullmatch(noun)), None
    ) or ("contact" if noun == "person" else None)
