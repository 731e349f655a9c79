"""Which kind of record a clause is about, and which of its conditions are said."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.chat.question import cues
from assistant.chat.question.plan import Measure, TypedQuery

# Between "how many" and its noun stand at most a few words, and none of these.
_ADJECTIVES = re.compile(
    r"(?:\s*(?!(?:do|does|did|is|are|was|were|have|has|had|of|by|in|from|with|which|who|that|"
    r"where|and|or)\b)[\w'’■-]+){0,3}?\s*(?:of (?:the|our|my)\s+)?",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"\s*(?:(?:and|so|please|can you|could you|can i|i want to|let me)\s+)*(?:(?:list|show(?: me)?"
    r"|give me|find|name|see|what are|which|are there|get(?: me)?|display)\b\s*)?"
    r"(?:(?:all|any|the|our|my|those|every)\s+)*",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"(?:\bnot|\bnever|n['’]t|\bno longer)\s+(?:(?:yet|been|being|be|fully|to|currently)\s+)*$",
    re.IGNORECASE,
)
_OPPOSITE = {
    "ticket": {"not closed": "open", "not open": "closed", "not answered": "unanswered",
               "not unanswered": "answered"},
    "deal": {"not closed": "open", "not open": "closed"},
    "invoice": {"not paid": "unpaid", "not unpaid": "paid"},
    "task": {"not done": "open", "not open": "done"},
    "product": {"not active": "inactive", "not inactive": "active"},
    "payment": {"not failed": "received", "not received": "failed"},
    "quote": {"not expired": "valid", "not valid": "expired"},
    "order": {"not cancelled": "standing"},
}  # fmt: skip


def nouns(words: str) -> Iterator[tuple[str, int, int]]:
    """The kinds that the words name, from left to right, the longest where they overlap."""
    found = [
        (match.start(), -match.end(), order, kind)
        for order, (kind, pattern) in enumerate(cues.KINDS.items())
        for match in pattern.finditer(words)
    ]
    last = -1
    for start, negative_end, _, kind in sorted(found):
        if start >= last:
            last = -negative_end
            yield kind, start, last


def head(words: str) -> str | None:
    """The kind that is counted or listed; without a count or list, the most particular one."""
    named = list(nouns(words))
    if not named:
        return None
    counted = cues.COUNT.search(words)
    opening = counted.end() if counted else 0
    lead = (_ADJECTIVES if counted else _OPENING).match(words, opening)
    at = lead.end() if lead else opening
    for index, (kind, first, last) in enumerate(named):
        if first < opening:
            continue
        between = words[min(at, first) : first]
        if counted and not _ADJECTIVES.fullmatch(words[opening:first]):
            break
        if not counted and (first < at or len(between.split()) > 3 or _verb(between)):
            break
        # In "customer complaints" and "sales calls" the last noun is meant.
        following = named[index + 1] if index + 1 < len(named) else None
        if following and not words[last : following[1]].strip() and kind not in _VERBAL:
            return following[0]
        return kind
    order = list(cues.KINDS)
    return min((kind for kind, _, _ in named), key=order.index)


_VERBAL = frozenset({"note"})
_VERB = re.compile(
    r"\b(?:do|does|did|is|are|was|were|have|has|had|who|what|how|when|where|why|much)\b",
    re.IGNORECASE,
)


def _verb(words: str) -> bool:
    return _VERB.search(words) is not None


def noun_before(words: str, at: int) -> tuple[str, int, int] | None:
    """The kind named last before a place, and where: what "without" and "that have" speak of."""
    found = [
        one for one in nouns(words)
        if one[2] <= at and not _DEED.fullmatch(words[one[1] : one[2]].strip())
    ]  # fmt: skip
    return found[-1] if found else None


# Verbs among the words for kinds: nothing is said of them by a relative clause.
_DEED = re.compile(
    r"bought|buys?|ordered|purchased|sold|spen[dt]|called|contacted|visited|met|e-?mailed|spoke|"
    r"spoken|talked|heard from|invoiced|billed|signed?|book(?:ed)?",
    re.IGNORECASE,
)


def conditions_of(words: str, kind: str) -> tuple[tuple[str, ...], str]:
    """The conditions that are said, negated ones among them, and the words without them."""
    found: list[str] = []
    left = words
    for name, cue in cues.CONDITIONS.get(kind, {}).items():
        for match in cue.finditer(words):
            negation = _NEGATED.search(words[: match.start()])
            said = f"not {name}" if negation else name
            said = _OPPOSITE.get(kind, {}).get(said, said)
            if said not in found:
                found.append(said)
            first = negation.start() if negation else match.start()
            left = left[:first] + " " * (match.end() - first) + left[match.end() :]
    return _settled(found, kind), left


def _settled(found: list[str], kind: str) -> tuple[str, ...]:
    """Conditions that hold together: the stronger of two, either of two that exclude another."""
    names = set(found)
    drop: set[str] = set()
    if names & {"won", "lost"}:
        drop |= {"open", "closed"}
    if "overdue" in names:
        drop |= {"unpaid", "paid", "open"}
    if "unpaid" in names and "overdue" not in names:
        drop.add("paid")
    if "unanswered" in names:
        drop |= {"answered"}
    if kind == "note" and "confirmed" in names and len(names) > 1:
        drop.add("confirmed" if "waiting" in names else "")
    kept = [name for name in found if name not in drop]
    for one, other in _EXCLUSIVE:
        if one in kept and other in kept:
            kept = [name for name in kept if name not in {one, other}]
            kept.append(f"{one} or {other}")
    return tuple(kept)


_EXCLUSIVE = (("won", "lost"), ("open", "closed"), ("paid", "unpaid"), ("open", "done"))


def affirmed(words: str, cue: re.Pattern[str]) -> bool:
    """Whether a cue is said without a "not" before it."""
    return any(not _NEGATED.search(words[: match.start()]) for match in cue.finditer(words))


def negated_spans(words: str, kind: str, query: TypedQuery) -> list[tuple[int, int]]:
    """Where the conditions of the query are said, their "not" included."""
    if not query.conditions and query.measure not in {Measure.DURATION, Measure.SHARE}:
        return []
    spans: list[tuple[int, int]] = []
    for cue in cues.CONDITIONS.get(kind, {}).values():
        for match in cue.finditer(words):
            negation = _NEGATED.search(words[: match.start()])
            spans.append((negation.start() if negation else match.start(), match.end()))
    return spans


def channel_of(words: str) -> str | None:
    """The one channel that is named."""
    found = [name for name, cue in cues.CHANNELS.items() if cue.search(words)]
    return found[0] if len(found) == 1 else None
