"""A case to decide: the record that a question names with its facts, and what the question adds."""

# ruff: noqa: E501 (a pattern is read whole)

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.chat.question.stopwords import STOPWORDS
from assistant.chat.rules.conditions import in_figures, places
from assistant.chat.rules.facts import Fact, Thing, account_facts, parse_number
from assistant.chat.typed.catalogue import CATALOGUE
from assistant.crm.hygiene import clean_region
from assistant.crm.hygiene.iso import country_names
from assistant.db.tables import Account, Product, Record, SourceRow
from assistant.governance.access import Principal, visible
from retrieval.stems import WORD, fold, plain_words, stem
from retrieval.synonyms import concept

_NUMBERED = re.compile(
    r"(?P<number>\d[\d.,]*\d|\d)[\s-]*(?P<unit>%|percent|per cent|(?:[a-z]+)(?:\s+(?:a|an|per)\s+[a-z]+)?)",
    re.IGNORECASE,
)
_NOT_KNOWN = re.compile(
    r"\b(?:not|no|isn't|aren't|never)\b[^.?!]{0,20}\b(?:customer|client|account)\b|\bnew (?:customer|client)\b",
    re.IGNORECASE,
)
_KNOWN_ONE = re.compile(r"\b(?:existing|current) (?:customer|client|account)\b", re.IGNORECASE)
_MOST_ROWS = 1500
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Case:
    """The facts to hold a rule against; `existing` is the account that the case belongs to."""

    thing: Thing | None
    facts: tuple[Fact, ...]
    existing: bool | None
    account: Thing | None = None
    now: datetime = _NEVER

    @property
    def title(self) -> str:
        return self.thing.title if self.thing else ""


def said_facts(session: Session, principal: Principal, question: str, title: str) -> list[Fact]:
    """What the question itself says of the case, without the words of its name."""
    own = {concept(word) for word in plain_words(title)}
    question = in_figures(question)
    found = [
        Fact(frozenset(concept(word) for word in plain_words(match["unit"])), match["unit"],
             match[0], parse_number(match["number"]))
        for match in _NUMBERED.finditer(question)
    ]  # fmt: skip
    found += _money(question)
    found += _injuries(question)
    found += _topics(question)
    words = [word for word in WORD.findall(question) if concept(fold(word)) not in own]
    found += [
        Fact(frozenset(), "said", word) for word in words
        if fold(word) not in STOPWORDS and not word.isdigit()
    ]  # fmt: skip
    return [*found, *_places(session, principal, question, own)]


_SUM = re.compile(
    r"(?P<sign>[$€£]|\b(?:EUR|USD|GBP|CHF)\s)?\s*(?P<number>\d[\d.,']*\d|\d)\s*(?P<scale>k|thousand|m|million)?\b"
    r"\s*(?P<unit>[$€£]|(?:EUR|USD|GBP|CHF|euros?|dollars?|pounds?|francs?)\b)?",
    re.IGNORECASE,
)
_OF_MONEY = re.compile(
    r"\b(?:budget\w*|spend\w*|worth|money|funds?|approved|afford|pay)\b", re.IGNORECASE
)
_THOUSAND = {"k": 1000, "thousand": 1000, "m": 1_000_000, "million": 1_000_000}
_LEAST_SUM = 1000


def _money(question: str) -> list[Fact]:
    """Sums that the question names: "95k budget", "they have 120.000 EUR"."""
    found = []
    for match in _SUM.finditer(question):
        number = parse_number(match["number"])
        said = match["sign"] or match["unit"] or match["scale"] or _OF_MONEY.search(question)
        if number is None or not said:
            continue
        number *= _THOUSAND.get((match["scale"] or "").casefold(), 1)
        if number >= _LEAST_SUM or match["sign"] or match["unit"]:
            names = frozenset(concept(word) for word in ("budget", "amount", "value"))
            found.append(Fact(names, "budget", match[0].strip(), number))
    return found


