"""The fields that a question may ask for by name, by kind of record, and the words for them."""

# ruff: noqa: E501 (a pattern or a phrase is read whole)

from __future__ import annotations

import re


def _any(*parts: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(parts)})\b", re.IGNORECASE)


_OWNER = _any(
    "owners?", "owns?", "owned by", "assigned to", "assignee", "responsible", "in charge",
    "account manager", "handles?", "handling", "looks after", "whose (?:account|deal|lead|ticket)",
)  # fmt: skip
_STATUS = _any("status", "state of", "open or closed", "paid yet", "been paid", "still open")
_EMAIL = _any("e-?mail(?: address(?:es)?)?")
_PHONE = _any("phone(?: numbers?)?", "telephone", "numbers? to call", "tel", "mobile", "cell")
_ADDRESS = _any("address", "street", "located", "headquarters", "based", "postcode", "zip code")

# Within a kind the order decides where words could mean two fields.
FIELDS: dict[str, dict[str, re.Pattern[str]]] = {
    "account": {
        "renewal_on": _any("renewal(?: date)?", "renews?", "up for renewal", "contract ends?"),
        "phone": _PHONE,
        "domain": _any("website", "domain", "web site", "web address", "url"),
        "industry": _any("industry", "sector", "line of business"),
        "employees": _any("employees", "headcount", "how big is", "how large is", "staff size"),
        "annual_revenue": _any("annual revenue", "yearly revenue"),
        "owner": _OWNER,
        "status": _STATUS,
        "address": _ADDRESS,
        "country": _any("country"),
        "city": _any("city", "town"),
        "parent": _any("parent(?: company| account)?", "belongs? to", "subsidiary"),
    },
    "contact": {
        "email": _EMAIL,
        "mobile": _any("mobile", "cell(?: ?phone)?"),
        "phone": _PHONE,
        "title": _any("job(?: title)?", "title", "position", "function", "what does .{2,40} do"),
        "contact_role": _any("role"),
        "account": _any("work(?:s|ing)? (?:for|at)", "company", "employer", "which account"),
        "owner": _OWNER,
        "city": _any("city", "town", "based", "located"),
        "country": _any("country"),
    },
    "lead": {
        "email": _EMAIL,
        "phone": _PHONE,
        "lead_source": _any("source", "come from", "came from", "find us", "hear about us"),
        "owner": _OWNER,
        "status": _STATUS,
        "company": _any("company", "work(?:s|ing)? (?:for|at)"),
        "name": _any("contact(?: person)?", "person to talk to"),
        "title": _any("job(?: title)?", "title", "position"),
        "opened_at": _any("opened", "created", "come in", "came in"),
        "converted_at": _any("convert(?:ed)?"),
        "industry": _any("industry", "sector"),
    },
    "deal": {
        "lost_reason": _any("why (?:did|was|were|have).{0,60}los[te]", "lost reason", "reason"),
        "next_step": _any("next steps?"),
        "close_on": _any("clos(?:e|ing) date", "expected to close", "going to close",
                         "due to close", "when (?:will|does|should).{0,60}close"),
        "closed_at": _any("when (?:did|was).{0,60}(?:close[ds]?|won|lost|signed?|win|lose)"),
        "stage": _any("stage", "how far", "status", "state of", "where (?:are we|do we stand)"),
        "amount": _any("amount", "value", "worth", "size", "how (?:big|much|large)"),
        "owner": _OWNER,
        "opened_at": _any("opened", "created", "started"),
        "probability": _any("probability"),
        "deal_type": _any("type"),
        "contact": _any("contact(?: person)?"),
    },
    "ticket": {
        "resolution": _any("resolution", "how (?:was|did we).{0,60}(?:resolved?|solved?|fix(?:ed)?)",
                           "what was done", "solution"),
        "priority": _any("priority", "urgent", "how urgent"),
        "owner": _OWNER,
        "closed_at": _any("when (?:did|was).{0,60}(?:closed?|resolved?|solved?)"),
        "opened_at": _any("opened", "created", "raised", "reported", "when (?:did|was)"),
        "category": _any("category", "kind of problem"),
        "status": _STATUS,
        "subject": _any("about", "subject"),
        "contact": _any("who (?:raised|reported|opened|wrote)"),
    },
    "order": {
        "status": _any("status", "state of", "shipped", "delivered", "cancelled", "where is"),
        "ordered_at": _any("ordered", "placed", "order date", "when", "(?:what|which) (?:date|day)"),
        "total": _any("total", "amount", "worth", "value", "how much", "cost"),
        "owner": _OWNER,
    },
    "invoice": {
        "due_on": _any("due(?: date)?", "when .{0,60}due"),
        "balance": _any("still (?:missing|open|owed|unpaid|outstanding|due|to (?:be paid|come))", "outstanding",
                        "left to pay", "remaining", "remains?", "not (?:yet )?paid", "balance"),
        "paid_on": _any("when (?:was|did).{0,60}pa(?:id|y)", "payment date"),
        "status": _any("status", "state of", "paid", "settled", "overdue", "open"),
        "issued_on": _any("issued", "invoice date", "sent"),
        "amount": _any("amount", "total", "how much", "worth", "value", "owe[sd]?"),
    },
    "quote": {
        "discount_percent": _any("discount"),
        "valid_until": _any("valid(?: until)?", "expires?", "expiry"),
        "status": _STATUS,
        "issued_on": _any("issued", "sent", "when"),
        "total": _any("total", "amount", "worth", "value", "how much", "price"),
    },
    "payment": {
        "status": _STATUS,
        "paid_at": _any("when", "date"),
        "method": _any("method", "how .{0,30}(?:paid|pay)"),
        "amount": _any("amount", "how much"),
    },
    "product": {
        "floor_price": _any("floor price", "minimum price", "lowest price", "price floor"),
        "list_price": _any("list price", "price", "cost", "costs", "how much"),
        "sku": _any("sku", "article number", "part number"),
        "min_quantity": _any("minimum (?:quantity|order)", "at least order"),
        "max_quantity": _any("maximum (?:quantity|seats?)", "stops? at", "limit", "up to"),
        "family": _any("family", "product line"),
        "description": _any("description", "described"),
        "active": _any("active", "still sold", "discontinued", "still available"),
    },
    "task": {
        "due_on": _any("due(?: date)?", "deadline", "when"),
        "status": _STATUS,
        "owner": _OWNER,
    },
}  # fmt: skip

# Roles of people at an account that questions name: the words, and the words a record may hold.
PEOPLE: dict[str, tuple[re.Pattern[str], tuple[str, ...]]] = {
    "decision maker": (
        _any(
            "decision[- ]makers?", "who (?:decides|decided|will decide|makes the decisions?)",
            "who (?:signs|has to sign|must sign|can sign)", "signs off", "has the (?:final )?say",
            "who (?:holds|controls|owns) the budget", "economic buyer", "buyer", "authority",
        ),
        ("decision", "decider", "economic", "buyer", "signatory", "approver"),
    ),
    "champion": (_any("champions?", "supporter", "advocate"), ("champion", "advocate")),
    "influencer": (_any("influencers?"), ("influenc",)),
    "user": (_any("end users?", "daily users?"), ("user",)),
    "technical": (_any("technical (?:contact|buyer|lead)", "evaluator"), ("technical", "evaluator")),
    "billing": (
        _any("billing contact", "accounts payable", "who (?:pays|handles invoices)"),
        ("billing", "finance", "payable"),
    ),
}  # fmt: skip
