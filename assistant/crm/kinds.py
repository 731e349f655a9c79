"""The kinds of rows that come in through the door, and how each of their fields is read.

A field of a row is either the kind's own, or names another record: `account.id` is that source's
id of the account, `account.name`, `account.domain`, `contact.email` and so on find it otherwise.
`owner.*` names one of our users.
"""

from __future__ import annotations

from assistant.crm.kind import Field, Form, Kind, Reference
from assistant.db import tables

OWNER = Reference("owner", "user", ("id", "email", "name"))
ACCOUNT = Reference("account", "account", ("id", "number", "name", "domain"))
CONTACT = Reference("contact", "contact", ("id", "email", "name"))
LEAD = Reference("lead", "lead", ("id", "email"))
DEAL = Reference("deal", "deal", ("id", "name"))
ORDER = Reference("order", "order", ("id", "number"))
INVOICE = Reference("invoice", "invoice", ("id", "number"))
PRODUCT = Reference("product", "product", ("id", "sku", "name"))
TICKET = Reference("ticket", "ticket", ("id", "number"))
QUOTE = Reference("quote", "quote", ("id", "number"))


def _fields(form: Form, *names: str) -> tuple[Field, ...]:
    return tuple(Field(name, form) for name in names)


_PLACE = (
    Field("street", Form.STREET),
    Field("city", Form.TEXT),
    Field("region", Form.REGION),
    Field("state", Form.REGION),
    Field("postcode", Form.POSTCODE),
    Field("country", Form.COUNTRY),
)
_MONEY = (Field("amount", Form.AMOUNT), Field("currency", Form.CURRENCY))

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "account",
            tables.Account,
            (
                Field("name", Form.ORGANISATION),
                Field("number", Form.ID),
                Field("domain", Form.DOMAIN),
                Field("phone", Form.PHONE),
                *_PLACE,
                Field("employees", Form.INTEGER),
                Field("annual_revenue", Form.AMOUNT),
                Field("currency", Form.CURRENCY),
                Field("renewal_on", Form.DAY),
                *_fields(Form.TEXT, "industry", "status"),
                Field("description", Form.LONG_TEXT),
            ),
            (OWNER, Reference("parent_account", "account", ("id", "name"))),
            essential=("name", "domain"),
        ),
        Kind(
            "contact",
            tables.Contact,
            (
                Field("name", Form.PERSON),
                *_fields(Form.TEXT, "given_name", "family_name", "title", "contact_role", "city"),
                Field("email", Form.EMAIL),
                *_fields(Form.PHONE, "phone", "mobile"),
                Field("country", Form.COUNTRY),
            ),
            (OWNER, ACCOUNT),
            essential=("name", "given_name", "family_name", "email"),
        ),
        Kind(
            "lead",
            tables.Lead,
            (
                Field("name", Form.PERSON),
                *_fields(Form.TEXT, "given_name", "family_name", "title", "industry"),
                *_fields(Form.TEXT, "lead_source", "status", "city"),
                Field("region", Form.REGION),
                Field("company", Form.TEXT),
                Field("email", Form.EMAIL),
                Field("phone", Form.PHONE),
                Field("country", Form.COUNTRY),
                Field("employees", Form.INTEGER),
                *_fields(Form.MOMENT, "opened_at", "converted_at"),
                Field("description", Form.LONG_TEXT),
            ),
            (OWNER, ACCOUNT, CONTACT, DEAL),
            essential=("name", "given_name", "family_name", "email", "company"),
        ),
        Kind(
            "deal",
            tables.Deal,
            (
                *_fields(Form.TEXT, "name", "deal_type", "stage", "lost_reason"),
                # How and when it was lost; they only tell `won` and `closed_at`: crm/outcomes.py.
                Field("outcome", Form.TEXT),
                Field("lost_at", Form.MOMENT),
                *_fields(Form.TEXT, "lead_source", "competitor"),
                *_MONEY,
                Field("probability", Form.SHARE),
                *_fields(Form.MOMENT, "opened_at", "closed_at"),
                Field("close_on", Form.DAY),
                Field("won", Form.BOOLEAN),
                *_fields(Form.LONG_TEXT, "next_step", "description"),
                *_fields(Form.LONG_TEXT, "budget", "authority", "need", "timeline"),
            ),
            (OWNER, ACCOUNT, CONTACT),
            essential=("name",),
        ),
        Kind(
            "deal_stage",
            None,
            (Field("stage", Form.TEXT), Field("entered_at", Form.MOMENT)),
            (Reference("deal", "deal", ("id", "name"), required=True),),
            essential=("stage",),
            parent="deal",
        ),
        Kind(
            "product",
            tables.Product,
            (
                Field("sku", Form.ID),
                *_fields(Form.TEXT, "name", "family"),
                Field("description", Form.LONG_TEXT),
                *_fields(Form.AMOUNT, "list_price", "floor_price"),
                Field("currency", Form.CURRENCY),
                *_fields(Form.INTEGER, "min_quantity", "max_quantity"),
                Field("active", Form.BOOLEAN),
            ),
            essential=("name", "sku"),
            confidentiality="open",
        ),
        Kind(
            "order",
            tables.Order,
            (
                Field("number", Form.ID),
                Field("ordered_at", Form.MOMENT),
                Field("status", Form.TEXT),
                *_fields(Form.AMOUNT, "total", "net_total"),
                Field("currency", Form.CURRENCY),
            ),
            (OWNER, ACCOUNT, CONTACT, DEAL),
            essential=("number", "total"),
        ),
        Kind(
            "order_line",
            None,
            (
                Field("position", Form.INTEGER),
                Field("description", Form.TEXT),
                Field("quantity", Form.NUMBER),
                *_fields(Form.AMOUNT, "unit_price", "amount"),
            ),
            (Reference("order", "order", ("id", "number"), required=True), PRODUCT),
            essential=("quantity", "amount", "unit_price"),
            parent="order",
        ),
        Kind(
            "quote",
            tables.Quote,
            (
                Field("number", Form.ID),
                Field("status", Form.TEXT),
                *_fields(Form.DAY, "issued_on", "valid_until"),
                Field("discount_percent", Form.PERCENT),
                Field("total", Form.AMOUNT),
                Field("currency", Form.CURRENCY),
            ),
            (OWNER, ACCOUNT, CONTACT, DEAL),
            essential=("number", "total"),
        ),
        Kind(
            "quote_line",
            None,
            (
                Field("position", Form.INTEGER),
                Field("description", Form.TEXT),
                Field("quantity", Form.NUMBER),
                *_fields(Form.AMOUNT, "unit_price", "amount"),
            ),
            (Reference("quote", "quote", ("id", "number"), required=True), PRODUCT),
            essential=("quantity", "amount", "unit_price"),
            parent="quote",
        ),
        Kind(
            "invoice",
            tables.Invoice,
            (
                Field("number", Form.ID),
                *_fields(Form.DAY, "issued_on", "due_on", "paid_on"),
                Field("status", Form.TEXT),
                *_MONEY,
                *_fields(Form.AMOUNT, "net_amount", "balance"),
            ),
            (OWNER, ACCOUNT, CONTACT, ORDER),
            essential=("number", "amount"),
        ),
        Kind(
            "payment",
            tables.Payment,
            (
                *_fields(Form.TEXT, "method", "status"),
                Field("paid_at", Form.MOMENT),
                *_MONEY,
            ),
            (INVOICE, ACCOUNT),
            essential=("amount",),
        ),
        Kind(
            "interaction",
            tables.Interaction,
            (
                Field("channel", Form.CHANNEL),
                Field("direction", Form.DIRECTION),
                Field("subject", Form.TEXT),
                Field("body", Form.LONG_TEXT),
                Field("occurred_at", Form.MOMENT),
                Field("duration_s", Form.DURATION),
            ),
            (OWNER, ACCOUNT, CONTACT, LEAD, DEAL),
            essential=("subject", "body", "channel"),
        ),
        Kind(
            "ticket",
            tables.Ticket,
            (
                Field("number", Form.ID),
                Field("subject", Form.TEXT),
                *_fields(Form.LONG_TEXT, "body", "resolution"),
                *_fields(Form.TEXT, "status", "priority", "category", "region"),
                *_fields(Form.MOMENT, "opened_at", "first_response_at", "closed_at"),
            ),
            (OWNER, ACCOUNT, CONTACT, PRODUCT),
            essential=("subject", "body", "number"),
        ),
        Kind(
            "ticket_handover",
            None,
            (Field("at", Form.MOMENT), Field("reason", Form.LONG_TEXT)),
            (
                Reference("ticket", "ticket", ("id", "number"), required=True),
                Reference("from_user", "user", ("id", "email", "name")),
                Reference("to_user", "user", ("id", "email", "name")),
            ),
            essential=("at",),
            parent="ticket",
        ),
        Kind(
            "task",
            tables.Task,
            (
                *_fields(Form.TEXT, "title", "status", "task_type", "priority"),
                Field("description", Form.LONG_TEXT),
                Field("due_on", Form.DAY),
                Field("done_at", Form.MOMENT),
            ),
            (OWNER, ACCOUNT, CONTACT, DEAL),
            essential=("title",),
        ),
        Kind(
            "article",
            tables.Article,
            (
                *_fields(Form.TEXT, "title", "category"),
                Field("body", Form.LONG_TEXT),
                Field("published_on", Form.DAY),
            ),
            essential=("title",),
            confidentiality="open",
        ),
        Kind(
            "policy",
            tables.Article,
            (
                *_fields(Form.TEXT, "title", "category"),
                Field("body", Form.LONG_TEXT),
                Field("published_on", Form.DAY),
            ),
            essential=("title",),
            confidentiality="internal",
        ),
        Kind(
            "event",
            None,
            (
                *_fields(Form.TEXT, "event_type", "subject"),
                Field("email", Form.EMAIL),
                Field("occurred_at", Form.MOMENT),
                Field("value", Form.NUMBER),
            ),
            (LEAD, CONTACT, ACCOUNT),
            essential=("event_type",),
        ),
        Kind(
            "user",
            None,
            (
                Field("name", Form.PERSON),
                *_fields(Form.TEXT, "given_name", "family_name", "role"),
                Field("email", Form.EMAIL),
            ),
            essential=("email",),
        ),
    )
}
