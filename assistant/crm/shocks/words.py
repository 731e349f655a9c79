"""What is said when a company cuts down, and what a mailer says of an address that is gone."""

from __future__ import annotations

import re

_PEOPLE = r"(?:staff|people|team|workers|workforce|employees|department|plant|site|crew)\b"
# Phrases of a company that lays people off or stops hiring, in the languages of our customers.
_CUTS = (
    r"(?<!debt )(?<!data )(?<!code )restructur(?:ing|ed)", r"laid[ -]off", r"layoffs?",
    # "Lay off the coffee": what people leave alone is named, and is nobody.
    rf"lay(?:ing)?[ -]offs?(?! (?:the|my|our|his|her|your|that|this|it\b)(?! (?:\w+ )?{_PEOPLE}))",
    r"lay(?:ing)? (?:people|staff|\w+ employees) off", r"(?:hiring|headcount) freeze",
    r"freez(?:e|ing) (?:all )?(?:hiring|headcount)", r"redundanc(?:y|ies)", r"job cuts",
    r"down[ -]?sizing", r"cut(?:ting)? (?:jobs|staff|headcount)", r"reduction in force",
    # German
    r"(?:um|re)strukturierung", r"entlassungen", r"stellenabbau", r"einstellungsstopp",
    r"kurzarbeit", r"personalabbau",
    # French
    r"restructuration", r"licenciements?", r"plan social", r"gel des (?:embauches|recrutements)",
    # Spanish
    r"reestructuraci[oó]n", r"despidos", r"congelaci[oó]n de (?:contrataciones|plantilla)",
    # Italian
    r"ristrutturazione aziendale", r"licenziamenti", r"blocco delle assunzioni",
    # Dutch
    r"reorganisatie", r"ontslagen", r"vacaturestop",
    # Portuguese
    r"reestrutura[cç][aã]o", r"demiss[oõ]es", r"congelamento de contrata[cç][oõ]es",
)  # fmt: skip
_CUT = re.compile(rf"\b(?:{'|'.join(_CUTS)})\b", re.IGNORECASE)
# Said shortly before, there are none; said shortly after, they are over.
_NONE = re.compile(
    r"\b(?:no|not|never|without|none|kein|keine|keinen|nicht|ohne|aucun|aucune|pas de|pas d|sin"
    r"|no hay|ning[uú]n|senza|nessun|nessuna|geen|zonder|sem|nenhum|nenhuma)\b[^.!?;,]{0,30}$",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"^[^.!?;]{0,30}\b(?:is over|are over|lifted|ended|behind us|completed|beendet|aufgehoben"
    r"|vorbei|abgeschlossen|termin[eé]e?s?|lev[eé]e?s?|terminad[oa]s?|levantad[oa]s?|finit[oai]"
    r"|conclus[oa]|voorbij|opgeheven|encerrad[oa]s?)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
QUOTE_CHARACTERS = 300

_BOUNCED = re.compile(
    r"\bbounced?\b|\bundeliver(?:able|ed)\b|\bdelivery fail(?:ed|ure)?\b|\bhard fail(?:ed|ure)?\b"
    r"|\b(?:invalid|unknown) (?:e ?mail|address|recipient|mailbox)\b"
)
_FOR_NOW = re.compile(r"\b(?:soft|temporary|transient|deferred|delayed)\b")


def speaks_of_cuts(text: str) -> str | None:
    """The sentence that says a company lays off or hires nobody; None where none does."""
    for match in _CUT.finditer(text):
        if _NONE.search(text[: match.start()][-60:]) or _OVER.match(text[match.end() :]):
            continue
        return _sentence_around(text, match.start())
    return None


def _sentence_around(text: str, at: int) -> str:
    found = next((m for m in _SENTENCE.finditer(text) if m.start() <= at < m.end()), None)
    sentence = found.group().strip() if found else text.strip()
    return sentence[:QUOTE_CHARACTERS]


def is_bounce(event_type: str) -> bool:
    """Does an event of this type say that an address does not work, not merely for now?"""
    words = re.sub(r"[^a-z]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", event_type).lower())
    return bool(_BOUNCED.search(words)) and not _FOR_NOW.search(words)
