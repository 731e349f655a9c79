"""Deeds that are asked for, offered or ordered, and become promises when another says yes."""

from __future__ import annotations

import re

from assistant.notes.promises import DEEDS, WITHIN_CALL, phrases

_START = r"(?<![\w'])"
_END = r"(?![\w'])"

_REQUEST = re.compile(rf"{_START}{phrases('requests')}(?P<verb>(?:{DEEDS})(?:ing)?){_END}")
_RECEIVE = re.compile(
    rf"{_START}(?:can|could|may) (?:i|we) (?:get|have|see|receive) "
    r"(?:a|an|the|that|those|some|it|this|your) (?!account|number|name|phone|email|moment|second|"
    r"minute|look|word|idea|sense|quick|bit)\w+"
)
_OFFER = re.compile(rf"{_START}{phrases('offers')}(?P<verb>{DEEDS}){_END}")
_ORDER = re.compile(
    r"^(?:(?:okay|ok|great|perfect|good|alright|then|so|and|yeah|yes|sure|right|fine|please|also|"
    r"just|well|sounds good),? )*(?:(?P<vocative>[a-z][\w-]+), )?"
    r"(?:(?:please|just|also|can you|could you|then|maybe|why don't you) )*"
    rf"(?P<verb>{phrases('orders')}){_END}"
    # "Draft by the 15th" names the thing, and says nothing of who is to do it.
    r"(?!(?<!call)(?<!ring)(?<!write)(?<!up)(?<!know) (?:by|on|before|until|from|for|at) )"
)
_TOGETHER = re.compile(phrases("together"))
_NOW = re.compile(phrases("answer_now") + r"\b")
_NOT_NOW = re.compile(rf"\b{phrases('not_now')}\b")
_MOVES_DAY = re.compile(
    r"(?:can|could|would|may) (?:you|we|it) (?:maybe |please |possibly |also )*"
    r"(?:make|do|move|push|shift|bring) (?:it|that|this) "
)
_MOVES_DAY_WORDS = 12


def is_request(low: str) -> bool:
    """Asks the listener for a deed after the call."""
    if moves_a_day(low):
        return False
    match = _REQUEST.search(low)
    if match is None:
        return _RECEIVE.search(low) is not None
    return _for_later(low[match.start("verb") :])


def is_offer(low: str) -> bool:
    """Offers a deed, to be taken up by a yes; to meet is no deed of one's own."""
    match = _OFFER.search(low)
    if match is None or (re.search(r"\bwe\b", match[0]) and _TOGETHER.match(match["verb"])):
        return False
    return _for_later(low[match.start("verb") :])


def ordered_of(low: str) -> str | None:
    """Of an order ("Marcus, draft that by tomorrow") who was addressed; "" when nobody by name."""
    match = None if low.rstrip().endswith("?") else _ORDER.match(low)
    if match is None or not _for_later(low[match.start("verb") :]):
        return None
    return match["vocative"] or ""


def moves_a_day(low: str) -> bool:
    """ "Could you make it Thursday?" asks for no deed of its own."""
    return _MOVES_DAY.search(low) is not None and len(low.split()) <= _MOVES_DAY_WORDS


def deed_asked(text: str, low: str) -> str:
    """What a request, an offer or an order is about, from its verb on; "" where none is named."""
    for pattern in (_REQUEST, _OFFER, _ORDER):
        match = pattern.search(low)
        if match:
            return text[match.start("verb") :]
    return ""


def _for_later(rest: str) -> bool:
    """No deed of the call itself, and no question that wants an answer now."""
    if WITHIN_CALL.match(rest):
        return False
    return not _NOW.match(rest) or _NOT_NOW.search(rest) is not None
