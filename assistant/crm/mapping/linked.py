"""Records that columns name, told from whose keys their values are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.crm.columns import folded_header
from assistant.crm.columns.links import Link, kinds_of
from assistant.crm.kind import Kind
from assistant.crm.mapping.guess import Guess

_BOOKKEEPING = re.compile(r"\b(?:created|modified|updated|changed|edited|entered|closed|deleted)\b")


def by_links(kind: Kind, column: str, found: Sequence[Guess], links: Sequence[Link]) -> list[Guess]:
    """Guesses that agree with whose keys the values are, and those that only these keys give."""
    kinds = kinds_of(links)
    refers = {reference.name: reference for reference in kind.references}
    kept: list[Guess] = []
    named: set[str] = set()
    for guess in found:
        reference = refers.get((guess.field or "").partition(".")[0])
        own_key = guess.field in ("external_id", "number", "sku") and guess.confidence < 0.97
        if own_key and kinds - {kind.name}:
            continue  # another's id is no id of these rows
        if reference is None or "." not in (guess.field or ""):
            kept.append(guess)
        elif reference.kind in kinds:
            named.add(reference.name)
    for reference in kind.references:
        for link in links:
            if link.kind != reference.kind or link.key not in reference.via:
                continue
            if reference.name in named:
                sure = 0.97
            elif reference.kind == "user" and (
                reference.name != "owner" or _BOOKKEEPING.search(folded_header(column))
            ):
                continue  # whoever wrote a row down need not own what it tells of
            else:
                sure = 0.86 if link.named else 0.8
            reason = f"holds the {link.key} of rows of kind {link.kind}"
            kept.append(Guess(column, f"{reference.name}.{link.key}", sure, reason))
    return kept
