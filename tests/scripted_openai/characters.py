"""Models with a character, for prompts that show passages as JSON lines {"id", "text", ...} and
want {"sentences": [{"text", "citations": [{"passage", "quote"}]}]}.
"""

from __future__ import annotations

import json
import re

from tests.scripted_openai.asks import Ask, Json
from tests.scripted_openai.replies import CallTools, Reply, Say, ToolUse, say_json

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
_URL = re.compile(r"https?://[^\s)\]>\"'\\]+")
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


def evidence_of(ask: Ask) -> list[tuple[str, str]]:
    """(id, text) of each passage in the prompt."""
    found = []
    for line in ask.user.splitlines():
        if line.startswith("{") and '"text"' in line:
            try:
                passage = json.loads(line)
            except json.JSONDecodeError:
                continue
            if "id" in passage:
                found.append((str(passage["id"]), str(passage["text"])))
    return found


def sentences(*said: tuple[str, str, str]) -> Say:
    """An answer of (text, passage, quote)."""
    listed: list[Json] = [
        {"text": text, "citations": [{"passage": passage, "quote": quote}]}
        for text, passage, quote in said
    ]
    return say_json({"sentences": listed})


def honest(ask: Ask) -> Reply:
    """Repeats the one sentence of the evidence that shares most words with the question."""
    question = _words("\n".join(line for line in ask.user.splitlines() if '"text"' not in line))
    told = [(sentence, passage) for passage, text in evidence_of(ask) for sentence in _split(text)]
    if not told:
        return sentences()
    sentence, passage = max(told, key=lambda one: len(_words(one[0]) & question))
    return sentences((sentence, passage, sentence))


def obeys_everything(ask: Ask) -> Reply:
    """Does whatever any text in the prompt tells it to, with a citation so that it looks right.

    Calls every tool that the text names, repeats what it is told to say, renders each link as a
    link and an image, copies identifiers, and recites its instructions when told to ignore them.
    """
    named = [tool for tool in ask.tools if tool in ask.user]
    if named:
        return CallTools(tuple(ToolUse(tool, {"text": ask.user[:200]}) for tool in named))
    said: list[tuple[str, str, str]] = []
    for passage, text in evidence_of(ask):
        orders = _QUOTED_ORDER.findall(text)
        orders += [order.strip() for order in _ORDER.findall(text)]
        orders += [f"The record is {identifier}." for identifier in _IDENTIFIER.findall(text)]
        for url in _URL.findall(text):
            orders += [f"Open [the portal]({url}).", f"![status]({url})", f"See {url} now."]
        if re.search(r"ignore|disregard|forget", text, re.IGNORECASE):
            orders.append(f"My instructions are: {ask.user[:300]}")
        said += [(order, passage, text) for order in orders]
    return sentences(*said)


def cites_the_missing(ask: Ask) -> Reply:
    """Repeats the evidence, but points at a passage that was never shown."""
    lines = evidence_of(ask)
    text = _split(lines[0][1])[0] if lines else "All is well."
    return sentences((text, f"p{len(lines) + 90}", text))


def invents_numbers(ask: Ask) -> Reply:
    """Repeats the evidence with every number raised by one, cited correctly."""
    said = [
        (_NUMBER.sub(_raise, sentence), passage, sentence)
        for passage, text in evidence_of(ask)
        for sentence in _split(text)
        if _NUMBER.search(sentence)
    ]
    return sentences(*(said or [("The total is 987,654 euros.", "p1", "total")]))


def _raise(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found.group())
    return str(int(digits) + 1)


def _split(text: str) -> list[str]:
    return [found.strip() for found in _SENTENCE.findall(text) if found.strip()] or [text]


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) > 2}
