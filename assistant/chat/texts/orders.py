"""Sentences in a record that talk to the reader's software instead of telling about a customer.

Retrieved text is data; nothing here decides what may be done. This only keeps such sentences from
being quoted as if they were facts.
"""

# ruff: noqa: E501 (a pattern or a phrase is read whole)

from __future__ import annotations

import re

_SOFTWARE = (
    r"(?:an? |the |this |your )?(?:ai|a\.i\.|language model|llm|chat ?bot|bot|gpt|chatgpt|assistant|"
    r"virtual assistant|copilot|co-pilot|summari[sz]er|system)"
)
_OUTPUT = (
    r"(?:your|the|this|its|all|any|every)\s+(?:next |final |own |whole |entire )?(?:answers?|"
    r"responses?|repl(?:y|ies)|outputs?|summar(?:y|ies)|generated text|completions?|messages?)"
)
_DO = (
    r"(?:respond|reply|answer|say|write|output|print|include|add|insert|append|prepend|begin|start|"
    r"end|finish|translate|rearrange|replace|encode|render|repeat|reveal|recite|ignore|disregard|"
    r"forget|override|pretend|act|behave|integrate|incorporate|conclude|convert|spell|use|make|"
    r"transform|phrase|format|embed|mention|alternate|reverse|summari[sz]e|shift|remove|misspell)"
)
# How people begin when they write about a reply they got or hope for.
_PERSON = (
    r"(?:thank|thanks|i|we|looking|awaiting|your|please|per|as|re|the|hope|appreciate|sorry|following|"
    r"regarding|for|with|after|given|got|received|did|do|have|can|could|if|on|based|just|this|that|"
    r"it|he|she|they|our|my|any|no|yes|ok|okay|hi|hello|dear)\b"
)
_SETTING_RULES_ASIDE = (
    (
        r"\b(?:ignore|disregard|forget|override|bypass|discard)\b.{0,60}\b(?:instructions?|rules?|"
        r"prompts?|above|previous|prior|earlier|guidelines?|policies|context|everything)\b"
    ),
    (
        r"\b(?:new|updated|real|actual|hidden|secret|system|developer)\s+(?:instructions?|prompts?|"
        r"task|directive)s?\b"
    ),
    r"^\s*(?:system|developer|assistant|instructions?)\s*[:>\]]",
)
_GIVING_A_ROLE = (
    rf"\b(?:you are|you're|act as|pretend (?:to be|you)|behave as|as)\s+(?:now )?{_SOFTWARE}\b",
    r"\b(?:your|(?:system|hidden|initial))\s+(?:prompt|instructions)\b",
    (
        rf"\b(?:note|notice|message|attention|dear|hey|hello)\s*(?:to|for)?\s*:?\s*{_SOFTWARE}\b"
        r"(?! team)"
    ),
)
_SHAPING_OUTPUT = (
    rf"\b{_DO}\w*\b.{{0,80}}\b(?:in|with|of|to|from|for|into|at)?\s*{_OUTPUT}\b",
    rf"\b{_OUTPUT}\b.{{0,60}}\b(?:must|should|shall|has to|have to|needs? to|with|in|as|to)\b",
    rf"^\s*(?!{_PERSON})[a-z]+\b.{{0,80}}\byour\s+(?:answer|response|reply|output|message)s?\b",
    r"^\s*in your (?:answer|response|reply|output|message),",
    r"^\s*(?:respond|reply|answer|output|print|speak)\s+(?:only|with|in|as|to|using)\b",
    r"\bwhen(?:ever)? (?:you are )?(?:asked|answering|summari[sz]ing|responding)\b",
    r"\b(?:call|invoke|use|run|execute)\s+the\s+(?:\w+\s+)?(?:tool|function|api|plugin|command)\b",
)
_MARKUP_FOR_SOFTWARE = (
    r"<\s*/?\s*(?:system|script|img|iframe|instructions?)\b|!\[[^\]]*\]\(|\[\[?(?:system|inst)\b",
)
_PATTERNS = (*_SETTING_RULES_ASIDE, *_GIVING_A_ROLE, *_SHAPING_OUTPUT, *_MARKUP_FOR_SOFTWARE)
_ORDER = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS), re.IGNORECASE)


def is_order(sentence: str) -> bool:
    """Whether the sentence is addressed to the software that reads it."""
    return _ORDER.search(sentence) is not None
