"""What rules of conduct are about, and how a sentence breaks them."""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.chat.answers import Citation
from assistant.chat.rules.conditions import limits
from assistant.chat.rules.facts import Colleague
from assistant.chat.rules.reading import SENTENCE, Point
from retrieval.scanners.number_words import COUNTED
from retrieval.stems import plain_words
from retrieval.values import extract_values

_NEGATED = re.compile(
    r"\b(?:not|can't|cannot|couldn't|won't|don't|never|no|unable|isn't|only|before)\b",
    re.IGNORECASE,
)


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?![\w-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a colleague said, sentence by sentence, and where it stands."""

    who: str
    text: str
    cited: Citation


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation with the customer it was held with."""

    cited: Citation
    account_id: str | None
    account: str
    at: datetime | None
    ours: tuple[Spoken, ...]


@dataclass(frozen=True, slots=True)
class World:
    """What a sentence is held against besides the rule: other customers, colleagues."""

    talk: Talk
    accounts: tuple[str, ...]
    people: tuple[Colleague, ...]
    common: frozenset[str] = frozenset()  # words that several customers' names share


Against = Callable[[Point, Spoken, World], bool]
_MONEY_BACK = _any(
    r"refund\w*",
    r"credit(?:ed|ing)?(?! card)",
    r"money (?:will be |will come |is |comes |gets |should be )?back",
    r"(?:sent|send|sending|give|gave|giving|pay|paid|go(?:es)?|transfer\w*) .{0,20}back",
    "reimburs\\w+",
    "goodwill",
    "compensat\\w+",
    "voucher",
)
_BAD = _any(
    "junk",
    "hopeless",
    "useless",
    "terrible",
    "awful",
    "crap",
    "garbage",
    "rubbish",
    "incompetent",
    "stupid",
    "lazy",
    "idiots?",
    "worst",
    "worthless",
    "catch(?:es)? fire",
    "unreliable",
    "liars?",
    "cheat\\w*",
    "a joke",
    "clueless",
    "bad",
    "dreadful",
    "pathetic",
    "trash",
    "falls? apart",
    "scam\\w*",
    "horrible",
    "fool\\w*",
    "moron\\w*",
    "a mess",
    r"(?:mix|mess|screw|muddle|muck)(?:es|ed|ing|s)? (?:\w+ ){0,2}up",
    r"(?:never|always|keeps?) (?:gets?|getting|does|doing|answers?|learns?|listens?|forgets?|forgetting|late|wrong|loses?|losing)",
    r"(?:hundred|thousand|dozen|million|hundreds of) times",
    r"(?:that's|this is) \w+ for you",
    "rip-?offs?",
    "no clue",
)
_PROMISES = _any(
    "promis\\w+",
    "guarante\\w+",
    "i assure",
    "for (?:sure|certain)",
    "definitely",
    "you(?:'ll| will) (?:have|get|receive) it",
    "will be (?:there|at your|with you|delivered|in your)",
    "count on it",
    "i(?:'ll| will) make sure it",
    "hundred percent",
    "100 ?%",
    "without fail",
    "my word",
)


_NO_PROMISE = r"(?:isn't|no|won't|don't|without) (?:\w+ ){0,2}(?:promis|guarant|assur)\w*"
_OF_DELIVERY = _any(
    r"deliver\w*", "dates?", r"arriv\w*", r"ship\w*", "times?", "deadlines?", "schedule"
)


def _promised(point: Point, said: Spoken, _world: World) -> bool:
    if _MONEY_BACK.search(point.text) and not _OF_DELIVERY.search(point.text):
        return False  # a rule on promising refunds
    timed = any(one.kind in {"date", "time", "duration"} for one in extract_values(said.text))
    timed = timed or bool(
        _any(
            "today",
            "tomorrow",
            "tonight",
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
            "next week",
        ).search(said.text)
    )
    return (
        bool(_PROMISES.search(said.text))
        and timed
        and not _MONEY_BACK.search(said.text)
        and not _any("can't", "cannot", "not", _NO_PROMISE).search(said.text)
    )


def _too_much(point: Point, said: Spoken, _world: World) -> bool:
    """More money back than the rule lets one give alone."""
    ends = [end for one in limits(point.text) for end in (one.least, one.most) if end is not None]
    most = min(ends, default=None)
    if most is None or not _MONEY_BACK.search(said.text) or _asks(said.text):
        return False
    amounts = [
        _number(one.normal) for one in extract_values(said.text) if one.kind in {"amount", "number"}
    ]
    return any(amount is not None and amount > float(most) for amount in amounts)


def _number(normal: str) -> float | None:
    found = re.search(r"\d+(?:\.\d+)?", normal)
    return float(found[0]) if found else None


def _asks(text: str) -> bool:
    return text.rstrip().endswith("?")


def _of_another(_point: Point, said: Spoken, world: World) -> bool:
    """Another customer is named, and something is told of them."""
    own = set(plain_words(world.talk.account))
    words = f" {' '.join(plain_words(said.text))} "
    for name in world.accounts:
        whole = plain_words(name)
        if not whole or set(whole) <= own:
            continue
        # People leave out what half of all customers are called: "Badger Ridge" of Badger Ridge Dental.
        for bare in (whole, whole[: _leading(whole, world.common)]):
            shown = " ".join(bare)
            if len(shown) < _LEAST_NAME or set(bare) <= own or f" {shown} " not in words:
                continue
            if len(words.split()) > len(bare) + 2 and _written_large(bare[0], said.text):
                return True
    return bool(
        _any(
            r"another customer(?: of ours)?",
            "one of our (?:other )?customers",
            "other customers? (?:pay|buy|use|had|have|get)s?",
        ).search(said.text)
    )


_LEAST_NAME = 5


def _leading(name: Sequence[str], common: frozenset[str]) -> int:
    """How many words of a name stand before the first that other customers' names hold too."""
    return next((at for at, word in enumerate(name) if word in common), len(name))


def _written_large(word: str, text: str) -> bool:
    return (
        re.search(rf"(?<!\w){re.escape(word[:1].upper())}{re.escape(word[1:])}", text) is not None
    )


def _matching(*turn: str, plainly: bool = True) -> Against:
    pattern = _any(*turn)

    def against(_point: Point, said: Spoken, _world: World) -> bool:
        match = pattern.search(said.text)
        return match is not None and not (
            plainly and _NEGATED.search(said.text[max(0, match.start() - 30) : match.start()])
        )

    return against


def _speaks_badly(_point: Point, said: Spoken, _world: World) -> bool:
    if not _BAD.search(said.text) or _any("sorry", "not bad").search(said.text):
        return False
    return bool(re.search(r"[A-Z][a-z]{2,}|\b(?:they|their|he|she|his|her|them|him)\b", said.text))


def _other_code(point: Point, said: Spoken, _world: World) -> bool:
    """A code that is none of those which the rule lists."""
    listed = set(re.findall(r"\b[A-Z]{3,}[A-Z0-9]*\d+\b|\b[A-Z]{5,}\d*\b", point.text))
    given = set(re.findall(r"\b[A-Z]{3,}[A-Z0-9]*\d+\b", said.text))
    return bool(listed and given - listed)


def _asks_for_secret(_point: Point, said: Spoken, _world: World) -> bool:
    secret = _any(
        "card (?:number|details|data)",
        "cvv",
        "cvc",
        "code (?:from|on) the back",
        "passwords?",
        "pin(?: code)?",
        "security code",
        "iban",
        "social security",
        "bank details",
        "log-?in details",
    )
    asks = _any(
        "type",
        "send",
        "give",
        "tell",
        "enter",
        "write",
        "need",
        "share",
        "read",
        "can you",
        "could you",
        "what(?:'s| is) your",
        "just",
    )
    return bool(secret.search(said.text) and asks.search(said.text)) and not _any(
        "never", "don't", "do not"
    ).search(said.text)


_AT_ONCE = _any(
    "today", "tomorrow", "now", "right away", "immediately", "at once", "already", "no need to wait",
    "straight away", "this (?:week|afternoon|evening)", r"(?:goes|going|went) out", "without waiting", "whenever",
    r"(?:i|we)(?:'ve| have) (?:just )?(?:refunded|credited|sent|paid)", "don't (?:have|need) to (?:send|return|wait)",
)  # fmt: skip
_WHATEVER = re.compile(
    r"\b(?:no matter|regardless|whether|even if|whatever|whenever)\b[^,.;]*", re.IGNORECASE
)
_ONCE_BACK = _any("once", "after", "when", "as soon as", "if", "only", "until", "before")


_CREDIT = _any(r"credit\w*")
_REFUND = _any(
    r"refund\w*", "money (?:\\w+ ){0,2}back", r"reimburs\w+", r"(?:pay|paid|send|sent|transfer\w*) .{0,20}back"
)  # fmt: skip


def _until(text: str) -> str:
    """The sentences that say what has to have happened first."""
    first = _any("before", "until", "only (?:after|once|when)")
    return " ".join(one[0] for one in SENTENCE.finditer(text) if first.search(one[0]))


def _too_soon(point: Point, said: Spoken, _world: World) -> bool:
    """Money is promised back before what the rule wants to have happened first."""
    if not _any("before", "until", "only (?:after|once|when)", "not .{0,30}before").search(
        point.text
    ):
        return False
    text = _WHATEVER.sub(" ", said.text)
    if _CREDIT.search(text) and not _REFUND.search(text) and not _CREDIT.search(_until(point.text)):
        return False  # what has to come back first is a refund
    promised = _MONEY_BACK.search(text) and (
        _AT_ONCE.search(text) or (_PROMISES.search(text) and not _NEGATED.search(text))
    )
    return bool(promised) and not _ONCE_BACK.search(text) and not _asks(text)


def _in_part(_point: Point, said: Spoken, _world: World) -> bool:
    """Money back for a part of a month where the rule knows whole ones only."""
    part = _any(
        "rest of",
        "half",
        "part of",
        "remaining",
        "pro[- ]rata",
        "partial(?:ly)?",
        r"(?:those|the|these) [\w-]+ days",
    )
    return bool(_MONEY_BACK.search(said.text) and part.search(said.text)) and not _asks(said.text)


_PERCENT = re.compile(r"(?P<number>\d+(?:[.,]\d+)?|[a-z]+)\s*(?:%|per ?cent)", re.IGNORECASE)


def _too_cheap(point: Point, said: Spoken, _world: World) -> bool:
    """More off the price than the rule lets anybody give without asking."""
    ends = [one.most for one in limits(point.text) if one.most is not None]
    match = _PERCENT.search(said.text)
    if (
        match is None
        or not ends
        or _asks(said.text)
        or _any("can't", "cannot", "not").search(said.text[: match.start()])
    ):
        return False
    word = match["number"].casefold()
    number = float(COUNTED[word]) if word in COUNTED else _number(word)
    offered = _any("off", "discount", "less", "rebate", "reduction", "cheaper", "down").search(
        said.text
    )
    return number is not None and offered is not None and number > float(ends[0])


# What rules of conduct are about anywhere, by their own words, and how a sentence breaks them.
SORTS: tuple[tuple[re.Pattern[str], Against], ...] = (
    (_any("refunds?", "credits?", "money back", "goodwill", "compensation"), _too_much),
    (_any(r"refund\w*", r"credit\w*", "money back", "pays?"), _too_soon),
    (_any(r"(?:whole|full) (?:\w+ )?(?:months?|weeks?|years?|quarters?)", "part of a (?:month|week|year)", "pro[- ]rata"), _in_part),
    (_any("discounts?", "rebates?"), _too_cheap),
    (_any("out of use", "unsafe", "dangerous", "may be used", "keep using", "safety", "stop using", "take .{0,20}out of (?:use|service)"),
     _matching(r"(?:can|may|could) (?:still |just |safely )?(?:keep|continue|go on|carry on|use|run|operate|drive|climb)\w*(?: \w+ing| to \w+| with)?(?: on)? ?(?:it|them|using|climbing|driving|running|working|operating)?",
               r"keep (?:using|climbing|driving|running|operating|working)", r"carry on (?:using|with)?", r"(?:it'?s|it is|that'?s|that is|they'?re) (?:still )?(?:fine|safe|ok|okay|alright) (?:for|to|until|till)",
               r"no need to (?:stop|take it|switch it off|shut)", r"don't need to (?:stop|take it|switch it off)", r"nothing (?:can|will) happen")),
    (_any("(?:discount|promo\\w*|voucher|public)? ?codes?"), _other_code),
    (_any("card(?: data| number| details)?", "passwords?", "payment (?:data|details)", "bank details", "credentials?", "pins?"), _asks_for_secret),
    (_any("announc\\w+", "unreleased", "road ?map", "upcoming products?", "unannounced", "future products?", "launch\\w*"),
     _matching("not (?:yet )?announced(?: yet)?", "between us", "coming out", "comes? out", "new model", "next (?:generation|version)", "will (?:launch|release)", "not (?:yet )?public", "secret(?:ly)?", "hold off", plainly=False)),
    (_any("free", "giv(?:e|ing) away", "free of charge", "gifts?", "giveaways?"),
     _matching("free of charge", "for free", "at no cost", "no charge", "on the house", "free (?:part|replacement|one|unit)s?", "without charge", "won't (?:charge|cost) you", "as a gift", plainly=False)),
    (_any("fault", "liabilit\\w+", "liable", "guilt", "responsib\\w+ for", "admit"),
     _matching("our (?:own )?(?:fault|mistake|error|bad)", "we(?:'re| are) (?:liable|responsible|to blame)", "we (?:caused|messed|broke|screwed|botched)", "my (?:fault|mistake)", "that was us", "we did (?:that )?wrong", "(?:is|was) on us")),
    (_any("clinical", "patients?", "treat(?:s|ed|ing|ment)? ", "diagnos\\w+", "dos(?:e|age|es)", "medical", "expert advice", "legal advice", "engineering advice"),
     _matching("(?:perfectly|absolutely|completely|totally|quite|it's|is|are|that's) safe", "harmless", "no (?:risk|danger|problem at all)", "go ahead", "(?:won't|will not|doesn't|does not|can't) (?:hurt|harm)",
               "(?:fine|okay|ok) (?:for|with|to)", "you (?:can|may|should) (?:just |simply |safely )?(?:take|use|give|treat|apply)", "i(?:'d| would) (?:just )?(?:take|use|give|treat|recommend)", "recommend(?:ed)? dos\\w+", plainly=False)),
    (_any("health", "medical", "medicine", "cure", "therap\\w+"),
     _matching("blood pressure", "healthy", "health(?:ier)?", "heart", "cures?", "heals?", "immune", "diabetes", "cancer", "cholesterol", "disease", "sleep better", "lose weight", "good for (?:your|the)", "medicine", "doctor", "lowers?", "therap\\w+")),
    (_any("legal advice", "tax advice", "legal", "tax"),
     _matching("legally", "tax[- ]deductible", "deduct", "you can sue", "by law", "lawyer", "court", "tax office")),
    (_any("run(?:s|ning)? down", "blame\\w*", "badly", "disparag\\w+", "bad-?mouth\\w*", "negative(?:ly)?", "criti\\w+", "talk down", "insult\\w*", "run down", "rude\\w*", "disrespect\\w*", "derogator\\w+", "slander"), _speaks_badly),
    (_any("another (?:customer|client|one)(?:'s)?", "other (?:customers?|clients?)", "customer(?:'s|s') (?:data|names?|details|prices)", "third part(?:y|ies)"), _of_another),
    (_any("promis\\w+", "guarantee\\w*", "commit\\w*", "assure", "delivery (?:date|time)s?", "deliver\\w*"), _promised),
    (_any("discounts?", "price (?:cuts?|reductions?)"),
     _matching(r"\d+ ?(?:%|percent) (?:off|discount|less)", "i(?:'ll| will) give you .{0,20}discount", "discount of \\d+", "special price")),
    (_any("internal", "confidential", "margins?", "cost prices?"),
     _matching("internal(?:ly)?", "confidential", "our margin", "we (?:buy|purchase) (?:it|them) (?:for|at)", "cost price", "between you and me")),
    (_any("private (?:phone|number|mobile|address|e-?mail)", "personal (?:phone|number|e-?mail|account)", "off[- ]channel", "private messag\\w+"),
     _matching("my (?:private|personal|own) (?:number|phone|mobile|e-?mail|account|whatsapp)", "whatsapp me", "private(?:ly)?")),
    (_any("names? or numbers?", "personal data", "contact (?:data|details)", "phone numbers?"), lambda _p, said, _w: any(one.kind in {"phone", "email"} for one in extract_values(said.text))),
    (_any("marketing", "opted out", "newsletter", "unsubscrib\\w+"), _matching("newsletter", "marketing", "subscribe you", "sign you up")),
)  # fmt: skip
