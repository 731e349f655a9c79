"""Columns that other files of a folder have to give: labels of ids, prices, who wrote to whom."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from assistant.crm.columns import folded_header
from assistant.crm.columns.headers import header_forms
from assistant.crm.columns.shapes import looks_like_email
from assistant.crm.folder.joins import Join
from assistant.crm.folder.tables import Table
from assistant.crm.folder.telling import Told, is_ours
from assistant.crm.hygiene import clean_amount
from assistant.crm.kind import Reference
from assistant.crm.kinds import KINDS
from assistant.crm.rows import Cell

_LABELS = ("name", "label", "title", "display name", "description")
_PRICES = ("unit price", "price", "list price", "amount", "unit amount", "rate", "net price",
           "sales price", "standard price", "price list rate")  # fmt: skip
_USUAL = re.compile(r"(?i)\b(?:standard|list|base|default|catalog(?:ue)?|retail|normal|public)\b")
_LEAST_SHARE = 0.1  # of a column's values that name rows of one file among several
_MOST_LOOKED_UP = 2_000  # rows of a list of labels


def complete(told: Sequence[Told], ours: frozenset[str]) -> None:
    """Add to each table the columns that its rows need and that other tables hold."""
    _name_by_what_others_use(told)
    for one in told:
        _label(one)
        _translate(one)
        _part_mixed(one, told)
        if one.kind == "interaction":
            _say_who(one, ours)
    for one in told:
        _price(one)
        _in_whole_units(one)


def _name_by_what_others_use(told: Sequence[Told]) -> None:
    """Where no column is the rows' id, the one whose values other files hold is: "Initials"."""
    used: dict[int, Counter[str]] = defaultdict(Counter)
    for one in told:
        for joins in one.joins.values():
            for join in joins:
                if join.key.table is not one.table and not join.weak:
                    used[id(join.key.table)][join.key.column] += 1
    for one in told:
        if one.kind is None or any(one.column_of(name) for name in ("external_id", "number")):
            continue
        free = [column for column, _ in used[id(one.table)].most_common() if _is_free(one, column)]
        if free:
            one.table.chosen[free[0]] = "external_id"


def _is_free(one: Told, column: str) -> bool:
    field = next((guess.field for guess in one.guesses if guess.column == column), None)
    return field is None


def _best(one: Told, column: str) -> Join | None:
    joins = one.joins.get(column, ())
    return joins[0] if joins and not joins[0].weak else None


def _label(one: Told) -> None:
    """ "stage_id" of a list of stages says which stage; the label comes beside the id."""
    for column in tuple(one.joins):
        join = _best(one, column)
        if join is None or join.key.table.kind is not None:
            continue
        table = join.key.table
        label = _label_column(table, join.key.column)
        if label is None or len(table.rows) > _MOST_LOOKED_UP:
            continue
        words = [word for word in folded_header(column).split() if word not in ("id", "ids", "key")]
        name = " ".join(words) or table.name
        known = {form for other in one.table.header for form in header_forms(other)[:1]}
        if name in known - {folded_header(column)}:
            continue
        one.table.add(name, _looked_up(one.table, column, join, table.texts(label)))
        one.table.chosen[column] = ""


def _label_column(table: Table, key: str) -> str | None:
    by_name = {folded_header(column): column for column in table.header if column != key}
    found = next((by_name[name] for name in _LABELS if name in by_name), None)
    if found is not None:
        return found
    wordy = [
        column for name, column in by_name.items()
        if name.endswith((" name", " label", " title")) or name == table.name.removesuffix("s")
    ]  # fmt: skip
    return wordy[0] if wordy else None


def _looked_up(table: Table, column: str, join: Join, said: Sequence[str]) -> list[Cell]:
    rows = join.key.rows
    return [said[rows[text]] if text in rows else None for text in table.texts(column)]


