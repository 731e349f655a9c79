"""Names of organisations: legal form split off, a key to compare by (home of cleanco)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from cleanco import basename

from assistant.crm.hygiene.cleaned import Cleaned, Trouble, flagged, refused
from assistant.crm.hygiene.legal_forms import WRITTEN_OUT, legal_kind
from assistant.crm.hygiene.likeness import likeness
from assistant.crm.hygiene.text import (
    MENDED,
    fold,
    looks_like_formula,
    nothing,
    read_line,
)

_SLIPS = 0.8  # of letters in common, between spellings of one name

# Forms that cleanco's word lists miss, or find only in another spelling.
_MORE_FORMS = re.compile(
    r"[\s,]+(?:gmbh\s*&\s*co\.?\s*k\.?g\.?(?:aa)?|ag\s*&\s*co\.?\s*k\.?g\.?|e\.?\s?k\.?|e\.?\s?v\.?"
    r"|gmbh|g\.?m\.?b\.?h\.?|m\.?b\.?h\.?|ug(?:\s*\(haftungsbeschränkt\))?|s\.?a\.?\s?r\.?l\.?"
    r"|s\.?a\.?s\.?u?\.?|e\.?u\.?r\.?l\.?|s\.?c\.?o\.?p\.?|s\.?r\.?l\.?s?\.?|s\.?p\.?a\.?|s\.?n\.?c\.?"
    r"|b\.?v\.?b\.?a\.?|b\.?v\.?|n\.?v\.?|v\.?o\.?f\.?|s\.?l\.?u?\.?|s\.?\s?a\.?\s?de\s?c\.?\s?v\.?"
    r"|l\.?l\.?c\.?|l\.?l\.?p\.?|p\.?l\.?l\.?c\.?|l\.?t\.?d\.?a?\.?|p\.?l\.?c\.?|inc\.?|corp\.?"
    r"|pty\.?\s*l(?:imite)?td?\.?|pvt\.?\s*l(?:imite)?td?\.?|private limited|proprietary limited"
    r"|pte\.?\s*ltd\.?|sdn\.?\s*bhd\.?|a/s|aps|k\.?k\.?|sp\.?\s*z\s*o\.?\s*o\.?|s\.?r\.?o\.?|d\.?o\.?o\.?"
    r"|zrt\.?|kft\.?|oyj?|a\.?b\.?|a\.?s\.?|s\.?a\.?b\.?(?:\s?de\s?c\.?\s?v\.?)?|s\.?a\.?p\.?i\.?(?:\s?de"
    r"\s?c\.?\s?v\.?)?|s\.?\s?de\s?r\.?\s?l\.?(?:\s?de\s?c\.?\s?v\.?)?|ohg|kgaa|gbr|partg(?:\s?mbb)?|se"
    r"|ltda\.?|eireli|s\.?/?\s?a\.?|e\.?i\.?r\.?l\.?|sicav|scrl|asbl|vzw|stiftung|ee|epe|e\.?g\.?"
    r"|a\.?s\.?b\.?l\.?|d\.?d\.?|e\.?o\.?o\.?d\.?|o\.?o\.?d\.?|tbk\.?|bhd\.?|주식회사|유한회사|㈜)$"
    r"|(?<=\w)(?:株式会社|有限会社|合同会社|股份有限公司|有限责任公司|有限公司|주식회사|유한회사"
    r"|\(주\)|㈜|㈱|（株）|\(株\))$",
    re.IGNORECASE,
)
_FORMS_IN_FRONT = re.compile(
    r"^(?:(?:OOO|ООО|ЗАО|ОАО|ПАО|АО|ИП|ТОО|ТОВ|ПП|PT\.?|CV\.?)\s+"
    r"|(?:株式会社|有限会社|合同会社|㈱|주식회사|유한회사|㈜|\(주\)|（株）|\(株\))\s*)(?=\S)"
)
# A name that is a legal form and nothing else. Short ones ("SA", "AB") are names of companies too.
_FORM_ALONE = re.compile(
    r"(?:gmbh|ges\.?m\.?b\.?h\.?|ltd\.?|llc|l\.l\.c\.|inc\.?|incorporated|corporation|plc"
    r"|s\.?r\.?l\.|s\.p\.a\.|sarl|s\.a\.r\.l\.|b\.v\.|n\.v\.|pty\.? ltd\.?|pvt\.? ltd\.?"
    r"|sp\.? z\.? ?o\.? ?o\.?|s\.r\.o\.|株式会社|有限公司|주식회사|ооо|зао|оао)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^[«»“”„‟\"'‘’]+|[«»“”„‟\"'‘’]+$")
_UNMISTAKABLE = re.compile(
    r"[\s,](?:gmbh|mbh|ltd\.?|limited|llc|l\.l\.c\.|llp|inc\.?|incorporated|corporation|plc"
    r"|s\.?r\.?l\.|s\.p\.a\.|sarl|b\.v\.|n\.v\.|pty\.? ltd\.?|oyj|sp\.? z\.? ?o\.? ?o\.?|s\.r\.o\."
    r"|e\.v\.|kgaa|co\. kg|ооо|株式会社)$",
    re.IGNORECASE,
)
_TRADING_AS = re.compile(r"\s+(?:t/a|d/?b/?a|trading as|doing business as|c/o)\s+", re.IGNORECASE)
_REMARK = re.compile(
    r"\s*[(\[](?:old|new|dup\w*|do not use|inactive|closed|archived|test|ex|formerly[^)\]]*"
    r"|alt|neu|ehem[^)\]]*)[)\]]",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"(?:test|demo|sample|dummy|fake|xxx+|asdf\w*|foo|bar|abc|company|company name|self|private"
    r"|privat|individual|freelancer?|personal|no company|my company|self employed|sole trader"
    r"|selbst(?:st)?andig|freiberufler|freiberuflich|privatperson|privatkunde|autonomo|independant"
    r"|libero professionista|unemployed|retired|student|household|none yet)\d*"
)
_FILLER_COMPANY = re.compile(
    r"(?:test|demo|sample|dummy|fake|example|xxx+|asdf\w*)\s(?:company|account|customer|client|firma"
    r"|kunde|org|organi[sz]ation|business|inc|ltd|llc|gmbh|test)\d*"
)
_LONGEST = 300  # longer than any company's name; it is kept whole
_COMPANY_ALONE = re.compile(r"\s+company$", re.IGNORECASE)


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
    if (empty := nothing(text)) is not None:
        return empty
    if looks_like_formula(text):
        return refused(Trouble.SUSPICIOUS, "A spreadsheet formula, not a company name.")
    if not any(letter.isalnum() for letter in text):
        return refused(Trouble.MALFORMED, "No letters in the company name.")
    if _FILLER.fullmatch(fold(text)) or _FILLER_COMPANY.fullmatch(fold(text)):
        return refused(Trouble.PLACEHOLDER, "A filler, not a company name.")
    if _FORM_ALONE.fullmatch(text):
        return refused(Trouble.MALFORMED, "A legal form without a name.")
    if mended:
        return flagged(_split(text), Trouble.REPAIRED, MENDED, 0.9)
    return Cleaned(_split(text))


def organisation_key(raw: str) -> str:
    """The key two spellings of one company share, or "" if no company is named."""
    cleaned = clean_organisation(raw)
    return cleaned.value.key if cleaned.value else ""


def legal_kind_of(name: str, legal_form: str | None = None) -> str:
    """The kind of legal form that an organisation's name says, else the one told beside it."""
    cleaned = clean_organisation(name).value
    return legal_kind(cleaned.legal_form if cleaned else "") or legal_kind(legal_form)


