"""Addresses that scroll to words on the page they lead to; js/quote.js makes the same ones.

The words go into a text directive (WICG, URL Fragment Text Directives), which browsers keep to
themselves: no log of a server or proxy ever holds a customer's words.
"""

from __future__ import annotations

from urllib.parse import quote as escaped

SHORT_WORDS = 10
EDGE_WORDS = 5


def quoted(href: str, quote: str) -> str:
    """`href` with a directive for `quote`; browsers without them go to the anchor before it."""
    lines = [line.split() for line in quote.splitlines() if line.strip()]
    if not lines:
        return href
    if len(lines) == 1 and len(lines[0]) <= SHORT_WORDS:
        parts = [lines[0]]
    else:
        parts = [lines[0][:EDGE_WORDS], lines[-1][-EDGE_WORDS:]]
    directive = ",".join(escaped(" ".join(part), safe="").replace("-", "%2D") for part in parts)
    return f"{href}{'' if '#' in href else '#'}:~:text={directive}"
