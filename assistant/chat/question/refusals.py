"""Questions that an outsider is refused whatever the records hold, decided before any look-up.

The words alone never refuse a colleague: the same question from staff has an ordinary answer.
"""

# ruff: noqa: E501 (a pattern or a phrase is read whole)

from __future__ import annotations

import re
from enum import StrEnum

from assistant.chat.question.outsiders import nearest
from retrieval.embedding import Embedder


class Refusal(StrEnum):
    """Why an outsider's question is refused; the value is the sentence they read."""

    PRIVATE = "I cannot share personal or business details of other people or customers."
    INTERNAL = "I cannot share how our staff work, judge or measure internally."
    CONFIDENTIAL = "I cannot share internal rules on prices, discounts or approvals."


def _any(*parts: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(parts)})\b", re.IGNORECASE)


_CONFIDENTIAL = _any(
    r"(?:go|come|get|bring|drive|push|knock|move|drop)\w* .{0,40}\bdown\b.{0,40}price",
    r"price.{0,40}\b(?:go|come|drop)\w* down", r"how (?:far|low|much lower) .{0,30}(?:go|come|get|sell|price\w*)\b",
    r"(?:lowest|minimum|floor|rock[- ]bottom|best possible|cost) price", "price floors?", "margins?",
    r"(?:maximum|highest|largest|biggest|most) (?:possible )?(?:discount|rebate|reduction)",
    r"discount (?:limits?|rules?|polic(?:y|ies)|authority|levels?|approvals?|ceilings?)",
    r"how much (?:of a )?(?:discount|rebate|reduction)", r"approv(?:al|e|ed|es|er)\w*.{0,60}"
    r"(?:discount|price|refund|limit)", r"(?:discount|price|refund|limit).{0,60}approv\w*",
    r"(?:internal|unpublished|confidential|secret) (?:\w+ )?(?:polic(?:y|ies)|rules?|guidelines?|"
    r"price lists?|prices|limits?)", "room (?:for|to) negotiat\\w*", "negotiat\\w+ (?:room|limits?)",
    r"(?:territor(?:y|ies)|lead|ticket) (?:assignment )?rules?", "assignment rules?",
    r"(?:give|offer|grant|allow)\w* .{0,40}without (?:a |any )?(?:signature|approval|asking)",
    r"(?:refund|goodwill|credit) (?:limits?|ceilings?|exceptions?)",
    r"(?:up to|above|from) (?:what|which|how much) .{0,60}(?:credit|refund|discount|promise|approv\w*)",
    r"exceptions? .{0,40}(?:refund|price|discount|terms)",
    r"your (?:distributors?|resellers?|dealers?|wholesalers?|suppliers?|purchasing)\b.*",
    r"(?:discount|price|terms|rebate)\w* .{0,40}(?:other|your) (?:customers?|clients?|distributors?|resellers?|dealers?)",
    r"prices? .{0,30}(?:go|going|rise|rising|increas\w*|change|changing)(?: up)?\b",
    r"(?:who|which person) .{0,60}(?:approv\w*|sign(?:s|ed)? off|authori[sz]\w*)",
)  # fmt: skip
_INTERNAL = _any(
    r"(?:rate|rated|rating|score|scored|rank|ranked|judge|judged|grade|graded)s?",
    r"(?:our|my) (?:chances?|likelihood|probability|odds)", "propensity", "forecasts?", "pipeline",
    r"(?:your|the) (?:rep|reps|agent|agents|team|staff|manager|people|colleagues?|sales \w+)"
    r".{0,60}(?:think|thinks|thought|say|said|write|wrote|written|note|noted|notes|believe|feel|"
    r"opinion|estimate|expect|perform\w*|earn\w*|commission|bonus|quota|targets?)",
    r"(?:internal|private) (?:notes?|comments?|remarks?|documents?|discussions?|figures?|e-?mails?)",
    r"(?:writ\w+|wrote|noted?|said|sa[iy]\w*|recorded?) about (?:us|me|my|our)", r"notes? (?:about|on) (?:us|me|our)", r"(?:say|said|write|wrote|think) about (?:us|me) internally",
    r"(?:your|the) (?:rep|agent|employee|colleague)s?.{0,40}(?:salary|home|private|personal)",
    r"(?:conversion|win|close|churn) rates?", "quotas?", "commissions?", "sales targets?",
    r"(?:who|which) (?:of )?(?:your|the) (?:\w+ )?(?:reps?|agents?|people|staff|colleagues?)",
    r"how many (?:\w+ ){0,3}(?:tickets|cases|leads|deals|complaints|customers|accounts|employees|orders)",
    r"(?:each|any|every|one) of your (?:\w+ ){0,2}(?:engineers?|agents?|reps?|people|staff|colleagues)",
    r"(?:what|which) .{0,30}(?:rating|score|grade|label|tag|note|status|priority)s? .{0,30}(?:did|do|have) you (?:give|given|gave|put|assign|have)",
    r"your (?:people|reps?|agents?|staff|team|colleagues?|engineers?)\b.{0,60}(?:wr[io]te|down|record|log|internal|about us|after)",
    r"(?:your|the) (?:revenue|turnover|sales figures|profit)", r"(?:your|the) (?:system )?prompt",
    r"(?:which|what) (?:churn|risk|health|lead) scores?", r"why (?:do|did) you (?:think|classify)",
)  # fmt: skip
_PERSONAL = (
    r"address|e-?mail|phone|telephone|mobile|number|birthday|date of birth|contact details|details|"
    r"salary|bank|account|iban|orders?|invoices?|bills?|payments?|contracts?|tickets?|complaints?|"
    r"deals?|quotes?|offers?|discounts?|purchases?|records?|notes?|calls?"
)
_PRIVATE = _any(
    rf"(?:{_PERSONAL})\b.{{0,40}}\b(?:of|for|about|from|on|belong(?:s|ing) to)\b",
    rf"(?:{_PERSONAL})\b.{{0,30}}\b(?:do|did|have) you (?:have|hold|keep|store|got)\b",
    rf"'s (?:\w+ ){{0,2}}(?:{_PERSONAL})", r"(?:other|another|different|your) (?:customers?|clients?|"
    r"compan(?:y|ies)|accounts?|people|users?|persons?)", r"(?:which|what|who|list|name) .{0,20}"
    r"(?:customers?|clients?|companies)", r"(?:who|where) (?:is|does|did|works?|lives?)",
    r"(?:do|does|did|has|have|is|are) .{1,60} (?:buy|bought|pay|paid|owe|owes|order|ordered|spend|"
    r"spent|sign|signed|complain|complained|cancel|cancelled|renew|renewed|a customer|a client)",
    r"(?:which|what) (?:\w+ ){0,2}(?:orders?|tickets?|invoices?|deals?|products?|quotes?|offers?|cases?) (?:has|have|did|does|do)\b",
    r"how much (?:did|does|do|has|have) .{1,60} (?:pay|paid|spend|spent|owe|cost)",
    r"what (?:\w+ )?(?:did|does|do|has|have) .{1,60} (?:pay|paid|say|said|buy|bought|order|ordered|"
    r"write|wrote|get|got|gotten|receive|received|negotiate|negotiated|agree|agreed)",
)  # fmt: skip
_SOMEBODY = _any(
    r"somebody|someone|anybody|anyone",
    r"(?:other|another|different) (?:\w+ ){0,2}\w+",
    r"(?:other|another|different|your|which|what|who|list|name) (?:\w+ ){0,3}?"
    r"(?:customers?|clients?|companies|accounts|people|persons?)",
    r"who (?:works?|lives?|is (?:your|the) (?:customer|client|contact))",
)
# A person or company is named: two capitalised words in a row, or one after a linking word.
_NAMED = re.compile(
    r"(?<![.?!] )(?<!^)\b[A-ZÀ-Þ][\w'’-]+ [A-ZÀ-Þ][\w'’-]+|\b(?:for|of|about|from|at|does|did|has|is)"
    r" [A-ZÀ-Þ][\w'’-]+|\b[A-ZÀ-Þ][\w-]+['’]s\b"
)


