"""What a question wants to be held against a written rule, if it wants that at all."""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import StrEnum

from assistant.chat.rules.assign import ANOTHER_SITE
from assistant.chat.rules.readiness import asks_value


class Judgement(StrEnum):
    """What is to be decided by rules."""

    LEAD = "who gets a lead"
    TICKET = "who takes a ticket"
    OFFER = "whether an offer may be sent"
    FIT = "whether what is offered fits together"
    TASKS = "which tasks do not suit the stage"
    STAGE = "which stage is right"
    CONDUCT = "whether a conversation kept the rules"
    READY = "what a lead still lacks"
    SETUP = "how many of what, and what goes with what"


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)


_WHO = _any("who", "who'?s", "whos", "mine or", "assign(?: to)?", r"or (?:mine|[A-Z]\w+['’]s|somebody else['’]s)(?=\W*(?:\?|$))", "whom", "whose", r"mine(?=\W*(?:\?|$))", r"name the (?:person|owner|rep|colleague|agent)", r"belongs to(?=\W*(?:\?|$))",
            r"(?:with|to) me or", r"or (?:mine|yours|his|hers)(?=\W*\?)",
            r"(?:which|what) (?:\w+ ){0,3}(?:rep|person|colleague|engineer|agent|people|seller|sales ?person|team|of us|member|owner|technicians?|mechanics?|specialists?|support)", r"which (?:one )?of (?:us|them|the (?:two|three|four)|our)")  # fmt: skip
_ASSIGN = _any("assign(?:ed|ment)?", "mine or", r"(?:person|one) (?:is )?(?:that|this|it)(?: is)? for", "right person", r"works? (?:it|on it|that)", "whose (?:is|ticket|lead|case)", "whos? (?:is|lead|ticket|case)",
               r"or [A-Z]\w+['’]s(?=\W*(?:\?|$))", "somebody else['’]s", "gets?", "takes?", "go(?:es)?", "should (?:it )?(?:go|get|have|take|be)",
               "has to have", "have to have", "(?:pick|picks) up", "in charge", "belongs?", "next",
               "is up", "'s up", "whose (?:lead|ticket|case)", "route[ds]?", "handed?", "for(?=\\?)",
               "hand(?:les?)?(?= (?:this|it|the|that))", "which rep(?=\\W*$)", "who'?s up", r"mine(?=\W*\?)", r"(?:or )?whose(?=\W*\?)",
               r"(?:give|pass|hand|send|forward|refer) (?:that|it|this|them|him|her|the \w+)", "stays?", "looks? after", "responsible",
               r"should (?:have|own|handle|do)", "has that skill", "whose is (?:it|that|this)", "go(?:es)? where", "ours")  # fmt: skip
_PAST = _any("took", "handled", "solved", "closed", "owned", "owns", "did", "had", "was", "were",
             "most", "fewest", "average", "how many", "fastest", "slowest", "quickest")  # fmt: skip
# What is told when help is wanted, and not when somebody thinks of buying.
_PROBLEM = _any(
    "broken?", "broke", "won't", "doesn't", "isn't working", "not working", "does not", "error", r"fault\w*", "fails?", "failed", r"crash\w*",
    r"freez\w+", "stuck", r"leak\w*", r"jerk\w*", r"nois\w+", r"grind\w*", "wrong", "never arrived", "late", "missing", "damaged?", "torn",
    r"complain\w*", "can't", "cannot", "locked out", "log ?in", "parcel", r"deliver\w+", "invoice", "refund", "hurt", r"injur\w+",
    "accident", "twisted", r"aborts?\w*", "dead", "(?:cut|hurt|burn(?:ed|t)|injured) (?:him|her|them)sel(?:f|ves)", "burn(?:ed|t)", "charged", "address", "furious", "angry", r"smok\w+", r"beep\w*", r"overheat\w*", r"E\d{1,3}", "down", "outage", "offline", "reset", "repair", "stopped",
)  # fmt: skip
_LEAD = _any("leads?", "prospect", "enquiry", "inquiry", "form")
_TICKET = _any("tickets?", "cases?", "incident", "complain\\w*", "support request")
_ANEW = _any(
    "new (?:ticket|case|lead|one)",
    "just (?:called|came|wrote|rang|mailed|filled)",
    "right now",
    "now",
)
_CASE = _any("leads?", "tickets?", "cases?", "enquiry", "inquiry", "prospect")
_RULE = _any("rules?", "polic(?:y|ies)", "handbook", "guidelines?", "territor(?:y|ies)", "allow(?:ed|s)?",
             "by skill", "conduct", "against", "forbid\\w*", "permitted")  # fmt: skip
