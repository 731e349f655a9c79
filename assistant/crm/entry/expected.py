"""What a field expects, in words, and what was probably meant: pure."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.crm.hygiene import Trouble
from assistant.crm.kind import Form
from assistant.crm.reading import Doubt
from assistant.errors import Fault

_SHOWN = 120
EXPECTED: Mapping[Form, str] = {
    Form.TEXT: "a text",
    Form.LONG_TEXT: "a text",
    Form.PERSON: "a person's name such as Ann Lee",
    Form.ORGANISATION: "an organisation's name such as Acme GmbH",
    Form.EMAIL: "an e-mail address such as ann@example.com",
    Form.PHONE: "a phone number such as +49 30 1234567",
    Form.COUNTRY: "a country such as DE or Germany",
    Form.REGION: "a state, province or region such as Bavaria",
    Form.STREET: "a street and house number such as 10 High Street",
    Form.POSTCODE: "a postcode of the country",
    Form.DOMAIN: "a web address such as example.com",
    Form.CURRENCY: "a currency such as EUR",
    Form.AMOUNT: "an amount such as 1234.50 EUR",
    Form.NUMBER: "a number such as 12.5",
    Form.INTEGER: "a whole number such as 12",
    Form.SHARE: "a share such as 60 %",
    Form.PERCENT: "a percentage such as 12.5",
    Form.MOMENT: "a moment such as 2026-03-31T14:00:00Z",
    Form.DAY: "a day such as 2026-03-31",
    Form.BOOLEAN: "true or false",
    Form.DURATION: "a length in seconds, or such as 00:12:30",
    Form.CHANNEL: "a channel such as call, email or meeting",
    Form.DIRECTION: "in or out",
    Form.ID: "an id",
}
# What one who types is asked about. Readings by convention, small repairs and desks' addresses are
# taken, and told.
_ASKED = frozenset({
    Trouble.MALFORMED, Trouble.AMBIGUOUS, Trouble.PLACEHOLDER, Trouble.IMPLAUSIBLE,
    Trouble.SUSPICIOUS, Trouble.SEVERAL, Trouble.DISPOSABLE,
})  # fmt: skip


def is_asked_about(doubt: Doubt, *, has_value: bool, confirmed: bool) -> bool:
    """Whether a doubt keeps the value out; one that can be used is taken once it is confirmed."""
    if not has_value:
        return True
    return doubt.issue.trouble in _ASKED and not confirmed


def fault_of(field: str, form: Form, doubt: Doubt, *, has_value: bool) -> Fault:
    """The doubt in words for whoever typed the value."""
    meant = suggestion_in(doubt)
    sentence = f"Expected {EXPECTED[form]}; got {shown(doubt.raw)}. {doubt.issue.message}"
    if meant is not None:
        sentence += f" Did you mean {meant}?"
    elif doubt.issue.suggestion:
        sentence += f" {doubt.issue.suggestion}"
    return Fault(field, sentence, doubt.raw[:_SHOWN], meant, has_value)


def suggestion_in(doubt: Doubt) -> str | None:
    """The value that was probably meant; advice on how to write one is no value."""
    return usable(doubt.issue.suggestion)


def usable(suggestion: str | None) -> str | None:
    """A suggestion, if it is a value and not advice."""
    advice = suggestion is None or suggestion.startswith("Write ") or " or " in suggestion
    return None if advice else suggestion


def shown(raw: str) -> str:
    """A value as it came, in quotes, its beginning if it is long."""
    return f"'{raw}'" if len(raw) <= _SHOWN else f"'{raw[:_SHOWN]}…' ({len(raw)} characters)"
