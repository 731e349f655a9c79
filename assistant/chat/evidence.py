"""Gathers, under the asker's access, what each question of a message can be answered from."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.orm import Session

from assistant.actions.service import open_suggestions
from assistant.chat import clauses, store
from assistant.chat.answers import Draft, Option
from assistant.chat.asking import Asking
from assistant.chat.gathered import Gathered, Search, Step
from assistant.chat.interpret import Understood, interpret
from assistant.chat.kept import kept_fields
from assistant.chat.language import ENGLISH_ONLY, is_foreign
from assistant.chat.lookups import fields_of, look_up, told_by
from assistant.chat.names import Known, Mention
from assistant.chat.of_all import of_all
from assistant.chat.passages import MOST_PASSAGES, passages_about
from assistant.chat.question.plan import Intent, Measure, Plan, Shape
from assistant.chat.question.refusals import Refusal, refusal_for_outsider
from assistant.chat.rules.answer import judged
from assistant.chat.rules.reading import policies
from assistant.chat.scores import explain_scores
from assistant.chat.suggestions import proposed, suggested
from assistant.chat.texts.beside import asks_beside, of_no_rows, outweighs, told_of_somebody
from assistant.chat.texts.extract import Looked, wanted_stems
from assistant.chat.texts.insight import asked_insight, insight
from assistant.chat.texts.knowledge import SURE, SURER, known_answer
from assistant.chat.texts.mentions import Asked, asked_mentions, holding
from assistant.chat.texts.named import full_names, saying
from assistant.chat.texts.rivals import asked_rival, rivals
from assistant.chat.typed.catalogue import CATALOGUE
from assistant.chat.typed.compared import said
from assistant.chat.typed.links import NotComputable
from assistant.chat.typed.nothing import says_nothing_of_none, still_to_come
from assistant.chat.typed.phrases import join, none_seen, rows_in_words
from assistant.chat.typed.query import Resolved
from assistant.chat.typed.readiness import too_thin
from assistant.chat.typed.run import run
from assistant.errors import NotFound
from assistant.governance.access import PUBLIC_KINDS, STAFF, Role
from assistant.llm import ModelError
from retrieval.embedding import Embedder
from retrieval.stems import content_stems

_BEFORE_A_NAME = re.compile(r"\b(?:with|of|for|at|about|from|to|is|does|did)\s+$", re.IGNORECASE)
_SUGGESTIONS = 3
_CONVERSATIONS = 400
_MOST_NAMESAKES = 6
_LEAST_TOLD = 2  # words of the question beside the name
_MOSTLY = 0.5  # of these words has to be told of the one who is meant
# The same whatever there is: to say that there is none would be untrue.
_NOT_HERE = (
    "With this sign-in I read help articles and products only; ask your contact here about orders, "
    "invoices, tickets and appointments."
)


class Gatherer:
    """Reads records for one message; holds no session beyond `gather`."""

    def __init__(
        self, search: Search, embedder: Callable[[], Embedder | None] = lambda: None
    ) -> None:
        self._search, self._embedder = search, embedder

    def gather(self, session: Session, asking: Asking, message: str) -> Gathered:
        """What the message can be answered from. Raises nothing for what is not there."""
        if asking.principal.role is Role.CUSTOMER:
            refusal = self._refusal(message)
            if refusal is not None:
                return Gathered(refusal=refusal)
        if is_foreign(message):
            plan = Plan(Intent.SEARCH, message)
            return Gathered((Step(Understood(plan), missing=ENGLISH_ONLY),))
        verdict = judged(session, asking, message)
        if verdict is not None:
            plan = Plan(Intent.SEARCH, message)
            step = Step(Understood(plan, verdict.about), verdict.drafts, missing=verdict.missing)
            return Gathered((step,))
        drafts = self._insight(session, asking, message)
        if drafts:
            plan = Plan(Intent.SEARCH, message)
            return Gathered((Step(Understood(plan), tuple(drafts)),))
        steps: list[Step] = []
        for clause in clauses.split(message):
            told = of_all(session, asking, clause)
            if told is not None:
                steps.append(told)
                continue
            understood = self._understood(session, asking, clause)
            if understood.ambiguous is not None and asked_mentions(clause) is None:
                return Gathered(unclear=understood.ambiguous, unclear_in=clause)
            step = self._step(session, asking, understood)
            if step.unclear is not None:
                return Gathered(unclear=step.unclear, unclear_in=clause)
            steps.append(step)
            # "And who decides?" is about whom the question before it was about.
            if understood.entities and not understood.implied:
                asking = replace(asking, page=understood.entities[0])
        return Gathered(tuple(steps))

    def _insight(self, session: Session, asking: Asking, message: str) -> list[Draft]:
        """What many conversations say together, where that is asked."""
        if asked_rival(message):
            return rivals(session, asking.principal, message)
        asked = asked_insight(message)
        return [] if asked is None else insight(session, asking.principal, asked)

    def _refusal(self, message: str) -> Refusal | None:
        try:
            return refusal_for_outsider(message, self._embedder())
        except ModelError:
            return refusal_for_outsider(message)

    def _understood(self, session: Session, asking: Asking, clause: str) -> Understood:
        """The clause with a namesake told by what else is asked, where texts tell of one alone."""
        understood = interpret(session, asking, clause)
        named = understood.ambiguous
        if named is None or understood.plan.intent is not Intent.SEARCH:
            return understood  # what is recorded of somebody tells nobody apart
        meant = self._only_one(session, asking, clause, named)
        if meant is None:
            return understood
        told = f"{clause[: named.first]}{meant.name}{clause[named.last :]}"
        return interpret(session, replace(asking, page=meant), told)

    def _only_one(
        self, session: Session, asking: Asking, clause: str, mention: Mention
    ) -> Known | None:
        """Of namesakes the only one of whom the rest of the question is told: the Tobias who was
        on a discovery call, where one alone was."""
        people = [one for one in mention.options if one.kind == "contact"]
        if len(people) != len(mention.options) or len(people) > _MOST_NAMESAKES:
            return None
        rest = f"{clause[: mention.first]} {clause[mention.last :]}"
        wanted = wanted_stems(Looked(rest))
        if len(wanted) < _LEAST_TOLD:
            return None
        held: list[float] = []
        for one in people:
            hits = self._search(
                session, asking.principal, rest, contact_id=one.id,
                kinds=("call", "interaction", "note"), limit=MOST_PASSAGES,
            )  # fmt: skip
            found = {
                word for hit in hits
                for word in content_stems(f"{hit.passage.context} {hit.passage.text}")
            }  # fmt: skip
            held.append(len(wanted & found) / len(wanted))
        best = max(held)
        if best < _MOSTLY or sum(2 * share > best for share in held) > 1:
            return None
        return people[held.index(best)]

    def _step(self, session: Session, asking: Asking, understood: Understood) -> Step:
        kept = self._kept(session, asking, understood)
        if kept:
            return Step(understood, kept)
        asked = asked_mentions(understood.plan.text)
        if asked is not None:
            return self._mentions(session, asking, understood, asked)
        least = SURER if any(one.kind == "product" for one in understood.entities) else SURE
        if understood.plan.intent in {Intent.SEARCH, Intent.LOOKUP} and (
            known := _known(session, asking, understood, least)
        ):
            return Step(understood, known)
        return self._by_intent(session, asking, understood)

    @staticmethod
    def _kept(session: Session, asking: Asking, understood: Understood) -> tuple[Draft, ...]:
        """What the one record named holds in a column of its file's own."""
        about = understood.entities
        if asking.principal.role not in STAFF or not about or understood.plan.fields:
            return ()
        return kept_fields(session, asking, understood.plan.text, about)

    def _by_intent(self, session: Session, asking: Asking, understood: Understood) -> Step:
        intent = understood.plan.intent
        if _leans_on_nothing(understood):
            return Step(understood, missing="I do not know whom or what you mean; name it.")
        if intent is Intent.NOTHING:
            return Step(understood, missing="Ask a question about your customers in words.")
        if understood.plan.refers_to is not None and not understood.entities:
            which = understood.plan.refers_to
            return Step(understood, missing=f"I do not know which {which} you mean; name it.")
        told = intent in {Intent.SCORE, Intent.ACTION} and not understood.entities
        if (told and names_somebody(understood.plan)) or (
            intent in {Intent.LOOKUP, Intent.SCORE, Intent.ACTION} and _of_a_stranger(understood)
        ):
            return self._read(session, asking, understood, "")
        if intent is Intent.TYPED and understood.resolved is not None:
            if told_of_somebody(understood):
                return self._read(session, asking, understood, "")
            return self._typed(session, asking, understood)
        if intent is Intent.DESCRIBED and understood.resolved is not None:
            return self._described(session, asking, understood, understood.resolved)
        if intent is Intent.LOOKUP:
            return self._looked_up(session, asking, understood)
        if intent is Intent.SCORE:
            drafts = explain_scores(session, asking, understood)
            return (
                Step(understood, tuple(drafts))
                if drafts
                else self._read(
                    session, asking, understood, "There is no score for this that you can see."
                )
            )
        if intent is Intent.ACTION:
            return self._actions(session, asking, understood)
        return self._read(session, asking, understood, "")

    def _looked_up(self, session: Session, asking: Asking, understood: Understood) -> Step:
        """The fields that were asked for; what is asked beside them is looked for in texts."""
        found = look_up(session, asking, understood)
        beside = asks_beside(understood)
        if found.drafts and not beside:
            return Step(understood, found.drafts)
        blank = f"Nothing is recorded as {join(found.blank, 'or')}." if found.blank else ""
        step = self._read(session, asking, understood, blank)
        fits = not outweighs(beside, understood)
        return replace(step, otherwise=found.drafts if fits else ())

    def _typed(  # noqa: C901 (one way out after the other)
        self, session: Session, asking: Asking, understood: Understood
    ) -> Step:
        """What is computed, part by part; nothing where words that may change it were not
        understood, since a figure would claim to answer them."""
        resolved = understood.resolved
        if resolved is None:
            return Step(understood)
        if asking.principal.role is Role.CUSTOMER and resolved.query.kind not in PUBLIC_KINDS:
            return Step(understood, missing=_NOT_HERE)
        if understood.unsure:
            known = _known(session, asking, understood, SURE)
            if known:
                return Step(understood, known)
            return self._not_understood(session, asking, understood)
        if understood.plan.identifiers and not understood.entities:
            named = join([f"“{one.text}”" for one in understood.plan.identifiers], "or")
            return Step(
                understood, missing=f"I found nothing by the number {named} that you can see."
            )
        parts = (resolved, *understood.also)
        if still_to_come(resolved):
            return Step(understood, missing="That time is still to come; nothing is recorded yet.")
        try:
            results = [run(session, asking.principal, part) for part in parts]
        except NotComputable:
            return self._read(session, asking, understood, "")
        if thin := next(filter(None, map(too_thin, results)), ""):
            return Step(understood, missing=thin)
        nothing = f"I found {none_seen(rows_in_words(resolved))}."
        if resolved.topic and not any(result.total for result in results):
            # The words may name something that does not exist, or not for this person: a count
            # of zero would claim to know it.
            if known := _known(session, asking, understood, SURE):
                return Step(understood, known)
            return self._read(session, asking, understood, nothing)
        if not any(result.total for result in results) and all(map(says_nothing_of_none, parts)):
            return Step(understood, missing=nothing)
        of_rows = resolved.query.shape in {Shape.LATEST, Shape.FIRST, Shape.TOP}
        if of_rows and not any(result.rows for result in results):
            return Step(understood, missing=nothing)
        return Step(understood, tuple(said(results, understood.plan.fields)), missing=nothing)

    def _described(
        self, session: Session, asking: Asking, understood: Understood, resolved: Resolved
    ) -> Step:
        """The one record that fits what was said; asked back where several do."""
        try:
            result = run(session, asking.principal, resolved)
        except NotComputable:
            return self._read(session, asking, understood, "")
        nothing = f"I found {none_seen(rows_in_words(resolved))}."
        narrowed = (
            resolved.scopes
            or resolved.filters
            or resolved.topic
            or resolved.query.period
            or resolved.only
        )
        if not result.rows or not narrowed:
            return self._read(session, asking, understood, nothing)
        if result.total == 1:
            drafts = fields_of(session, asking.principal, result.rows[0], understood.plan.fields)
            return Step(understood, tuple(drafts), missing=nothing)
        options = tuple(
            Known(row.kind, row.id, row.title, row.account_id, told_by(row)) for row in result.rows
        )
        return Step(understood, unclear=Mention(0, len(understood.plan.text), options))

    def _mentions(
        self, session: Session, asking: Asking, understood: Understood, asked: Asked
    ) -> Step:
        """Who brought it up: every conversation found is read for the very words."""
        plan = understood.plan
        hits = self._search(
            session, asking.principal, asked.topic, kinds=("call", "interaction"),
            since=plan.period.start if plan.period else None,
            until=plan.period.end if plan.period else None, limit=_CONVERSATIONS,
        )  # fmt: skip
        passages = [hit.passage for hit in hits]
        channels, accounts = store.of_conversations(session, asking.principal, passages)
        drafts = holding(asked, passages, channels, accounts)
        nothing = f"I found no conversation that mentions “{asked.topic}” that you can see."
        return Step(understood, tuple(drafts), missing=nothing)

    def _not_understood(self, session: Session, asking: Asking, understood: Understood) -> Step:
        words = join([f"“{word}”" for word in understood.unsure])
        kind = CATALOGUE[understood.plan.kind or ""].plural
        message = (
            f"I did not understand {words} in a question about {kind}, and an answer without it "
            "might be wrong. Ask in other words."
        )
        query = understood.plan.query
        listed = query and query.measure is Measure.COUNT and query.shape is Shape.LIST
        if listed or of_no_rows(understood):
            return self._read(session, asking, understood, message)
        return Step(understood, missing=message)

    def _actions(self, session: Session, asking: Asking, understood: Understood) -> Step:
        account_id = next((one.account_id or one.id for one in understood.entities
                           if one.kind != "owner"), None)  # fmt: skip
        try:
            found = open_suggestions(
                session, asking.principal, account_id, mine=account_id is None, limit=_SUGGESTIONS
            ).items
        except NotFound:
            found = ()
        if not found:
            return self._read(
                session, asking, understood, "There is no suggestion open for this at the moment."
            )
        drafts = tuple(draft for one in found for draft in suggested(one))
        return Step(understood, drafts, suggestions=tuple(proposed(one) for one in found))

    def _read(self, session: Session, asking: Asking, understood: Understood, missing: str) -> Step:
        passages = passages_about(self._search, session, asking, understood)
        return Step(understood, passages=passages, missing=missing)


