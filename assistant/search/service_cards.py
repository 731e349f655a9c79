"""What is said of tickets, interactions and tasks, and what articles and policies say.

No deal is named: support reads these records and may not know of deals.
"""

from __future__ import annotations

from assistant.db.tables import Article, Interaction, Record, Task, Ticket
from assistant.search.content import Content, Known, Piece, midnight
from assistant.search.wording import clause, day, say, sentences

_CHANNELS = {
    "email": "E-mail", "chat": "Chat", "visit": "Visit", "meeting": "Meeting", "call": "Call",
    "event": "Event", "social": "Social mention",
}  # fmt: skip


def ticket(row: Ticket, record: Record, known: Known) -> Content:
    """A ticket: what it is about, where it stands, who had it, what was written."""
    at, by = known.name(row.account_id), known.name(row.contact_id)
    the = f"Ticket {row.number or 'without number'}"
    opened = f" on {day(row.opened_at)}" if row.opened_at else ""
    card = sentences(
        f"{the}{clause('of', at)} was opened{opened}{clause('by', by)}.",
        say(f"{the} is about: {{}}", row.subject),
        say(f"The status of {the} is {{}}.", row.status),
        say(f"The priority of {the} is {{}}.", row.priority),
        say(f"The category of {the} is {{}}.", row.category),
        say(f"{the} concerns the product {{}}.", known.name(row.product_id)),
        say(f"{the} is handled by {{}}.", known.name(record.owner_id)),
        say(f"{the} was first answered on {{}}.", row.first_response_at),
        say(f"{the} was closed on {{}}.", row.closed_at),
        *_handovers(the, row, known),
    )
    who = f"{the}{clause('of', at)}{clause('by', by)}{opened}{clause('about', row.subject)}"
    return Content(
        (
            Piece("card", card),
            Piece("body", row.body or "", who),
            Piece("resolution", row.resolution or "", f"Resolution of {who}"),
        ),
        names=(row.number, at, by, known.name(row.product_id)),
        contact_id=row.contact_id,
        occurred_at=row.opened_at,
    )


def _handovers(the: str, row: Ticket, known: Known) -> list[str]:
    return [
        f"{the} was handed over{clause('from', known.name(step.from_user_id))}"
        f"{clause('to', known.name(step.to_user_id))} on {day(step.at)}"
        f"{clause('because:', step.reason)}."
        for step in known.handovers.get(row.id, ())
    ]


def interaction(row: Interaction, _record: Record, known: Known) -> Content:
    """An e-mail, visit, meeting or the like: its words, or else that it took place."""
    at = known.name(row.account_id)
    by = known.name(row.contact_id) or known.name(row.lead_id)
    channel = _CHANNELS.get(row.channel, row.channel.replace("_", " ").capitalize())
    joined = {"in": "from", "out": "to"}.get(row.direction or "", "with")
    on = f" on {day(row.occurred_at)}" if row.occurred_at else ""
    who = f"{channel}{clause(joined, by or at)}{clause('of', at) if by else ''}{on}"
    about = clause(":", row.subject).replace(" :", ":")
    body = (
        Piece("body", row.body, f"{who}{about}")
        if row.body
        else Piece("card", sentences(f"{who}{about}" + ("" if about else ".")))
    )
    return Content(
        (body,),
        names=(at, by),
        contact_id=row.contact_id,
        deal_id=row.deal_id,
        occurred_at=row.occurred_at,
    )


def task(row: Task, record: Record, known: Known) -> Content:
    """A task: what, for whom, until when."""
    at = known.name(row.account_id)
    card = sentences(
        f"Task{clause('for', at)}: {row.title}",
        say("The task is assigned to {}.", known.name(record.owner_id)),
        say("The task is due on {}.", row.due_on),
        say("The status of the task is {}.", row.status),
        say("The task was done on {}.", row.done_at),
        say("The task concerns {}.", known.name(row.contact_id)),
    )
    return Content(
        (Piece("card", card), Piece("description", row.description or "", f"Task: {row.title}")),
        names=(at, known.name(row.contact_id)),
        contact_id=row.contact_id,
        deal_id=row.deal_id,
        occurred_at=midnight(row.due_on),
    )


def article(row: Article, record: Record, _known: Known) -> Content:
    """A help article or an internal policy."""
    kind = "Help article" if record.kind == "article" else "Internal policy"
    context = f"{kind}{clause('on', row.category)}: {row.title}"
    body = Piece("body", row.body or row.title, context)
    return Content((body,), names=(row.title,), occurred_at=midnight(row.published_on))