# The sorts of knowledge that are nobody's outside, whatever words ask for them: somebody else's
# person, somebody else's dealings, how we see a customer, and prices that are not published yet.
_OF_A_PERSON = _any(
    "cell(?:phone)?", "mobile", "(?:tele)?phone", "(?:home|private|street|postal|e-?mail)? ?address", "e-?mail",
    "birthday", "born", "age", "how old", "salary", "married", "children", "holiday", "whatsapp", "linkedin",
    "contact details", "direct (?:line|number|dial)", "number",
)  # fmt: skip
_SOMEBODY_ELSE = _any(
    "her", "his", "him", "their(?! (?:plan|warranty))", "he", "she",
    r"(?:guy|person|lady|man|woman|gentleman|buyer|boss|owner|contact|manager|director|colleague) (?:at|of|from|in|there)",
)  # fmt: skip
_MY_OWN = _any("my", "mine", "our", "me")
_DEALT = _any(
    r"(?:which|what|who|whose|any|another|other|some) (?:\w+[ -]){0,4}?(?:ordered|bought|purchased|paid|signed|cancell?ed|"
    r"complained|switched|leased|rented|subscribed|negotiated|returned)",
    r"who (?:was|is|were) (?:the|their|your) (?:contact|buyer|customer|client)", r"(?:customer|client) of yours",
)  # fmt: skip
_OUR_CASE = _any(
    r"(?:our|my) (?:\w+ )?(?:deal|opportunity|lead|case file|account) .{0,40}(?:stage|probab\w+|forecast|score|rank\w*|priority|worth|likel\w+)",
    r"(?:stage|probab\w+|forecast|score|priority) .{0,60}(?:our|my) (?:\w+ )?(?:deal|opportunity|lead|account)",
    "(?:your|the) (?:sales|crm) (?:process|pipeline|system|funnel)", "your crm",
    r"(?:fastest|slowest|best|worst|laziest|busiest) (?:of your )?(?:\w+ )?(?:rep|agent|colleague|engineer|seller|employee)s?",
)  # fmt: skip
_PRICES_TO_COME = _any(
    r"(?:rais|increas|lower|chang|adjust|hik|reduc)\w* .{0,40}(?:prices?|rates?|fees?)", "put up (?:your )?prices?",
    "surcharges?", "price (?:rise|increase|change|hike)s?", "mark-?ups?", "purchas(?:e|ing) prices?",
    r"what (?:do|does) (?:you|it) (?:pay|cost you)",
)  # fmt: skip