def _translate(one: Told) -> None:
    """Who is named by a key that nobody could look up, such as a user name, is named by the id."""
    for column in tuple(one.joins):
        join = _best(one, column)
        if join is None or join.key.part is not None or join.key.table.kind not in KINDS:
            continue
        if join.key.table.chosen.get(join.key.column) == "external_id":
            continue
        if not any(reference.kind == join.key.table.kind for reference in _references(one)):
            continue
        said = _id_cells(join.key.table)
        if said is not None:
            one.table.add(f"{column} id", _looked_up(one.table, column, join, said))
            one.table.chosen[column] = ""


def _references(one: Told) -> Sequence[Reference]:
    return KINDS[one.kind].references if one.kind else ()


def _id_cells(table: Table) -> list[str] | None:
    column = next((name for name, field in table.chosen.items() if field == "external_id"), None)
    for name in (column, table.fields.get("external_id"), table.fields.get("email")):
        if name is not None:
            return table.texts(name)
    return None


def _part_mixed(one: Told, told: Sequence[Told]) -> None:
    """A column that names deals in some rows and accounts in others becomes a column for each."""
    if one.kind is None:
        return
    refers = {reference.kind for reference in KINDS[one.kind].references}
    owners = _owners_of_ids(told)
    for column in tuple(one.table.header):
        texts = one.table.texts(column)
        if column in one.joins and _best(one, column):
            continue
        kinds = [owners.get(text) if _is_long(text) else None for text in texts]
        filled = [kind for text, kind in zip(texts, kinds, strict=True) if text]
        counted = Counter(kind for kind in filled if kind is not None)
        if sum(counted.values()) < 0.9 * len(filled) or len(counted) < 2:
            continue
        for kind, times in counted.items():
            if kind in refers and times >= _LEAST_SHARE * len(filled):
                cells: list[Cell] = [
                    text if at == kind else None for text, at in zip(texts, kinds, strict=True)
                ]
                one.table.add(f"{kind} id", cells)
        one.table.chosen[column] = ""


def _owners_of_ids(told: Sequence[Told]) -> dict[str, str]:
    owners: dict[str, str] = {}
    for one in told:
        column = one.column_of("external_id")
        if one.kind in KINDS and column is not None and KINDS[one.kind].table is not None:
            owners |= dict.fromkeys(one.table.filled(column), one.kind)
    return owners


def _is_long(text: str) -> bool:
    return len(text) >= 5 and any(letter.isdigit() for letter in text)


def _say_who(one: Told, ours: frozenset[str]) -> None:
    """Of sender and receiver one is ours: the owner; the other is the contact."""
    if not ours:
        return
    pairs = [
        column for column in one.table.header
        if (filled := one.table.filled(column))
        and sum(map(looks_like_email, filled)) >= 0.8 * len(filled)
        and max(map(len, filled)) < 200
    ]  # fmt: skip
    froms = [column for column in pairs if _speaks(column, ("from", "sender", "von", "de"))]
    tos = [column for column in pairs if _speaks(column, ("to", "recipient", "receiver", "an"))]
    if len(froms) != 1 or len(tos) != 1 or froms == tos:
        return
    sender, receiver = one.table.texts(froms[0]), one.table.texts(tos[0])
    outgoing = [is_ours(address, ours) for address in sender]
    if not sum(outgoing) > 0 or all(is_ours(address, ours) for address in receiver):
        return
    contacts: list[Cell] = [
        other if is_out else one_of
        for is_out, one_of, other in zip(outgoing, sender, receiver, strict=True)
    ]
    owners: list[Cell] = [
        one_of if is_out else other
        for is_out, one_of, other in zip(outgoing, sender, receiver, strict=True)
    ]
    if not any(one.column_of(name) for name in ("contact.id", "contact.name")):
        one.table.add("contact email", contacts, field_name="contact.email")
    if not any(one.column_of(name) for name in ("owner.id", "owner.name", "owner.email")):
        one.table.add("owner email", owners, field_name="owner.email")
    one.table.chosen |= {froms[0]: "", tos[0]: ""}
    said = one.column_of("direction")
    if said is None or len({text.casefold() for text in one.table.filled(said)} - _WAYS) > 0:
        ways: list[Cell] = ["outbound" if is_out else "inbound" for is_out in outgoing]
        one.table.add("direction (of the addresses)", ways, field_name="direction")
        if said is not None:
            one.table.chosen[said] = ""