# What help desks anywhere call by several names: what of a group is said stands for its sort.
_DESK_TOPICS = (
    ("billing invoice payment", re.compile(r"\b(?:charged|overcharged|billed|invoiced?|bill|paid twice|double charge|refund\w*|credit note|statement|payments?)\b", re.IGNORECASE)),
    ("delivery deliveries shipping order orders", re.compile(r"\b(?:deliver\w*|shipment|shipped|parcels?|packages?|courier|carrier|tracking|(?:old|wrong|other) address|(?:never|not) arrived|box(?:es)? of|order (?:went|came|arrived|is missing))\b", re.IGNORECASE)),
    ("software login", re.compile(r"\b(?:log ?in|password|locked out|won't open|app|portal|screen freez\w*)\b", re.IGNORECASE)),
)  # fmt: skip


def _topics(question: str) -> list[Fact]:
    """The sorts of trouble that the question tells of, by the names that desks have for them."""
    return [
        Fact(frozenset(), "said", word) for words, told in _DESK_TOPICS if told.search(question)
        for word in words.split()
    ]  # fmt: skip


_INJURY = re.compile(
    r"\b(?:(?:got|was|were|been) (?:burn(?:ed|t)|hurt|injured|cut|shocked|scalded)|electric shock|(?:burn(?:ed|t)|cut|hurt|stabbed|scalded|pricked|injured) (?:him|her|them|my|it)sel(?:f|ves)|injur\w+|hurt|twisted (?:an? |her |his )?\w+|(?:broke|broken|sprained|cut|burn(?:ed|t)?) (?:an? |her |his |their )?(?:ankle|arm|leg|wrist|finger|hand|foot|nose)"
    r"|bleed\w*|ambulance|hospital|wounded|concussion|electrocuted|unconscious|accident)\b",
    re.IGNORECASE,
)
_UNHURT = re.compile(
    r"\b(?:nobody|no[ -]one|none|not|never|without|isn't|wasn't)\b[^.?!]{0,20}$", re.IGNORECASE
)


def _injuries(question: str) -> list[Fact]:
    """That somebody came to harm, in whatever words, unless it is said that nobody did."""
    match = _INJURY.search(question)
    if match is None or _UNHURT.search(question[: match.start()]):
        return []
    return [Fact(frozenset(), "said", word) for word in ("injury", "accident", "hurt")]


def products_said(session: Session, principal: Principal, question: str) -> list[Fact]:
    """Name and family of the products of whose names the question says a telling word."""
    query = select(Product.name, Product.family, Product.sku).where(
        Product.name.is_not(None), visible(principal, Product.id)
    )
    said = {stem(word) for word in plain_words(question)}
    scored: list[tuple[float, str, str]] = []
    for name, family, sku in session.execute(query.limit(_MOST_ROWS)):
        if _holds_code(question, str(name).split()[0], str(sku or "")):
            scored.append((2.0, str(name), str(family or "")))
            continue
        words = {stem(word) for word in plain_words(name) if word not in STOPWORDS}
        telling = {word for word in words & said if len(word) > 2 and not word.isdigit()}
        if telling:
            scored.append((len(words & said) / len(words), str(name), str(family or "")))
    best = max((score for score, _, _ in scored), default=0.0)
    found: list[Fact] = []
    for score, name, family in scored:
        if score >= best:
            found += [
                Fact(frozenset(), "product name", name),
                Fact(frozenset(), "product family", family),
            ]
    return [fact for fact in dict.fromkeys(found) if fact.value]


def _holds_code(question: str, *codes: str) -> bool:
    """Whether a product is named by its code: letters and figures, whole."""
    return any(
        re.search(r"\d", code) and re.search(r"[A-Za-z]", code)
        and re.search(rf"(?<![\w-]){re.escape(code)}(?![\w-])", question, re.IGNORECASE)
        for code in codes
    )  # fmt: skip


