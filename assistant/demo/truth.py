"""The planted truth, written beside the files: computed from the clean world and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from assistant.demo import engagement, support, world
from assistant.demo.calls import Call, Fact
from assistant.demo.identities import Identities
from assistant.demo.ledger import Ledger
from assistant.demo.library import articles
from assistant.demo.questions import Question
from assistant.demo.sheets import Json, Sheet, SheetWriter
from assistant.demo.timing import Calendar

PEOPLE = Sheet("truth", "person", "people.jsonl")
ORGANISATIONS = Sheet("truth", "organisation", "organisations.jsonl")
LEADS = Sheet("truth", "lead", "leads.jsonl")
DEALS = Sheet("truth", "deal", "deals.jsonl")


@dataclass(slots=True)
class Planted:
    """What was broken on purpose: ids that rows name and no file holds, and what was deleted."""

    missing: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(
        default_factory=lambda: [article.key for article in articles() if article.withdrawn]
    )


@dataclass(slots=True)
class TruthWriter:
    """Writes who is whom, block by block."""

    sheets: SheetWriter

    def enter(self, block: world.Block, known: Identities) -> None:
        """People, companies, leads and deals of a block as they really are."""
        for contact in block.contacts:
            self.sheets.write(PEOPLE, _person(contact, known))
        for account in block.accounts:
            self.sheets.write(ORGANISATIONS, _organisation(account, known))
        for lead in block.leads:
            self.sheets.write(LEADS, _lead(lead, known))
        for deal in block.deals:
            self.sheets.write(DEALS, _deal(deal))


def write_calls(folder: Path, calls: tuple[Call, ...]) -> None:
    """Transcripts and their facts, a line for each call."""
    _lines(
        folder / "transcripts.jsonl",
        [
            {
                "id": call.slug,
                "kind": call.kind,
                "turns": [{"speaker": turn.speaker, "text": turn.text} for turn in call.turns],
                "references": [],
            }
            for call in calls
        ],
    )
    _lines(
        folder / "facts.jsonl",
        [
            {
                "id": call.slug,
                "date": call.started_at.date().isoformat(),
                "facts": [_fact(fact) for fact in call.facts],
                "not_facts": [{"text": wrong.text, "why": wrong.why} for wrong in call.not_facts],
            }
            for call in calls
        ],
    )


def write_questions(folder: Path, questions: list[Question]) -> None:
    """Questions with their right answers, a line for each."""
    _lines(folder / "questions.jsonl", [question.as_json() for question in questions])


def write_summary(
    path: Path, *, scale: int, seed: int, calendar: Calendar, ledger: Ledger, planted: Planted
) -> None:
    """The numbers of the clean world and what was planted in it."""
    summary = {
        "scale": scale,
        "seed": seed,
        "today": calendar.today.isoformat(),
        "counts": dict(sorted(ledger.counts.items())),
        "missing": planted.missing,
        "deleted": planted.deleted,
        "withdrawn": planted.withdrawn,
        "wrong_stages": {
            deal.id: deal.true_stage
            for deal in ledger.deals.values()
            if deal.true_stage and deal.true_stage != deal.stage
        },
        "bad_firmware_month": calendar.month(support.SPIKE_MONTH).isoformat(),
        "conversion": {
            "source": engagement.SOURCE_EFFECT,
            "seniority": engagement.SENIORITY_EFFECT,
            "recent_engagement": engagement.RECENT_EFFECT,
            "half_life_days": engagement.HALF_LIFE_DAYS,
            "reply": engagement.REPLY_EFFECT,
            "pricing_page": engagement.PRICING_EFFECT,
        },
    }
    path.write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _person(contact: world.Contact, known: Identities) -> dict[str, Json]:
    twin = known.twins.get(contact.id)
    ids = [
        f"crm:{contact.id}",
        *([f"crm:{twin.id}"] if twin is not None else []),
        *_named("support", known.requesters.get(contact.id)),
        *_named("billing", known.billing_contacts.get(contact.id)),
        *_named("marketing", known.people.get(contact.id)),
    ]
    return {
        "id": contact.id,
        "ids": list(ids),
        "name": contact.name.full,
        "title": contact.title,
        "role": contact.role,
        "email": contact.email,
        "phone": contact.phone.e164,
        "extension": contact.phone.extension,
        "account": contact.account,
        "deleted": contact.deleted,
    }


def _organisation(account: world.Account, known: Identities) -> dict[str, Json]:
    twin = known.account_twins.get(account.id)
    ids = [
        f"crm:{account.id}",
        *([f"crm:{twin}"] if twin else []),
        *_named("billing", known.customers.get(account.id)),
    ]
    return {
        "id": account.id,
        "ids": list(ids),
        "name": account.name,
        "legal_form": account.legal_form,
        "domain": account.domain,
        "country": account.country,
        "city": account.city,
        "region": account.region,
        "phone": account.phone.e164,
        "industry": account.industry,
        "employees": account.employees,
        "owner": account.owner,
        "status": account.status,
        "deleted": account.deleted,
    }


def _lead(lead: world.Lead, known: Identities) -> dict[str, Json]:
    return {
        "id": lead.id,
        "ids": [f"crm:{lead.id}", f"marketing:{known.people[lead.id]}"],
        "name": lead.name.full,
        "email": lead.email,
        "phone": lead.phone.e164,
        "country": lead.country,
        "source": lead.source,
        "seniority": lead.seniority,
        "employees": lead.employees,
        "opened": lead.opened.isoformat(),
        "decided": lead.decided.isoformat() if lead.decided else None,
        "converted": lead.converted,
        "log_odds": round(lead.log_odds, 4),
        "account": lead.account,
        "contact": lead.contact,
        "deal": lead.deal,
    }


def _deal(deal: world.Deal) -> dict[str, Json]:
    return {
        "id": deal.id,
        "account": deal.account,
        "stage": deal.stage,
        "true_stage": deal.true_stage,
        "amount": str(deal.amount),
        "currency": deal.currency,
        "won": deal.won,
        "closed": deal.closed.isoformat() if deal.closed else None,
        "reason": deal.reason,
        "competitor": deal.competitor,
        "deleted": deal.deleted,
    }


def _fact(fact: Fact) -> dict[str, Json]:
    written: dict[str, Json] = {
        "kind": fact.kind,
        "text": fact.text,
        "turns": list(fact.turns),
        "importance": fact.importance,
    }
    optional = {
        "value": fact.value,
        "normal": fact.normal,
        "owner": fact.owner,
        "due": fact.due.isoformat() if fact.due else "",
        "condition": fact.condition,
    }
    return written | {name: value for name, value in optional.items() if value}


def _named(source: str, identity: str | None) -> list[str]:
    return [f"{source}:{identity}"] if identity else []


def _lines(path: Path, rows: list[dict[str, Json]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    path.write_text(text, encoding="utf-8")
