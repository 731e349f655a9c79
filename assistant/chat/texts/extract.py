"""The sentences of the found passages that answer a question, in the record's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from assistant.chat.answers import Citation, Draft
from assistant.chat.texts.knowledge import asked_item
from assistant.chat.texts.named import Saying
from assistant.chat.texts.orders import is_order
from assistant.chat.texts.plain import plain
from assistant.search.standing import is_unsourced, lead_in
from retrieval.answering import Alike, Question, Ranked, names_in, ranked
from retrieval.evidence import Source
from retrieval.passages import Passage
from retrieval.sought import Form
from retrieval.statements import Statement, statements
from retrieval.stems import WORD, content_stems, fold, plain_words, stem

_MOST_SENTENCES = 3
_MOST_PASSAGES = 30
_LONGEST_SENTENCE = 600
# How likely an answer has to be before it is given. On organisations that the weights had not
# seen one answer in six was wrong from here on, one in four from even odds on.
_SURE = 0.55
# "What did they say about price?" is answered by whatever they said about price.
_SURE_OF_WORDS = 0.25
# Beside the best one only what is nearly as likely, and no figure beside a figure.
_CLOSE_TO_BEST = 0.8
_SEVERAL = frozenset({Form.OPEN, Form.WHY})
_LEANS_BACK = re.compile(
    r"^(?:he|she|they|it|this|that|these|those|his|her|their|its)\b", re.IGNORECASE
)
# Whose cards state rows that are computed with; a single one of them answers no question.
_ROWS = frozenset({"order", "invoice", "payment", "quote"})
_WRITTEN = frozenset({"account", "article", "policy"})
_LEAST_WORDS = 2
_LIKE_TURNS = frozenset({"call", "interaction"})


@dataclass(frozen=True, slots=True)
class Looked:
    """What the search was for, beside the question's own words.

    names: words of the records that the search was narrowed to; every passage is about them.
    people: those of persons among them.  asker: who asks, meant by "I".
    unread: stretches of the question that named no known record, value or cue.
    saying: whose words are asked for, if the question asks what somebody said.
    """

    question: str
    names: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    saying: Saying | None = None
    about: frozenset[str] = frozenset()  # ids of the records that are named, but for accounts
    people: tuple[str, ...] = ()
    asker: str = ""

    @property
    def asked(self) -> Question:
        return Question(self.question, self.names, self.people, self.asker)


def extract(looked: Looked, passages: Sequence[Passage], alike: Alike | None = None) -> list[Draft]:
    """At most three sentences that answer, best first; none where the passages hold no answer."""
    found = statements_of(looked, passages)
    if not found:
        return []
    asked = looked.asked
    if not asked.concepts:
        return [_draft(one) for one in _newest(found)]
    chosen: list[Ranked] = []
    most = _MOST_SENTENCES if asked.sought.form in _SEVERAL else 1
    for one in ranked(asked, found, alike):
        if len(chosen) == most or one.probability < _least(one, looked):
            break
        if chosen and one.probability < _CLOSE_TO_BEST * chosen[0].probability:
            break
        if not any(_same(one.statement, other.statement) for other in chosen):
            chosen.append(one)
    return [
        _signed(_answer(_whole(one.statement, asked), asked), one.statement, found)
        for one in chosen
    ]


def _signed(draft: Draft, said: Statement, found: Sequence[Statement]) -> Draft:
    """What was said in a call cites the confirmed note that holds it too, and first."""
    if said.passage.kind != "call":
        return draft
    for one in found:
        of_note = one.passage.kind == "note" and not is_unsourced("note", one.passage.field)
        if of_note and _same(said, one):
            return replace(
                draft,
                citations=(cite(one.passage, one.start, one.end), *draft.citations),
                sources=(*draft.sources, *sources_of(one.passage)),
            )
    return draft


def _least(one: Ranked, looked: Looked) -> float:
    """How likely it has to be before it is given."""
    return _SURE_OF_WORDS if looked.saying is not None and one.says_all else _SURE


def statements_of(looked: Looked, passages: Sequence[Passage]) -> list[Statement]:
    """What the first passages say that may be quoted for this question."""
    passages = passages[:_MOST_PASSAGES]
    wanted = wanted_stems(looked)
    found = [
        one for passage in passages for one in statements(passage)
        if _quotable(one) and (passage.field != "card" or _names_field(one, looked, wanted))
    ]  # fmt: skip
    if looked.saying is not None:
        found = [one for one in found if _spoken(one, looked.saying)]
    return found


def _names_field(one: Statement, looked: Looked, wanted: frozenset[str]) -> bool:
    """Whether a line of a card says all that is asked of a record: it answers what it names, and
    nothing that is merely alike; of one person or deal, nothing about another."""
    passage = one.passage
    named = passage.record_id in looked.about or passage.kind in _WRITTEN
    scant = len(wanted) < _LEAST_WORDS and not looked.names
    if not named and (looked.about or passage.kind in _ROWS or scant):
        return False
    return wanted <= set(content_stems(one.text))


def _quotable(one: Statement) -> bool:
    bare = one.text.removeprefix(lead_in(one.text))
    return len(one.text) <= _LONGEST_SENTENCE and not is_order(bare) and bool(plain_words(bare))


def _whole(one: Statement, asked: Question) -> Statement:
    """With the sentence beside it that holds the value, or to which it leans back."""
    if one.passage.field == "card":
        return one
    sought, text = asked.sought, one.passage.text
    known = names_in(one.passage)
    holds = partial(sought.held_by, speaker=one.speaker, known=known)
    lacks = sought.typed and not holds(one.text)
    before = text.rfind(one.before, 0, one.start) if one.before else -1
    fit = before >= 0 and not is_order(one.before) and not one.before.rstrip().endswith("?")
    if fit and ((lacks and holds(one.before)) or _LEANS_BACK.match(one.text)):
        return replace(one, start=before, opens=False)
    after = text.find(one.after, one.end) if one.after else -1
    if lacks and after >= 0 and holds(one.after) and not is_order(one.after):
        return replace(one, end=after + len(one.after))
    return one


def _spoken(one: Statement, saying: Saying) -> bool:
    """Whether the sentence is theirs whose words are asked for; of a talk the turn says whose."""
    if is_unsourced(one.passage.kind, one.passage.field):
        return False  # nothing shows that they said it
    if one.passage.kind not in _LIKE_TURNS or not one.speaker:
        return saying.holds(one.passage) and (one.passage.kind != "call" or not saying.name)
    return saying.spoke(one.speaker, one.passage)


def missing_names(looked: Looked, passages: Sequence[Passage]) -> tuple[str, ...]:
    """Names in the question that no passage mentions: an answer would be about somebody else.

    A capitalised word inside the question is a name unless the passages write it small.
    """
    held = {
        word
        for passage in passages
        for text in (passage.text, passage.context, *passage.names)
        for word in content_stems(text)
    }
    named = [
        word
        for stretch in looked.unread
        for word in WORD.findall(stretch)
        if word[0].isupper() and not looked.question.startswith(word)
    ]
    return tuple(word for word in named if stem(fold(word)) not in held)


def wanted_stems(looked: Looked) -> frozenset[str]:
    """What the question asks about: its words without names, function words and asking words."""
    return frozenset(stem(word) for word in looked.asked.words)


def _same(one: Statement, other: Statement) -> bool:
    if one.passage is other.passage and one.start < other.end and other.start < one.end:
        return True
    said, also = set(content_stems(one.text)), set(content_stems(other.text))
    return len(said & also) >= 0.8 * max(1, min(len(said), len(also)))


def _newest(found: Sequence[Statement]) -> list[Statement]:
    """The first sentences of the newest record, for questions that name no topic."""
    dated = [one for one in found if one.passage.occurred_at is not None]
    if not dated:
        return list(found[:_MOST_SENTENCES])
    newest = max(one.passage.occurred_at for one in dated if one.passage.occurred_at is not None)
    first = next(one for one in dated if one.passage.occurred_at == newest)
    of_it = [one for one in dated if one.passage.record_id == first.passage.record_id]
    of_it.sort(key=lambda one: (one.passage.ordinal, one.start))
    return of_it[:_MOST_SENTENCES]


def _answer(one: Statement, asked: Question) -> Draft:
    """The statement; of a written list of values only the one that is asked for."""
    draft = _draft(one)
    written = one.passage.kind in _WRITTEN and one.passage.field != "card"
    item = asked_item(asked.text, one.text) if written and asked.sought.typed else None
    return draft if item is None else replace(draft, text=plain(item), computed=True)


def _draft(one: Statement) -> Draft:
    start = one.start + len(lead_in(one.text))
    said = plain(one.text)
    text = f"{one.speaker}: {said}" if one.speaker else said
    return Draft(text, (cite(one.passage, start, one.end),), sources_of(one.passage))


def cite(passage: Passage, start: int, end: int) -> Citation:
    """A place in the record that the passage was cut from."""
    return Citation(
        passage.kind, passage.record_id, passage.record_version, passage.text[start:end],
        field=passage.field, start=passage.start + start, end=passage.start + end,
        account_id=passage.account_id, title=passage.context or ", ".join(passage.names[:2]),
    )  # fmt: skip


def sources_of(passage: Passage) -> tuple[Source, ...]:
    """The passage as evidence, in the plain form in which it is shown, with its heading."""
    about = passage.names
    body = Source(plain_lines(passage.text), entities=about)
    heading = Source(passage.context, entities=about)
    return (body, heading) if passage.context else (body,)


def plain_lines(text: str) -> str:
    """Each line without its markup; lines stay where they are."""
    return "\n".join(plain(line) for line in text.split("\n"))
