"""The grammar of promises: who said they would do what ("I'll send it by Friday").

Works on one clause at a time, by the phrases of `templates/promises.yaml`. What is done during
the call ("let me share my screen"), told of ("he said he'd call"), supposed ("I would send") or
habitual is no promise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.notes.phrases import joined, read_document, whole_words

Giver = Literal["speaker", "we", "listener", "named", "passive"]

_START = r"(?<![\w'])"
_END = r"(?![\w'])"
_DOCUMENT = read_document("promises")


def phrases(name: str) -> str:
    """The phrases of one group of the grammar as one expression."""
    return joined(f"promises.{name}", _DOCUMENT.get(name))


DEEDS = phrases("deeds")
WITHIN_CALL = re.compile(phrases("within_call") + r"(?!\w)")
_UNREAL = whole_words(phrases("unreal"))
_OTHERS, _PERHAPS = phrases("others"), phrases("perhaps")
_ADVERBS = rf"(?:{phrases('adverbs')},? )*"
_SAID = re.compile(r"(?:and )?i (?:said|promise)")
_SUBJECTS: dict[str, Giver] = {
    "speaker": "speaker",
    "speaker_bare": "speaker",
    "speaker_now": "speaker",
    "speaker_must": "speaker",
    "we": "we",
    "listener": "listener",
    "passive": "passive",
}


def _subject(name: str) -> str:
    subjects = _DOCUMENT["subjects"]
    found = subjects.get(name) if isinstance(subjects, dict) else None
    return rf"(?P<{name}>{joined(f'promises.subjects.{name}', found)})"


_WILL = re.compile(
    rf"{_START}(?:{'|'.join(_subject(name) for name in _SUBJECTS)}) {_ADVERBS}"
    rf"(?P<verb>(?:{DEEDS}|{_OTHERS}|{_PERHAPS})(?:ing)?|(?!{phrases('states')}\b)[a-z]{{3,}}){_END}"
)
_WILL_NAMED = re.compile(
    rf"{_START}(?P<name>(?-i:[A-Z][\w-]+)(?: (?-i:[A-Z][\w-]+))?)"
    r"(?:'ll| will|'s going to| is going to|'s gonna)"
    rf" {_ADVERBS}(?P<verb>{DEEDS}|{_OTHERS}|{_PERHAPS}){_END}",
    re.IGNORECASE,
)
_KNOWN_DEED = re.compile(rf"(?:{DEEDS}|{_OTHERS}|{_PERHAPS})")
_SURE_DEED = re.compile(rf"(?:{DEEDS})(?:ing)?")
_BY_OTHERS = re.compile(_OTHERS)
# "You'll have it by Thursday" promises what the speaker is to give.
_HAVING = re.compile(
    r"you(?:'ll| will) (?:(?:have|get|receive) (?:it|that|them|those|this|something|everything|all|"
    r"both|each|mine|ours|two|three|"
    r"(?:the|a|an|your) \w+)|hear (?:back )?from (?:me|us))"
)
_NEW_SUBJECT = (
    r"(?:i|we|you|he|she|they|[A-Z][\w-]+|(?:my|our|your) \w+)"
    r"(?:'ll| will|'re going to|'m going to|'s going to| are going to| am going to|'d be happy"
    r"| can (?:also )?(?:send|share|get|call|email)) "
)
_SPLIT = re.compile(
    r"(?:,|;| —| –| -)? (?:and|then|while|but|plus|whereas|so) "
    r"(?=(?:then |also |in return |meanwhile |after that |on (?:my|our|your) (?:side|end) )*"
    rf"{_NEW_SUBJECT})|; |, (?=(?:i|we|you)(?:'ll| will) )|, then (?=i|we|you)",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?:happy|glad|will|gonna|going) ")
_OPENING = re.compile(r"(?:[\w']+[,.!]? ){0,2}[\w']+[,.!] ")
_WEAKLY = re.compile(r"let me|lemme|i could\b|we could|going|gonna|will\b")
_FOR_OTHERS = re.compile(phrases("for_others") + r"(?!\w)(?!(?: to| with)? you\b)")
_NOW_WITH_YOU = re.compile(
    r"(?:ask|call|check|confirm|share|get) (?:you|your|that real|this real|something|a quick)"
)
_READY = re.compile(
    r"(?:i|we)(?: can| could|'d be (?:happy|glad)| would be happy| am happy|'m (?:happy|glad)"
    r"|'re happy)|(?:happy|glad) to"
)
# "Let me check, and tell you by Thursday": what is told afterwards is promised with it.
_AND_TELLS = re.compile(
    r"[^.?!]*?,? (?:and|then) (?:then |i'll )?(?:tell|let|get back|come back|write|call|ring|send|"
    r"mail|e-?mail|report|confirm)\b"
)
_NEGATION = re.compile(r"\b(?:not|never|n't|cannot|can't|won't)\b")
_LEADS_ELSEWHERE = re.compile(
    r"\b(?:don't|didn't|doesn't|if|unless|whether|when|before|until|where|how|what|that) $"
)
# "I'll tell you by Friday": with a day ahead, what is else done within the call is a promise.
_LATER = re.compile(
    r"(?:tell|let|show|explain)\b.{1,60}\b(?:by|on|before|until)? ?(?:monday|tuesday|wednesday|"
    r"thursday|friday|tomorrow|tonight|next week|the \d+(?:st|nd|rd|th)|"
    r"end of (?:the )?(?:day|week|month))\b"
)
_NO_NAMES = frozenset(
    ("it", "that", "this", "there", "who", "what", "which", "everyone", "nobody", "i", "we", "you")
) | {"he", "she", "they"}


@dataclass(frozen=True, slots=True)
class Promise:
    """A clause by which something is taken on, with offsets into the utterance's text.

    giver: by grammar; `name` where a name stood.  sure: the verb is a deed for after the call.
    offered: an ability or a readiness, binding once taken up or given a day.  must: what has to be
    done, which binds with a day of its own ("I have to ask by Friday").
    """

    start: int
    end: int
    begins: int  # of the promise itself: what stands before only leads up to it
    verb_at: int
    giver: Giver
    sure: bool
    name: str = ""
    offered: bool = False
    must: bool = False


def find_promises(text: str, low: str) -> Iterator[Promise]:
    """The promises of one utterance, clause by clause. `low` is the text in lower case."""
    if _UNREAL.search(low) and not _SAID.match(low):
        return
    for start, end in _clauses(text):
        found = _in_clause(text[start:end], low[start:end], start)
        if found:
            yield found


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SPLIT.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _in_clause(clause: str, low: str, offset: int) -> Promise | None:
    for match in _WILL.finditer(low):
        giver = _giver(match, low)
        if giver:
            return _promise(match, clause, offset, giver)
    for match in _WILL_NAMED.finditer(clause.replace("’", "'")):
        within = WITHIN_CALL.match(low, match.start("verb"))
        if not within and match["name"].lower() not in _NO_NAMES:
            return _promise(match, clause, offset, "named", match["name"])
    return None


def _giver(match: re.Match[str], low: str) -> Giver | None:
    """Who takes it on, or nobody when the words are no promise after all."""
    giver = next(_SUBJECTS[name] for name in _SUBJECTS if match[name])
    rest = low[match.start("verb") :]
    if (WITHIN_CALL.match(rest) and not _LATER.search(rest)) or _negated(match, low):
        return None
    if match["speaker_bare"] and _BARE.match(match[0]) and not _opens(low, match.start()):
        return None
    if _WEAKLY.match(match[0]) and (giver not in ("speaker", "we") or not _for_others(rest)):
        return None
    if match["speaker_must"] and not _KNOWN_DEED.match(rest):
        return None
    if giver == "listener" and _HAVING.match(low, match.start()):
        return "speaker"
    if giver == "passive" and not _BY_OTHERS.match(rest):
        return None
    return giver if giver == "speaker" or _KNOWN_DEED.match(rest) else None


def _promise(
    match: re.Match[str], clause: str, offset: int, giver: Giver, name: str = ""
) -> Promise:
    return Promise(
        start=offset,
        end=offset + len(clause),
        begins=offset + match.start(),
        verb_at=offset + match.start("verb"),
        giver=giver,
        sure=_sure(match),
        name=name,
        offered=_READY.match(match[0].lower()) is not None,
        must="speaker_must" in match.re.groupindex and match["speaker_must"] is not None,
    )


def _sure(match: re.Match[str]) -> bool:
    """A deed for after the call; what is under way ("I'm sending"), or has to be, takes a day."""
    open_ones = [name for name in ("speaker_now", "speaker_must") if name in match.re.groupindex]
    weak = any(match[name] is not None for name in open_ones)
    return _SURE_DEED.fullmatch(match["verb"].lower()) is not None and not weak


def _negated(match: re.Match[str], low: str) -> bool:
    before = low[: match.start()]
    return bool(_NEGATION.search(match[0]) or _LEADS_ELSEWHERE.search(before))


def _opens(low: str, at: int) -> bool:
    """Nothing, or only words like "sure," and "okay.", stand before."""
    return at == 0 or _OPENING.fullmatch(low[:at]) is not None


def _for_others(rest: str) -> bool:
    """Done with other people or handed over later, so not within the call."""
    later = _FOR_OTHERS.match(rest) or _AND_TELLS.match(rest)
    return later is not None and _NOW_WITH_YOU.match(rest) is None
