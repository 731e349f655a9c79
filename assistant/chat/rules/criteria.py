"""What a conversation with a lead shows of money, decision power, need and timing, clause by clause.

An answer is read with the question before it; what a third person decides, what is only hoped for
and what somebody else paid shows nothing of the lead.
"""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.chat.answers import Citation
from assistant.chat.rules.facts import parse_number
from assistant.chat.rules.turns import Turn
from assistant.chat.texts.orders import is_order
from retrieval.clauses import sentence_spans
from retrieval.stems import STOPWORDS, WORD, fold, plain_words
from retrieval.values import extract_values


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?![\w-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the four: how a question calls it, what speaks of it, and what shows it."""

    name: str
    asked: re.Pattern[str]
    topic: re.Pattern[str]
    shows: re.Pattern[str]


BUDGET, AUTHORITY, NEED, TIMING = "budget", "authority", "need", "timing"
CRITERIA = (
    Criterion(
        BUDGET, _any("money", "budget", "funds?", "funding", "cash"),
        _any("money", "budgets?", "cash", "funds?", "funding", "funded", "capex", "spend(?:ing)?", "can pay", "afford", "amount", "figures?", "sum", "set aside", "put aside", "finances?", "price range", "invest(?:ment)?",
             "loan", "grant", "credit line", "line of credit", "bank", "lottery", "crowdfunding", r"paid for", r"(?:is|be) (?:it |that |this )?(?:paid|financed)"),
        _any("(?:is|are) there", "there(?:'s| is| are)", "set aside", "put aside", "approved", "reserved", "released", "available", "allocated", "earmarked", "signed off", "has the (?:cash|money|budget)", "have the (?:cash|money|budget)", "got", "confirmed", "secured", "budgeted", "granted", "awarded", "raised", "came through", "on the account", "in the (?:bank|plan|budget)", "can spend", "is in"),
    ),
    Criterion(
        AUTHORITY, _any("authority", "decision power", "power to decide", "who decides", "decision[- ]makers?", "decides", "who signs"),
        _any("decides?", "decided by", "decision", "decision[- ]makers?", "signs?(?: off)?", "signing", "signature", "signatory", "approv(?:e|es|er|al)", "make(?:s)? the call", "has the (?:final |last )?say", "says? yes(?: or no)?", "pick(?: the vendor)?", "free hand", "choose", "final say", "authority", "authori[sz]ed", "own (?:it|the)", "owns", "in charge", "the ink", "votes?", "would order", "contracts? go"),
        _any("decides?", "signs?(?: off)?", "signature", "signatory", "says yes or no", "pick(?: the vendor)?", "free hand", "makes the call", "has the (?:final |last )?say", "final say", "authori[sz]ed", "her(?:self)?", "himself", "myself", "alone", "on (?:her|his|my|their) own"),
    ),
    Criterion(
        NEED, _any("need", "needs", "pain"),
        _any("needs?", "problems?", "pain", "complain\\w*", "worn(?: out)?", "leak\\w*", "broken?", "breaks?", "seized", "can't keep up", "cannot keep up", "undersized", "scrap\\w*", "corrod\\w*", "starve\\w*", "fail\\w*", "dies", "died", "queue\\w*", "refuse", "los(?:e|es|ing)", "stops?", "stopped", "slow\\w*", "old", "sick of", "tired of", "struggl\\w*", "manual(?:ly)?", "errors?", "marginal", "wants?", "would like", "run(?:s)? fine", "capacity", "better", "urgent\\w*", "down", "waiting", "wait", "too (?:small|slow|old|loud|weak|expensive)", "outgrown", "overloaded", "trips?", "unhappy", "no longer", "missing", "is good", "satisfied", "happy", "looking around", "something"),
        _any("needs?", "problems?", "pain", "complain\\w*", "worn(?: out)?", "leak\\w*", "broken?", "breaks?", "seized", "can't keep up", "cannot keep up", "undersized", "scrap\\w*", "corrod\\w*", "starve\\w*", "fail\\w*", "dies", "died", "queue\\w*", "refuse", "los(?:e|es|ing)", "stops?", "stopped", "slow\\w*", "old", "sick of", "tired of", "struggl\\w*", "manual(?:ly)?", "errors?", "marginal", "urgent\\w*", "down", "waiting", "wait", "too (?:small|slow|old|loud|weak|expensive)", "outgrown", "overloaded", "trips?", "unhappy", "no longer", "would like", "want"),
    ),
    Criterion(
        TIMING, _any("timing", "timeline", "timeframe", "time frame", "when", "date", "time"),
        _any("dates?", "deadlines?", "(?:by|until) when", "when (?:do|does|would|should|will|must|is|are|can|could)(?! (?:you|they|he|she|it) hear)", "timing", "timelines?", "timeframe", "in place", "running by", "whenever", "someday", "schedule", "go[- ]live", "no hurry", "no rush", "in no hurry", "(?:want|need|must|has to|have to|should)\\w*\\b.{0,60}\\b(?:before|by|until)", "(?:this|next) (?:month|quarter|spring|summer|autumn|fall|winter)", "get to it", "the opening", "how soon"),
        _any("by", "before", "in place", "this (?:month|quarter)", "starts?", "fixed", "deadline", "running", "until", "reopening", "on", "next (?:month|quarter)"),
    ),
)  # fmt: skip
_BY_NAME = {one.name: one for one in CRITERIA}
# What makes of a word on a matter that it is open.
_OPEN = _any(
    "no", "not", "nothing", "none", "never", "nobody", "no one", "without", "doesn't", "don't", "didn't", "hasn't",
    "haven't", "isn't", "aren't", "can't", "cannot", "couldn't", "won't", "wouldn't", "unknown", "unclear", "unsure", "no idea", "has to ask", "have to ask", "has to see", "have to see", "(?:i've|we've|have|has) to see",
    "maybe", "perhaps", "could be", "might", "whenever", "someday", "somebody", "someone", "whether", "depends", "yet to", "(?:still|is|are|remains?|left) open", "used up", "undecided", "tbd", "shrugged",
    "when (?:we|i|they|he|she) get to it", "hop(?:e|es|ed|ing)", "not really",
)  # fmt: skip
# Negations that deny nothing of the matter.
_HARMLESS = re.compile(
    r"\b(?:with|together with|and|asks?) nobody(?: else)?\b|\bnobody else\b|\byes or no\b|\bno (?:problem|doubt|need to|longer)\b|\bno later than\b|\bnot later than\b"
    r"|\bcan(?:'t|not) (?:keep|wait|cope|handle)\b|\bdo(?:es)?n't work\b|\bnot (?:only|just)\b|\bdoes not work\b|\bwithout asking\b|\bno one else\b|\bnobody has to\b|\bi don't (?:have|need) to ask\b",
    re.IGNORECASE,
)
_CONTENT = _any(
    "run(?:s|ning)? fine", "works? fine", "nobody complains", "no (?:problems?|complaints?|need|pain)", "(?:is|are) (?:good|fine|plenty|new|enough)", "happy with", "satisfied with", "content with", "all good", "nothing (?:is )?wrong",
    "nothing special", "nothing (?:in )?particular", "(?:just|only) (?:looking|browsing|curious|interested)", "looking around", "no idea", "something (?:\\w+)(?=\\W*$)", "don't (?:really )?know (?:what|yet)", "see whether something",
)  # fmt: skip
_ASKS = re.compile(
    r"\?\s*$|^\s*(?:on|as to|about|re)\s+\w+\s*:?\s*$|\b(?:asked|pushed|pressed|inquired|enquired|wondered)\b",
    re.IGNORECASE,
)
_ASKS_NEED = _any(
    "what (?:do|did|can|could|should|would|is|are|brings?|will|else)(?! you (?:spend|pay|afford|invest))", "what(?:'s| is) (?:it|this|that) for", "for what", "what exactly", "which (?:one|kind|sort|model)",
)  # fmt: skip
_LIMIT = re.compile(
    r"\b(?:sign|decid|approv|authori)\w*\b.*\b(?:up to|below|under|until)\b|\b(?:above|over|beyond|more than|everything)\b.{0,20}\b(?:\d|ten|twenty|fifty|thousand)",
    re.IGNORECASE,
)
# Money that is not there yet: it depends on something, or was only asked for.
_ONLY_IF = re.compile(
    r"^\W*(?:if|once|provided|as soon as|should|when the|assuming)\b|\b(?:if|once|provided|as soon as|assuming)\b[^,.]*(?:comes?|goes|get|gets|approv|grant|award|through)"
    r"|\bappl(?:y|ied|ying)\b|\brequest(?:ed)?\b|\bpending\b|\bnot (?:yet )?(?:been )?(?:approved|awarded|released|decided|granted)\b|\bdon't hold\b|\bhoping\b|\bexpecting?\b|\bmight\b|\bmay\b(?! only)",
    re.IGNORECASE,
)
# A sum that is somebody else's, or a price.
_OTHERS_SUM = re.compile(
    r"\b(?:cousin|neighbou?r|brother|sister|friend|competitor|colleague|others?)\b.*\b(?:spent|paid|pays?|costs?)\b|\b(?:cost|costs|cheaper|each|apiece|price|priced|quoted|charged?|a piece)\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"\b(?:ask|call|ring|write|talk|speak|come back|try)\b.{0,20}\b(?:again|me|back)\b|\b(?:hear|tell|know|decide|votes?|meets?|sits?)\b.{0,30}\b(?:in|on|by|before|until)\b",
    re.IGNORECASE,
)
_I = _any("i", "i'm", "i'll", "me", "my", "mine", "myself", "it's me", "that's me")
_SHE = _any("she", "he", "her", "his", "himself", "herself", "who")
_YES = re.compile(r"^\W*(?:yes|yeah|yep|sure|of course|certainly|that's (?:me|right)|just me|only me|me\b|i do\b|i am\b|correct)", re.IGNORECASE)  # fmt: skip
_NO = re.compile(r"^\W*(?:no|nope|not)\b", re.IGNORECASE)
_NOBODY_ELSE = re.compile(r"^\W*(?:nobody|no one|none)\b", re.IGNORECASE)
_SOLE = _any("sole signatory", "only signatory", "on (?:her|his|my) own", "alone")
_CLAUSE = re.compile(
    r"\s*(?:,(?!\d)|[;:]|\bbut\b|\band\b|\bbecause\b|\bso\b|\s[–—-]\s)\s*", re.IGNORECASE
)
_ABBREVIATED = re.compile(
    r"(?<![\w.,])[$€£]?\d[\d.,]*\s?(?:k|m|grand|thousand|million|mio)\b|[$€£]\s?\d|\d[\d.,]*\s?(?:[€$£]|euros?\b|dollars?\b|usd\b|eur\b|gbp\b|chf\b|pounds?\b|francs?\b)",
    re.IGNORECASE,
)
_PLAIN_SUM = re.compile(r"(?<![\w.,-])\d{1,3}[.,]\d{3}(?![\d])")
_LEAST_SUM = 1000


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that shows a criterion, or that it is open; the latest conversation first."""

    criterion: str
    there: bool
    sentence: str
    cited: Citation
    talk: int
    part: str = ""


def evidence(
    talk: int, text: str, spoken: Sequence[Turn], cited: Citation, contact: str
) -> Iterator[Evidence]:
    """What the conversation says of each criterion. contact: the name of the lead's person."""
    asked: tuple[Criterion, ...] = ()
    for turn in spoken:
        if turn.ours:
            asked = _asked_by(text[turn.start : turn.end])
            continue
        for start, end in sentence_spans(text[turn.start : turn.end]):
            sentence = text[turn.start + start : turn.start + end]
            if is_order(sentence):
                continue
            place = replace(
                cited, quote=sentence, field="body", start=turn.start + start, end=turn.start + end
            )
            said = _Said(sentence, contact, in_talk=bool(turn.who))
            for criterion, there, part in said.read(asked):
                yield Evidence(criterion, there, sentence, place, talk, part)
            if not turn.who:
                asked = said.asks()


def _asked_by(text: str) -> tuple[Criterion, ...]:
    """What a colleague's turn asks about: its last question; nothing new where it asks none."""
    questions = [text[a:b] for a, b in sentence_spans(text) if text[a:b].rstrip().endswith("?")]
    if not questions:
        return ()
    about = _topics(questions[-1])
    if about:
        return about
    return (_BY_NAME[NEED],) if _ASKS_NEED.search(questions[-1]) else ()


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence of a customer, or of a note about them."""

    sentence: str
    contact: str
    in_talk: bool

    def read(self, asked: tuple[Criterion, ...]) -> Iterator[tuple[str, bool, str]]:
        spoken: tuple[Criterion, ...] = ()
        if self.sentence.rstrip().endswith("?") and self.in_talk:
            return
        whole = _HARMLESS.sub(" ", self.sentence)
        for at, part in enumerate(one for one in _CLAUSE.split(self.sentence) if one.strip()):
            about = _topics(part)
            leans = bool(_OPEN.search(_HARMLESS.sub(" ", part))) and not about
            for criterion in about or (asked or spoken if leans else ()):
                there = self._of(criterion, part, whole)
                if there is not None:
                    yield criterion.name, there, part
            if at == 0 and not about:
                yield from self._answers(part, asked)
            spoken = about or spoken

    def asks(self) -> tuple[Criterion, ...]:
        """What the sentence of a note asks, or says was asked."""
        parts = [part for part in _CLAUSE.split(self.sentence) if part.strip()]
        asks = _ASKS.search(self.sentence) or any(_ASKS.search(part) for part in parts)
        return _topics(self.sentence) if asks else ()

    def _answers(self, part: str, asked: tuple[Criterion, ...]) -> Iterator[tuple[str, bool, str]]:
        """What a bare answer says of what was asked: "Just me.", "Dr. Haas.", "Two, in white."."""
        names = {one.name for one in asked}
        if AUTHORITY in names and self.in_talk:
            if _YES.search(part) or _NOBODY_ELSE.search(part) or _SOLE.search(part):
                yield AUTHORITY, True, part
            elif _names_somebody(self.sentence) and not _OPEN.search(part):
                yield AUTHORITY, False, self.sentence
        if (
            NEED in names
            and self.in_talk
            and not _OPEN.search(self.sentence)
            and _told(self.sentence)
        ):
            yield NEED, True, self.sentence
        if TIMING in names and self.in_talk and (there := _timing(self.sentence)) is not None:
            yield TIMING, there, self.sentence
        if (
            BUDGET in names
            and self.in_talk
            and _YES.search(part)
            and not _OPEN.search(self.sentence)
        ):
            yield BUDGET, not _ONLY_IF.search(self.sentence), self.sentence

    def _of(self, criterion: Criterion, part: str, whole: str) -> bool | None:
        """Whether the clause shows the criterion (True), shows that it is open, or neither."""
        if criterion.name == NEED:
            return _need(criterion, part)
        if criterion.name == AUTHORITY:
            return self._authority(criterion, part)
        if criterion.name == BUDGET:
            return _budget(criterion, part, whole)
        return _timing(part)

    def _authority(self, criterion: Criterion, part: str) -> bool | None:
        bare = _HARMLESS.sub(" ", part)
        if _OPEN.search(bare):
            return False
        if not criterion.shows.search(part) and not _any("own", "owns", "mine").search(part):
            return False if self.in_talk and _names_somebody(part) else None
        own = {fold(word) for word in self.contact.split()}
        if _I.search(part) or own & {fold(word) for word in WORD.findall(part)}:
            return True
        if not self.in_talk and (_SHE.search(part) or not _names_somebody(part)):
            return True
        return None if _SOLE.search(part) else False  # whoever it is has not spoken with us


def _budget(criterion: Criterion, part: str, whole: str) -> bool | None:
    if _OTHERS_SUM.search(part) or (_LIMIT.search(part) and not criterion.shows.search(part)):
        return None
    if _OPEN.search(_HARMLESS.sub(" ", part)) or _ONLY_IF.search(whole):
        return False
    return True if is_sum(part) or criterion.shows.search(part) else None


def _need(criterion: Criterion, part: str) -> bool | None:
    if _CONTENT.search(part) or re.fullmatch(r"\W*(?:none|nothing|no)\W*", part, re.IGNORECASE):
        return False
    return True if criterion.shows.search(part) else None


def _timing(part: str) -> bool | None:
    if _AGAIN.search(part):
        return None
    if _OPEN.search(_HARMLESS.sub(" ", part)):
        return False
    return True if dated(part) or _SEASON.search(part) else None


_SEASON = re.compile(
    r"\bthis (?:month|quarter|week)\b|\b(?:spring|summer|autumn|winter|easter|christmas)\b|\b(?:before|by|until)\b.{0,30}\b(?:season|term|semester|school|holidays|opening|year)\b",
    re.IGNORECASE,
)


def _told(sentence: str) -> bool:
    """Whether an answer names something: two words that mean something beside the yes."""
    words = [word for word in plain_words(sentence) if word not in STOPWORDS]
    return len(words) > 1 and not _CONTENT.search(sentence)


def _names_somebody(text: str) -> bool:
    """A person or a body who is not the speaker: "Dr. Haas", "the board of trustees"."""
    if _I.search(text) and not _any(
        "i only", "i just", "my (?:boss|partner|husband|wife|father|mother)"
    ).search(text):
        return False
    words = WORD.findall(text)
    named = any(word[0].isupper() and at > 0 for at, word in enumerate(words) if len(word) > 1)
    return named or _BODY.search(text) is not None


_BODY = _any(
    "boards?", "committee", "council", "trustees", "partners?", "owners?", "landlord", "boss", "director", "head", "ceo", "cfo", "bank", "company", "municipality", "foundation", "management", "headquarters", "parent", "wife", "husband", "chair(?:man|woman)?", "she", "he", "they", "doctor",
)  # fmt: skip


def _topics(part: str) -> tuple[Criterion, ...]:
    return tuple(one for one in CRITERIA if _is_about(one, part))


def _is_about(criterion: Criterion, part: str) -> bool:
    if criterion.topic.search(part):
        return True
    if criterion.name == BUDGET:
        return is_sum(part) and not _LIMIT.search(part)
    return criterion.name == TIMING and dated(part)


def is_sum(part: str) -> bool:
    """Whether a sum of money stands in the text: with a sign, in thousands, or as a large number."""
    if _ABBREVIATED.search(part) or _PLAIN_SUM.search(part):
        return True
    return any(
        one.kind == "number" and not one.text[0].isdigit() and _number(one.normal) >= _LEAST_SUM
        for one in extract_values(part)
    )


def sums(part: str) -> list[float]:
    """The sums that a text names, the largest numbers of it."""
    found = [
        _number(one.normal) for one in extract_values(part) if one.kind in {"amount", "number"}
    ]
    found += [
        float(number) for match in _PLAIN_SUM.finditer(part)
        if (number := parse_number(match[0])) is not None
    ]  # fmt: skip
    return [one for one in found if one >= _LEAST_SUM]


def _number(normal: str) -> float:
    found = re.search(r"\d+(?:\.\d+)?", normal)
    return float(found[0]) if found else 0.0


def dated(part: str) -> bool:
    """Whether a day, month or year stands in the text that is not the present one."""
    return any(
        value.kind == "date"
        and not re.fullmatch(r"today|now|yesterday|tonight", value.text, re.IGNORECASE)
        for value in extract_values(part)
    )
