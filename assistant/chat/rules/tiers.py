"""What may be given up to where, and who has to agree beyond it, as policies state it."""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.chat.rules.conditions import Limit, limits
from assistant.chat.rules.facts import parse_number
from assistant.chat.rules.pieces import pieces
from assistant.chat.rules.reading import SENTENCE, Point
from retrieval.stems import STOPWORDS, plain_words
from retrieval.synonyms import concept

_FORBIDDEN = re.compile(
    r"\b(?:never|not (?:be )?(?:given|allowed|permitted|possible|granted|accepted|sent)|nobody|no[ -]one"
    r"|no signature|forbidden|prohibited|may not|must not|cannot|can't|refused|no more|excluded|not at all)\b",
    re.IGNORECASE,
)
_AGREES = re.compile(
    r"\b(?:okay|ok|approv\w+|sign(?:s|ed|ature|ing)?(?: off)?|consents?|needs?|requires?|agree(?:s|d|ment)?"
    r"|permission|authori[sz]\w+|decides?|confirm\w*|only with|goes to|by|with)\b",
    re.IGNORECASE,
)
_FURTHER = re.compile(
    r"\b(?:above|over|beyond|more|longer|higher|anything (?:above|more|else)|the rest)\b(?!\s*[$€£\d])"
    r"(?:\s+(?:that|this|it))?",
    re.IGNORECASE,
)
_FREELY = re.compile(
    r"\b(?:on (?:his|her|their|your|my) own|alone|freely|standard|without (?:any )?(?:approval|signature|asking)"
    r"|(?:him|her|them)sel(?:f|ves))\b",
    re.IGNORECASE,
)
_EXACT = re.compile(
    r"(?P<label>\bnet\s*)?(?P<money>[$€£])?\s?(?P<number>\d[\d.,']*\d|\d)\s*"
    r"(?P<unit>%|percent|per cent|[a-z]+)?", re.IGNORECASE,
)  # fmt: skip
_BEFORE_WHO = frozenset(
    [
        "with",
        "the",
        "okay",
        "ok",
        "of",
        "by",
        "only",
        "needs",
        "need",
        "requires",
        "require",
        "signs",
        "sign",
        "signed",
        "signature",
        "approval",
        "approves",
        "approve",
        "approved",
        "must",
        "has",
        "have",
        "to",
        "a",
        "an",
        "is",
        "and",
        "up",
        "that",
        "this",
        "his",
        "her",
        "their",
        "own",
        "may",
        "give",
        "gives",
        "given",
        "can",
        "on",
        "in",
        "or",
        "any",
        "always",
        "written",
        "prior",
        "consent",
        "agrees",
        "agree",
        "it",
        "needs",
        "who",
        "off",
        "from",
        "discount",
        "discounts",
        "line",
        "list",
        "general",
        "percent",
        "net",
        "days",
        "day",
        "months",
        "euros",
        "euro",
        "dollars",
        "above",
        "over",
        "more",
        "than",
        "up",
        "going",
        "beyond",
        "s",
        "also",
        "first",
        "then",
        "without",
        "no",
    ]
)
_UNITS = {
    "percent": frozenset({"%", "percent", "per cent", "pct"}),
    "days": frozenset({"day", "days"}),
    "months": frozenset({"month", "months"}),
    "weeks": frozenset({"week", "weeks"}),
    "amount": frozenset(
        {"$", "€", "£", "euro", "euros", "dollar", "dollars", "eur", "usd", "gbp", "pounds"}
    ),
}


@dataclass(frozen=True, slots=True)
class Tier:
    """Values of one unit above `least` (excluded) and up to `most` (included, None for no end).

    who: whose agreement they need; "" where nobody's. forbidden: nobody's agreement helps.
    """

    point: Point
    scope: str  # what stands before the colon: what the tier is about
    unit: str
    least: Decimal | None
    most: Decimal | None
    who: str
    forbidden: bool
    start: int
    end: int
    freely: bool = False

    @property
    def text(self) -> str:
        own = self.point.policy.body[self.start : self.end].strip(" ,;.\n")
        return f"{self.scope}: {own}" if self.scope and not own.startswith(self.scope) else own

    def holds(self, value: Decimal) -> bool:
        return (self.least is None or value > self.least) and (
            self.most is None or value <= self.most
        )


def unit_of(text: str) -> str:
    """What a number is of, by the word or sign beside it."""
    key = text.strip().casefold()
    words = set(key.split()) | {key}
    return next((name for name, forms in _UNITS.items() if words & forms), "")


