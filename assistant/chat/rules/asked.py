"""What a question wants to be held against a written rule, if it wants that at all."""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import StrEnum


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


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)


_WHO = _any("who", "who'?s", "whom", "whose",
            r"(?:which|what) (?:\w+ ){0,3}(?:rep|person|colleague|engineer|agent|people|seller|sales ?person|team|of us|member|owner|technician)")  # fmt: skip
_ASSIGN = _any("assign(?:ed|ment)?", "gets?", "takes?", "go(?:es)?", "should (?:it )?(?:go|get|have|take|be)",
               "has to have", "have to have", "(?:pick|picks) up", "in charge", "belongs?", "next",
               "is up", "'s up", "whose (?:lead|ticket|case)", "route[ds]?", "handed?", "for(?=\\?)",
               "hand(?:le)?(?= (?:this|it|the|that))", "which rep(?=\\W*$)", "who'?s up")  # fmt: skip
_PAST = _any("took", "handled", "solved", "closed", "owned", "owns", "did", "had", "was", "were",
             "most", "fewest", "average", "how many", "fastest", "slowest", "quickest")  # fmt: skip
_LEAD = _any("leads?", "prospect", "enquiry", "inquiry", "form")
_TICKET = _any("tickets?", "cases?", "incident", "complain\\w*", "support request")
_RULE = _any("rules?", "polic(?:y|ies)", "handbook", "guidelines?", "territor(?:y|ies)", "allow(?:ed|s)?",
             "by skill", "conduct", "against", "forbid\\w*", "permitted")  # fmt: skip
_OFFER = _any("offers?", "quotes?", "quotation", "proposal", "discount")
_MAY = _any("may", "can", "can't", "allow(?:ed|s)?", "okay", "ok", "fine", "sign(?:s|ed|ature|off)?", "approv\\w+",
            "agree", "say yes", "send", "sent", "go out", "permitted", "within", "as it stands", "as is",
            "authori[sz]\\w+", "consent", "green light", "needs?")  # fmt: skip
_FIT = _any("fits?", "together", "configur\\w+", "compatib\\w+", "enough", "missing", "miss(?:ed)?", "set-?up",
            "combin\\w+", "build", "limit", "wrong", "work(?:s)? with", "go(?:es)? with", "suit(?:s|able)?",
            "violat\\w+", "broken?", "breaks?", "hurt")  # fmt: skip
_TASK = _any("tasks?", "to-?dos?", "activit(?:y|ies)", "action items?", "on my list", "on the list")
_UNSUITED = _any("stage", "suit\\w*", "belongs?", "fit(?:s|ting)?", "early", "late", "out of place",
                 "should(?:n't| not)", "no longer", "gone by now", "premature", "present")  # fmt: skip
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
)
_BROKE = _any("rules?", "polic(?:y|ies)", "conduct", "broken?", "breaks?", "broke", "violat\\w+", "forbid\\w*",
              "against", "in line with", "allowed", "compliant", "breach\\w*")  # fmt: skip
_KEPT = re.compile(
    r"\b(?:chat|call|conversation|e-?mail)\b.*\b(?:ok|okay|fine|correct|proper|alright)\b",
    re.IGNORECASE,
)
_CRITERIA = (
    _any("money", "budget", "funds?"), _any("authority", "decision power", "decides?", "decision[- ]maker", "power to decide"),
    _any("need", "needs"), _any("timing", "timeline", "time(?:frame)?", "when"),
)  # fmt: skip
_LACKS = _any("missing", "open", "unclear", "lack(?:s|ing)?", "don't (?:we )?(?:have|know)", "not know", "find out",
              "ready", "readiness", "speaks against", "pin down", "worth", "qualif\\w+", "bant", "still", "without")  # fmt: skip


def judgements(question: str, stages: Callable[[], Sequence[str]] = tuple) -> list[Judgement]:
    """What the question may want decided, the likeliest first; what of it names a record that is
    there, and what rules there are about it, settles which. stages: the names of stages."""
    found: list[Judgement] = []
    criteria = sum(bool(one.search(question)) for one in _CRITERIA)
    if _LACKS.search(question) and (criteria >= 3 or _READY.search(question)):
        found.append(Judgement.READY)
    if _TASK.search(question) and _UNSUITED.search(question):
        found.append(Judgement.TASKS)
    elif _RIGHT.search(question) and (_STAGE.search(question) or _names_stage(question, stages())):
        found.append(Judgement.STAGE)
    if _TALK.search(question) and (_BROKE.search(question) or _KEPT.search(question)):
        found.append(Judgement.CONDUCT)
    if _FIT.search(question):
        found.append(Judgement.FIT)
    if _MAY.search(question):
        found.append(Judgement.OFFER)
    if _FIT.search(question) and _APPROVAL.search(question) and Judgement.OFFER in found:
        found.remove(Judgement.FIT)
    asks_who = _WHO.search(question) or re.search(r"\bassign\b", question, re.IGNORECASE)
    if (
        asks_who
        and _ASSIGN.search(question)
        and (not _PAST.search(question) or _RULE.search(question))
    ):
        if _TICKET.search(question):
            found.append(Judgement.TICKET)
        elif _LEAD.search(question):
            found.append(Judgement.LEAD)
        else:
            found += [Judgement.LEAD, Judgement.TICKET]
    return found


def _names_stage(question: str, stages: Sequence[str]) -> bool:
    return any(
        re.search(rf"(?<!\w){re.escape(one)}(?!\w)", question, re.IGNORECASE)
        for one in stages
        if one
    )


_READY = re.compile(
    r"\b(?:ready|worth\w*)\b.{0,40}\b(?:offer|quote|proposal|pursu\w+|follow\w+)\b|\bqualified\b",
    re.IGNORECASE,
)
_APPROVAL = _any("sign(?:s|ed|ature)?", "approv\\w+", "okay do", "whose", "yes (?:or|/) no", "y/n")
