"""Text that is shown as it stands: no links, no markup, nothing invisible."""

from __future__ import annotations

import re
import unicodedata

_IMAGE_OR_LINK = re.compile(r"!?\[([^\]\n]{0,200})\]\([^)\n]*\)")
_ADDRESS = re.compile(r"\b(?:https?|ftp|file|data|javascript):\S+|\bwww\.\S+", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z!][^<>]{0,300}>", re.IGNORECASE)


def plain(text: str) -> str:
    """The words of a text, for quoting: addresses become "(link)", markup and controls go."""
    text = _IMAGE_OR_LINK.sub(r"\1 (link)", text)
    text = _ADDRESS.sub("(link)", _TAG.sub("", text))
    shown = "".join(
        " " if unicodedata.category(sign) in {"Cc", "Zl", "Zp"} else sign
        for sign in text
        if unicodedata.category(sign) not in {"Cf", "Cs", "Co"}
    )
    return " ".join(shown.split())


def carries_markup(text: str) -> bool:
    """Whether a model put a link, an image or a tag into its sentence, or hid signs in it."""
    found = _IMAGE_OR_LINK.search(text) or _ADDRESS.search(text) or _TAG.search(text)
    return found is not None or any(unicodedata.category(sign) in {"Cf", "Co"} for sign in text)
