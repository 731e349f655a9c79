"""Currencies to ISO 4217, from codes, signs and names."""

from __future__ import annotations

import re

from assistant.crm.hygiene import iso
from assistant.crm.hygiene.cleaned import Cleaned, Trouble, flagged, refused
from assistant.crm.hygiene.text import fold, nothing, one_line

# Signs that name one currency. Longer ones are tried first: "US$" before "$".
_SIGNS = {
    "US$": "USD", "$US": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD",
    "CDN$": "CAD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "SG$": "SGD", "NT$": "TWD",
    "MX$": "MXN", "R$": "BRL", "J$": "JMD", "€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB",
    "₩": "KRW", "₺": "TRY", "₴": "UAH", "₪": "ILS", "฿": "THB", "₫": "VND", "₦": "NGN",
    "₱": "PHP", "₡": "CRC", "₲": "PYG", "₸": "KZT", "₼": "AZN", "₾": "GEL", "₵": "GHS",
    "ZŁ": "PLN", "ZL": "PLN", "KČ": "CZK", "FT": "HUF", "FR.": "CHF", "SFR": "CHF", "SFR.": "CHF",
    "CN¥": "CNY", "JP¥": "JPY", "元": "CNY", "円": "JPY", "LEI": "RON", "ЛВ": "BGN", "РУБ": "RUB",
    "RMB": "CNY", "RM": "MYR", "RP": "IDR", "AED": "AED", "د.إ": "AED", "R": "ZAR",
}  # fmt: skip

# Signs that several countries use for currencies of their own: the row's country decides.
_SHARED_SIGNS = {
    "$": {
        "US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD", "HK": "HKD", "MX": "MXN",
        "AR": "ARS", "CL": "CLP", "CO": "COP", "TW": "TWD", "JM": "JMD", "PR": "USD", "EC": "USD",
        "SV": "USD", "BS": "BSD", "BB": "BBD", "TT": "TTD", "UY": "UYU", "DO": "DOP", "FJ": "FJD",
    },
    "KR": {"SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK", "FO": "DKK", "GL": "DKK"},
    "¥": {"JP": "JPY", "CN": "CNY"},
    "￥": {"JP": "JPY", "CN": "CNY"},
    "RS": {"IN": "INR", "PK": "PKR", "LK": "LKR", "NP": "NPR", "MU": "MUR"},
}  # fmt: skip

_NAMES = {
    "euro": "EUR", "euros": "EUR", "eur": "EUR", "pound": "GBP", "pounds": "GBP",
    "pounds sterling": "GBP", "sterling": "GBP", "stg": "GBP", "us dollars": "USD",
    "us dollar": "USD", "american dollars": "USD", "usd dollars": "USD", "swiss francs": "CHF",
    "schweizer franken": "CHF", "franken": "CHF", "yen": "JPY", "renminbi": "CNY", "yuan": "CNY",
    "zloty": "PLN", "zlotych": "PLN", "rupees indian": "INR", "indian rupees": "INR",
    "australian dollars": "AUD", "canadian dollars": "CAD", "rand": "ZAR", "real": "BRL",
    "reais": "BRL", "forint": "HUF", "koruna": "CZK", "shekel": "ILS", "dirham": "AED",
}  # fmt: skip

_SHARED_NAMES = frozenset({"dollar", "dollars", "krona", "krone", "kronor", "peso", "pesos",
                           "rupee", "rupees", "franc", "francs", "dinar", "rial"})  # fmt: skip


def clean_currency(
    raw: str, country: str | None = None, *, stated: str | None = None
) -> Cleaned[str]:
    """An ISO 4217 code from a code, a sign or a name.

    Signs such as "$" and "kr" are refused as ambiguous unless the row settles them. stated: the
    code in its currency column, which is certain. country: its alpha-2 code, which is a guess.
    """
    text = one_line(raw).strip("()[] ")
    if (empty := nothing(text)) is not None:
        return empty
    written = re.sub(r"\s", "", text).upper()
    if len(written) == 3 and written in iso.currency_codes():
        return Cleaned(written)
    if written in _SIGNS:
        return Cleaned(_SIGNS[written])
    if (sign := written.rstrip(".") if written != "." else written) in _SHARED_SIGNS:
        return _shared_sign(sign, country, stated)
    key = fold(text)
    if key in _SHARED_NAMES:
        if stated is not None and key.rstrip("s") in iso.currency_name(stated):
            return Cleaned(stated)
        return refused(Trouble.AMBIGUOUS, "Several countries have a currency of this name.")
    if (code := _NAMES.get(key) or iso.currency_names().get(key)) is not None:
        return Cleaned(code)
    return refused(Trouble.MALFORMED, "Not a currency in ISO 4217.", "Write it as EUR or USD.")


def _shared_sign(sign: str, country: str | None, stated: str | None) -> Cleaned[str]:
    if stated in _SHARED_SIGNS[sign].values():
        return Cleaned(stated)
    if (
        stated is None
        and country is not None
        and (code := _SHARED_SIGNS[sign].get(country)) is not None
    ):
        return flagged(code, Trouble.ASSUMED, "The sign is shared; the row's country decided.", 0.9)
    return refused(
        Trouble.AMBIGUOUS, "Several currencies use this sign.", "Write USD, CAD, SEK ..."
    )
