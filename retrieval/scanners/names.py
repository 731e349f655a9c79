"""Names, as far as capital letters tell."""

from __future__ import annotations

import re
import unicodedata

from retrieval.scanners.value import Unclaimed
from retrieval.words import words

_WORD = r"(?:(?:[A-Z]\.){1,3}|[A-ZÀ-ÖØ-Þ][\w’'&-]*\w|[A-ZÀ-ÖØ-Þ])"
_LINK = r"(?:de|da|del|der|den|van|von|di|du|la|le|of|the|&|y|bin|al)"
# A possessive ends a name: "Acme's CFO" names Acme, and then a post.
_NAME = re.compile(rf"(?<![\w'’-]){_WORD}(?:(?<!['’]s)(?:[^\S\n]+{_LINK}){{0,2}}[^\S\n]+{_WORD})*")
# Words that open a sentence with a capital and name nothing.
_ORDINARY = frozenset(
    words(
        """
        a about above according actually after afterwards again all already also although always
        am an and another any anyone anything are as ask at back be because been before being
        approximately roughly whoever expect below best between both but by call can case
        certainly contact could currently customer dr prof
        customers deal dear did do does don during each earlier either else email e-mail even
        every everyone everything except few finally first following for from around
        further get give
        given go good great had has have having he hello hence her here hers herself hey hi him
        himself his hmm how however i if in indeed instead into invoice is it item its itself
        just last later least let let's like look many may maybe me meanwhile might mine more
        moreover most mr mrs ms much must my myself near neither never next no nobody none nor
        not note nothing now of off often oh ok okay on once one only open or order other others
        our ours ourselves out over own per perhaps please plus possibly probably quite rather
        re really right same second see several shall she should similarly since so some
        somebody someone something sometimes soon still such sure subject suppose thank thanks
        that that's the their theirs them themselves then there therefore these they they're
        third this those though through throughout thus ticket to today together tomorrow
        tonight too total two under unfortunately unless until up upon us use used usually very
        via was we we're well were what when where whether which while who whose why will with
        within without would yeah yes yesterday yet you you're your yours yourself
        """
    )
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n\x00\"“(\[•*-])\s*$")


def scan_names(source: Unclaimed) -> None:
    """Runs of capitalised words, without the ordinary words that only open a sentence."""
    for match in source.matches(_NAME):
        start = match.start()
        opening = bool(_SENTENCE_START.search(source.text[max(0, start - 3) : start]))
        words = list(re.finditer(r"\S+", match[0]))
        while words and (words[0][0].lower() in _ORDINARY or words[0][0] in ("The", "And")):
            words = words[1:]
            opening = False
        while words and words[-1][0].lower() in _ORDINARY:
            words = words[:-1]
        if not words or _is_no_name(words, opening=opening):
            continue
        begin, stop = start + words[0].start(), start + words[-1].end()
        written = re.sub(r"['’]s?$", "", source.text[begin:stop])
        source.take("name", name_key(written), begin, begin + len(written))


def _is_no_name(words: list[re.Match[str]], *, opening: bool) -> bool:
    only = words[0][0]
    if len(words) > 1:
        return False
    return len(only) < 2 or (opening and only.lower().endswith(("ing", "ly", "ed")))


def name_key(name: str) -> str:
    """A name in lower case, without accents, punctuation or a possessive ending."""
    bare = unicodedata.normalize("NFKD", name)
    bare = "".join(c for c in bare if not unicodedata.combining(c)).casefold()
    bare = re.sub(r"['’]s\b", "", bare)
    return " ".join(re.findall(r"[^\W_]+", bare))
