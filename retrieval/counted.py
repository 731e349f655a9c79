"""Claims of how many: "two of the three invoices are paid", "both", "none", "56 in all"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from retrieval.coverage import KINDS
from retrieval.kinship import kin
from retrieval.listings import Listing, Row
from retrieval.scale import place
from retrieval.scanners.number_words import COUNTED
from retrieval.stems import STOPWORDS, fold
from retrieval.synonyms import concept
from retrieval.values import extract_values
from retrieval.words import words

Prove = Callable[[str, tuple[Row, ...]], bool]

_NUMBER = rf"\d{{1,3}}|{'|'.join(COUNTED)}"
_QUANTIFIER = re.compile(
    rf"\b(?:only |just |exactly |all )?"
    rf"(?P<n>{_NUMBER}|both|all|each|every|neither|none|no|a single)"
    rf"(?: of)?(?: (?:the|these|those|its|their|our))?(?: (?P<m>{_NUMBER}))?"
    r"(?P<adjective> [a-z-]+)?? (?P<noun>[a-z]+)\b",
    re.IGNORECASE,
)
_GENERIC = frozenset(
    concept(word)
    for word in words(
        "person people company item entry row line record one thing model unit name firm"
    )
)
_DROPPED = re.compile(r"\b(?:both|all|each|altogether|in total|in all|listed)\b ?", re.IGNORECASE)
_ALTOGETHER = re.compile(
    r"\b(?:altogether|in total|in all|(?:taken )?together|combined|overall|sums? up to"
    r"|adds? up to)\b,? ?",
    re.IGNORECASE,
)


def counted(claim: str, listing: Listing, prove: Prove) -> bool | None:
    """Whether as many rows as the claim says are as it says; None where it counts no rows.

    Each row is held against the claim with the row in place of what is counted. What is true of
    no row may be said in words that are not understood, so that is None too.
    """
    for match in _QUANTIFIER.finditer(claim):
        noun = concept(fold(match["noun"]))
        if fold(match["noun"]) in STOPWORDS or _is_in_name(claim, match, listing):
            continue
        if noun not in _GENERIC and noun not in KINDS & listing.words and noun not in listing.words:
            continue
        if not _may_count(claim, match, listing):
            continue
        if match["m"] and _number(match["m"]) != len(listing.rows):
            return False if noun in KINDS | _GENERIC else None
        return _holds(claim, match, listing, prove)
    return None


def _may_count(claim: str, match: re.Match[str], listing: Listing) -> bool:
    """Whether a number may be of rows, and is no length of time, sum of money or measure."""
    at, written = match.start("n"), fold(match["n"])
    if written not in COUNTED and not written.isdigit():
        return True
    if _number(written) > len(listing.rows):
        return False
    return all(v.kind == "number" for v in extract_values(claim) if v.start <= at < v.end)


def _is_in_name(claim: str, match: re.Match[str], listing: Listing) -> bool:
    """Whether the number is part of what a row is called: "Model 5"."""
    before = claim[: match.start("n")].split()
    run = fold(f"{before[-1]} {match['n']}") if before else ""
    return any(run and run in fold(row.name) for row in listing.rows)


def _holds(claim: str, match: re.Match[str], listing: Listing, prove: Prove) -> bool | None:
    wanted = fold(match["n"])
    none = wanted in ("neither", "none", "no")
    true = [row for row in listing.rows if prove(_of_row(claim, match, row, denied=none), (row,))]
    if wanted in ("all", "each", "every") or none:
        return True if len(true) == len(listing.rows) else None
    if wanted == "both":
        return len(true) == 2 if true else None
    return len(true) == _number(match["n"]) if true else None


def _of_row(claim: str, match: re.Match[str], row: Row, *, denied: bool) -> str:
    rest = _DROPPED.sub("", claim[match.end() :])
    kept = match["adjective"] or ""
    before = _DROPPED.sub("", claim[: match.start()])
    return f"{before}{row.name}{' not' if denied else ''}{kept} {rest.strip()}"


def _number(written: str) -> int:
    written = fold(written)
    return int(written) if written.isdigit() else COUNTED.get(written, 1)


def summed(claim: str, listing: Listing) -> Iterator[str]:
    """What the rows must say for a claim of a total that a column has: the claim without it."""
    if not _ALTOGETHER.search(claim):
        return
    for value in extract_values(claim):
        wanted = place(value)
        if wanted is None:
            continue
        rest = claim[: value.start] + " " + claim[value.end :]
        rest = _ALTOGETHER.sub("", rest)
        meant = {concept(fold(word)) for word in re.findall(r"[A-Za-z]+", rest)}
        for label, total in _totals(listing, wanted[0]).items():
            named = any(kin(part) & meant for part in label)
            if total == wanted[1] and (named or (not label and wanted[0] != "number")):
                yield _QUANTIFIER.sub(lambda m: _without_count(m, listing), rest)


def _without_count(match: re.Match[str], listing: Listing) -> str:
    whole = _number(match["m"] or match["n"]) == len(listing.rows)
    return "" if whole else match[0]


def _totals(listing: Listing, unit: str) -> dict[frozenset[str], Decimal]:
    found: dict[frozenset[str], list[Decimal]] = {}
    for row in listing.rows:
        for cell in row.cells:
            at = place(cell.value)
            if at is not None and at[0] == unit:
                found.setdefault(cell.label, []).append(at[1])
    return {
        label: sum(parts, Decimal())
        for label, parts in found.items()
        if len(parts) == len(listing.rows)
    }