_WAYS = frozenset({"inbound", "outbound", "incoming", "outgoing", "in", "out", "eingehend"}
                  | {"ausgehend", "sent", "received"})  # fmt: skip


def _speaks(column: str, words: Sequence[str]) -> bool:
    return any(word in form.split() for form in header_forms(column) for word in words)


def _price(one: Told) -> None:
    """The usual price of each product where a list of prices has it and the product has none."""
    product = next(
        (join for column in one.joins if (join := _best(one, column)) is not None
         and join.key.table.kind == "product" and join.key.part in ("external_id", "sku")),
        None,
    )  # fmt: skip
    if product is None or one.kind not in (None, "product"):
        return
    goods = product.key.table
    column = next(
        (
            name
            for wanted in _PRICES
            for name in one.table.header
            if wanted in header_forms(name)[:2] and _holds_sums(one.table.filled(name))
        ),
        None,
    )
    if column is None or "list_price" in goods.fields:
        return
    prices = _usual_prices(one.table, product, column)
    goods.add(
        "list price", [prices.get(text) for text in goods.texts(product.key.column)],
        field_name="list_price",
    )  # fmt: skip
    one.table.folded_in = True


def _usual_prices(table: Table, product: Join, column: str) -> dict[str, str]:
    """Per product the price of the row that speaks of a usual one, else of the first row."""
    prices: dict[str, str] = {}
    usual: set[str] = set()
    for place, (key, price) in enumerate(
        zip(table.texts(product.column), table.texts(column), strict=True)
    ):
        words = " ".join(f"{name} {cell}" for name, cell in table.rows[place].items()
                         if isinstance(cell, str) and name != column)  # fmt: skip
        is_usual = bool(_USUAL.search(" ".join(re.findall(r"[A-Za-z]{4,}", words))))
        if key not in prices or (is_usual and key not in usual):
            prices[key] = price
            usual |= {key} if is_usual else set()
    return prices


def _holds_sums(filled: Sequence[str]) -> bool:
    return bool(filled) and clean_amount(filled[0]).value is not None


_SUMS = {"payment": ("amount",), "invoice": ("amount", "net_amount"), "order": ("total",),
         "order_line": ("unit_price",), "product": ("list_price",)}  # fmt: skip
_MINOR = 100  # cents to a unit
_LEAST_COMPARED = 3


def _in_whole_units(one: Told) -> None:
    """Sums a hundred times those of the rows that they name are cents."""
    for name in _SUMS.get(one.kind or "", ()):
        column = one.column_of(name)
        if column is None or not _whole(one.table.filled(column)):
            continue
        ratios = Counter(_ratios(one, column))
        if sum(ratios.values()) >= _LEAST_COMPARED and ratios[_MINOR] > sum(ratios.values()) / 2:
            one.table.add(f"{column} (cents)", [row.get(column) for row in one.table.rows])
            one.table.chosen[one.table.header[-1]] = name
            one.table.chosen[column] = ""


def _whole(filled: Sequence[str]) -> bool:
    return bool(filled) and all(text.isdecimal() for text in filled)


def _ratios(one: Told, column: str) -> Iterator[int]:
    """How many times the sum of the row that it names each row's sum is, to a whole number."""
    for via in one.joins:
        join = _best(one, via)
        sums = _SUMS.get(join.key.table.kind or "", ()) if join is not None else ()
        if join is None or not sums or sums[0] not in join.key.table.fields:
            continue
        theirs = join.key.table.texts(join.key.table.fields[sums[0]])
        for key, ours in zip(one.table.texts(via), one.table.texts(column), strict=True):
            other = clean_amount(theirs[join.key.rows[key]]).value if key in join.key.rows else None
            if other is not None and float(other.value) > 0 and ours:
                yield round(float(ours) / float(other.value))
