"""Questions whether all of something is so, told by what is not: "has Acme paid everything?"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ALL = r"(?:all(?: of)?|every(?:thing| single)?|each(?: of)?|any(?:thing)?)"
_PAID = re.compile(
    rf"^\s*(?:has|have|did|does|do|is|are)\s+(?P<who>.+?)\s+(?:already\s+)?(?:pa(?:id|y)|settled?)\s+(?:{_ALL}\b.*|(?:its|their|the|his|her)\s+(?:bills?|invoices?)\b.*)$"
    rf"|^\s*(?:has|have|is|are)\s+{_ALL}\s+(?:the\s+)?(?:invoices?|bills?)\s+(?:of|from|to|for|by)\s+(?P<of>.+?)\s+(?:been\s+)?(?:paid|settled)\b.*$"
    rf"|^\s*(?:has|have|is|are)\s+{_ALL}\s+(?:of\s+)?(?P<own>.+?)(?:['’]s|s['’])\s+(?:invoices?|bills?)\s+(?:been\s+)?(?:paid|settled)\b.*$",
    re.IGNORECASE,
)
_DONE = re.compile(
    rf"^\s*(?:has|have|is|are)\s+{_ALL}\s+(?:of\s+)?(?:(?P<own>.+?)(?:['’]s|s['’])\s+|(?P<my>my|our)\s+|the\s+)?(?P<rows>tasks?|to-?dos?|tickets?|cases?)"
    r"(?:\s+(?:of|for|from)\s+(?P<of>.+?))?\s+(?:been\s+)?(?:done|completed?|finished|closed|solved|resolved)\b.*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Universal:
    """What would tell against it, and what it is said of: both as questions of their own."""

    against: str
    whole: str


def universal(text: str) -> Universal | None:
    """The two questions; None where nothing is asked of all."""
    bare = text.strip().rstrip("?!. ").split("?")[0]
    paid = _PAID.match(bare)
    if paid is not None:
        who = paid["who"] or paid["of"] or paid["own"]
        return Universal(
            f"List the unpaid invoices of {who}", f"How many invoices of {who} are there"
        )
    done = _DONE.match(bare)
    if done is None:
        return None
    who = done["own"] or done["of"]
    rows = done["rows"].casefold().rstrip("s") + "s"
    whose = f" of {who}" if who else ""
    mine = f"{done['my']} " if done["my"] else ""
    return Universal(
        f"List {mine}open {rows}{whose}",
        f"How many {rows}{whose} {'do I have' if mine else 'are there'}",
    )
