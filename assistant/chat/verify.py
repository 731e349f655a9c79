"""The check that every proposed sentence passes before anybody sees it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from assistant.chat.answers import Draft, Sentence
from assistant.search.standing import is_unsourced, lead_in, told
from assistant.search.wording import ended
from retrieval.evidence import check_claim

NOTED = "noted"


@dataclass(slots=True)
class Checked:
    """Sentences that hold, and how many did not, with reasons."""

    sentences: list[Sentence] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    dropped: int = 0

    def take(self, draft: Draft) -> Sentence | None:
        """The sentence if its sources support it and it was not said before."""
        draft = replace(draft, text=ended(draft.text))
        if any(draft.text == said.text for said in self.sentences):
            return None
        if not draft.citations:
            self.drop("it cites nothing")
            return None
        if draft.computed:
            sentence = Sentence(draft.text, draft.citations, "computed")
        elif draft.of_row:
            sentence = Sentence(draft.text, draft.citations)
        else:
            verdict = check_claim(draft.text, draft.sources)
            if not verdict.supported:
                self.drop("; ".join(verdict.reasons))
                return None
            sentence = _with_standing(draft)
        self.sentences.append(sentence)
        return sentence

    def drop(self, reason: str) -> None:
        self.dropped += 1
        self.reasons.append(reason)

    def take_all(self, drafts: Iterable[Draft]) -> list[Sentence]:
        return [sentence for draft in drafts if (sentence := self.take(draft)) is not None]


def _with_standing(draft: Draft) -> Sentence:
    """Words that rest on a colleague's word alone say so, whoever composed the sentence."""
    if not any(is_unsourced(cited.kind, cited.field) for cited in draft.citations):
        return Sentence(draft.text, draft.citations)
    text = draft.text if lead_in(draft.text) else told(None, draft.text)
    return Sentence(text, draft.citations, NOTED)
