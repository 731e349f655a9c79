"""Words and their stems, light enough that a reader would call two equal stems one word."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from retrieval.words import words

WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*")

STOPWORDS = frozenset(
    words(
        """
        a about above after again all also am an and any are aren't as at be because been before
        being below between both but by can cannot could did do does doing don't down during each
        few for from further had has have having he her here hers herself him himself his how i
        i'd i'll i'm i've if in into is isn't it it's its itself just let's me more most my myself
        no nor not of off on once only or other our ours ourselves out over own same she should so
        some such than that that's the their theirs them themselves then there there's these they
        they're this those through to too under until up upon us very was wasn't we we're we've
        were what when where which while who whom whose why will with within without won't would
        you you're your yours yourself yourselves yes yeah ok okay oh uh um hmm well may might
        must shall via per etc really quite still yet already ever
        """
    )
)
_IRREGULAR = {
    past: present
    for present, pasts in {
        "be": "was were been is are am",
        "begin": "began begun",
        "break": "broke broken",
        "bring": "brought",
        "build": "built",
        "buy": "bought",
        "catch": "caught",
        "choose": "chose chosen choice",
        "come": "came",
        "decide": "decision",
        "deliver": "delivery",
        "draw": "drew drawn",
        "do": "did done does doing",
        "fall": "fell fallen",
        "feel": "felt",
        "find": "found",
        "fly": "flew flown flight",
        "forget": "forgot forgotten",
        "get": "got gotten",
        "give": "gave given",
        "go": "went gone goes going",
        "grow": "grew grown growth",
        "have": "had has",
        "hear": "heard",
        "hold": "held",
        "keep": "kept",
        "know": "knew known knowledge",
        "lead": "led",
        "leave": "left",
        "lend": "lent",
        "lose": "lost loss",
        "make": "made",
        "mean": "meant",
        "meet": "met",
        "pay": "paid",
        "rise": "rose risen",
        "run": "ran",
        "say": "said",
        "see": "saw seen",
        "sell": "sold sale",
        "send": "sent",
        "shake": "shook shaken",
        "ship": "shipped shipping shipment",
        "show": "shown",
        "speak": "spoke spoken speech",
        "spend": "spent",
        "stand": "stood",
        "take": "took taken",
        "teach": "taught",
        "tell": "told",
        "think": "thought",
        "throw": "threw thrown",
        "understand": "understood",
        "use": "used using",
        "win": "won",
        "write": "wrote written",
        "child": "children",
        "man": "men",
        "woman": "women",
        "person": "people persons",
        "analysis": "analyses",
        "good": "better best",
        "bad": "worse worst",
        "agree": "agreement",
        "licence": "license licences licenses licensed",
        "cancel": "cancelled canceled cancellation cancelling",
    }.items()
    for past in pasts.split()
}
_SIBILANT_PLURAL = re.compile(r"(?:x|z|s|sh|ch)es$")
_VOWEL = re.compile(r"[aeiouy]")
# Each with the least length of what must stay, so that "legal" and "user" are left whole.
_DERIVED = (("ion", 4), ("at", 4), ("ness", 4), ("ment", 3), ("al", 5), ("ity", 4), ("ive", 4),
            ("y", 4), ("er", 4))  # fmt: skip
_DOUBLED = re.compile(r"([^aeiou])\1$")


def plain_words(text: str) -> list[str]:
    """The words of a text in lower case, without accents."""
    if text.isascii():  # as a whole it takes a fraction of the time
        return WORD.findall(text.casefold())
    return [fold(match[0]) for match in WORD.finditer(text)]


def fold(word: str) -> str:
    """Lower case, without accents, with a straight apostrophe."""
    word = word.casefold().replace("’", "'")
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one folded word: "payments", "paying" and "paid" share theirs."""
    word = word.removesuffix("'s").removesuffix("'")
    word = _IRREGULAR.get(word, word)
    if len(word) <= 3 or not word.isalpha():
        return word
    return _derive(_uninflect(word))


def _uninflect(word: str) -> str:
    if word.endswith("ies"):
        word = word[:-3] + "y"
    elif _SIBILANT_PLURAL.search(word):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for suffix in ("ied", "ing", "ed", "ly"):
        base = word.removesuffix(suffix)
        if base != word and suffix == "ied" and len(base) >= 2:
            word = base + "y"
            break
        if base != word and len(base) >= 3 and _VOWEL.search(base):
            word = base[:-1] + "y" if suffix == "ly" and base.endswith("i") else base
            break
    return _IRREGULAR.get(word, word)


def _derive(word: str) -> str:
    word = word.rstrip("e") if len(word) > 3 else word
    for suffix, at_least in _DERIVED:
        if word.endswith(suffix) and len(word) - len(suffix) >= at_least:
            word = word.removesuffix(suffix).rstrip("e")
    if len(word) > len("add"):
        word = _DOUBLED.sub(r"\1", word)
    return _IRREGULAR.get(word, word)


def content_stems(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order, repeated where the text repeats them."""
    return [stem(word) for word in plain_words(text) if word not in STOPWORDS]
