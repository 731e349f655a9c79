"""Legal forms of companies: which spellings are one form, and those that are written out."""

from __future__ import annotations

import re

from assistant.crm.hygiene.text import fold

# Form -> its other spellings, folded and without blanks or signs. "Inc." and "Corp." are one:
# American registers take either, and people write either.
_SPELLINGS = {
    "ab": "aktiebolag publiktaktiebolag abpubl",
    "ag": "aktiengesellschaft",
    "aps": "anpartsselskab",
    "as": "aktieselskab aksjeselskap allmennaksjeselskap asa",
    "bv": "beslotenvennootschap",
    "gbr": "gesellschaftburgerlichenrechts",
    "gmbh": "gesellschaftmitbeschrankterhaftung gesellschaftmbh gesmbh mbh",
    "gmbhcokg": "gmbhcokommanditgesellschaft",
    "inc": "incorporated corp corporation",
    "kg": "kommanditgesellschaft",
    "llc": "limitedliabilitycompany",
    "llp": "limitedliabilitypartnership",
    "ltd": "limited coltd companyltd companylimited colimited limitedcompany privatelimitedcompany",
    "nv": "naamlozevennootschap",
    "ohg": "offenehandelsgesellschaft",
    "oy": "osakeyhtio",
    "oyj": "julkinenosakeyhtio",
    "plc": "publiclimitedcompany",
    "ptyltd": "ptylimited proprietarylimited proprietaryltd",
    "pvtltd": "pvtlimited privatelimited privateltd",
    "sa": "societeanonyme sociedadanonima sociedadeanonima",
    "sarl": "societearesponsabilitelimitee",
    "sas": "societeparactionssimplifiee",
    "sl": "sociedadlimitada sociedadderesponsabilidadlimitada",
    "spa": "societaperazioni",
    "srl": "societaaresponsabilitalimitata",
    "spzoo": "spolkazograniczonaodpowiedzialnoscia",
    "ug": "unternehmergesellschaft ughaftungsbeschrankt unternehmergesellschafthaftungsbeschrankt",
}
_KINDS = {other: form for form, others in _SPELLINGS.items() for other in others.split()}
_JOINTS = frozenset({"and", "und", "et", "e", "y"})
_NO_FORM = frozenset({"co", "company", "cie"})
# Written out with their blanks and accents, at the end of a name.
WRITTEN_OUT = re.compile(
    r"[\s,]+(?:(?:publikt\s+)?aktiebolag|aktiengesellschaft|(?:gmbh\s*(?:&|und)\s*co\.?\s*)?"
    r"kommanditgesellschaft|gesellschaft\s+(?:mit\s+beschr(?:ä|ae)nkter\s+haftung|m\.?\s?b\.?\s?h\.?"
    r"|b(?:ü|ue)rgerlichen\s+rechts)|offene\s+handelsgesellschaft|unternehmergesellschaft"
    r"(?:\s*\(haftungsbeschr(?:ä|ae)nkt\))?|gmbh\s+und\s+co\.?\s*kg|aktieselskab|anpartsselskab"
    r"|(?:allmenn)?aksjeselskap|(?:julkinen\s+)?osakeyhti(?:ö|o)|besloten\s+vennootschap"
    r"|naamloze\s+vennootschap|public\s+limited\s+company|private\s+limited\s+company"
    r"|limited\s+liability\s+(?:company|partnership)|soci(?:é|e)t(?:é|e)\s+(?:anonyme"
    r"|(?:à|a)\s+responsabilit(?:é|e)\s+limit(?:é|e)e|par\s+actions\s+simplifi(?:é|e)e)"
    r"|sociedad\s+(?:an(?:ó|o)nima|(?:de\s+responsabilidad\s+)?limitada)|sociedade\s+an(?:ó|o|ô)nima"
    r"|societ(?:à|a)\s+(?:per\s+azioni|a\s+responsabilit(?:à|a)\s+limitata)"
    r"|sp(?:ó|o)(?:ł|l)ka\s+z\s+ograniczon(?:ą|a)\s+odpowiedzialno(?:ś|s)ci(?:ą|a))$",
    re.IGNORECASE,
)


def legal_kind(form: str | None) -> str:
    """One name for the spellings of a legal form: "GmbH" and "Gesellschaft mbH" are "gmbh".

    "" where nothing is said: "& Co." and "Company" are no form by themselves.
    """
    words = [word for word in fold(form or "").split() if word not in _JOINTS]
    plain = re.sub(r"\W", "", "".join(words))
    return "" if plain in _NO_FORM else _KINDS.get(plain, plain)
