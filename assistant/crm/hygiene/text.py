"""Plain text: invisible characters out, words for "nothing" to unknown, folding for comparison."""

from __future__ import annotations

import re
import unicodedata
from typing import Never

from assistant.crm.hygiene.cleaned import Cleaned, Trouble, flagged, refused, unknown
from assistant.crm.hygiene.words import phrases_of

# Zero-width and direction marks: they survive copy and paste from web pages, break equality, and
# the overrides (202A-202E, 2066-2069) let a name display as another. The joiners 200C and 200D
# stay: Persian, Hindi and composed emoji need them.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
# Half a surrogate pair is no letter either, and no database stores it.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_BLANKS = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_FORMULA = re.compile(r"\s*[=@]\s*[\w.]+\s*\(|\s*=\s*[\w']+\s*[!|+\-*/]|\s*[+\-]\s*\w+\|")

# What UTF-8 lead bytes look like when the bytes were shown as Windows-1252.
_MOJIBAKE = re.compile("[ÂÃÄÅÐÑØÙâð][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")

MENDED = "The letters had been decoded wrongly; mended."

_DASHES_ONLY = re.compile(r"[-–—_.?*/\\'\"#~\s]+|x{3,12}")
_BRACKETED = re.compile(r"\(.+\)|\[.+\]|<.+>|\{.+\}|\".+\"|'.+'")
_LOST = re.compile(
    r"#(?:REF|VALUE|DIV/0|NAME|NUM|NULL|SPILL|CALC|BEZUG|WERT|ZAHL)[!?]|#{3,}", re.IGNORECASE
)


def tidy(raw: str) -> str:
    """The text as a person sees it: NFC, no control or invisible characters, single blanks."""
    if raw.isascii() and raw.isprintable() and "  " not in raw:
        return raw.strip()
    text = _CONTROL.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFC", raw)))
    return _BLANKS.sub(" ", text).strip()


def one_line(raw: str) -> str:
    """Tidied text with line breaks turned into blanks."""
    return " ".join(tidy(raw).split())


def means_nothing(text: str) -> bool:
    """Whether a field is blank or says in words or dashes that nothing is known."""
    folded = text.strip().casefold()
    if not folded or folded in phrases_of("nothing"):
        return True
    if _DASHES_ONLY.fullmatch(folded) or _LOST.fullmatch(folded):
        return True
    return bool(_BRACKETED.fullmatch(folded)) and folded[1:-1].strip() in phrases_of("nothing")


def nothing(text: str) -> Cleaned[Never] | None:
    """Unknown for a field that says nothing, refused for one whose value a spreadsheet lost.

    None for a field that says something. "#N/A" is how spreadsheets say that nothing is known;
    their other errors stand where a value was.
    """
    if _LOST.fullmatch(text.strip()):
        return refused(Trouble.MALFORMED, "A spreadsheet's error; the value is lost.")
    return unknown() if means_nothing(text) else None


def fold(text: str) -> str:
    """A key for comparing names: no case, accents or punctuation; "&" reads as "and"."""
    spelled = unicodedata.normalize("NFKD", text.replace("&", " and ")).casefold()
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", spelled.replace("ø", "o").replace("ł", "l"))
        if unicodedata.category(letter) != "Mn"
    )
    # Dots and apostrophes vanish ("U.S.A." = "USA"); every other mark parts words.
    bare = re.sub(r"[.'’`´]", "", bare)
    return " ".join(re.sub(r"[^\w]+|_", " ", bare).split())


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would run this cell instead of showing it."""
    return bool(_FORMULA.match(text))


def mend_mojibake(text: str) -> str | None:
    """The text with UTF-8 that was read as Windows-1252 read again; None if it looks right."""
    if not _MOJIBAKE.search(text):
        return None
    try:
        mended = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
    return mended if mended != text else None


def read_line(raw: str) -> tuple[str, bool]:
    """The text on one tidied line, and whether it had to be decoded again.

    Mending comes first: half of a letter that was decoded twice may be an invisible character.
    """
    mended = mend_mojibake(raw)
    return one_line(raw if mended is None else mended), mended is not None


def clean_text(raw: str, *, lines: bool = False) -> Cleaned[str]:
    """Free text made tidy; kept whole, because what people wrote is evidence.

    lines: keep line breaks (bodies, descriptions) instead of joining lines (names, subjects).
    """
    mended = mend_mojibake(raw)
    text = (tidy if lines else one_line)(raw if mended is None else mended)
    if (empty := nothing(text)) is not None:
        return empty
    if mended is not None:
        return flagged(text, Trouble.REPAIRED, MENDED, 0.9)
    if looks_like_formula(text):
        return flagged(text, Trouble.SUSPICIOUS, "A spreadsheet would run this as a formula.", 0.5)
    return Cleaned(text)
