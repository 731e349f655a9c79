"""Web addresses to domains: one company, one domain."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from assistant.crm.hygiene.cleaned import Cleaned, Trouble, flagged, refused, unknown
from assistant.crm.hygiene.text import means_nothing, one_line
from assistant.crm.hygiene.words import words_of

_HOST = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}"
)
_SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?/{2,}|^(?:https?|ftp|mailto):?/*", re.IGNORECASE)

# Second-level labels under which a country registers names, so that acme.co.uk is one company
# and co.uk is none.
_SECOND_LEVEL = frozenset(
    {"ac", "asn", "co", "com", "edu", "gen", "go", "gob", "gov", "govt", "gv", "id", "ltd", "me"}
    | {"mil", "ne", "net", "nom", "or", "org", "plc", "sch"}
)


@lru_cache(maxsize=8192)
def clean_domain(raw: str) -> Cleaned[str]:
    """The registered domain of a URL, host name or e-mail address, lower case, in ASCII.

    A domain that mixes alphabets (a Cyrillic letter among Latin ones) is flagged as suspicious.
    """
    text = one_line(raw)
    if means_nothing(text):
        return unknown()
    host = _host(text)
    try:
        ascii_host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        ascii_host = ""
    if not _HOST.fullmatch(ascii_host):
        return refused(Trouble.MALFORMED, "Not a web address.", "Write it as example.com.")
    domain = registered_domain(ascii_host)
    if mixes_alphabets(host):
        return flagged(domain, Trouble.SUSPICIOUS, "Letters of different alphabets are mixed.", 0.3)
    return Cleaned(domain)


def registered_domain(host: str) -> str:
    """The part of a host name that one owner registers: shop.acme.co.uk is acme.co.uk."""
    labels = host.split(".")
    under_country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if under_country else labels[-2:])


def is_free_mail(domain: str) -> bool:
    """Whether anyone can open an address there, so that it names no employer."""
    return domain in words_of("free_mail_domains")


def mixes_alphabets(host: str) -> bool:
    """Whether one label of a host name uses letters of more than one alphabet."""
    return any(len(_alphabets(label)) > 1 for label in _shown(host).split("."))


def _host(text: str) -> str:
    rest = _SCHEME.sub("", text.strip("<>\"'()[] "))
    rest = re.split(r"[/?#\\\s]", rest, maxsplit=1)[0]
    rest = rest.rsplit("@", 1)[-1]
    return re.sub(r":\d*$", "", rest).strip(".").casefold()


def _shown(host: str) -> str:
    try:
        return host.encode("ascii").decode("idna") if "xn--" in host else host
    except UnicodeError:
        return host


def _alphabets(label: str) -> set[str]:
    """The first word of a letter's Unicode name is its script; Japanese mixes three."""
    scripts = {
        unicodedata.name(letter, "?").split()[0].split("-")[0]
        for letter in label
        if letter.isalpha()
    }
    return {
        "JAPANESE" if script in {"CJK", "HIRAGANA", "KATAKANA"} else script for script in scripts
    }