def tiers(point: Point) -> list[Tier]:
    """The tiers of a point in ascending order, each from where the one before ends."""
    found: list[Tier] = []
    scope = ""
    for sentence in SENTENCE.finditer(point.text):
        colon = sentence[0].find(":")
        told = sentence[0][:colon] if colon >= 0 else ""
        first = sentence.start()
        rest = sentence[0]
        if colon >= 0 and not limits(told) and not _FURTHER.search(told):
            scope, rest = told.strip(), sentence[0][colon + 1 :]
            first += colon + 1
        conditional = False
        for piece in pieces(rest):
            # "…; if there is a pump on the offer, only up to 4 %": no tier of all offers.
            conditional = _IF.match(piece[0]) is not None or (
                conditional and rest[piece.start() - 1 : piece.start()] == ","
            )
            if conditional and found:
                continue
            before = found[-1] if found and found[-1].scope == scope else None
            start = point.start + first + piece.start()
            one = _tier(point, scope, piece[0], start, before)
            if one is not None:
                found.append(one)
    return found if any(one.who or one.forbidden or one.freely for one in found) else []


_IF = re.compile(r"\s*(?:but |and |only )?(?:if|where|when|as soon as)\b", re.IGNORECASE)
# Whose agreement a rule may ask for besides that of people by name.
_ROLE = re.compile(
    r"\b(?:manage(?:r|ment)|director|head|lead(?:er)?|officer|vp|c[a-z]o|president|finance|legal|sales|support"
    r"|agent|reps?|representative|team|supervisor|boss|owner|board|partner|colleague|person|seller|desk|controller"
    r"|accountant|accounting|compliance|procurement|executive|engineer|department|office|principal|chief)\b",
    re.IGNORECASE,
)


def is_somebody(who: str, names: Sequence[str]) -> bool:
    """Whether these words name a colleague or a role, or read like the name of a person."""
    words = who.split()
    if len(words) <= 2 and all(word[0].isupper() for word in words):
        return True
    return bool(_ROLE.search(who)) or any(
        word in name.split() for name in names for word in words if word[0].isupper()
    )


def _tier(point: Point, scope: str, text: str, start: int, before: Tier | None) -> Tier | None:
    end = start + len(text)
    said = limits(text)
    forbidden = bool(_FORBIDDEN.search(text))
    freely = bool(_FREELY.search(text)) and not forbidden
    further = _FURTHER.search(text)
    if said:
        unit = _unit(said, text)
        if not unit:
            return None
        least = max((one.least for one in said if one.least is not None), default=None)
        most = min((one.most for one in said if one.most is not None), default=None)
        if most is not None and least is None and before is not None and before.most is not None:
            least = before.most
        if _denies_above(text) and least is not None and most is None:
            forbidden = forbidden and "without" not in text.casefold()
        if unit in {"days", "months", "weeks"} and most is None:
            return None  # that something lasts so long is asked for, and not who agrees to it
        who = "" if forbidden else who_agrees(text)
        freely = freely or (not who and most is not None and bool(_AT_MOST.search(text)))
        return Tier(point, scope, unit, least, most, who, forbidden, start, end, freely)
    if before is None or before.unit == "":
        return _exact(point, scope, text, start, None, freely)
    if further is not None and (forbidden or who_agrees(text)):
        most = before.most if before.most is not None else before.least
        return Tier(point, scope, before.unit, most, None, "" if forbidden else who_agrees(text),
                    forbidden, start, end)  # fmt: skip
    if forbidden and before.most is not None and re.search(r"\bno\b|\bthat\b", text):
        return Tier(point, scope, before.unit, before.most, None, "", True, start, end)
    return _exact(point, scope, text, start, before, freely)


def _denies_above(text: str) -> bool:
    return re.match(r"\s*no\b", text, re.IGNORECASE) is not None


def _exact(
    point: Point, scope: str, text: str, start: int, before: Tier | None, freely: bool
) -> Tier | None:
    """ "Net 45 needs the sales manager": a value by itself, taken for the end of a tier."""
    match = _EXACT.search(text)
    if match is None:
        return None
    unit = "days" if match["label"] else unit_of(match["unit"] or match["money"] or "")
    number = parse_number(match["number"])
    if not unit or number is None or (before is not None and before.unit != unit):
        return None
    who = (
        who_agrees(text[: match.start("number")] + " " + text[match.end("number") :])
        if _AGREES.search(text)
        else ""
    )
    forbidden = bool(_FORBIDDEN.search(text))
    if before is None and not (who or freely or forbidden or re.search(r"\bis\b", text)):
        return None
    if before is None:
        who = ""
    least = before.most if before is not None else None
    return Tier(point, scope, unit, least, number, who, forbidden, start, start + len(text),
                freely or before is None)  # fmt: skip


def _unit(said: Sequence[Limit], text: str) -> str:
    for one in said:
        found = unit_of(one.unit.split()[0] if one.unit else "") or unit_of(one.unit)
        if found:
            return found
    return "amount" if re.search(r"[$€£]", text) else unit_of(_last_unit(text))


