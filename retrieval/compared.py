"""Claims that put things in order: "quicker than", "the cheapest", "three days earlier than"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from retrieval.kinship import kin
from retrieval.listings import Listing, Row
from retrieval.scale import Place, place
from retrieval.stems import fold, plain_words
from retrieval.synonyms import concept
from retrieval.values import Value, extract_values

Said = Callable[[str, tuple[Row, ...]], bool]

_MONEY = frozenset({"money"})
# Which way a word compares, and on which scales ("" for any; "money" for every currency).
_WORDS: dict[str, tuple[int, frozenset[str]]] = {
    word: (way, frozenset(scales.split()))
    for way, scales, words in (
        (1, "", "more higher greater larger bigger most highest greatest largest biggest"),
        (-1, "", "fewer less lower smaller fewest least lowest smallest"),
        (1, "money", "dearer costlier pricier dearest costliest priciest"),
        (-1, "money", "cheaper cheapest"),
        (1, "date", "later newer younger latest newest"),
        (-1, "date", "earlier older sooner earliest oldest soonest before"),
        (1, "seconds months", "longer slower longest slowest"),
        (-1, "seconds months", "shorter quicker faster shortest quickest fastest"),
        (1, "kg lb oz", "heavier heaviest"),
        (-1, "kg lb oz", "lighter lightest"),
        (1, "db", "louder loudest noisier noisiest"),
        (-1, "db", "quieter quietest"),
    )
    for word in words.split()
}
_COMPARED = re.compile(
    rf"\b(?:(?:the|a|an)\s+)?(?:(?P<times>more|less|most|least)\s+(?P<what>expensive|costly)"
    rf"|(?P<word>{'|'.join(_WORDS)}))(?:\s+(?:one|ones))?\b",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(?:larg|bigg|small|high|low)")
_TOP = re.compile(r"(?:st|most|least)$")
_NOBODY = re.compile(r"^(?:nobody|no one|none of them|nothing|no other \w+)\b", re.IGNORECASE)
_OF_TWO = re.compile(
    r"\b(?:of|out of|between)\s+(?:the|these)\s+two(?:\s+[a-z]+)?,?\s*", re.IGNORECASE
)
_GAPS = frozenset({"amount", "number", "duration", "measure", "date"})
_SAID_BY_ORDER = re.compile(r"\b(?:than|costs?|worth|priced|valued|lasts?|weighs?)\b")
_MEASURED = frozenset(concept(w) for w in ("worth", "cost", "value", "price", "amount", "total"))


@dataclass(frozen=True, slots=True)
class _Comparison:
    way: int
    scales: frozenset[str]
    start: int
    end: int
    top: bool
    is_size: bool  # "larger", which of orders and deals is worth more


def compared(claim: str, listing: Listing, said: Said) -> bool | None:
    """Whether the rows stand in the order that the claim tells; None where it tells none.

    said: whether rows say the rest of the claim, without the comparison.
    """
    for match in _COMPARED.finditer(claim):
        told = _comparison(match)
        before, _, after = claim[told.end :].partition(" than ")
        left, right = _rows(claim[: told.start] + " " + before, listing), _rows(after, listing)
        if _NOBODY.match(claim) and after and len(right) == 1:
            rest, ranked = _blanked(_NOBODY, claim), _best(right[0], listing)
        elif after and len(left) == 1 and len(right) == 1 and left != right:
            rest, ranked = claim, (left[0], right)
        elif told.top or (len(listing.rows) == 2 and _OF_TWO.search(claim)):
            if len(left) != 1:
                continue
            rest, ranked = _blanked(_OF_TWO, claim), _best(left[0], listing)
        else:
            continue
        return _in_order(rest, told, ranked, said)
    return None


def _comparison(match: re.Match[str]) -> _Comparison:
    written = fold(match["times"] or match["word"])
    way, scales = _WORDS[written]
    if match["what"]:
        scales = _MONEY
    return _Comparison(way, scales, match.start(), match.end(), bool(_TOP.search(written)),
                       bool(_SIZE.match(written)))  # fmt: skip


def _blanked(pattern: re.Pattern[str], claim: str) -> str:
    """The claim without what the pattern finds, every other letter at its place."""
    return pattern.sub(lambda match: " " * len(match[0]), claim)


def _best(row: Row, listing: Listing) -> tuple[Row, tuple[Row, ...]]:
    return row, tuple(other for other in listing.rows if other is not row)


def _rows(text: str, listing: Listing) -> tuple[Row, ...]:
    """The rows that a text names by a word or number that no other row has."""
    here = {word for word in plain_words(text) if len(word) > 1 or word.isdigit()}
    own = [
        {w for w in plain_words(row.text) if len(w) > 1} | set(plain_words(row.name))
        for row in listing.rows
    ]
    found = []
    for row, mine in zip(listing.rows, own, strict=True):
        others = set().union(*(other for other in own if other is not mine))
        if (mine - others) & here:
            found.append(row)
    return tuple(found)


def _in_order(
    rest: str, told: _Comparison, ranked: tuple[Row, tuple[Row, ...]], said: Said
) -> bool | None:
    first, others = ranked
    difference = _difference(rest, told)
    plain = _without(rest, told, difference)
    meant = {concept(word) for word in plain_words(plain)}
    verdicts: list[tuple[int, bool]] = []
    for label, mine in _columns(first, told.scales).items():
        theirs = [_columns(other, told.scales).get(label) for other in others]
        if any(one is None or one[0] != mine[0] for one in theirs):
            continue
        gaps = [told.way * (mine[1] - one[1]) for one in theirs if one is not None]
        holds = all(gap > 0 for gap in gaps)
        if difference is not None:
            holds = holds and len(gaps) == 1 and _is_gap(gaps[0], mine[0], difference)
        named = sum(bool(kin(part) & meant) for part in label)
        if named or (told.scales and not meant & _all_labels((first, *others))):
            verdicts.append((named, holds))
    if not verdicts and not told.scales and told.is_size:
        return _in_order(rest, replace(told, scales=_MONEY), ranked, said)
    most = max((named for named, _ in verdicts), default=0)
    found = {holds for named, holds in verdicts if named == most}
    if len(found) != 1:
        return None
    if not found.pop():
        return False
    return True if said(plain, (first, *others)) else None


def _all_labels(rows: Sequence[Row]) -> frozenset[str]:
    return (
        frozenset[str]().union(
            *(cell.label for row in rows for cell in row.cells if place(cell.value) is not None)
        )
        - frozenset(concept(w) for row in rows for w in plain_words(row.name))
        - _MEASURED
    )


def _columns(row: Row, scales: frozenset[str]) -> dict[frozenset[str], Place]:
    """The row's values on these scales by their labels; two under one label count as none."""
    found: dict[frozenset[str], Place] = {}
    twice = set()
    for cell in row.cells:
        at = place(cell.value)
        if at is None or not _on(at[0], scales):
            continue
        key = cell.label | {f"in {at[0]}"}
        if key in found:
            twice.add(key)
        found[key] = at
    return {label: at for label, at in found.items() if label not in twice}


def _on(unit: str, scales: frozenset[str]) -> bool:
    is_money = len(unit) == 3 and unit.isupper()
    return not scales or unit in scales or (is_money and "money" in scales)


def _difference(claim: str, told: _Comparison) -> Value | None:
    """ "Three days" of "three days earlier than"."""
    for value in extract_values(claim):
        before = value.end <= told.start and not claim[value.end : told.start].strip()
        beside = before or value.end == told.end
        if value.kind in _GAPS and beside:
            return value
    return None


def _is_gap(gap: Decimal, unit: str, told: Value) -> bool:
    found = extract_values(re.sub(r"\s+(?:earlier|later)$", "", told.text))
    at = place(found[0]) if found else None
    if at is None:
        return False
    if unit == "date":
        return at == ("seconds", gap * 86400)
    return at == (unit, gap)


def _without(claim: str, told: _Comparison, difference: Value | None) -> str:
    start = min(told.start, difference.start) if difference else told.start
    end = max(told.end, difference.end) if difference else told.end
    return _SAID_BY_ORDER.sub("", claim[:start] + " " + claim[end:])
