"""What a question measures of its rows."""

from __future__ import annotations

from assistant.chat.meaning.clause import Clause
from assistant.chat.meaning.head import MODIFIERS, Head
from assistant.chat.meaning.item import Item
from assistant.chat.meaning.lexicon import Cat
from assistant.chat.meaning.schema import Schema
from assistant.chat.question.plan import Measure


def find_measure(clause: Clause, schema: Schema, head: Head) -> None:
    """What is measured of the rows."""
    if head.kind == "order" and _pieces(clause):
        head.measure = Measure.QUANTITY
        clause.take_all(Cat.COUNT)
        clause.take(*(at for at in clause.places(Cat.MEASURE) if clause.items[at].has(Cat.EVENT)))
    _by_nouns(clause, head)
    _by_verb(clause, head)
    own = schema.kind(head.kind)
    if head.measure is not None:
        _settle(clause, schema, head)
    elif clause.any(Cat.SHARE):
        head.measure = Measure.SHARE
        clause.take_all(Cat.SHARE, Cat.COUNT, Cat.OFTEN)
    elif own.durations and _lasting(clause, head):
        head.measure = Measure.DURATION
        clause.take_all(Cat.TIME, Cat.LONG, Cat.AVERAGE, Cat.COUNT)
    elif own.amount and _money(clause, schema, head):
        head.measure = Measure.AVERAGE if clause.any(Cat.AVERAGE) else Measure.SUM
        clause.take_all(Cat.SUM, Cat.AVERAGE, Cat.MUCH)
        _take_money(clause, schema, head)
    elif clause.any(Cat.COUNT, Cat.OFTEN):
        head.measure = Measure.COUNT
        clause.take_all(Cat.COUNT, Cat.OFTEN, Cat.SUM)


def _by_nouns(clause: Clause, head: Head) -> None:
    """ "Revenue", "win rate", "resolution time": nouns that say what is measured."""
    for at in clause.free(Cat.MEASURE):
        if clause.items[at].has(Cat.COLUMN) and _value_beside(clause, at):
            continue
        if clause.items[at].has(Cat.EVENT) and _counts_rows(clause, head):
            continue  # "how many orders did I sell": how many, and not for how much
        for of in clause.items[at].of(Cat.MEASURE):
            kind, _, part = of.partition(":")
            if kind in {head.kind, "any"}:
                clause.take(at)
                _by_word(head, part)


def _counts_rows(clause: Clause, head: Head) -> bool:
    """Whether the rows themselves stand right after "how many"."""
    after = [clause.after(at, *MODIFIERS) for at in clause.places(Cat.COUNT)]
    return any(at is not None and head.kind in clause.items[at].of(Cat.KIND) for at in after)


def _settle(clause: Clause, schema: Schema, head: Head) -> None:
    """What other words make of a measure: an average of sums, a share of what is counted."""
    clause.take_all(Cat.COUNT, Cat.OFTEN, Cat.SUM, Cat.TIME, Cat.LONG, Cat.MUCH)
    if head.measure is Measure.SUM and clause.any(Cat.AVERAGE):
        head.measure = Measure.AVERAGE
    if clause.any(Cat.SHARE) and head.kind in {"deal", "lead"}:
        head.measure = Measure.SHARE
    clause.take_all(Cat.AVERAGE, Cat.SHARE)
    if head.measure in {Measure.SUM, Measure.AVERAGE}:
        _take_money(clause, schema, head)


def _value_beside(clause: Clause, at: int) -> bool:
    """Whether a value stands beside a noun that may be that of its column."""
    return any(
        0 <= place < len(clause.items) and clause.items[place].values for place in (at - 1, at + 1)
    )