def _last_unit(text: str) -> str:
    match = re.search(r"%|percent|per cent", text, re.IGNORECASE)
    return match[0] if match else ""


_NAME = r"(?P<who>(?:the |a |an |our |his |her |their )*[\w&/-]+(?: (?!before\b|in\b|for\b|when\b|if\b|signs?\b|must\b|has\b|may\b|can\b|approv|is\b|and\b|to\b|at\b)[\w&/-]+){0,3})"
_NAMED_WHO = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:approval|okay|ok|consent|signature|permission|agreement|sign-off|yes) (?:of|from|by) {_NAME}",
        rf"{_NAME}['’]s? (?:\w+ )?(?:approval|okay|ok|consent|signature|permission|agreement|sign-off|yes)\b",
        rf"\b(?:approved|signed|granted|given|authori[sz]ed|decided|confirmed)(?: off)? by {_NAME}",
        rf"{_NAME} (?:signs?(?: off)?|approves?|decides?|agrees?|must (?:sign|approve|agree)|has to (?:sign|approve|agree))\b",
        rf"\b(?:needs?|requires?) {_NAME}(?=\s*$|[.,;])",
    )
)


# "The sales manager of the rep's team".
_OF_TEAM = re.compile(
    r"\b(?P<role>managers?|leads?|leaders?|heads?|directors?) of (?:the|his|her|their|that|our) (?:\w+['’]s )?(?:team|region|area|group|department)\b",
    re.IGNORECASE,
)


def who_agrees(text: str) -> str:
    """Whose agreement is named."""
    text = _OF_TEAM.sub(r"\g<role> ", text)
    for one in limits(text):
        text = text.replace(one.text, " ")
    for pattern in _NAMED_WHO:
        if (match := pattern.search(text)) is not None:
            who = re.sub(r"^(?:(?:the|a|an|our|his|her|their|with|only|and|written|prior|needs?|requires?)\s+)+", "",
                         match["who"], flags=re.IGNORECASE)  # fmt: skip
            who = re.sub(r"^[\d%$€£.,\s]+", "", who).strip()
            who = re.sub(r"^(?:(?:above|over|beyond|more|that|this|it|than|from|there|a|an|the)\s+)+", "", who,
                         flags=re.IGNORECASE)  # fmt: skip
            if who and who.casefold() not in _BEFORE_WHO and not who[0].isdigit():
                return who
    short = ":" in text[:2] or len(text.split()) <= 10
    return _left_over(text) if short and not _STATES.search(text) else ""


_AT_MOST = re.compile(
    r"\b(?:at most|maximum|max|no (?:more|longer) than|not more than)\b", re.IGNORECASE
)
_STATES = re.compile(r"\b(?:is|are|valid|lasts?|within|at most|maximum)\b", re.IGNORECASE)


def _left_over(text: str) -> str:
    """What is left of a short piece once numbers and the words of agreeing are taken out."""
    left = re.sub(r"\([^)]*\)", " ", text)
    for one in limits(left):
        left = left.replace(one.text, " ")
    left = re.sub(r"[$€£]?\s?\d[\d.,]*\s*(?:%|percent|euros?|dollars?|days?|months?)?", " ", left)
    left = re.sub(r"['’]s?\b", " ", left)
    words = re.findall(r"[\w&/-]+", left)
    while words and words[0].casefold() in _BEFORE_WHO:
        words.pop(0)
    while words and words[-1].casefold() in _BEFORE_WHO:
        words.pop()
    taken: list[str] = []
    for word in words:
        if word.casefold() in _BEFORE_WHO:
            break
        taken.append(word)
    if len(taken) > 4 or not taken or all(w.casefold() in STOPWORDS for w in taken):
        return ""
    return " ".join(taken)


def alone(listed: Sequence[Tier]) -> list[Tier]:
    """The tiers with those that nobody has to agree to marked: the lowest of each row, where
    those who give it themselves are named."""
    found: list[Tier] = []
    for at, one in enumerate(listed):
        lowest = one.least is None and not one.forbidden
        several = at + 1 < len(listed) and listed[at + 1].scope == one.scope
        found.append(replace(one, freely=True) if lowest and (several or one.freely) else one)
    return found


def scope_words(scope: str) -> frozenset[str]:
    """The concepts of what a tier is about."""
    return frozenset(
        concept(word) for word in plain_words(scope) if word not in STOPWORDS and len(word) > 1
    )


def rows(listed: Sequence[Tier]) -> Iterator[list[Tier]]:
    """The tiers of each scope and unit together, in their order."""
    kept: list[Tier] = []
    for one in listed:
        if kept and (kept[-1].scope, kept[-1].unit) != (one.scope, one.unit):
            yield kept
            kept = []
        kept.append(one)
    if kept:
        yield kept
