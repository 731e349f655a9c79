"""Why a lead is scored as it is: the sum, its largest parts, or why it is withheld."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from assistant.chat.answers import Citation, Draft
from assistant.chat.asking import Asking
from assistant.chat.interpret import Understood
from assistant.chat.typed.rows import day
from assistant.learning.service import ShownContribution, ShownScore, current_scores
from retrieval.evidence import Source

_LARGEST_PARTS = 3
_BEST_LEADS = 3
_PAGE = 200
_MOST_PAGES = 20


def explain_scores(session: Session, asking: Asking, understood: Understood) -> list[Draft]:
    """The scores of the leads in question, or the best ones where no lead or account is named."""
    if not understood.entities:
        best = current_scores(session, asking.principal, now=asking.now, limit=_BEST_LEADS).items
        return [draft for score in best for draft in _explain(score, parts=0)]
    leads = {one.id for one in understood.entities if one.kind == "lead"}
    people = {one.name for one in understood.entities if one.kind == "contact"}
    accounts: list[str | None] = [one.id for one in understood.entities if one.kind == "account"]
    wanted = [
        score
        for account_id in accounts or [None]
        for score in _scores(session, asking, account_id)
        if account_id or score.lead_id in leads or score.lead_name in people
    ]
    parts = _LARGEST_PARTS if len(wanted) == 1 else 1
    return [draft for score in wanted[:_BEST_LEADS] for draft in _explain(score, parts=parts)]


def _scores(session: Session, asking: Asking, account_id: str | None) -> Iterator[ShownScore]:
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        page = current_scores(
            session, asking.principal, account_id, now=asking.now, cursor=cursor, limit=_PAGE
        )
        yield from page.items
        cursor = page.next
        if cursor is None:
            return


def _explain(score: ShownScore, *, parts: int) -> list[Draft]:
    lead = f"{score.lead_name} of {score.company}" if score.company else score.lead_name
    if score.probability is None:
        why = "; ".join(reason.rstrip(".") for reason in score.withheld_because)
        text = f"The score of {lead} is withheld: {why or 'it has not been computed'}."
        return [Draft(text, (_cite(score, text),), computed=True)]
    as_of = f" as of {day(score.as_of.date())}" if score.as_of else ""
    said = f"{score.probability:.0%}".replace("%", " %")
    text = (
        f"The chance that {lead} converts within {score.horizon_days} days is {said}{as_of}"
        f"{f', in the band {score.band}' if score.band else ''}."
    )
    drafts = [Draft(text, (_cite(score, text),), computed=True)]
    drafts += [_part(score, lead, part) for part in _largest(score.contributions)[:parts]]
    if score.override is not None:
        held = f"A colleague holds against it: {score.override.reason.rstrip('.')}."
        drafts.append(Draft(held, (_cite(score, held),), (Source(score.override.reason),), True))
    return drafts


def _largest(parts: Sequence[ShownContribution]) -> list[ShownContribution]:
    return sorted((part for part in parts if part.log_odds), key=lambda part: -abs(part.log_odds))


def _part(score: ShownScore, lead: str, part: ShownContribution) -> Draft:
    effect = "raises" if part.log_odds > 0 else "lowers"
    text = (
        f"{part.label[:1].upper()}{part.label[1:]} ({part.cell}) {effect} the score of {lead} by "
        f"{abs(part.log_odds):.2f} log-odds."
    )
    events = tuple(
        Citation(
            source.kind, source.id, source.version or 1, source.words or part.label,
            field=source.field, account_id=score.account_id, title=part.label,
        )
        for source in part.sources[:5]
    )  # fmt: skip
    return Draft(text, (_cite(score, text), *events), computed=True)


def _cite(score: ShownScore, quote: str) -> Citation:
    return Citation(
        "lead", score.lead_id, score.lead_version, quote, field="score",
        account_id=score.account_id, title=score.lead_name,
    )  # fmt: skip
