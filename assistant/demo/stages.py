"""The stages of a deal, and which task belongs to which (policy POL-206)."""

from __future__ import annotations

STAGES = ("Discovery", "Evaluation", "Proposal", "Negotiation", "Closed Won", "Closed Lost")

# What a task's title starts with, and the stage it belongs to.
TASKS: dict[str, tuple[str, ...]] = {
    "Discovery": (
        "Hold discovery call with",
        "Send introduction to",
        "Find out budget at",
        "Find out who decides at",
    ),
    "Evaluation": (
        "Hold demonstration for",
        "Ship pilot kit to",
        "Review pilot results with",
        "Answer security questionnaire from",
    ),
    "Proposal": ("Prepare quote for", "Send quote to", "Go through quote with"),
    "Negotiation": (
        "Get discount approved for",
        "Send contract to",
        "Follow up legal review with",
        "Agree delivery date with",
    ),
    "Closed Won": ("Schedule installation at", "Hold kick-off with", "Book training for"),
    "Closed Lost": ("Write down why we lost", "Ask for feedback from"),
}
ANY_STAGE = ("Call back", "Send thank-you note to")

# First words that tell a task's stage, also in titles that people typed themselves.
_SIGNS = {
    "Find out": "Discovery",
    "Send introduction": "Discovery",
    "Hold discovery": "Discovery",
    "Hold demonstration": "Evaluation",
    "Ship pilot": "Evaluation",
    "Review pilot": "Evaluation",
    "Answer security": "Evaluation",
    "Prepare quote": "Proposal",
    "Send quote": "Proposal",
    "Go through": "Proposal",
    "Get discount": "Negotiation",
    "Send contract": "Negotiation",
    "Follow up legal": "Negotiation",
    "Agree delivery": "Negotiation",
    "Schedule installation": "Closed Won",
    "Hold kick-off": "Closed Won",
    "Book training": "Closed Won",
}


def stage_of_task(title: str) -> str:
    """The stage that a task's title speaks of; "" when it goes with every stage."""
    return next((stage for sign, stage in _SIGNS.items() if title.startswith(sign)), "")


def is_too_early(task_stage: str, deal_stage: str) -> bool:
    """Does the task belong to a later stage than the deal's own?"""
    return bool(task_stage) and STAGES.index(task_stage) > STAGES.index(deal_stage)
