"""The selling part of the CRM's export: deals, quotes, tasks, activities."""

from __future__ import annotations

from assistant.demo import world
from assistant.demo.sheets import Sheet, SheetWriter
from assistant.demo.sloppiness import iso
from assistant.demo.staff import BY_KEY

DEALS = Sheet("crm", "deal", "opportunities.csv")
STAGES = Sheet("crm", "deal_stage", "opportunity_history.csv")
QUOTES = Sheet("crm", "quote", "quotes.csv")
QUOTE_LINES = Sheet("crm", "quote_line", "quote_lines.csv")
TASKS = Sheet("crm", "task", "tasks.csv")
ACTIVITIES = Sheet("crm", "interaction", "activities.jsonl")


def write_deal(sheets: SheetWriter, deal: world.Deal) -> None:
    """A deal and the stages it went through."""
    won = {None: "", True: "TRUE", False: "FALSE"}[deal.won]
    modified = deal.closed or deal.stages[-1].at
    sheets.write(
        DEALS,
        {
            "Opportunity ID": deal.id,
            "Opportunity Name": deal.name,
            "Account ID": deal.account,
            "Contact ID": deal.contact,
            "Owner ID": BY_KEY[deal.owner].crm_id,
            "Type": deal.type,
            "Stage": deal.stage,
            "Amount": str(deal.amount),
            "Currency": deal.currency,
            "Created Date": iso(deal.opened),
            "Close Date": deal.close_on.isoformat(),
            "Closed At": iso(deal.closed),
            "Won": won,
            "Loss Reason": deal.reason if deal.won is False else "",
            "Next Step": deal.next_step,
            "Description": _description(deal),
            "Last Modified Date": iso(modified),
            "Is Deleted": "1" if deal.deleted else "0",
        },
    )
    for place, change in enumerate(deal.stages, start=1):
        sheets.write(
            STAGES,
            {
                "History ID": f"{deal.id}/{place}",
                "Opportunity ID": deal.id,
                "Stage": change.stage,
                "Entered At": iso(change.at),
            },
        )


def write_quote(sheets: SheetWriter, quote: world.Quote) -> None:
    """An offer and its lines."""
    sheets.write(
        QUOTES,
        {
            "Quote ID": quote.id,
            "Quote Number": quote.id,
            "Opportunity ID": quote.deal,
            "Account ID": quote.account,
            "Contact ID": quote.contact,
            "Owner ID": BY_KEY[quote.owner].crm_id,
            "Status": quote.status,
            "Issue Date": quote.issued_on.isoformat(),
            "Expiration Date": quote.valid_until.isoformat(),
            "Discount %": f"{quote.discount_percent}%",
            "Term (months)": quote.months,
            "Grand Total": f"{quote.total:,.2f}",
            "Currency": quote.currency,
        },
    )
    for place, line in enumerate(quote.lines, start=1):
        sheets.write(
            QUOTE_LINES,
            {
                "Quote Line ID": f"{quote.id}/{place}",
                "Quote ID": quote.id,
                "Line": place,
                "Product Code": line.sku,
                "Quantity": line.quantity,
                "Unit Price": str(line.unit_price),
                "Line Total": str(line.amount),
            },
        )


def write_task(sheets: SheetWriter, task: world.Task) -> None:
    """A task."""
    sheets.write(
        TASKS,
        {
            "Task ID": task.id,
            "Subject": task.title,
            "Account ID": task.account,
            "Opportunity ID": task.deal,
            "Assigned To ID": BY_KEY[task.owner].crm_id,
            "Status": "Completed" if task.done else "Open",
            "Due Date": task.due_on.isoformat(),
            "Completed Date": iso(task.done),
            "Last Modified Date": iso(task.done or task.created),
        },
    )


def write_activity(sheets: SheetWriter, interaction: world.Interaction) -> None:
    """A letter, visit, meeting, chat, event or mention."""
    sheets.write(
        ACTIVITIES,
        {
            "activity_id": interaction.id,
            "type": interaction.channel,
            "direction": interaction.direction,
            "subject": interaction.subject,
            "body": interaction.body,
            "account_id": interaction.account,
            "contact_id": interaction.contact,
            "opportunity_id": interaction.deal or None,
            "owner_id": BY_KEY[interaction.owner].crm_id,
            "occurred_at": iso(interaction.at),
            "duration": f"{interaction.duration_min} min" if interaction.duration_min else None,
        },
    )


def _description(deal: world.Deal) -> str:
    parts = [f"Source: {deal.source}."]
    if deal.won:
        parts.append(f"Won because of: {deal.reason}.")
    if deal.competitor:
        parts.append(f"Competitor: {deal.competitor}.")
    return " ".join(parts)
