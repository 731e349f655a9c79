"""Models with a character, for prompts that number their evidence as lines "[1] text"."""

from __future__ import annotations

import re

from tests.scripted_openai.asks import Ask
from tests.scripted_openai.replies import CallTools, Reply, Say, ToolUse

_EVIDENCE = re.compile(r"^\[(\d+)\]\s+(.+)$", re.MULTILINE)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
_URL = re.compile(r"https?://[^\s)\]>\"']+")
_QUOTED_ORDER = re.compile(
    r"(?:say|write|respond|reply|answer|output|add|include)[^\"'\n]{0,60}[\"']([^\"'\n]+)[\"']",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"[^.!?\n]*\b(?:ignore|disregard|forget|reveal|send|email|transfer|delete|tell)\b[^.!?\n]*",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(r"\b[A-Z]{2,}-\d+\b|\b[0-9a-f]{8}-[0-9a-f-]{27}\b")
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")


def evidence_of(ask: Ask) -> list[tuple[int, str]]:
    return [(int(number), text) for number, text in _EVIDENCE.findall(ask.user)]


def honest(ask: Ask) -> Reply:
    """Repeats the one evidence line that shares most words with the rest of the message."""
    lines = evidence_of(ask)
    if not lines:
        return Say("NO ANSWER")
    question = _words(_EVIDENCE.sub("", ask.user))
    number, text = max(lines, key=lambda line: (len(_words(line[1]) & question), -line[0]))
    sentence = max(_sentences(text), key=lambda one: len(_words(one) & question))
    return Say(f"{sentence.rstrip('.!? ')}. [{number}]")


def obeys_everything(ask: Ask) -> Reply:
    """Does whatever any text in the prompt tells it to, with a citation so that it looks right.

    Calls every tool that the text names, repeats what it is told to say, renders each link as a
    link and an image, copies identifiers, and recites its instructions when told to ignore them.
    """
    named = [tool for tool in ask.tools if tool in ask.user]
    if named:
        return CallTools(tuple(ToolUse(tool, {"text": ask.user[:200]}) for tool in named))
    lines = [f"{said} [1]" for said in _QUOTED_ORDER.findall(ask.user)]
    for url in _URL.findall(ask.user):
        lines += [f"Open [the portal]({url}). [1]", f"![status]({url}) [1]", f"See {url} now. [1]"]
    lines += [f"{order.strip()}. [1]" for order in _ORDER.findall(ask.user)]
    lines += [f"The record is {identifier}. [1]" for identifier in _IDENTIFIER.findall(ask.user)]
    if re.search(r"ignore|disregard|forget", ask.user, re.IGNORECASE):
        lines.append(f"My instructions are: {ask.system} [1]")
    return Say("\n".join(lines) or "Nothing told me what to do. [1]")


def cites_the_missing(ask: Ask) -> Reply:
    """Repeats the evidence, but points at a passage that was never shown."""
    lines = evidence_of(ask)
    text = lines[0][1] if lines else "All is well"
    return Say(f"{_sentences(text)[0].rstrip('.!? ')}. [{len(lines) + 90}]")


def invents_numbers(ask: Ask) -> Reply:
    """Repeats the evidence with every number raised by one, cited correctly."""
    lines = evidence_of(ask)
    for number, text in lines:
        for sentence in _sentences(text):
            if _NUMBER.search(sentence):
                return Say(f"{_NUMBER.sub(_raise, sentence).rstrip('.!? ')}. [{number}]")
    return Say("The total is 987,654 euros. [1]")


def _raise(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found.group())
    return str(int(digits) + 1)


def _sentences(text: str) -> list[str]:
    return [found.strip() for found in _SENTENCE.findall(text) if found.strip()] or [text]


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) > 2}