_SOMEBODYS = frozenset({"account", "contact", "deal", "lead", "owner"})


def _known(
    session: Session, asking: Asking, understood: Understood, least: float
) -> tuple[Draft, ...]:
    """What help articles and rules say, where the question is about nobody's records."""
    about = [one for one in understood.entities if one.kind in _SOMEBODYS]
    numbered = [one for one in understood.plan.identifiers if one.kind in {"email", "phone"}]
    if saying(understood.plan.text, understood.entities) is not None:
        return ()  # what somebody said is nobody's rule
    if numbered or (about and (not understood.implied or understood.plan.follows)):
        return ()
    return tuple(known_answer(understood.plan.text, policies(session, asking.principal), least)[0])


def _leans_on_nothing(understood: Understood) -> bool:
    """ "And theirs?" where nobody was spoken of and nothing else is asked."""
    plan = understood.plan
    return (
        plan.intent is Intent.SEARCH
        and plan.follows
        and not (plan.unread or plan.period or understood.entities)
    )


def _of_a_stranger(understood: Understood) -> bool:
    """Whether a full name in the question is borne by no record that was found for it."""
    names = [one.name for one in understood.entities]
    return next(full_names(understood.plan.text, names), None) is not None


def names_somebody(plan: Plan) -> bool:
    """Whether words that no record bears stand where a name would: "next with Zorblatt"."""
    return any(
        (words.first > 0 and words.text[0].isupper())
        or _BEFORE_A_NAME.search(plan.text[: words.first]) is not None
        for words in plan.unread
    )


def options(mention: Mention) -> tuple[Option, ...]:
    """The records that unclear words may mean; namesakes are told apart by their account."""
    names = [one.name for one in mention.options]
    return tuple(
        Option(
            one.kind, one.id,
            f"{one.name} of {one.hint}" if names.count(one.name) > 1 and one.hint else one.name,
            one.hint,
        )
        for one in mention.options
    )  # fmt: skip
