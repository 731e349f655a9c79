"""Names of organisations: legal form split off, a key to compare by (home of cleanco)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from cleanco import basename

from assistant.crm.hygiene.cleaned import Cleaned, Trouble, flagged, refused, unknown
from assistant.crm.hygiene.text import (
    MENDED,
    fold,
    looks_like_formula,
    means_nothing,
    read_line,
)

# Forms that cleanco's word lists miss, or find only in another spelling.
_MORE_FORMS = re.compile(
    r"[\s,]+(?:gmbh\s*&\s*co\.?\s*k\.?g\.?(?:aa)?|ag\s*&\s*co\.?\s*k\.?g\.?|e\.?\s?k\.?|e\.?\s?v\.?"
    r"|gmbh|g\.?m\.?b\.?h\.?|m\.?b\.?h\.?|ug(?:\s*\(haftungsbeschränkt\))?|s\.?a\.?\s?r\.?l\.?"
    r"|s\.?a\.?s\.?u?\.?|e\.?u\.?r\.?l\.?|s\.?c\.?o\.?p\.?|s\.?r\.?l\.?s?\.?|s\.?p\.?a\.?|s\.?n\.?c\.?"
    r"|b\.?v\.?b\.?a\.?|b\.?v\.?|n\.?v\.?|v\.?o\.?f\.?|s\.?l\.?u?\.?|s\.?\s?a\.?\s?de\s?c\.?\s?v\.?"
    r"|l\.?l\.?c\.?|l\.?l\.?p\.?|p\.?l\.?l\.?c\.?|l\.?t\.?d\.?a?\.?|p\.?l\.?c\.?|inc\.?|corp\.?"
    r"|pty\.?\s*l(?:imite)?td?\.?|pvt\.?\s*l(?:imite)?td?\.?|private limited|proprietary limited"
    r"|pte\.?\s*ltd\.?|sdn\.?\s*bhd\.?|a/s|aps|k\.?k\.?|sp\.?\s*z\s*o\.?\s*o\.?|s\.?r\.?o\.?|d\.?o\.?o\.?"
    r"|zrt\.?|kft\.?|oyj?|a\.?b\.?|a\.?s\.?)$|(?<=\w)(?:株式会社|有限会社|有限公司)$",
    re.IGNORECASE,
)
_FORMS_IN_FRONT = re.compile(r"^(?:株式会社|有限会社|OOO|ООО|ЗАО|ОАО|ПАО|PT\.?|CV\.?)\s+(?=\S)")
_TRADING_AS = re.compile(r"\s+(?:t/a|d/?b/?a|trading as|doing business as|c/o)\s+", re.IGNORECASE)
_REMARK = re.compile(
    r"\s*[(\[](?:old|new|dup\w*|do not use|inactive|closed|archived|test|ex|formerly[^)\]]*"
    r"|alt|neu|ehem[^)\]]*)[)\]]",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"(?:test|demo|sample|dummy|fake|xxx+|asdf\w*|foo|bar|abc|company|company name|self|private"
    r"|privat|individual|freelance|personal|no company|my company)\d*"
)


@dataclass(frozen=True, slots=True)
class Organisation:
    """A company as written, its name without the legal form, the form, and a comparison key."""

    name: str
    base: str
    legal_form: str = ""
    key: str = ""

    def __str__(self) -> str:
        return self.name


@lru_cache(maxsize=8192)
def clean_organisation(raw: str) -> Cleaned[Organisation]:
    """An organisation's name with its legal form told apart.

    The key is the base name folded, without a leading article: "The Acme Co., Ltd." and
    "ACME COMPANY LIMITED" do not share it by chance but because forms and articles are dropped.
    """
    line, mended = read_line(raw)
    text = line.strip(' ,;"')
    if means_nothing(text):
        return unknown()
    if looks_like_formula(text):
        return refused(Trouble.SUSPICIOUS, "A spreadsheet formula, not a company name.")
    if not any(letter.isalnum() for letter in text):
        return refused(Trouble.MALFORMED, "No letters in the company name.")
    if _FILLER.fullmatch(fold(text)):
        return refused(Trouble.PLACEHOLDER, "A filler, not a company name.")
    if mended:
        return flagged(_split(text), Trouble.REPAIRED, MENDED, 0.9)
    return Cleaned(_split(text))


def organisation_key(raw: str) -> str:
    """The key two spellings of one company share, or "" if no company is named."""
    cleaned = clean_organisation(raw)
    return cleaned.value.key if cleaned.value else ""


def _split(text: str) -> Organisation:
    named = _TRADING_AS.split(text)[-1]
    named = _REMARK.sub("", named).strip() or named
    base = _without_form(named)
    key = fold(base)
    return Organisation(text, base, _form(named, base), key.removeprefix("the ") or key)


def _without_form(name: str) -> str:
    """The name with legal forms taken off its end until nothing more comes off."""
    base = _FORMS_IN_FRONT.sub("", name)
    while (shorter := _one_form_less(base)) != base:
        base = shorter
    return base


def _one_form_less(name: str) -> str:
    shorter = _MORE_FORMS.sub("", name)
    if shorter == name:
        shorter = basename(name)
    shorter = shorter.strip(" ,.-&")
    # Brackets are kept in pairs, and a company called "SA" or "The Limited" keeps its name.
    bare = fold(shorter).removeprefix("the").strip()
    torn = shorter.count("(") != shorter.count(")")
    return name if torn or len(bare) < 2 else shorter


def _form(name: str, base: str) -> str:
    start = name.find(base)
    if start < 0 or base == name:
        return ""
    form = f"{name[:start]} {name[start + len(base) :]}".strip(" ,.&-")
    return f"{form}." if form and name.endswith(".") else form
