"""Other claims that entail a claim: what, if it holds, makes the claim hold too.

"The deductible is below 20 %" holds where "the deductible is 15 %" does; "the invoice is not
paid" where "the invoice is overdue" does. So a claim in other words than its evidence is checked
as one in the same words, and nothing is taken on likeness.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from retrieval.clauses import Sentence
from retrieval.figures import against_another, bounded, whole_lengths, with_units
from retrieval.stems import fold
from retrieval.synonyms import OPPOSITES

_MOST_REWORDINGS = 6


def rewordings(claim: str, evidence: Sequence[Sentence]) -> Iterator[str]:
    """Claims that entail this one, in the evidence's own figures and words."""
    found = chain(
        bounded(claim, evidence),
        against_another(claim, evidence),
        with_units(claim, evidence),
        whole_lengths(claim, evidence),
        _denied(claim, evidence),
        _of_nothing(claim),
    )
    return islice(found, _MOST_REWORDINGS)


# What a thing can not be said to be, or to have become, by what has become of it instead.
_RULED_OUT = """
    shipped: pending processed cancelled; delivered: pending processed shipped cancelled;
    solved closed resolved answered: new open pending; open new pending: solved closed resolved;
    paid settled: open overdue outstanding unpaid draft; cancelled: delivered shipped active;
    overdue outstanding unpaid: paid settled received; sent: draft; draft: sent accepted;
    converted: new contacted qualified nurturing; won: lost open; lost: won open;
    withdrawn discontinued inactive ended: active; done completed finished: open;
    active: withdrawn discontinued inactive ended cancelled; online: offline; offline: online;
    accepted approved signed: rejected declined pending expired draft;
    rejected declined: accepted approved
"""
_NONE = frozenset[str]()


def _ruled_out() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in _RULED_OUT.split(";"):
        denied, _, states = line.partition(":")
        for state in denied.split():
            found[state] = found.get(state, _NONE) | set(states.split())
    return found


_STATES_AGAINST = _ruled_out()
_DENIAL = re.compile(
    r"\b(?:is|are|was|were|has|have|had)(?:\s+(?:still|yet|since))?"
    r"(?:\s+not|n['’]t|\s+no longer|\s+yet to be|\s+never)(?:\s+yet)?(?:\s+been|\s+being)?"
    r"\s+(?P<what>[a-z]+)(?:\s+(?:yet|any ?more|so far|any longer))?\b",
    re.IGNORECASE,
)
_NO_THING = re.compile(r"^no [a-z]+(?= (?:has|have|is|are|was|were|will|can)\b)", re.IGNORECASE)
_PROVIDED = re.compile(
    r"\b(?:provided(?: that)?|as long as|if)(?P<what>[^,.]*?) (?P<be>is|are|was|were)"
    r"(?: not|n['’]t)\b",
    re.IGNORECASE,
)


def _of_nothing(claim: str) -> Iterator[str]:
    """ "No money is" as "nothing is", "provided it is not" as "unless it is"."""
    if _NO_THING.match(claim):
        yield _NO_THING.sub("Nothing", claim)
    if _PROVIDED.search(claim):
        yield _PROVIDED.sub(r"unless\g<what> \g<be>", claim)


def _denied(claim: str, evidence: Sequence[Sentence]) -> Iterator[str]:
    """ "Has not been paid" as "is overdue": what is one of two opposites is not the other."""
    match = _DENIAL.search(claim)
    if match is None:
        return
    what = fold(match["what"])
    said = {fold(word.text) for sentence in evidence for word in sentence.words}
    for other in sorted(
        said & (OPPOSITES.get(what, frozenset()) | _STATES_AGAINST.get(what, _NONE))
    ):
        yield f"{claim[: match.start()]}is {other}{claim[match.end() :]}"
