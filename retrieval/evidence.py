"""Whether sources say what a claim says: values, names, bindings, denials, conditions, words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from retrieval.agreement import same_value
from retrieval.clauses import read, without_speaker
from retrieval.compared import compared
from retrieval.conjuncts import conjuncts
from retrieval.counted import counted, summed
from retrieval.coverage import missing_names, missing_words
from retrieval.gathered import Source, by_record, gather
from retrieval.listings import Row, listings
from retrieval.plainly import is_worded_so, plainly
from retrieval.proof import what_is_missing
from retrieval.remarks import facts_of
from retrieval.rewordings import rewordings
from retrieval.stems import plain_words

__all__ = ["Source", "Verdict", "check_claim"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the sources support a claim; `reasons` say in words what they lack."""

    supported: bool
    reasons: tuple[str, ...]


def check_claim(claim: str, sources: Sequence[Source]) -> Verdict:
    """Whether some source, or some sources about one entity together, say all that the claim says.

    Every value of the claim must occur in the evidence in the same normal form, said of the same
    thing and compared alike, or follow from it by counting, adding, or putting in order; names
    must be there; what is denied or only supposed in the evidence must be so in the claim; and its
    other words must be covered but for one in four.
    Pure and deterministic; a few milliseconds for a claim and a page of evidence.
    """
    verdict = _check(claim, sources)
    if verdict.supported and _is_quoted(claim, sources):
        return verdict
    computed = _computed(claim, sources)
    if computed is not None:
        return Verdict(True, ()) if computed else Verdict(False, ("the source counts otherwise",))
    if verdict.supported or not any(source.text.strip() for source in sources):
        return verdict
    if _follows(claim, sources):
        return Verdict(True, ())
    parts = conjuncts(claim)
    if any(all(_holds(part, sources) for part in pair) for pair in parts):
        return Verdict(True, ())
    return verdict


def _holds(claim: str, sources: Sequence[Source]) -> bool:
    computed = _computed(claim, sources)
    if computed is not None:
        return computed
    return _check(claim, sources).supported or _follows(claim, sources)


def _follows(claim: str, sources: Sequence[Source]) -> bool:
    """Whether a claim that entails this one is said."""
    told = [sentence for source in sources for sentence in read(source.text)]
    return any(_check(other, sources).supported for other in rewordings(claim, told))


def _computed(claim: str, sources: Sequence[Source]) -> bool | None:
    """What counting, adding up and comparing rows says of the claim, if anything."""
    for source in sources:
        for listing in listings(source):
            for found in (counted(claim, listing, _prove), compared(claim, listing, _says_all)):
                if found is not None:
                    return found
            if any(_says_all(rest, listing.rows) for rest in summed(claim, listing)):
                return True
    return None


def _prove(claim: str, rows: Sequence[Row]) -> bool:
    sources = [source for row in rows for source in row.sources]
    return _check(claim, sources).supported or _follows(claim, sources)


def _says_all(claim: str, rows: Sequence[Row]) -> bool:
    """Whether the rows together have the words, names and values of what is left of a claim."""
    sources = [replace(s, field=s.field or "row") for row in rows for s in row.sources]
    evidence = gather(sources)
    known = [value for sentence in evidence.sentences for value in sentence.values]
    return not any(
        missing_names(said, evidence)
        or missing_words(said, evidence)
        or said.denies
        or any(v.kind != "name" and not any(same_value(v, g) for g in known) for v in said.values)
        for said in read(claim)
    )


def _check(claim: str, sources: Sequence[Source]) -> Verdict:
    """Whether the sources say the claim in so many words."""
    facts = facts_of(claim)
    # A source may use the very words that are put plainly here.
    plain = plainly(facts)
    keeps = plain != facts and is_worded_so(facts, [source.text for source in sources])
    readings = [read(text) for text in ((plain, facts) if keeps else (plain,))]
    if not any(sentence.words or sentence.values for said in readings for sentence in said):
        return Verdict(False, ("the claim says nothing that can be checked",))
    if not any(source.text.strip() for source in sources):
        return Verdict(False, ("there is no source",))
    if _is_quoted(claim, sources):
        return Verdict(True, ())
    fewest: list[str] | None = None
    for group in _groups(sources):
        gathered = gather(group)
        for said in readings:
            reasons = what_is_missing(said, gathered)
            if not reasons:
                return Verdict(True, ())
            if fewest is None or len(reasons) < len(fewest):
                fewest = reasons
    return Verdict(False, tuple(dict.fromkeys(fewest or ["there is no source"])))


def _is_quoted(claim: str, sources: Sequence[Source]) -> bool:
    """Whether the claim is, word for word, one or more whole sentences of a source."""
    wanted = plain_words(without_speaker(claim.strip()))
    return any(_holds_run(_sentences_in_words(source.text), wanted) for source in sources)


def _holds_run(sentences: Sequence[tuple[str, ...]], wanted: list[str]) -> bool:
    for first in range(len(sentences)):
        run: list[str] = []
        for sentence in sentences[first:]:
            run += sentence
            if run == wanted:
                return True
            if len(run) >= len(wanted):
                break
    return False


@lru_cache(maxsize=4096)
def _sentences_in_words(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(plain_words(without_speaker(s.text))) for s in read(text))


def _groups(sources: Sequence[Source]) -> Iterable[tuple[Source, ...]]:
    """Each source alone, then the sources that share an entity, then those about none."""
    written = [source for source in sources if source.text.strip()]
    apart = [by_record(source) for source in written]
    yield from (record for found in apart for record in found)
    usable = [source for found in apart for record in found for source in record]
    entities = dict.fromkeys(name for source in usable for name in source.entities)
    for entity in entities:
        yield tuple(s for s in usable if entity in s.entities)
    if not entities and len(written) > 1:
        yield tuple(usable)
