"""What people say around facts: interjections, disclaimers, remarks, questions that tell."""

from __future__ import annotations

import re

from retrieval.clauses import sentence_spans, without_speaker

_OPENING = re.compile(
    r"(?:(?:yes|yeah|yea|yep|yup|nope|nah|well|so|oh|ah|wow|true|exactly|right|okay|ok|hi|hey|hello"
    r"|ha|haha|lol|sure|indeed|in fact|fun fact|of course|hmm+|um+)\b"
    # "No, it is" answers; "no budget" denies.
    r"|no\b(?=\s*[,.!]|\s+(?:it|its|it's|he|she|they|that|this|i|we|you|there)\b))[\s,.!:…-]*",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"^I(?:'m| am|’m)?\s+(?:\w+\s+)?(?:not|no|don't|do not)\s+(?:\w+\s+)?(?:sure|certain|know)\b"
    r"[^,.;!]*?(?:,\s*(?:but\s+)?|\s+but\s+)",
    re.IGNORECASE,
)
# A question only in form.
_TELLING = re.compile(
    r"^(?:but\s+)?(?:did you (?:also )?know|have you (?:ever )?heard)\s+(?:that\s+)?"
    r"(?!how|what|why|who|when|where|if|whether|which|about|of\b)(?P<told>.+?)\s*\?*$",
    re.IGNORECASE | re.DOTALL,
)
_REMARK = re.compile(
    r"^(?:(?:oh|yes|yeah|wow|and|but|so|well)[\s,]+)*(?:(?:that|this|it)(?:\s+is|'s|’s|\s+was|\s+sounds)"
    r"|how|what an?|sounds)?\s*(?:so|very|really|pretty|truly|quite|such an?)?\s*"
    r"(?:amazing|awesome|wild|incredible|crazy|wonderful|fantastic|lovely|nice|great|cool|funny|neat"
    r"|sweet|cute|interesting|no kidding|good to know|(?:I )?agree"
    r"|I (?:do|did|see|know|have)(?: too)?"
    r"|I(?:'ve| have| 've) heard (?:that|it|this)(?: too)?|me too|same here|not sure)"
    r"(?:\s+(?:fact|thing|idea|question|too|indeed|stuff))?[\s.!…]*$",
    re.IGNORECASE,
)
_SPLIT_CLITIC = re.compile(r"\s+(?=n['’]t\b|['’](?:s|ve|re|ll|d|m)\b)")


def facts_of(claim: str) -> str:
    """The claim without what reports nothing; as it is where nothing else is left."""
    whole = _SPLIT_CLITIC.sub("", without_speaker(claim.strip()))
    kept = [part for part in map(_fact, (whole[a:b] for a, b in sentence_spans(whole))) if part]
    stated = [part for part in kept if not part.endswith("?")]
    return " ".join(stated or kept) or whole


_TAIL = re.compile(
    r"\s+(?:and|or)\s+(?:everything|such|so on|so forth|stuff|the like)(?=\s*[.!?]*$)"
)


def joined(text: str) -> str:
    """The text with clitics that a tokenizer split off ("do n't") joined again."""
    return _NOUGHT.sub(r"no \g<what>", _SPLIT_CLITIC.sub("", text))


# "Webinars attended 0" as "no webinars attended".
_NOUGHT = re.compile(r"(?<![\w$€£])(?P<what>[A-Za-z]+(?: [a-z]+)?):? 0(?=\s*(?:[,;\n]|$|\.\s))")


def _fact(sentence: str) -> str:
    if _REMARK.match(sentence):
        return ""
    while opening := _OPENING.match(sentence):
        sentence = sentence[opening.end() :]
    sentence = _TAIL.sub("", _DISCLAIMER.sub("", sentence, count=1))
    if told := _TELLING.match(sentence):
        sentence = f"{told['told']}."
    if _is_shouted(sentence):
        sentence = sentence.lower()
    return sentence


def _is_shouted(sentence: str) -> bool:
    words = [word for word in sentence.split() if len(word) > 1 and word.isalpha()]
    return len(words) > 3 and sum(word.isupper() for word in words) > 0.7 * len(words)