def _by_verb(clause: Clause, head: Head) -> None:
    """ "Leads from which source convert best": a share, where no number of them is asked for."""
    turned = {"lead": "lead.converted:converted", "deal": "deal.closed:won"}.get(head.kind)
    if head.measure is not None or turned is None or head.extreme not in {"most", "least"}:
        return
    said = any(
        turned in of for at in clause.places(Cat.EVENT) for of in clause.items[at].of(Cat.EVENT)
    )
    word = clause.items[head.extreme_at].text.casefold()
    if said and word.split()[-1] in {"best", "worst", "often", "frequently"}:
        head.measure = Measure.SHARE


def _by_word(head: Head, part: str) -> None:
    if head.measure in {Measure.SHARE, Measure.DURATION}:
        return
    if head.part != "net":
        head.part = part
    if part in {"sum", "net", "open"}:
        head.measure = Measure.SUM
    elif part == "pieces":
        head.measure = Measure.QUANTITY
    elif part == "share":
        head.measure = Measure.SHARE
    elif part in {"time", "response"}:
        head.measure = Measure.DURATION


def _lasting(clause: Clause, head: Head) -> bool:
    """Whether a length of time is measured."""
    if head.extreme in {"slow", "quick"} or clause.any(Cat.LONG):
        return True
    if not clause.any(Cat.TIME):
        return False
    if any(
        clause.items[at].text.casefold().startswith("how many") for at in clause.places(Cat.TIME)
    ):
        return True
    return clause.any(Cat.AVERAGE, Cat.COUNT) or head.extreme in {"most", "least"}


def money_of(schema: Schema, kind: str, item: Item) -> str:
    """Which money of a row a noun means: "amount", "net", "balance"; empty for none."""
    for of in item.of(Cat.COLUMN):
        owner, dot, column = of.rpartition(".")
        if (dot and owner != kind) or column not in {*_MONEY_COLUMNS, schema.kind(kind).amount}:
            continue
        return {"net_total": "net", "net_amount": "net", "balance": "balance"}.get(column, "amount")
    return ""


_MONEY_COLUMNS = frozenset({"amount", "net_total", "net_amount", "balance"})


def _take_money(clause: Clause, schema: Schema, head: Head) -> None:
    for at in clause.free(Cat.COLUMN):
        money = money_of(schema, head.kind, clause.items[at])
        if money:
            clause.take(at)
            head.part = money if money == "net" else head.part
            head.part = "open" if money == "balance" and head.kind == "invoice" else head.part


def _pieces(clause: Clause) -> bool:
    """ "How many KB-E2 did we sell": pieces of a product, where no orders are named."""
    for at in clause.places(Cat.COUNT):
        after = clause.after(at, Cat.FREE, Cat.OURS)
        if after is not None and clause.items[after].has(Cat.KIND):
            continue
        for item in clause.items[at + 1 :]:
            if item.has(Cat.IS, Cat.KIND):
                break
            if item.names("product"):
                return True
    return False


def _money(clause: Clause, schema: Schema, head: Head) -> bool:
    """Whether amounts are added up."""
    amount = any(money_of(schema, head.kind, clause.items[at]) for at in clause.places(Cat.COLUMN))
    if (
        clause.any(Cat.MUCH)
        or (clause.any(Cat.SUM) and not clause.any(Cat.COUNT))
        or clause.any(Cat.AVERAGE)
    ):
        return True
    if head.kind == "invoice" and head.extreme in {"most", "least"} and head.group == "account":
        return not clause.any(Cat.COUNT) and any(
            "invoice.unpaid" in of
            for at in clause.places(Cat.EVENT)
            for of in clause.items[at].of(Cat.EVENT)
        )
    if amount and (head.extreme in {"most", "least"} or not head.extreme):
        return not head.row
    if head.kind == "order" and head.extreme in {"most", "least"} and head.group is not None:
        # "Who sold most" is about money, "who placed most orders" about their number.
        beside = range(head.extreme_at + 1, min(head.extreme_at + 4, len(clause.items)))
        return not any(
            "order" in clause.items[at].of(Cat.KIND)
            and all(clause.items[one].has(*MODIFIERS) for one in range(head.extreme_at + 1, at))
            for at in beside
        ) and not clause.any(Cat.COUNT)
    return False