def _of_others(text: str) -> bool:
    """Whether it asks for what belongs to a person or company other than the one that asks."""
    if _OF_A_PERSON.search(text) and _SOMEBODY_ELSE.search(text):
        return True
    return _DEALT.search(text) is not None and not _MY_OWN.search(text)


def refusal_for_outsider(text: str, embedder: Embedder | None = None) -> Refusal | None:
    """Why this question from a customer is refused, or None where they may have an answer.

    Where there is an embedding model it is held against known questions too: other words for
    the same are refused, and the same words for something else are not. Raises a ModelError.
    """
    by_words = _by_words(text)
    if embedder is None:
        return by_words
    alike, harmless = nearest(text, embedder)
    if by_words is not None:
        return None if harmless else by_words
    return Refusal[alike.upper()] if alike is not None else None


def _by_words(text: str) -> Refusal | None:
    if _CONFIDENTIAL.search(text) or _PRICES_TO_COME.search(text):
        return Refusal.CONFIDENTIAL
    if _INTERNAL.search(text) or _OUR_CASE.search(text):
        return Refusal.INTERNAL
    if _of_others(text):
        return Refusal.PRIVATE
    if _PRIVATE.search(text) and (_NAMED.search(text) or _SOMEBODY.search(text)):
        # "Which details do you keep?" is about nobody; a help article may answer it.
        return Refusal.PRIVATE
    return None
