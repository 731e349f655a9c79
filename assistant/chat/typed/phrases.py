"""The rows of a typed query in words, so that an answer says what exactly was computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from assistant.chat.question.clock import Calendar
from assistant.chat.question.plan import Blank, Bound, Measure, NumberFilter
from assistant.chat.typed.catalogue import ACCOUNT, CATALOGUE, Kind
from assistant.chat.typed.extras import header_of, is_extra
from assistant.chat.typed.links import linked_by
from assistant.chat.typed.query import Linked, Resolved, Scope, ValueFilter
from assistant.chat.typed.selection import OF_STANDING, REACHED, moment_of, names_status
from assistant.crm.columns import folded_header

CHANNELS = {
    "call": ("call", "calls"), "email": ("e-mail", "e-mails"), "meeting": ("meeting", "meetings"),
    "visit": ("visit", "visits"), "chat": ("chat", "chats"),
    "social": ("social media mention", "social media mentions"),
}  # fmt: skip
_MOMENT_WORDS = {
    "opened": "opened", "closed": "closed", "ordered": "placed", "issued": "issued",
    "due": "due", "paid": "paid", "expected": "expected to close", "converted": "converted",
    "valid": "running out", "done": "done", "occurred": "held", "confirmed": "confirmed",
    "renewal": "up for renewal", "published": "published",
}  # fmt: skip
COLUMN_WORDS = {
    "lead_source": "source", "deal_type": "type", "lost_reason": "lost reason", "won": "won",
    "opened_at": "opened", "closed_at": "closed", "ordered_at": "placed", "issued_on": "issued",
    "due_on": "due", "paid_on": "paid", "paid_at": "paid", "close_on": "expected close",
    "converted_at": "converted", "valid_until": "valid until", "occurred_at": "date",
    "started_at": "date", "done_at": "done", "decided_at": "confirmed", "renewal_on": "renewal",
    "first_response_at": "first response", "discount_percent": "discount",
    "contact_role": "role", "list_price": "list price", "floor_price": "floor price",
    "next_step": "next step", "sku": "SKU", "email": "e-mail", "annual_revenue": "annual revenue",
    "min_quantity": "minimum quantity", "max_quantity": "maximum quantity",
    "published_on": "published", "given_name": "given name", "family_name": "family name",
    "legal_form": "legal form",
}  # fmt: skip
# The field as the subject of a sentence: "the due date of invoice 7 is …".
FIELD_NOUNS = {
    "opened_at": "opening date", "closed_at": "closing date", "ordered_at": "order date",
    "issued_on": "issue date", "due_on": "due date", "paid_on": "payment date",
    "paid_at": "payment date", "close_on": "expected closing date",
    "converted_at": "conversion date", "valid_until": "last day of validity",
    "renewal_on": "renewal date", "lost_reason": "reason for the loss", "title": "job title",
    "first_response_at": "date of the first response", "min_quantity": "minimum quantity",
}  # fmt: skip
_BOUNDS = {"=": "exactly", ">": "more than", ">=": "at least", "<": "less than", "<=": "at most"}


def column_words(name: str) -> str:
    """A column's name as people say it."""
    name = name.removeprefix(ACCOUNT)
    if is_extra(name):
        return folded_header(header_of(name))
    return COLUMN_WORDS.get(name, name.replace("_", " "))


def field_noun(name: str) -> str:
    """A field as what a sentence is about."""
    return FIELD_NOUNS.get(name, column_words(name))


def rows_in_words(resolved: Resolved, count: int | None = None) -> str:
    """ "open tickets of Acme opened since 1 May 2026"; in the singular where `count` is 1."""
    query, kind = resolved.query, CATALOGUE[resolved.query.kind]
    singular, plural = CHANNELS.get(query.channel or "", (kind.singular, kind.plural))
    parts = _adjectives(resolved)
    parts.append(singular if count == 1 else plural)
    parts += ["of yours"] if query.mine else []
    parts += [_scope(scope, kind.name) for scope in resolved.scopes]
    parts += [_filter(one) for one in resolved.filters]
    if query.currency:
        parts.append(f"in {query.currency}")
    parts += _numbers(query.numbers)
    parts += [_blank(one) for one in query.blanks]
    parts += [_linked(one, kind) for one in resolved.linked]
    parts += [_said_after(name, count) for name in query.conditions if _after(name)]
    if resolved.topic_words:
        quoted = join([f"“{word}”" for word in resolved.topic_words])
        parts.append(f"that {'mentions' if count == 1 else 'mention'} {quoted}")
    if query.amount is not None:
        own = "" if query.amount.currency or query.currency else " in their own currency"
        parts.append(f"of {bound_in_words(query.amount)}{own}")
    parts.append(period_in_words(resolved))
    parts += [
        f"and {period_in_words(replace(resolved, query=replace(query, period=one, moment=name)))}"
        for name, one in query.windows
    ]
    return " ".join(part for part in parts if part)


