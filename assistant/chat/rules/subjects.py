"""The record that a question is about, found by its number or by the words of its names."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from assistant.chat.question.stopwords import STOPWORDS
from assistant.chat.typed.catalogue import CATALOGUE
from assistant.db.tables import Account, Deal, Record
from assistant.governance.access import Principal, visible
from retrieval.stems import WORD, fold, plain_words, stem

_CODE = re.compile(r"(?<![\w-])(?=[\w-]*\d)[\w-]+")
_MOST_ROWS = 2000
_MOST_WORDS = 30
_LEAST_LETTERS = 3
# What of its names has to stand in the question, and how much more than of the next record.
_ENOUGH = 0.45
_CLEARLY = 1.15
_MOSTLY = 0.6
_NAMES: dict[str, tuple[str, ...]] = {
    "lead": ("company", "name"), "deal": ("name",), "quote": ("number",),
    "ticket": ("number", "subject"), "account": ("name",),
}  # fmt: skip
_TEXTS: dict[str, tuple[str, ...]] = {"ticket": ("body",)}
# What ends a company's name in law, and what stands for a kind of record in any question.
_LIGHT = frozenset(
    ["gmbh", "ltd", "inc", "ag", "bv", "llc", "kg", "co", "the", "and", "lead", "deal", "ticket"]
)


@dataclass(frozen=True, slots=True)
class Found:
    """A record that fits the words; `sure` where no other fits about as well."""

    id: str
    title: str
    score: float
    sure: bool
    share: float = 1.0  # of its best name that the question says
    numbered: bool = False  # named by its number
    words: int = 0  # of its names that the question says

    @property
    def named(self) -> bool:
        """Whether the question says enough of its name for it to be that one and no other."""
        return self.sure and (self.numbered or self.share >= _MOSTLY or self.words > 1)


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    number: str
    names: tuple[str, ...]  # each a name by itself
    text: str
    open: bool
    newest: float


def find(
    session: Session,
    principal: Principal,
    kind: str,
    question: str,
    *,
    also: Sequence[str] = (),
    enough: float = _ENOUGH,
) -> Found | None:
    """The record of the kind that the question names best; None where it names none.

    also: columns by which it may be told as well: the city of a lead. enough: what share of its
    name has to be said.
    """
    rows = _rows(session, principal, kind, question, also)
    written = WORD.findall(question)
    said = [stem(fold(word)) for word in written]
    # Where names are written large, small words name nobody: "a frozen food producer".
    large = {stem(fold(word)) for word in written[1:] if word[0].isupper() and len(word) > 1}
    large |= {stem(fold(word)) for word in written[:1]} if large else set()
    numbered = [row for row in rows if row.number and _stands(row.number, question)]
    if numbered:
        return Found(numbered[0].id, numbered[0].number, 1.0, len(numbered) == 1, numbered=True)
    held = Counter(word for row in rows for word in _words(" ".join(row.names)))
    weigh = {word: math.log(1 + (1 + len(rows)) / (1 + count)) for word, count in held.items()}
    scored = sorted(
        ((_score(row, set(said), weigh), row) for row in rows),
        key=lambda one: (-one[0][0], not one[1].open, -one[1].newest, one[1].id),
    )
    scored = [one for one in scored if one[0][1] >= enough]
    if large:
        scored = [one for one in scored if large & _words(" ".join(one[1].names))]
    if kind == "ticket" and any(row.open for _, row in scored):
        scored = [one for one in scored if one[1].open]
    if not scored:
        return None
    (best, share), row = scored[0]
    rivals = [one for (score, _), one in scored[1:] if score * _CLEARLY > best]
    sure = not any(one.open == row.open and one.newest == row.newest for one in rivals)
    borne = len(_words(" ".join(row.names)) & set(said))
    return Found(row.id, next(iter(row.names), row.number), best, sure, share, words=borne)


def _score(row: _Row, said: set[str], weigh: dict[str, float]) -> tuple[float, float]:
    """How much the question says of the row, and the share of its best named name."""
    total = 0.0
    best = 0.0
    for name in row.names:
        words = _words(name)
        weight = sum(weigh.get(word, 1.0) for word in words)
        held = sum(weigh.get(word, 1.0) for word in words & said)
        total += held
        if weight:
            best = max(best, held / weight)
    text = _words(row.text) & said
    return total + 0.4 * len(text), best


def _words(text: str) -> set[str]:
    return {
        stem(word) for word in plain_words(text)
        if len(word) >= _LEAST_LETTERS - 1 and word not in _LIGHT
        and (word not in STOPWORDS or len(word) > _LEAST_LETTERS + 1)
    }  # fmt: skip


def _stands(number: str, question: str) -> bool:
    low, key = question.casefold(), number.casefold()
    at = low.find(key)
    while at >= 0:
        before, after = low[at - 1 : at], low[at + len(key) : at + len(key) + 1]
        if not (before.isalnum() or after.isalnum()):
            return True
        at = low.find(key, at + 1)
    return False


def _rows(
    session: Session, principal: Principal, kind: str, question: str, also: Sequence[str]
) -> list[_Row]:
    entry = CATALOGUE[kind]
    table = entry.table
    record, account, deal = aliased(Record), aliased(Account), aliased(Deal)
    columns = [table.c[name] for name in (*_NAMES[kind], *also, *_TEXTS.get(kind, ()))]
    query = select(table, record.owner_id, record.created_at, account.name.label("of_account"),
                   deal.name.label("of_deal"))  # fmt: skip
    query = query.join(record, record.id == entry.id)
    query = query.outerjoin(
        account, (account.id == record.account_id) & visible(principal, account.id)
    )
    deal_id: Any = table.c.deal_id if "deal_id" in table.c and kind != "deal" else None
    query = query.outerjoin(
        deal, (deal.id == deal_id) & visible(principal, deal.id) if deal_id is not None
        else deal.id.is_(None),
    )  # fmt: skip
    query = query.where(
        visible(principal, entry.id), _has_any([*columns, account.name, deal.name], question)
    ).order_by(record.created_at.desc(), entry.id)
    moment = next(iter(entry.moments.values()), None)
    return [_row(kind, row, moment, also) for row in
            session.execute(query.limit(_MOST_ROWS)).mappings()]  # fmt: skip


def _row(kind: str, row: Any, moment: str | None, also: Sequence[str]) -> _Row:
    names = [str(row[name]) for name in (*_NAMES[kind], *also) if row[name] and name != "number"]
    names += [str(row[name]) for name in ("of_account", "of_deal") if row[name]]
    closed = row.get("closed_at") or row.get("converted_at") or row.get("done_at")
    at = row.get(moment) if moment else None
    return _Row(
        str(row["id"]), str(row.get("number") or ""), tuple(dict.fromkeys(names)),
        " ".join(str(row[name] or "") for name in _TEXTS.get(kind, ())), not closed,
        at.toordinal() if at is not None else 0.0,
    )  # fmt: skip


def _has_any(columns: Sequence[Any], question: str) -> ColumnElement[bool]:
    """Whether one of the columns has one of the question's words, as it is written or folded."""
    words = [
        word for word in WORD.findall(question)
        if len(word) >= _LEAST_LETTERS and fold(word) not in STOPWORDS
    ]  # fmt: skip
    words += _CODE.findall(question)
    forms = dict.fromkeys(form for word in words for form in (word, fold(word)))
    return or_(
        false(),
        *(func.lower(column).contains(form.lower(), autoescape=True)
          for column in columns for form in list(forms)[:_MOST_WORDS]),
    )  # fmt: skip
