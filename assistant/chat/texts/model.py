"""A language model puts passages into words; each of its sentences is checked before it is shown."""

# ruff: noqa: E501 (a pattern or a phrase is read whole)

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import date

from pydantic import BaseModel, Field

import prompts
from assistant.chat.answers import Citation, Draft, Sentence
from assistant.chat.texts.extract import Looked, cite, plain_lines, sources_of, wanted_stems
from assistant.chat.texts.orders import is_order
from assistant.chat.texts.plain import carries_markup, plain
from assistant.chat.verify import Checked
from assistant.llm import Endpoint, Gate, Message, ModelError, stream_items
from assistant.search.standing import lead_in
from retrieval.clauses import sentence_spans
from retrieval.evidence import Source, check_claim
from retrieval.passages import Passage
from retrieval.stems import STOPWORDS, WORD, fold, plain_words, stem

PROMPT = "answer.v1"
_MOST_SENTENCES = 12
_LONGEST_SENTENCE = 600


class CitedQuote(BaseModel):
    """Where a model says that a sentence comes from."""

    passage: str = Field(max_length=40)
    quote: str = Field(max_length=4000)


class SaidSentence(BaseModel):
    """One sentence as a model proposes it."""

    text: str = Field(max_length=4000)
    citations: list[CitedQuote] = Field(default_factory=list, max_length=20)


class SaidAnswer(BaseModel):
    """The form in which an answer is asked for."""

    sentences: list[SaidSentence]


@dataclass(slots=True)
class Composed:
    """How a composition went, for the record of the answer."""

    prompt: str = PROMPT
    prompt_digest: str = ""
    failure: str = ""  # the name of what went wrong with the model, if anything
    asked: int = 0


async def compose(
    looked: Looked,
    passages: Sequence[Passage],
    *,
    today: date,
    endpoint: Endpoint,
    gate: Gate,
    checked: Checked,
    composed: Composed,
) -> AsyncGenerator[Sentence, None]:
    """The model's sentences that hold, as they are written.

    When none of the first attempt held, the model is told why and asked once more. A model that
    fails ends the sentences; what it said before, checked, stands.
    """
    shown = {f"p{number}": passage for number, passage in enumerate(passages, 1)}
    rendered = prompts.render(
        prompts.load(PROMPT),
        {"question": looked.question, "today": today.isoformat(), "passages": _as_lines(shown)},
    )
    composed.prompt_digest = rendered.digest
    messages = [Message("user", rendered.text)]
    wanted = wanted_stems(looked)
    for attempt in range(2):
        before = len(checked.reasons)
        composed.asked += 1
        try:
            async with aclosing(_said(endpoint, messages, gate)) as said:
                async for sentence in said:
                    accepted = _accept(sentence, shown, checked, wanted)
                    if accepted is not None:
                        yield accepted
                    if len(checked.sentences) >= _MOST_SENTENCES:
                        return
        except ModelError as error:
            composed.failure = type(error).__name__
            return
        reasons = checked.reasons[before:]
        if checked.sentences or not reasons or attempt:
            return
        messages = [*messages, Message("user", _try_again(reasons))]


def _said(
    endpoint: Endpoint, messages: Sequence[Message], gate: Gate
) -> AsyncGenerator[SaidSentence, None]:
    return stream_items(endpoint, messages, SaidAnswer, SaidSentence, purpose=PROMPT, gate=gate)


def _try_again(reasons: Sequence[str]) -> str:
    """What was wrong, without repeating the sentences, from which the model would learn them."""
    listed = "\n".join(f"- {reason}" for reason in dict.fromkeys(reasons[:5]))
    return (
        "None of these sentences is proved by the passages it cites:\n"
        f"{listed}\nAnswer again in the same form, closer to the words of the passages."
    )


def _as_lines(shown: dict[str, Passage]) -> str:
    return "\n".join(
        json.dumps(
            {
                "id": number,
                "source": plain(passage.context or ", ".join(passage.names)),
                "date": passage.occurred_at.date().isoformat() if passage.occurred_at else "",
                "text": plain_lines(passage.text),
            },
            ensure_ascii=False,
        )
        for number, passage in shown.items()
    )


def _accept(
    said: SaidSentence, shown: dict[str, Passage], checked: Checked, wanted: frozenset[str]
) -> Sentence | None:
    """The sentence if it is plain, cites what was shown, and is supported by facts in it."""
    text = " ".join(said.text.split())
    if not text or len(text) > _LONGEST_SENTENCE:
        checked.drop("a sentence is empty or too long")
        return None
    if carries_markup(text):
        checked.drop("a sentence holds a link or markup")
        return None
    cited = [(shown[one.passage], one.quote) for one in said.citations if one.passage in shown]
    if not cited:
        checked.drop("a sentence cites a passage that was not shown")
        return None
    passages = list({id(passage): passage for passage, _ in cited}.values())
    if (
        not check_claim(text, _facts(passages)).supported
        and check_claim(
            text, [source for passage in passages for source in sources_of(passage)]
        ).supported
    ):
        checked.drop("only an instruction inside a passage says this")
        return None
    if stray := _stray_names(text, passages):
        checked.drop(f"{', '.join(stray)} is not named in the passages it cites")
        return None
    if wanted and not any(wanted & _stems(passage) for passage in passages):
        checked.drop("the passages it cites are not about the question")
        return None
    citations = tuple(dict.fromkeys(_place(passage, quote, text) for passage, quote in cited))
    return checked.take(Draft(text, citations, _facts(passages)))


def _stray_names(text: str, passages: Sequence[Passage]) -> list[str]:
    """Capitalised words that no cited passage has: a name at the start of a sentence is one too."""
    held = frozenset[str]().union(*(_stems(passage) for passage in passages))
    return [
        word
        for word in WORD.findall(text)
        if word[0].isupper() and fold(word) not in STOPWORDS and stem(fold(word)) not in held
    ]


def _stems(passage: Passage) -> frozenset[str]:
    said = (passage.text, passage.context, *passage.names)
    return frozenset(stem(word) for text in said for word in plain_words(text))


def _facts(passages: Sequence[Passage]) -> tuple[Source, ...]:
    """The passages as evidence, without the sentences that talk to software."""
    return tuple(
        replace(source, text="\n".join(_without_orders(source.text)))
        for passage in passages
        for source in sources_of(passage)
    )


def _without_orders(text: str) -> list[str]:
    spans = [text[start:end] for start, end in sentence_spans(text)]
    return [each for each in spans if not is_order(each.removeprefix(lead_in(each)))]


def _place(passage: Passage, quote: str, claim: str) -> Citation:
    """Where the quote stands; a quote that does not stand there is replaced by what supports."""
    found = _find(passage.text, quote) or _supporting(passage, claim)
    start, end = found or (0, len(passage.text))
    return cite(passage, start, end)


def _supporting(passage: Passage, claim: str) -> tuple[int, int] | None:
    for start, end in sentence_spans(passage.text):
        source = Source(passage.text[start:end], entities=passage.names)
        if check_claim(claim, [source]).supported:
            return start, end
    return None


def _find(text: str, quote: str) -> tuple[int, int] | None:
    wanted = quote.strip().strip("\"'“”").strip()
    start = text.find(wanted) if wanted else -1
    return (start, start + len(wanted)) if start >= 0 else None