def none_seen(words: str) -> str:
    """ "no deals that you can see": what is absent and what is hidden are one to the asker."""
    return f"no {words} that you can see"


def _adjectives(resolved: Resolved) -> list[str]:
    query = resolved.query
    if query.measure is Measure.DURATION and query.kind == "deal":
        return ["won"]
    if query.measure in OF_STANDING and not query.conditions and not names_status(resolved):
        return {"order": ["standing"], "payment": ["received"]}.get(query.kind, [])
    if query.kind == "note" and not query.conditions:
        return ["confirmed"]
    return [name for name in query.conditions if not _after(name)]


# What is said of rows after their noun.
_AFTER = {"waiting": "that {wait} for review", "unanswered": "that {wait} for a first response"}


def _said_after(condition: str, count: int | None) -> str:
    one = count == 1
    known = _AFTER.get(condition)
    if known is None:
        return f"that {'is' if one else 'are'} {condition}"
    return known.format(wait="waits" if one else "wait")


def _after(condition: str) -> bool:
    return condition in _AFTER or condition.startswith("not ")


def _filter(one: ValueFilter) -> str:
    if one.column == REACHED:
        return f"that reached “{one.label}”"
    name = column_words(one.column)
    if one.negated:
        return f"whose {name} is not “{one.label}”"
    return f"with {name} “{one.label}”"


def _blank(one: Blank) -> str:
    """ "with a recorded phone", "without a recorded e-mail"."""
    noun = field_noun(one.field)
    return f"{'with' if one.present else 'without'} a recorded {noun}"


def _linked(one: Linked, kind: Kind) -> str:
    """ "with open tickets", "without orders", "of accounts with open tickets"."""
    said = join([rows_in_words(rows) for rows in one.rows], "or")
    other = CATALOGUE[one.rows[0].query.kind]
    shared = linked_by(kind.name, other, frozenset(kind.links)) == "account"
    return f"{'of accounts ' if shared else ''}{'with' if one.present else 'without'} {said}"


def _numbers(limits: Sequence[NumberFilter]) -> list[str]:
    """ "with employees of at least 50 and at most 700"."""
    found: dict[str, list[str]] = {}
    for one in limits:
        shown = f"{one.value * 100:f} %" if one.column == "probability" else f"{one.value:,f}"
        if one.column == "duration":
            shown = duration(one.value)
        found.setdefault(one.column, []).append(f"{_BOUNDS[one.operator]} {shown}")
    return [f"with {field_noun(name)} {join(said)}" for name, said in found.items()]


def _scope(scope: Scope, kind: str) -> str:
    if scope.kind == kind:
        return scope.label
    if scope.kind == "product":
        return f"for {scope.label}"
    if scope.kind == "receiver":
        return f"passed to {scope.label}"
    if kind in {"interaction", "call"} and scope.kind in {"contact", "account", "lead"}:
        return f"with {scope.label}"
    return f"of {scope.label}"


def period_in_words(resolved: Resolved) -> str:
    """ "opened from 1 May 2026 to 31 May 2026"; empty without a period."""
    period = resolved.query.period
    if period is None:
        return ""
    name = moment_of(resolved)
    verb = _MOMENT_WORDS.get(name or "", "first recorded here")
    shown = period.shown(Calendar(resolved.zone, resolved.fiscal_year_start_month))
    if resolved.query.measure is Measure.HANDOVERS:
        return f"handed over {shown}"
    return f"{verb} {shown}"


def bound_in_words(bound: Bound) -> str:
    return f"{_BOUNDS[bound.operator]} {bound.value:,f} {bound.currency or ''}".rstrip()


def join(words: Sequence[str], last: str = "and") -> str:
    """ "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def duration(seconds: Decimal) -> str:
    """ "3.8 days (90.0 hours)", "4.5 hours", "12 minutes": in units that are compared easily."""
    minutes = seconds / 60
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:
        return _of_unit(minutes.quantize(Decimal(1)), "minute")
    hours = (minutes / 60).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if hours < 24:
        return _of_unit(hours, "hour")
    days = (minutes / 1440).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if days == days.to_integral_value() and minutes == days * 1440:
        return _of_unit(days, "day")
    return f"{_of_unit(days, 'day')} ({_of_unit(hours, 'hour')})"


def _of_unit(number: Decimal, unit: str) -> str:
    shown = f"{number:,f}".removesuffix(".0")
    return f"{shown} {unit}" if number == 1 else f"{shown} {unit}s"


def percent(share: Decimal) -> str:
    """ "33.3 %"."""
    shown = f"{share * 100:.1f}".removesuffix(".0")
    return f"{shown} %"


def counted(count: int, singular: str, plural: str) -> str:
    """ "1 ticket", "2 tickets", "no tickets"."""
    return f"{count or 'no'} {singular if count == 1 else plural}"