_OFFER = _any("offers?", "quotes?", "quotation", "proposal", "discount")
_MAY = _any("may", "can", "can't", "allow(?:ed|s)?", "okay", "ok", "fine", "sign(?:s|ed|ature|off)?", "approv\\w+",
            r"agree\w*", "say yes", "could", "should", "would", "send", "sent", "go out", "permitted", "within", "as it stands", "as is",
            "authori[sz]\\w+", "consent", "green light", "needs?")  # fmt: skip
_FIT = _any("fits?", "together", "configur\\w+", "compatib\\w+", "enough", "missing", "miss(?:ed)?", "set-?up",
            "combin\\w+", "build", "limit", "wrong", "work(?:s)? with", "go(?:es)? with", "suit(?:s|able)?",
            "violat\\w+", "broken?", "breaks?", "hurt")  # fmt: skip
_TASK = _any("tasks?", "to-?dos?", "to dos?", "activit(?:y|ies)", "action items?", "on my list", "on the list",
             "follow-?ups?", "next steps?", "open (?:items?|points?|steps?)")  # fmt: skip
_UNSUITED = _any("stages?", "suit\\w*", "belongs?", "fit(?:s|ting)?", "early", "late", "too soon", "out of (?:place|step|line|order)",
                 "should(?:n't| not)", "no longer", "any ?more", "gone by now", "premature", "present", "left[- ]?overs?",
                 "leftovers?", "makes? no sense", "sense", "match(?:es)?", "go(?:es)? with", "obsolete", "outdated", "ahead",
                 "stray", "superfluous", "pointless", "needless", "not (?:be )?(?:there|on it|due) yet", "doesn't|don't|does not|do not",
                 "wrong", "misplaced", "odd one", "off\\b")  # fmt: skip
_STAGE = _any("stage", "state", "status", "phase", "step")
_RIGHT = _any(
    "right",
    "correct",
    "should",
    "belongs?",
    "fits?",
    "still",
    "true",
    "wrong",
    "moved?",
    "proper",
    "actual(?:ly)?",
    "really",
    "must",
    "ought",
    "show\\w*",
    "correspond\\w*",
    "match(?:es)?",
)
_STANDS = re.compile(
    r"\bwhere (?:does|do|should|is|are|would|must) (?:it|this|that|we|the [\w ]{1,40}?|[A-Z][\w ]{1,40}?)? ?(?:really |actually |now )?(?:stands?|belongs?|sits?|be)\b"
    r"|\bhow far (?:is|are|along)\b",
    re.IGNORECASE,
)
_TALK = _any(
    "chat(?:ted)?",
    "calls?",
    "conversations?",
    "e-?mails?",
    "meeting",
    "told",
    "said",
    "say",
    "wrote",
    "offered",
    "promised",
    "spoke",
    "phone",
    "answered",
    "mailed",
)
_BROKE = _any("rules?", "polic(?:y|ies)", "conduct", "broken?", "breaks?", "broke", "violat\\w+", "forbid\\w*",
              "against", "in line with", "allowed", "compliant", "breach\\w*")  # fmt: skip
_KEPT = re.compile(
    r"\b(?:chat|call|conversation|e-?mail)\b.*\b(?:ok|okay|fine|correct|proper|alright)\b",
    re.IGNORECASE,
)
_RULES = r"(?:rules?|polic(?:y|ies)|guidelines?|sections?|headings?|chapters?|paragraphs?|points?|principles?|standards?|handbook|code)"
_BREAKS = (
    r"(?:br[eo]a?k\w*|broken|forg[eo]t\w*|violat\w+|breach\w*|ignor\w+|against|overstep\w*|disregard\w*|offend\w*|infring\w*"
    r"|contraven\w+|cross(?:ed)?|disobey\w*|flout\w*|fall\w* under|hurt|not (?:keep|follow|respect|observe)\w*|(?:keep|stick|adher\w+) to)"
)
_WHICH_RULE = re.compile(
    rf"\b(?:which|what|name (?:the|that)) (?:[\w'’]+ ){{0,4}}?{_RULES}\b.{{0,70}}\b{_BREAKS}"
    rf"|\b(?:against|under|of|to) (?:which|what|any|one|a) (?:[\w'’]+ ){{0,4}}?{_RULES}\b"
    rf"|\b{_BREAKS} (?:which|what|any|one|a) (?:[\w'’]+ ){{0,3}}?{_RULES}\b"
    rf"|\b(?:breach(?:es)?|violations?|contrary|in (?:line|accordance|keeping)|compl(?:y|ies|iant)|conform\w*|compatible|at odds) (?:of|to|with) (?:[\w'’]+ ){{0,3}}?{_RULES}\b",
    re.IGNORECASE,
)
_CRITERIA = (
    _any("money", "budget", "funds?"), _any("authority", "decision power", "decides?", "decision[- ]maker", "power to decide"),
    _any("need", "needs"), _any("timing", "timeline", "time(?:frame)?", "when"),
)  # fmt: skip
_OF_PRODUCTS = _any(
    "offers?",
    "quotes?",
    "quotation",
    "proposal",
    "fit",
    "fits",
    "together",
    r"configur\w+",
    "products?",
    "build",
    "missing on",
)
_SETUP = re.compile(r"\b(?:how many|which|what)\b(?! (?:\w+ ){0,2}rules?\b)", re.IGNORECASE)


