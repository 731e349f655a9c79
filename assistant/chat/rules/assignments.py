"""Who gets what, as policies state it: "Hotels with 50 rooms or more: Noor"."""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.chat.rules.conditions import Held, holds
from assistant.chat.rules.facts import Colleague, Fact
from assistant.chat.rules.reading import STATEMENT, Point

_JOINED = re.compile(
    r"^[\s,/&]*(?:and|or)?[\s,/&]*(?P<then>then|otherwise|else)?[\s,]*$", re.IGNORECASE
)
_NOBODY = re.compile(
    r"\b(?:nobody|no[ -]one|no (?:rep|owner|person|agent|colleague|salesperson)|unassigned"
    r"|not assigned|remains? open|none of us)\b",
    re.IGNORECASE,
)
_OWNER = re.compile(
    r"\b(?:(?:its|their|the|that|this)\s+(?:\w+\s+)?owner|owner of (?:that|the|this) \w+)\b",
    re.IGNORECASE,
)
_GIVES = re.compile(
    r",?\s*\b(?:(?:the|such|that|these|it|they)\s+(?:\w+\s+)?)?(?:always\s+)?(?:go(?:es)?|belongs?|assigned"
    r"|handled|routed|passed|given|sent|taken|covered|served|worked|managed|looked after|stays?|remains?|kept)\b(?!.*\b(?:go(?:es)?|belongs?|assigned|"
    r"handled|worked|routed|passed|given|sent|taken|covered|served|stays?|remains?|kept)\b)",
    re.IGNORECASE | re.DOTALL,
)
_LINK = re.compile(
    r"(?:\b(?:to|by|for|with|is|are|gets?|the|lead|ticket|case|only|our|colleagues?|who|takes?|ha(?:s|ve))\b|[\s:,–—>→-])+$",
    re.IGNORECASE,
)
_TAKES = re.compile(
    r"^[\s:,–—-]*(?:(?:takes?|handles?|covers?|gets?|owns?|serves?|has|have|does|do|looks? after|"
    r"(?:is|are) (?:responsible|in charge|there) (?:for|of)|works? (?:on|with)|the|all)\b\s*)*[:–—-]?\s*",
    re.IGNORECASE,
)
_SUCH = re.compile(r"\s*(?:such|these|those|they|it)\b", re.IGNORECASE)
_EXCEPTION = re.compile(r"\s*\b(?:exceptions?|except|unless|however)\b", re.IGNORECASE)
_HEADED = re.compile(
    r"\bexceptions?\b[^.\n]{0,80}:|\bbefore\b[^.\n]{0,40}\b(?:counts?|appl(?:y|ies)|matters?|decides?)\b"
    r"|\b(?:come|go|are checked|is checked|checked) first\b",
    re.IGNORECASE,
)
# "… goes to the team lead of its area (North: Orla Fenwick, Alps: Lukas Haider)".
_PARTS = re.compile(r"\((?P<list>[^()]*:[^()]*)\)")
_PART = re.compile(r"(?P<label>[^:,;]+):\s*(?P<who>[^,;]+)")
_ANYWHERE = re.compile(
    r"\b(?:anywhere|wherever|everywhere)\b.*|^(?:first|second|third|also|but),?\s*", re.IGNORECASE
)
_ONLY = re.compile(r"\b(?:only|exclusively|solely)\b", re.IGNORECASE)
_ABOVE_ALL = re.compile(r"\b(?:whatever|regardless|always|no matter|irrespective)\b", re.IGNORECASE)
_LEANS = re.compile(r"\b(?:them|they|such|these|those|it)\b", re.IGNORECASE)
_IF = re.compile(r"^\s*(?:if|when|where|for|in case)\b\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Under these conditions, all of which must hold, one of `to` gets the case.

    Nobody where `to` is empty and it is not the account's owner. only: others are left out.
    """

    point: Point
    start: int  # of the clause, in the policy's body
    end: int
    conditions: tuple[str, ...]
    to: tuple[Colleague, ...] = ()
    owner: bool = False
    only: bool = False
    above_all: bool = False
    shared: bool = False  # its first condition is that of its neighbours too
    in_turn: bool = False  # the next of `to` only where the one before cannot: "Ada, then Ben"
    exception: bool = False  # it stands over the others; `several` such are told in one sentence
    several: bool = False
    by_part: tuple[tuple[str, Colleague], ...] = ()  # "(North: Orla, South: Ben)": who for which

    @property
    def is_nobody(self) -> bool:
        return not self.to and not self.owner and not self.by_part

    @property
    def text(self) -> str:
        """Its words, with what stands before the colon for it too."""
        own = self.point.policy.body[self.start : self.end].strip(" ,;.\n")
        shared = self.conditions[0] if self.shared else ""
        return f"{shared}: {own}" if shared and not own.startswith(shared) else own

    def held(self, facts: Sequence[Fact], known: frozenset[str], *, existing: bool | None) -> Held:
        """Whether all its conditions hold of these facts."""
        found: list[Fact] = []
        unknown: list[str] = []
        verdict: bool | None = True
        for condition in self.conditions:
            one = holds(condition, facts, known, existing=existing)
            found += one.facts
            unknown += one.unknown
            if one.true is False:
                return Held(False, tuple(found), tuple(unknown))
            if one.true is None and one.unknown:
                verdict = None
        return Held(verdict, tuple(found), tuple(unknown))


def assignments(point: Point, people: Sequence[Colleague]) -> list[Assignment]:
    """What the point assigns to whom, clause by clause; nothing where it names nobody."""
    found: list[Assignment] = []
    before = ""
    for match in STATEMENT.finditer(point.text):
        first = point.start + match.start()
        named = list(_of_sentence(point, first, match[0], people, before))
        kept = found[-1] if found else None
        if named and kept is not None and kept.is_nobody and _SUCH.match(match[0]):
            # "No rep has it. Such a lead is kept by Wen until ..."
            found[-1] = replace(kept, to=named[0].to, end=first + len(match[0]))
            named = []
        if (
            _EXCEPTION.search(point.text[: match.start()])
            or _EXCEPTION.match(match[0])
            or (point.label and _HEADED.search(point.policy.body[: point.start]))
        ):
            named = [replace(one, exception=True, several=len(named) > 1) for one in named]
        found += named
        before = match[0]
    return found


@dataclass(frozen=True, slots=True)
class _Who:
    first: int
    last: int
    people: tuple[Colleague, ...]
    in_turn: bool = False


def _of_sentence(
    point: Point, at: int, text: str, people: Sequence[Colleague], before: str
) -> Iterator[Assignment]:
    parts = _by_part(text, people)
    if parts:
        said = _condition(text[: (_PARTS.search(text) or re.search("$", text)).start()])  # type: ignore[union-attr]
        yield Assignment(point, at, at + len(text), _all((said,)), by_part=parts)
        return
    groups = _groups(text, people) or _outside(text)
    only, above_all = bool(_ONLY.search(text)), bool(_ABOVE_ALL.search(text))
    if not groups:
        for one in _without_names(point, at, text, before):
            yield replace(one, only=only, above_all=above_all)
        return
    prefix, start = _prefix(text, groups[0].first)
    shared = (prefix,) if prefix else ()
    body_first = groups[0].first <= start + len(text[start:]) - len(text[start:].lstrip())
    for place, group in enumerate(groups):
        if body_first:
            last = groups[place + 1].first if place + 1 < len(groups) else len(text)
            said = _TAKES.sub("", text[group.last : last]).strip(" .;,")
            span = (group.first, last)
        else:
            first = groups[place - 1].last if place else start
            said = _condition(text[first : group.first])
            span = (first if place else len(text) - len(text.lstrip()), group.last)
        wanted = (*shared, said) if said else shared
        yield Assignment(
            point, at + span[0], at + span[1], _all(wanted), group.people, shared=bool(shared),
            in_turn=group.in_turn,
            only=only,
            above_all=above_all,
        )  # fmt: skip


def _by_part(text: str, people: Sequence[Colleague]) -> tuple[tuple[str, Colleague], ...]:
    """Who is named for which part, in brackets; nothing where fewer than two are."""
    bracket = _PARTS.search(text)
    found = []
    for match in _PART.finditer(bracket["list"]) if bracket else ():
        who = _groups(match["who"], people)
        if len(who) == 1 and len(who[0].people) == 1:
            found.append((match["label"].strip(), who[0].people[0]))
    return tuple(found) if len(found) > 1 else ()


# "They are passed to our partner Nordvegg AS": somebody who is no colleague.
_OUTSIDE = re.compile(
    r"\b(?:to|by|with)\s+(?:our|the|a)\s+(?:[\w-]+\s+){0,2}?(?i:partner|dealer|distributor|reseller|agenc(?:y|ies)|importer"
    r"|representative|subsidiary|branch|sister company)\s+(?:in\s+[A-Z]\w+\s+)?(?P<name>[A-Z][\w&.’'-]*(?:\s+[A-Z][\w&.’'-]*)*)"
)


def _outside(text: str) -> list[_Who]:
    match = _OUTSIDE.search(text)
    if match is None:
        return []
    name = match["name"].rstrip(".")
    return [_Who(match.start("name"), match.start("name") + len(name), (Colleague("", name),))]


def _without_names(point: Point, at: int, text: str, before: str) -> Iterator[Assignment]:
    owner, nobody = _OWNER.search(text), _NOBODY.search(text)
    end = at + len(text)
    if nobody is not None:
        said = _condition(text[: nobody.start()])
        if (not said or _LEANS.search(text)) and before:
            said = re.split(r"\b(?:is|are|do|does|has|have)\b", before)[0]
        yield Assignment(point, at, end, _all((said,)))
    elif owner is not None:
        said = _condition(text[: owner.start()])
        yield Assignment(point, at, end, _all((said,)), owner=True)


_NOT_OURS = re.compile(
    r",?\s*\b(?:is|are) (?:not|none of|no) (?:ours|our \w+|for us)\b.*", re.IGNORECASE | re.DOTALL
)


def _condition(text: str) -> str:
    text = _NOT_OURS.sub("", text)
    given = _GIVES.search(text)
    said = text[: given.start()] if given else _LINK.sub("", text)
    said = _LINK.sub("", _ANYWHERE.sub("", said.strip()))
    return _IF.sub("", said).strip(" .;,:–—-")


def _all(conditions: Sequence[str]) -> tuple[str, ...]:
    return tuple(one for one in conditions if one.strip())


def _prefix(text: str, first: int) -> tuple[str, int]:
    """What stands before a colon and holds for all that follows, and where that begins."""
    colon = text.find(":", 0, first)
    if colon < 0:
        return "", 0
    rest = text[colon + 1 : first]
    # "Austria: Tobias" has its condition before the colon; it is no prefix of several.
    if not re.search(r"\w", rest):
        return _IF.sub("", text[:colon]).strip(), colon + 1
    return _IF.sub("", text[:colon]).strip(), colon + 1


def _groups(text: str, people: Sequence[Colleague]) -> list[_Who]:
    """The colleagues that the text names, those named side by side together."""
    found: list[tuple[int, int, Colleague]] = []
    for person in people:
        for name in person.called:
            match = re.search(rf"(?<![\w-]){re.escape(name)}(?:['’]s)?(?![\w-])", text)
            if match and not any(first <= match.start() < last for first, last, _ in found):
                found.append((match.start(), match.end(), person))
                break
    found.sort(key=lambda one: one[0])
    groups: list[_Who] = []
    for first, last, person in found:
        joined = _JOINED.match(text[groups[-1].last : first]) if groups else None
        if joined is not None:
            before = groups[-1]
            groups[-1] = _Who(before.first, last, (*before.people, person),
                              before.in_turn or bool(joined["then"]))  # fmt: skip
        else:
            groups.append(_Who(first, last, (person,)))
    return groups
