"""Which noun of a question is asked for, and which rows its nouns and verbs mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.chat.meaning.clause import Clause
from assistant.chat.meaning.head import GROUPABLE, MODIFIERS, Head
from assistant.chat.meaning.item import Item
from assistant.chat.meaning.lexicon import Cat
from assistant.chat.meaning.schema import ASKED
from assistant.chat.question.plan import Measure


def target_of(clause: Clause, head: Head) -> int | None:
    """The place of the noun that is asked for: after "which", "by", or beside the superlative."""
    for cat in (Cat.BY, Cat.WHICH):
        for at in clause.places(cat):
            noun = _noun_after(clause, at)
            if noun is None:
                continue
            clause.take(at)
            if cat is Cat.WHICH or _parts(clause.items[noun]):
                return noun
            # "Per case": an average over cases, and no groups of them.
            clause.take(noun)
    if clause.any(Cat.WHO) or not head.extreme or head.unit or _what_about(clause):
        return None
    nouns = [
        at for at in clause.free(Cat.KIND, Cat.COLUMN, Cat.PROBLEM)
        if not clause.items[at].has(Cat.MEASURE)
    ]  # fmt: skip
    after = [at for at in nouns if 0 < at - head.extreme_at <= 2]
    if after and any(_parts(clause.items[at]) for at in after):
        return after[-1]
    before = [at for at in nouns if at < head.extreme_at]
    if before:
        return next((at for at in before if _parts(clause.items[at])), before[0])
    return nouns[0] if nouns and nouns[0] - head.extreme_at <= 2 else None


def _what_about(clause: Clause) -> bool:
    """ "What do customers write about most": the subject is asked for, not those who write."""
    what = any(item.text.casefold() == "what" for item in clause.items)
    return what and any(
        "ticket.opened" in of.split() for at in clause.places(Cat.EVENT)
        for of in clause.items[at].of(Cat.EVENT)
    )  # fmt: skip


def _parts(item: Item) -> bool:
    """Whether the noun is one by which rows are put together."""
    return item.has(Cat.COLUMN, Cat.PROBLEM, Cat.UNIT) or bool(GROUPABLE & set(item.of(Cat.KIND)))


def _noun_after(clause: Clause, at: int) -> int | None:
    """The noun right after a word, its modifiers skipped."""
    place = at + 1
    last = None
    while place < len(clause.items):
        item = clause.items[place]
        if item.text.casefold() in {"do", "does", "did", "have", "has", "had"}:
            break
        verb = item.has(Cat.EVENT, Cat.CONDITION) and (
            item.text.casefold().endswith("ed") or not item.has(Cat.KIND, Cat.PROBLEM)
        )
        if (
            item.has(Cat.KIND, Cat.COLUMN, Cat.PROBLEM)
            and place not in clause.used
            and not (verb and last is not None)
        ):
            last = place
            if re.search(r"(?:'s|s')$", item.text) and not item.text[0].isupper():
                break  # "which product's tickets": of each product
        elif last is not None or not item.has(*MODIFIERS, Cat.MOST, Cat.LEAST, Cat.SLOW, Cat.QUICK):
            break
        place += 1
    return last


def kinds_at(item: Item) -> list[str]:
    """The kinds of rows that the item may stand for and that can be asked for."""
    return [kind for kind in item.of(Cat.KIND) if kind in ASKED]


def kind_of(clause: Clause, head: Head, target: int | None) -> str:
    """The rows that are measured."""
    if _passes_on(clause):
        head.measure = Measure.HANDOVERS
        return "ticket"
    if counted := _counted_noun(clause):
        return counted
    if target is not None and not head.extreme:
        of_row = [kind for kind in kinds_at(clause.items[target]) if kind not in GROUPABLE]
        if of_row:
            return of_row[0]
    if _of_payments(clause) and not any("invoice" in item.of(Cat.KIND) for item in clause.items):
        clause.take(*(at for at in clause.places(Cat.KIND) if _is_transfer(clause.items[at])))
        return "payment"
    named_at = [
        (at, kind) for at in clause.free(Cat.KIND) for kind in kinds_at(clause.items[at])
        if at != target
    ]  # fmt: skip
    first = [one for one in named_at if one[1] not in GROUPABLE]
    if first:
        return _counted(clause, first)
    return _implied(clause, named_at, target)


def _is_transfer(item: Item) -> bool:
    return "handover" in item.of(Cat.KIND)


def _passes_on(clause: Clause) -> bool:
    """Whether it is asked how tickets were passed on."""
    if _of_payments(clause):
        return False
    if any(_is_transfer(item) for item in clause.items):
        return True
    events = [of for at in clause.places(Cat.EVENT) for of in clause.items[at].of(Cat.EVENT)]
    passed = any("handover.passed" in of or "handover.taken" in of for of in events)
    named = {kind for at in clause.places(Cat.KIND) for kind in kinds_at(clause.items[at])}
    return passed and not named - {"ticket", "account", "product", "contact"}


def _implied(clause: Clause, named_at: Sequence[tuple[int, str]], target: int | None) -> str:
    """The rows that are meant where no noun names them."""
    measure = _first_measure(clause)
    pieces = measure == "order:pieces" and "order" not in _kinds_of_events(clause)
    if measure and not pieces and not measure.startswith(("owner", "any")):
        return measure.partition(":")[0]
    if clause.any(Cat.PROBLEM):
        return "ticket"
    of_events = _kinds_of_events(clause)
    if measure.startswith("any"):
        money = [kind for kind in of_events if kind in {"order", "invoice", "payment"}]
        return money[0] if money else "order"
    if len(of_events) == 1 or (of_events and not named_at and target is None):
        return of_events[0]
    by_values = [one.kind for at in clause.places(Cat.VALUE) for one in clause.items[at].values]
    likely = [kind for kind in of_events if kind in by_values]
    if likely or (of_events and (target is not None or clause.any(Cat.WHO))):
        return (likely or of_events)[0]
    if named_at:
        return named_at[0][1]
    return _kind_of_noun(clause.items[target]) if target is not None else ""


def _kind_of_noun(item: Item) -> str:
    """The kind that a noun names, or that has the column it names."""
    columns = [of.partition(".")[0] for of in item.of(Cat.COLUMN) if "." in of]
    return next(iter([*kinds_at(item), *columns, _kind_of_column(item)]), "")


def _first_measure(clause: Clause) -> str:
    """What the measure nouns say, a share or a length of time before a sum."""
    found = [of for at in clause.places(Cat.MEASURE) for of in clause.items[at].of(Cat.MEASURE)]
    found.sort(
        key=lambda of: (of.startswith("any"), of.endswith((":sum", ":net", ":open", ":pieces")))
    )
    return found[0] if found else ""


def _counted_noun(clause: Clause) -> str:
    """The noun right after "how many": customers, of whom much may be said then."""
    for at in clause.places(Cat.COUNT):
        after = clause.after(at, *MODIFIERS)
        if after is not None and clause.items[at].text.casefold().startswith("how many"):
            kinds = [
                kind
                for kind in kinds_at(clause.items[after])
                if kind in {"account", "contact", "product"}
            ]
            if kinds:
                return kinds[0]
    return ""


def _of_payments(clause: Clause) -> bool:
    """Whether a way of paying is named: a "wire transfer" passes no ticket on."""
    return any(one.column == "method" for item in clause.items for one in item.values)


def _kind_of_column(item: Item) -> str:
    """The kind that alone has a column."""
    of = item.of(Cat.COLUMN)
    return {"category": "ticket", "priority": "ticket", "stage": "deal", "deal_type": "deal",
            "lost_reason": "deal", "competitor": "deal", "lead_source": "lead", "method": "payment",
            "list_price": "product",
            "discount_percent": "quote"}.get(of[0] if of else "", "")  # fmt: skip


def _counted(clause: Clause, named: list[tuple[int, str]]) -> str:
    """The kind right after "how many" or "most", else the first that is named."""
    for cat in (Cat.COUNT, Cat.MOST, Cat.LEAST, Cat.SHARE, Cat.AVERAGE):
        for at in clause.places(cat):
            for place, kind in named:
                if 0 < place - at <= 4 and all(
                    clause.items[one].has(*MODIFIERS, Cat.MOST) for one in range(at + 1, place)
                ):
                    return kind
    return named[0][1]


def _kinds_of_events(clause: Clause) -> list[str]:
    found: list[str] = []
    for at in clause.places(Cat.EVENT):
        for of in clause.items[at].of(Cat.EVENT):
            found += [one.partition(".")[0] for one in of.split()]
    return [kind for kind in dict.fromkeys(found) if kind in ASKED]