def judgements(question: str, stages: Callable[[], Sequence[str]] = tuple) -> list[Judgement]:
    """What the question may want decided, the likeliest first; what of it names a record that is
    there, and what rules there are about it, settles which. stages: the names of stages."""
    found: list[Judgement] = []
    criteria = sum(bool(one.search(question)) for one in _CRITERIA)
    if criteria >= _THREE or _READY.search(question) or asks_value(question):
        found.append(Judgement.READY)
    if _TASK.search(question) and _UNSUITED.search(question):
        found.append(Judgement.TASKS)
    elif _STANDS.search(question) or (
        _RIGHT.search(question) and (_STAGE.search(question) or _names_stage(question, stages()))
    ):
        found.append(Judgement.STAGE)
    asks_who = _WHO.search(question) or re.search(r"\bassign\b", question, re.IGNORECASE)
    to_whom = bool(asks_who and _ASSIGN.search(question) and _CASE.search(question))
    held = _BROKE.search(question) or _KEPT.search(question)
    of_products = _OF_PRODUCTS.search(question) and not _TALK.search(question)
    if (_WHICH_RULE.search(question) and not of_products) or (
        _TALK.search(question) and held and not to_whom
    ):
        found.append(Judgement.CONDUCT)
    if _SETUP.search(question):
        found.append(Judgement.SETUP)
    if _FIT.search(question):
        found.append(Judgement.FIT)
    if _MAY.search(question):
        found.append(Judgement.OFFER)
    if _FIT.search(question) and _APPROVAL.search(question) and Judgement.OFFER in found:
        found.remove(Judgement.FIT)
    if (
        asks_who
        and _ASSIGN.search(question)
        and (
            not _PAST.search(_asking_who(question))
            or _RULE.search(question)
            or _ANEW.search(question)
        )
    ):
        found += _assigned(question)
    return found


def _assigned(question: str) -> list[Judgement]:
    """Whether a lead or a ticket is to be given to somebody, the likelier first."""
    if _TICKET.search(question):
        return [Judgement.TICKET]
    if _LEAD.search(question):
        return [Judgement.LEAD]
    if _PROBLEM.search(question):
        return [Judgement.TICKET, Judgement.LEAD]
    return [Judgement.LEAD] if ANOTHER_SITE.search(question) else [Judgement.LEAD, Judgement.TICKET]


def _asking_who(question: str) -> str:
    """The sentence that asks who; what is told before it may lie in the past."""
    told = [one[0] for one in re.finditer(r"[^.?!;]+[?!.;]?", question) if _WHO.search(one[0])]
    return told[-1] if told else question


def _names_stage(question: str, stages: Sequence[str]) -> bool:
    return any(
        re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", question, re.IGNORECASE)
        for one in stages
        if len(bare := re.sub(r"^[\W\d]+", "", one)) > _SHORT
    )


_SHORT = 3


_THREE = 3
_READY = re.compile(
    r"\b(?:ready|worth\w*|readiness)\b.{0,40}\b(?:offer|quote|proposal|pursu\w+|follow\w+|rule|lead)\b|\bqualif(?:y|ied|ies|ication)\b"
    r"|\b(?:of|which|what) (?:\w+ ){0,2}(?:the|our) (?:four|4)\b|\bfour (?:points|things|criteria|conditions)\b",
    re.IGNORECASE,
)
_APPROVAL = _any("sign(?:s|ed|ature)?", "approv\\w+", "okay do", "whose", "yes (?:or|/) no", "y/n")