def _places(session: Session, principal: Principal, question: str, own: set[str]) -> list[Fact]:
    """The country and state of a place that the question names: by its name, or as the records
    place the same town."""
    words = WORD.findall(question)
    found: list[Fact] = []
    towns: list[Fact] = []
    for at in range(len(words)):
        for length in (3, 2, 1):
            run = " ".join(words[at : at + length])
            key = fold(run)
            if length == 1 and re.fullmatch("[A-Z]{2}", run) and f", {run}" in question:
                region = clean_region(run, "US")  # "Joplin, MO"
                if region.value and region.issue is None:
                    found.append(Fact(frozenset({concept("state")}), "state", region.value[3:]))
            if len(key) < 4 or key in STOPWORDS or {concept(w) for w in plain_words(run)} <= own:
                continue
            if code := country_names().get(key):
                found.append(Fact(frozenset({concept("country")}), "country", code))
            region = clean_region(run, "US")
            if region.value and region.issue is None:
                found.append(Fact(frozenset({concept("state")}), "state", region.value[3:]))
            if run[0].isupper():
                towns += _town(session, principal, run)
    # There is a Springfield in many states: the one that is named counts.
    return found or towns


def _town(session: Session, principal: Principal, name: str) -> list[Fact]:
    query = select(Account.id).where(
        func.lower(Account.city) == name.lower(), visible(principal, Account.id)
    )
    account_id = session.scalar(query.limit(1))
    if account_id is None:
        return []
    return [
        replace(fact, cited=None) for fact in account_facts(session, principal, account_id)
        if _OF_PLACES & set(plain_words(fact.label.replace("_", " ")))
    ]  # fmt: skip


_OF_PLACES = frozenset(
    ["country", "state", "region", "area", "territory", "zone", "district", "province", "county"]
)


def existing_account(session: Session, principal: Principal, company: str) -> str | None:
    """The account of the same name as the company of a lead."""
    wanted = _bare(company)
    first = next(iter(WORD.findall(company)), "")
    if not wanted or not first:
        return None
    query = select(Account.id, Account.name).where(
        Account.name.contains(first, autoescape=True), visible(principal, Account.id)
    )
    return next((one for one, name in session.execute(query.limit(200)) if _bare(name) == wanted),
                None)  # fmt: skip


_LEGAL = frozenset(["gmbh", "ltd", "limited", "inc", "ag", "bv", "llc", "kg", "co", "sa", "the"])


def _bare(name: str) -> tuple[str, ...]:
    return tuple(word for word in plain_words(name) if word not in _LEGAL)


def is_known(question: str) -> bool | None:
    """Whether the question says that it is about a customer, or that it is not."""
    if _NOT_KNOWN.search(question):
        return False
    return True if _KNOWN_ONE.search(question) else None


def vocabulary(session: Session, principal: Principal, kind: str) -> frozenset[str]:
    """The concepts of all values that visible records of the kind have, as their sources say."""
    entry = CATALOGUE[kind]
    query = (
        select(SourceRow.payload)
        .join(Record, Record.id == SourceRow.record_id)
        .where(SourceRow.kind == kind, SourceRow.current.is_(True), visible(principal, Record.id))
        .limit(_MOST_ROWS)
    )
    values: set[str] = set()
    for payload in session.scalars(query):
        values |= {str(value) for value in payload.values() if value and len(str(value)) < 60}
    for name in dict.fromkeys(entry.groups.values()):
        values |= {str(v) for v in session.scalars(select(entry.table.c[name]).distinct().limit(500))
                   if v}  # fmt: skip
    return places() | frozenset(concept(word) for value in values for word in plain_words(value))


def decimal(value: Decimal) -> str:
    """A number as people write it."""
    plain = format(value.normalize(), "f")
    whole, _, rest = plain.partition(".")
    return f"{int(whole):,}" + (f".{rest}" if rest else "")


def because(facts: Sequence[Fact]) -> str:
    """The facts that decided, in words: "rooms: 90; country: Germany"."""
    shown = []
    for fact in facts:
        label = " ".join(re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", fact.label)).lower()
        shown.append(fact.value if label == "said" else f"{label or 'value'} {fact.value}")
    return ", ".join(dict.fromkeys(shown))
