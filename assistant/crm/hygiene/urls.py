"""Web addresses to domains: one company, one domain."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from assistant.crm.hygiene.cleaned import Cleaned, Trouble, flagged, refused
from assistant.crm.hygiene.text import nothing, one_line
from assistant.crm.hygiene.words import words_of

_HOST = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}"
)
_SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?/{2,}|^(?:https?|ftp|mailto):?/*", re.IGNORECASE)

# Second-level labels under which a country registers names, so that acme.co.uk is one company
# and co.uk is none.
# Under these each customer has a name of their own, as under a country.
_HOSTS = frozenset(
    {"blogspot.com", "wordpress.com", "wixsite.com", "weebly.com", "squarespace.com", "webflow.io"}
    | {"myshopify.com", "github.io", "gitlab.io", "netlify.app", "vercel.app", "herokuapp.com"}
    | {"azurewebsites.net", "cloudfront.net", "web.app", "pages.dev", "notion.site", "jimdo.com"}
    | {"jimdosite.com", "business.site", "ueniweb.com", "carrd.co", "godaddysites.com"}
)

# Cyrillic and Greek letters that are drawn like Latin ones: a name spelled in them alone is read
# as a Latin name.
_DRAWN_LIKE_LATIN = frozenset("аеорсухіјѕԁԛԝһӏьгҽүνοραικυτωηѵ")

_SECOND_LEVEL = frozenset(
    {"ac", "asn", "co", "com", "edu", "gen", "go", "gob", "gov", "govt", "gv", "id", "ltd", "me"}
    | {"mil", "ne", "net", "nom", "or", "org", "plc", "sch"}
)


@lru_cache(maxsize=8192)
def clean_domain(raw: str) -> Cleaned[str]:
    """The registered domain of a URL, host name or e-mail address, lower case, in ASCII.

    A domain with letters that are drawn like Latin ones is flagged as suspicious, and so is a page
    on a network where everybody has one: it names no company.
    """
    text = one_line(raw)
    if (empty := nothing(text)) is not None:
        return empty
    host = _host(text)
    if "@" in text and "/" not in text:
        return refused(Trouble.MALFORMED, "An e-mail address, not a web address.", _behind(text))
    try:
        ascii_host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        ascii_host = ""
    if not _HOST.fullmatch(ascii_host):
        return refused(Trouble.MALFORMED, "Not a web address.", "Write it as example.com.")
    domain = registered_domain(ascii_host)
    if looks_like_another(host):
        return flagged(domain, Trouble.SUSPICIOUS, "Letters of another alphabet look Latin.", 0.3)
    if is_network(domain):
        return flagged(domain, Trouble.SHARED, "A page on a network that many share.", 0.3)
    return Cleaned(domain)


def registered_domain(host: str) -> str:
    """The part of a host name that one owner registers: shop.acme.co.uk is acme.co.uk."""
    labels = host.split(".")
    under_country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    under_host = len(labels) > 2 and ".".join(labels[-2:]) in _HOSTS
    return ".".join(labels[-3:] if under_country or under_host else labels[-2:])


def is_network(domain: str) -> bool:
    """Whether everybody can have a page there, so that it names no company."""
    return domain in words_of("network_domains")


def is_free_mail(domain: str) -> bool:
    """Whether anyone can open an address there, so that it names no employer."""
    return domain in words_of("free_mail_domains")


def looks_like_another(host: str) -> bool:
    """Whether a label of a host name mixes alphabets, or is drawn like Latin in another one."""
    return any(
        len(_alphabets(label)) > 1 or _is_drawn_like_latin(label)
        for label in _shown(host).split(".")
    )


def _is_drawn_like_latin(label: str) -> bool:
    letters = {letter for letter in label if letter.isalpha()}
    return bool(letters) and letters <= _DRAWN_LIKE_LATIN


def _behind(address: str) -> str | None:
    """The domain of an e-mail address, unless everybody can have an address there."""
    host = _host(address)
    return None if is_free_mail(host) or not _HOST.fullmatch(host) else registered_domain(host)


def _host(text: str) -> str:
    rest = text.strip("<>\"'()[] ")
    while (shorter := _SCHEME.sub("", rest)) != rest:  # "http://http://…" is often pasted
        rest = shorter
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
