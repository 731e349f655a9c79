"""Who speaks for whom, and under which full name: told where known, inferred where plain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.notes.model import Participant, Side
from assistant.notes.phrases import any_of
from assistant.notes.utterances import Utterance

_REP_LABEL = any_of(
    r"rep|sales rep|agent|support|advisor|adviser|account (?:executive|manager)|ae|sdr|csm|"
    r"seller|sales\w*|vendor|"
    r"support (?:agent|engineer)|customer (?:service|success|support)|representative|"
    r"technician|operator|helpdesk|"
    r"solutions? engineer|us"
)
_CUSTOMER_LABEL = any_of(r"customer|client|prospect|caller|buyer|lead|user|patient|guest|them")
_REP_SAYS = any_of(
    r"thank(?:s| you) for (?:calling|reaching out|contacting|your (?:time|interest))|"
    r"how (?:can|may) i help",
    r"our (?:platform|product|pricing|price list|list price|customers|clients|"
    r"implementation team|solution|free trial)",
    r"i'll (?:send|share|email|put together|prepare) (?:you|over)|your (?:team|budget|current|"
    r"company|requirements|account)",
    r"what(?:'s| is) your (?:budget|timeline|current|role)|who else (?:is|needs|would)|"
    r"let me (?:pull up|show you|check your)",
    r"does that (?:make sense|sound|help|work)|we (?:offer|typically|usually|support|"
    r"integrate)|i can offer",
    r"is there anything else|can i (?:get|have) your|walk (?:me|you) through|tell me (?:about|"
    r"more)|discount",
)
_CUSTOMER_SAYS = any_of(
    r"we(?:'re| are) (?:currently|looking (?:for|at)|using|struggling|evaluating|comparing)|"
    r"we currently|our (?:current|existing)",
    r"our (?:budget|cfo|ceo|cto|cio|board|legal|boss|procurement|finance|it|team|vp|director)|"
    r"my (?:boss|manager|account|order|"
    r"bill|invoice|internet|phone|laptop|password|vp|team)",
    r"i(?:'m| am) calling (?:about|because)|i have a (?:problem|question)|how much (?:is|does|"
    r"would|will)|what(?:'s| is) the "
    r"(?:price|cost|investment|catch)|send (?:me|us)|do you (?:support|offer|integrate|have)|"
    r"we(?:'d| would) need|your "
    r"(?:price|pricing|quote|product|platform|proposal|offer)|too expensive|sign off|"
    r"it's not working|doesn't work",
)
_YOU = re.compile(r"\byour?\b")
_WE = re.compile(r"\b(?:we|our|us|my)\b")
_MOST_SPEAKERS = 6
# Fewest telling phrases in a call, and fewest a word: project meetings and hearings stay below.
_TELLING, _TELLING_RATE = 3, 0.0015
_APART, _NEUTRAL = 2.0, 0.6
# Who sells or serves says "you" and asks, who buys says "we": per sentence, up to three people.
_MOST_IN_A_CALL, _FEWEST_SENTENCES = 3, 5
_ADDRESSES, _AHEAD = 0.25, 0.2


@dataclass(frozen=True, slots=True)
class Cast:
    """The speakers of a call by label: their full names and their sides."""

    names: dict[str, str]
    sides: dict[str, Side]

    def name(self, label: str) -> str:
        """The full name where a participant answers to the label, else the label."""
        return self.names.get(label, label)

    def side(self, label: str) -> Side:
        return self.sides.get(label, "")

    def others(self, label: str) -> tuple[str, ...]:
        return tuple(other for other in self.sides if other != label)

    def fellows(self, label: str) -> tuple[str, ...]:
        """Everyone on the same side as this speaker, the speaker included."""
        side = self.side(label)
        return tuple(each for each in self.sides if side and self.sides[each] == side)

    def known_as(self, first_word: str) -> str:
        """The full name of the one speaker or participant who goes by this name, or nothing."""
        asked = first_word.lower()
        found = {
            full
            for label, full in self.names.items()
            if asked in (full.lower(), label.lower(), *full.lower().split(), *label.lower().split())
        }
        return found.pop() if len(found) == 1 else ""


def cast_of(utterances: Sequence[Utterance], participants: Sequence[Participant]) -> Cast:
    """The cast, from the participants given and from what each speaker says."""
    labels = list(dict.fromkeys(each.speaker for each in utterances if each.speaker))
    titles = {each.speaker: each.title for each in reversed(utterances) if each.title}
    known = {label: _participant(label, participants) for label in labels}
    names = {label: found.name if found else label for label, found in known.items()}
    sides: dict[str, Side] = {
        label: (found.side if found and found.side else side_of_label(titles.get(label) or label))
        for label, found in known.items()
    }
    sides = _by_exclusion(_inferred(sides, utterances))
    absent = {each.name: each.name for each in participants if each.name not in names.values()}
    return Cast(names | absent, sides)


def _participant(label: str, participants: Sequence[Participant]) -> Participant | None:
    """The one participant whose name is the label, or has all its words."""
    words = set(label.lower().split())
    exact = [each for each in participants if each.name.lower() == label.lower()]
    named = [(each, set(each.name.lower().split())) for each in participants]
    alike = [each for each, name in named if name and (words <= name or name <= words)]
    found = exact or alike
    return found[0] if len(found) == 1 else None


def side_of_label(label: str) -> Side:
    """The side that a label such as "support agent" or "client" names, or nothing."""
    low = label.lower().replace("_", " ")
    if re.search(r"customer (?:service|success|support|care)", low):
        return "rep"
    if _CUSTOMER_LABEL.search(low):
        return "customer"
    return "rep" if _REP_LABEL.fullmatch(low) else ""


def _inferred(sides: dict[str, Side], utterances: Sequence[Utterance]) -> dict[str, Side]:
    """Sides by way of speaking, where nothing is known and selling or serving is plain to hear."""
    if any(sides.values()) or not 2 <= len(sides) <= _MOST_SPEAKERS:
        return sides
    return _by_phrases(sides, utterances) or _by_address(sides, utterances) or sides


def _by_phrases(sides: dict[str, Side], utterances: Sequence[Utterance]) -> dict[str, Side]:
    hits = {label: [0, 0, 0, 0] for label in sides}
    for each in utterances:
        if each.speaker in hits:
            counted = [len(p.findall(each.low)) for p in (_REP_SAYS, _CUSTOMER_SAYS, _YOU, _WE)]
            hits[each.speaker] = [a + b for a, b in zip(hits[each.speaker], counted, strict=True)]
    telling = sum(found[0] + found[1] for found in hits.values())
    if telling < _TELLING or telling / sum(each.words for each in utterances) < _TELLING_RATE:
        return {}
    leaning = {k: r - c + (you - we) / 10 for k, (r, c, you, we) in hits.items()}
    most, least = max(leaning.values()), min(leaning.values())
    if most < 1 or most - least < _APART:
        return {}
    return {label: _leaning_side(leaning[label], most) for label in sides}


def _by_address(sides: dict[str, Side], utterances: Sequence[Utterance]) -> dict[str, Side]:
    """By who addresses whom: nothing unless one speaker stands out clearly."""
    spoken: dict[str, list[Utterance]] = {label: [] for label in sides}
    for each in utterances:
        if each.speaker in spoken and not each.listening:
            spoken[each.speaker].append(each)
    leaning = {k: _address(v) for k, v in spoken.items() if len(v) >= _FEWEST_SENTENCES}
    if not 2 <= len(leaning) <= len(sides) <= _MOST_IN_A_CALL:
        return {}
    first, second = sorted(leaning, key=lambda label: -leaning[label])[:2]
    if leaning[first] < _ADDRESSES or leaning[first] - leaning[second] < _AHEAD:
        return {}
    return {label: "rep" if label == first else "customer" for label in sides}


def _address(spoken: Sequence[Utterance]) -> float:
    found = sum(
        (_YOU.search(each.low) is not None) + each.question - (_WE.search(each.low) is not None)
        for each in spoken
    )
    return found / len(spoken)


def _leaning_side(leaning: float, most: float) -> Side:
    if leaning >= max(1.0, most / 2):
        return "rep"
    return "customer" if leaning <= _NEUTRAL else ""


def _by_exclusion(sides: dict[str, Side]) -> dict[str, Side]:
    """Of two speakers the one left over is on the other side."""
    unknown = [label for label, side in sides.items() if not side]
    if len(sides) == 2 and len(unknown) == 1:
        known = next(side for side in sides.values() if side)
        return sides | {unknown[0]: "customer" if known == "rep" else "rep"}
    return sides
