"""A clause with everything it names resolved: which records, which values, what "they" means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from assistant.chat import directory, names
from assistant.chat.asking import Asking
from assistant.chat.meaning.assembling import Reading
from assistant.chat.meaning.following import followed, leads_on, said
from assistant.chat.meaning.one import fields_asked
from assistant.chat.meaning.reading import read
from assistant.chat.meaning.spelling import respelled
from assistant.chat.names import Known, Mention
from assistant.chat.question import cues
from assistant.chat.question.parse import MASK, Named, parse
from assistant.chat.question.plainly import plain_periods, plainly
from assistant.chat.question.plan import Intent, Plan, TypedQuery
from assistant.chat.resolving import resolve
from assistant.chat.typed.query import Resolved

_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|\bwww\.\S+")


@dataclass(frozen=True, slots=True)
class Understood:
    """A plan with its records; `ambiguous` is asked back, `unknown` was named and not found."""

    plan: Plan
    entities: tuple[Known, ...] = ()
    ambiguous: Mention | None = None
    resolved: Resolved | None = None
    also: tuple[Resolved, ...] = ()  # what is computed beside it: another period, another account
    unsure: tuple[str, ...] = ()  # words that may change the answer and were not understood
    unknown: tuple[str, ...] = ()
    varies: bool = False  # it varies the computed question before
    implied: bool = False  # the records come from the conversation, not from the words
    rewritten: bool = False  # the plan's text is the question before with what is new in it


def interpret(session: Session, asking: Asking, text: str) -> Understood:
    """What the clause asks for, as far as the asker may know of it."""
    found = _followed(session, asking, text) or _computed(session, asking, text)
    if found is not None:
        return found
    found = _of_the_record(asking, text)
    if found is not None:
        return found
    text = plainly(text)
    if asking.before and cues.ELLIPSIS.match(text):
        varied = _varied(session, asking, text)
        if varied is not None:
            return replace(_resolve(session, asking, *varied), varies=True)
    return _resolve(session, asking, *_read(session, asking, text))


def _followed(session: Session, asking: Asking, text: str) -> Understood | None:
    """The computed question before with what this one says, where it leans on that."""
    if not asking.before or not leads_on(text):
        return None
    whole = asking.before[0]
    for variation in (*asking.before[1:], text):
        whole = plain_periods(whole)
        varied = followed(
            said(session, asking, whole, _mentions(session, asking, whole)),
            said(session, asking, variation, _mentions(session, asking, variation)),
        )
        if varied is None:
            return None
        whole = varied
    found = _computed(session, replace(asking, remembered={}), whole)
    return replace(found, rewritten=True) if found is not None else None


_IT = re.compile(r"\b(?:it|its|that|this|the same one)\b", re.IGNORECASE)
_OF_RECORDS = frozenset({"ticket", "order", "invoice", "quote", "deal", "lead", "task"})
_MOST_WORDS = 12


def _of_the_record(asking: Asking, text: str) -> Understood | None:
    """ "And what was it worth?": a field of the one record that was spoken of last."""
    latest = next(iter(asking.remembered.values()), None)
    if latest is None or latest.kind not in _OF_RECORDS or len(text.split()) > _MOST_WORDS:
        return None
    fields = fields_asked(text, latest.kind)
    if not fields or not _IT.search(text) or cues.REFERS.search(text):
        return None
    fields = ("balance",) if "balance" in fields else fields[:1]
    plan = Plan(
        Intent.LOOKUP, text, kind=latest.kind, fields=fields, words=text, follows=True
    )  # fmt: skip
    return Understood(plan, (latest,), implied=True)


# "I have to prepare the reviews and need to know who took longest": what it is for is not asked.
_ASKS = "(?= (?:who|which|what|how|where|when))"
_TO_KNOW = re.compile(
    r"^[^?]{0,120}?\b(?:(?:need|want|like|love|have|trying|has) to (?:know|see|find out)"
    rf"|wonder(?:ing)?{_ASKS}|(?:tell|show) me{_ASKS})[:,]?\s+",
    re.IGNORECASE,
)


def _computed(session: Session, asking: Asking, text: str) -> Understood | None:
    """The question as a computation, where every word of it is accounted for."""
    text = _TO_KNOW.sub("", plain_periods(text))
    mentions = _mentions(session, asking, text)
    found = read(session, asking, text, mentions)
    if found is None or found.left or not found.parts:
        found = _by_number(session, asking, text, mentions)
    if found is None or found.left or not found.parts:
        right = respelled(text, mentions)
        return _computed(session, asking, right) if right != text else None
    first = found.parts[0]
    period = first.query.period
    plan = Plan(
        Intent.DESCRIBED if found.one else Intent.TYPED, text, query=first.query,
        kind=first.query.kind, words=text, period=period, periods=found.periods,
        fields=found.fields,
    )  # fmt: skip
    if found.unclear is not None:
        told = directory.told_apart(session, asking.principal, found.unclear.options)
        return Understood(plan, ambiguous=replace(found.unclear, options=tuple(told)))
    return Understood(plan, found.entities, resolved=first, also=found.parts[1:])


def _by_number(
    session: Session, asking: Asking, text: str, mentions: Sequence[Mention]
) -> Reading | None:
    """The computation over what belongs to a record that goes by its number."""
    numbered = directory.numbered(session, asking.principal, text)
    numbered = [one for one in numbered if not any(_overlap(one, other) for other in mentions)]
    if not numbered:
        return None
    found = read(
        session, asking, text, sorted([*mentions, *numbered], key=lambda one: one.first)
    )  # fmt: skip
    return found if found is not None and not found.one else None


def _mentions(session: Session, asking: Asking, text: str) -> list[Mention]:
    """The records that the text names."""
    # The domain in an address is not its company named.
    bare = _ADDRESS.sub(lambda match: MASK * len(match.group()), text)
    known = directory.named_in(session, asking.principal, bare)
    found = names.mentions(bare, known, _near(asking))
    coded = directory.products_by_code(session, asking.principal, bare)
    found = [one for one in found if not any(_overlap(one, other) for other in coded)]
    return sorted([*found, *coded], key=lambda one: one.first)


def _read(session: Session, asking: Asking, text: str) -> tuple[Plan, list[Mention]]:
    found = _mentions(session, asking, text)
    spans = [Named(one.options[0].kind, one.first, one.last) for one in found]
    spoken = [one.kind for one in asking.remembered.values()]
    if asking.page is not None:
        spoken.append(asking.page.kind)
    plan = parse(text, spans, asking.now, asking.calendar, region=asking.region, spoken=spoken)
    return plan, found


def _overlap(one: Mention, other: Mention) -> bool:
    return one.first < other.last and other.first < one.last


def _near(asking: Asking) -> str | None:
    """The account spoken of, among whose people a first name is looked for first."""
    if asking.page is not None:
        return asking.page.account_id or asking.page.id
    return next((one.account_id for one in asking.remembered.values() if one.account_id), None)


def _varied(session: Session, asking: Asking, text: str) -> tuple[Plan, list[Mention]] | None:
    """The computed question before, with the period, records or conditions that are new since."""
    first, *variations = asking.before
    plan, found = _read(session, asking, first)
    for variation in [*variations, text]:
        varied = _vary(plan, found, *_read(session, asking, variation))
        if varied is None:
            return None
        plan, found = varied
    return plan, found


def _vary(
    plan: Plan, found: Sequence[Mention], said: Plan, new: Sequence[Mention]
) -> tuple[Plan, list[Mention]] | None:
    """One variation of a computed question; None where the words ask for something else."""
    query = plan.query
    if query is None or (said.intent is Intent.TYPED and said.kind != plan.kind):
        return None
    conditions = tuple(
        name for name, cue in cues.CONDITIONS.get(query.kind, {}).items() if cue.search(said.text)
    )
    if said.period is None and not conditions and not new:
        return None
    query = replace(
        query, period=said.period or query.period, conditions=conditions or query.conditions
    )
    replaced = {one.options[0].kind for one in new}
    kept = [one for one in found if one.options[0].kind not in replaced]
    unread = () if new else plan.unread
    varied = replace(
        plan, query=query, unread=unread, text=said.text, periods=said.periods or plan.periods,
        unsure=(),
    )  # fmt: skip
    return varied, [*kept, *new]


def _resolve(session: Session, asking: Asking, plan: Plan, found: Sequence[Mention]) -> Understood:
    if plan.intent is Intent.SEARCH:
        # "A refrigerated dryer" is any of several products, and none of them is asked for.
        found = [one for one in found if len(one.options) == 1 or one.options[0].kind != "product"]
    unclear = next((one for one in found if len(one.options) > 1), None)
    if unclear is not None:
        told = directory.told_apart(session, asking.principal, unclear.options)
        return Understood(plan, ambiguous=replace(unclear, options=tuple(told)))
    entities = [one.options[0] for one in found]
    entities += directory.identified(session, asking.principal, plan.identifiers)
    implied = False
    if not entities and (plan.intent is not Intent.NOTHING):
        entities = _from_conversation(asking, plan)
        implied = bool(entities)
    understood = Understood(plan, tuple(dict.fromkeys(entities)), implied=implied)
    if plan.refers_to is not None and not entities:
        return replace(understood, unknown=(f"that {plan.refers_to}",))
    if plan.intent in {Intent.TYPED, Intent.DESCRIBED} and plan.query is not None:
        places = {one.options[0].id: one.first for one in found}
        return _with_query(session, asking, understood, plan.query, places)
    if plan.identifiers and not entities:
        unknown = tuple(one.text for one in plan.identifiers)
        return replace(understood, unknown=unknown)
    return understood


def _from_conversation(asking: Asking, plan: Plan) -> list[Known]:
    """What "they" or "that deal" means, or what the page around the question is about."""
    remembered = asking.remembered
    if plan.refers_to is not None and plan.refers_to in remembered:
        return [remembered[plan.refers_to]]
    leans = plan.follows or plan.intent in {Intent.LOOKUP, Intent.ACTION, Intent.SCORE}
    if leans and remembered and not plan.identifiers:
        latest = next(iter(remembered.values()))
        return [remembered.get(plan.kind or latest.kind, latest)]
    if asking.page is not None and not plan.identifiers:
        return [asking.page]
    return []


def _with_query(
    session: Session,
    asking: Asking,
    understood: Understood,
    query: TypedQuery,
    places: Mapping[str, int],
) -> Understood:
    plan = understood.plan
    parts, unsure = resolve(session, asking, query, plan, understood.entities, places)
    return replace(understood, resolved=parts[0], also=parts[1:], unsure=unsure)
