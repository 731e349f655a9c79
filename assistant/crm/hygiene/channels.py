"""How and from which side we were in touch: channels and directions by their usual names."""

from __future__ import annotations

import re

from assistant.crm.hygiene.cleaned import Cleaned, Trouble, flagged, refused
from assistant.crm.hygiene.text import fold, nothing, one_line

MAX_LENGTH = 20

# The first pattern that is found decides: "sales call meeting invite e-mail" is an e-mail.
_CHANNELS = (
    ("email", r"e ?mails?|mails?|courriel|correo|newsletter"),
    ("chat", r"chats?|live ?chat|messages?|sms|text|whatsapp|messenger|im|intercom"),
    ("social", r"social|tweets?|twitter|x post|linkedin|facebook|instagram|mentions?|posts?"),
    ("visit", r"visits?|on ?site|in person|field|site visit|besuch|visite|visita"),
    ("event", r"offline event|events?|webinars?|conferences?|trade shows?|fairs?|messe|workshops?"),
    ("meeting", r"meetings?|demos?|video|appointments?|termin|reunion|zoom|teams|online|lunch"),
    ("call", r"calls?|phone|telephone|voip|anruf|telefonat|appel|llamada|dial\w*|voicemail"),
)
_IN = re.compile(r"in|inbound|incoming|received|from customer|eingehend|entrant|entrante|recu")
_OUT = re.compile(r"out|outbound|outgoing|sent|to customer|made|ausgehend|sortant|saliente|envoye")


def clean_channel(raw: str) -> Cleaned[str]:
    """One of call, email, meeting, visit, chat, event, social; any other word is flagged."""
    text = one_line(raw)
    if (empty := nothing(text)) is not None:
        return empty
    key = fold(text)
    for channel, pattern in _CHANNELS:
        if re.search(rf"\b(?:{pattern})\b", key):
            return Cleaned(channel)
    return flagged(
        text.casefold()[:MAX_LENGTH].strip(), Trouble.ASSUMED, "Not a usual channel.", 0.5
    )


def clean_direction(raw: str) -> Cleaned[str]:
    """`in` when the customer began, `out` when we did."""
    text = one_line(raw)
    key = fold(text).removesuffix(" call").removesuffix(" email").strip()
    if _IN.fullmatch(key):
        return Cleaned("in")
    if _OUT.fullmatch(key):
        return Cleaned("out")
    if (empty := nothing(text)) is not None:
        return empty
    return refused(Trouble.MALFORMED, "Neither in nor out.", "Write in or out.")