def organisations_alike(one: str, other: str) -> bool:
    """May two organisation keys be spellings of one name?

    So it is where one says all that the other says, is its initials, or differs by slips; never
    where they are numbered differently.
    """
    words, others = one.split(), other.split()
    if _digits(one) != _digits(other):
        return False
    if set(words) <= set(others) or set(others) <= set(words):
        return True
    initials = {"".join(word[0] for word in words), "".join(word[0] for word in others)}
    if {one.replace(" ", ""), other.replace(" ", "")} & initials:
        return True
    return likeness(one, other) >= _SLIPS


def _digits(key: str) -> list[str]:
    return re.findall(r"\d+", key)


def _split(text: str) -> Organisation:
    if len(text) > _LONGEST:
        return Organisation(text, text, "", fold(text))
    named = _TRADING_AS.split(text)[-1]
    named = _REMARK.sub("", named).strip() or named
    bare = _without_form(named)
    key = fold(bare)
    # "Company" tells no legal form; to compare by, it is left out all the same.
    base = named if _COMPANY_ALONE.sub("", named) == bare else bare
    return Organisation(text, base, _form(named, base), key.removeprefix("the ") or key)


def _without_form(name: str) -> str:
    """The name with legal forms taken off its end until nothing more comes off."""
    base = _FORMS_IN_FRONT.sub("", name)
    while (shorter := _one_form_less(base)) != base:
        base = shorter
    return _QUOTED.sub("", base) if _QUOTED.sub("", base).strip() else base


def has_legal_form(text: str) -> bool:
    """Whether a text ends in a legal form that no person's name ends in."""
    return bool(_UNMISTAKABLE.search(text))


def _one_form_less(name: str) -> str:
    shorter = WRITTEN_OUT.sub("", name)
    if shorter == name:
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
    form = f"{name[:start]} {name[start + len(base) :]}".strip(" ,.&-«»“”„‟\"'‘’")
    return f"{form}." if form and name.endswith(".") else form
