"""How a file's rows become rows for the door: kind, columns, styles, decided once and kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path

from assistant.crm.cells import as_text, storable, with_unit
from assistant.crm.columns import folded_header
from assistant.crm.files import RowFile, read_file
from assistant.crm.hygiene import (
    DayOrder,
    Issue,
    NumberStyle,
    Trouble,
    clean_channel,
    clean_domain,
    clean_email,
    counts_in_hundreds,
    day_order,
    means_nothing,
    number_style,
    organisation_key,
)
from assistant.crm.kind import Form, Kind
from assistant.crm.kind_of_file import guess_kind
from assistant.crm.kinds import KINDS
from assistant.crm.mapping import Guess, guess_mapping
from assistant.crm.reading import (
    ColumnStyles,
    Doubt,
    ReadRow,
    RowRefused,
    column_styles,
    digest_of_row,
    read_row,
)
from assistant.crm.rows import BadRow, Cell, EmptyRow, Row
from assistant.errors import Invalid

SAMPLED_ROWS = 300
SAMPLED_VALUES = 60  # filled ones per column: enough to tell its form
# Where a file has no column of ids, the field that tells its rows apart instead.
_NATURAL_IDS = {
    "account": "name", "contact": "email", "lead": "email", "user": "email", "product": "sku",
    "order": "number", "quote": "number", "invoice": "number", "ticket": "number",
    "article": "title", "policy": "title",
}  # fmt: skip
_PROVING = {
    Form.MOMENT: day_order,
    Form.DAY: day_order,
    Form.AMOUNT: number_style,
    Form.NUMBER: number_style,
    Form.INTEGER: number_style,
    Form.PERCENT: number_style,
    Form.SHARE: counts_in_hundreds,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file holds and how each of its columns is read."""

    kind: str
    kind_reason: str
    guesses: tuple[Guess, ...]
    styles: ColumnStyles = field(default_factory=ColumnStyles)
    constants: Mapping[str, str] = field(default_factory=dict)  # said by the file's name
    columns: Mapping[str, Guess] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """`columns` are those that fill a field, by field; every row asks for them."""
        by_field = {guess.field: guess for guess in self.guesses if guess.field}
        object.__setattr__(self, "columns", by_field)

    def as_chosen(self) -> dict[str, str]:
        """The mapping as somebody would have chosen it: column -> field, "" where it has none."""
        return {guess.column: guess.field or "" for guess in self.guesses}


def plan_file(
    path: Path,
    *,
    filename: str = "",
    kind: str | None = None,
    chosen: Mapping[str, str] | None = None,
    default_country: str | None = None,
    whole: bool = True,
) -> Plan:
    """Decide how to read a file; `chosen` maps columns to fields and overrides the guesses.

    whole: prove the style of dates and numbers on all rows, not on the first few hundred.
    Raises Invalid for an unreadable file, an unknown kind, and columns that are missing.
    """
    file = read_file(path)
    samples = _samples(file)
    if kind is not None and kind not in KINDS:
        raise Invalid(f"Expected a kind among {', '.join(KINDS)}, got '{kind}'.", field="kind")
    guessed = None if kind else guess_kind(samples, filename=filename)
    known = KINDS[guessed.kind if guessed else kind or ""]
    guesses = guess_mapping(known, samples, chosen=chosen)
    reason = guessed.reason if guessed else "chosen"
    constants = _said_by_name(known, guesses, filename or path.name)
    plan = Plan(known.name, reason, guesses, constants=constants)
    _require_columns(known, plan, file)
    limit = None if whole else SAMPLED_ROWS
    witnesses = _witnesses(known, plan, file, limit)
    styles = column_styles(known, witnesses, default_country=default_country or None)
    return replace(plan, styles=styles)


def _said_by_name(kind: Kind, guesses: Iterable[Guess], filename: str) -> dict[str, str]:
    """A file "chats.jsonl" holds chats, though none of its columns says so."""
    if kind.name != "interaction" or any(guess.field == "channel" for guess in guesses):
        return {}
    named = clean_channel(folded_header(filename.rpartition("/")[2].partition(".")[0]))
    return {"channel": named.value} if named.value and named.issue is None else {}


def read_rows(
    plan: Plan, file: RowFile, *, start: int = 0
) -> Iterator[ReadRow | BadRow | EmptyRow]:
    """The rows of a file, cleaned, from row `start` on (0 is the first one); others as such.

    Rows without ids that would get the same one are told apart by their order in the file.
    """
    kind = KINDS[plan.kind]
    seen: Counter[str] = Counter()
    for place, row in enumerate(file.rows()):
        if not isinstance(row, Row):
            if place >= start:
                yield row
            continue
        raw, payload = raw_fields(plan, row.cells), storable(row.cells)
        if not raw["external_id"] or "external_id" not in plan.columns:
            raw["external_id"] = _told_apart(raw["external_id"], payload, seen)
        if place < start:
            continue
        try:
            read = read_row(
                kind, raw, payload=payload, styles=plan.styles, row_number=row.number,
                noted=_doubts(plan, row.cells),
            )  # fmt: skip
        except RowRefused as refusal:
            yield BadRow(row.number, str(refusal), _shown(row.cells))
            continue
        if (fault := _nameless(plan, read)) is not None:
            yield BadRow(row.number, fault, _shown(row.cells))
        else:
            yield read


def _nameless(plan: Plan, row: ReadRow) -> str | None:
    """Why an account cannot be taken that its file names by nothing a person could call it by."""
    column = plan.columns.get("name")
    if plan.kind != "account" or column is None or row.deleted or row.values.get("name"):
        return None
    return (
        f"Expected the account's name in the column '{column.column[:80]}', found none; nobody "
        "could find an account without one. Fill it in and import the row again."
    )


def raw_fields(plan: Plan, cells: Mapping[str, Cell]) -> dict[str, str]:
    """The row by field, as text, with the id and number that the kind needs."""
    raw: dict[str, str] = {}
    for name, guess in plan.columns.items():
        if (text := as_text(cells.get(guess.column)).replace("\x00", "")).strip():
            form = KINDS[plan.kind].form_of(name)
            raw[name] = with_unit(text, form, guess.unit)
    for name, value in plan.constants.items():
        raw.setdefault(name, value)
    if means_nothing(raw.get("external_id", "")):
        raw["external_id"] = _natural_id(plan.kind, raw)
    elif (
        KINDS[plan.kind].form_of("number")
        and "number" not in plan.columns
        and plan.kind != "account"
    ):
        raw["number"] = raw["external_id"]  # "Ticket ID" is what people call the ticket by
    return raw


def _doubts(plan: Plan, cells: Mapping[str, Cell]) -> dict[str, Doubt]:
    """What raw_fields had to take out of a value, by field."""
    visible = storable(cells)
    return {
        name: Doubt(_nul_in(text), text)
        for name, guess in plan.columns.items()
        if "\x00" in as_text(cells.get(guess.column))
        and (text := as_text(visible.get(guess.column)))
    }


def _nul_in(text: str) -> Issue:
    return Issue(Trouble.REPAIRED, f"a NUL character was taken out of '{text[:60]}'")


def _told_apart(natural: str, payload: Mapping[str, Cell], seen: Counter[str]) -> str:
    """The second line of one product in one order is another line, not the first one again."""
    base = natural or f"row:{digest_of_row(payload)}"
    seen[base] += 1
    return base if seen[base] == 1 else f"{base[:190]}#{seen[base]}"


def plan_as_json(plan: Plan) -> dict[str, object]:
    """The plan in JSON's types."""
    styles = plan.styles
    return {
        "kind": plan.kind,
        "kind_reason": plan.kind_reason,
        "columns": [asdict(guess) for guess in plan.guesses],
        "constants": dict(plan.constants),
        "styles": {
            "day_orders": {name: order.value for name, order in styles.day_orders.items()},
            "number_styles": {name: style.value for name, style in styles.number_styles.items()},
            "shares_of_hundred": dict(styles.shares_of_hundred),
            "default_country": styles.default_country,
        },
    }


def plan_from_json(document: Mapping[str, object]) -> Plan:
    """The plan that plan_as_json wrote."""
    columns, styles = document["columns"], document["styles"]
    if not isinstance(columns, list) or not isinstance(styles, dict):
        raise ValueError("expected a plan's columns and styles")
    return Plan(
        str(document["kind"]),
        str(document["kind_reason"]),
        tuple(Guess(**column) for column in columns),
        ColumnStyles(
            {name: DayOrder(order) for name, order in styles["day_orders"].items()},
            {name: NumberStyle(style) for name, style in styles["number_styles"].items()},
            dict(styles["shares_of_hundred"]),
            styles["default_country"],
        ),
        document.get("constants") or {},  # type: ignore[arg-type]
    )


def _samples(file: RowFile) -> dict[str, list[str]]:
    samples: dict[str, list[str]] = {column: [] for column in file.header}
    for row in islice(file.rows(), SAMPLED_ROWS):
        if isinstance(row, Row):
            for column, cell in row.cells.items():
                values = samples.setdefault(column, [])
                if len(values) < SAMPLED_VALUES and (text := as_text(cell)[:500]).strip():
                    values.append(text)
    return samples


def _require_columns(kind: Kind, plan: Plan, file: RowFile) -> None:
    """Raises Invalid when no row of the file could be taken, with what is missing."""
    found = plan.columns
    missing = []
    if kind.essential and not any(name in found for name in kind.essential):
        missing.append(f"one of {', '.join(kind.essential)}")
    for reference in kind.references:
        ways = [f"{reference.name}.{key}" for key in reference.via]
        if reference.required and not any(way in found for way in ways):
            missing.append(f"one of {', '.join(ways)}")
    if missing:
        raise Invalid(
            f"Columns are missing: rows of kind {kind.name} need {' and '.join(missing)}. The "
            f"file's columns are {', '.join(file.header)[:500]}. Rename a column, or map one.",
            field="mapping",
        )


def _witnesses(kind: Kind, plan: Plan, file: RowFile, limit: int | None) -> dict[str, list[str]]:
    """Per field the few values that prove how its column writes dates and numbers."""
    proving = {
        name: (guess.column, test)
        for name, guess in plan.columns.items()
        if (form := kind.form_of(name)) is not None and (test := _PROVING.get(form)) is not None
    }
    witnesses: dict[str, dict[object, str]] = {name: {} for name in proving}
    if not proving:
        return {}
    for row in islice(file.rows(), limit):
        if isinstance(row, Row):
            for name, (column, test) in proving.items():
                text = as_text(row.cells.get(column))
                if text and (proof := test([text])) is not None:
                    witnesses[name].setdefault(proof, text)
    return {name: list(found.values()) for name, found in witnesses.items()}


def _natural_id(kind: str, raw: Mapping[str, str]) -> str:
    """An id made of what tells the rows of this kind apart; "" where nothing does."""
    field_name = _NATURAL_IDS.get(kind)
    text = raw.get(field_name, "") if field_name else ""
    if means_nothing(text):
        return ""
    if field_name == "email":
        email = clean_email(text).value
        return str(email) if email else ""
    if kind == "account":  # two companies of one name are told apart by their domains
        domain = clean_domain(raw.get("domain", "")).value
        return f"{organisation_key(text)} {domain or ''}".strip()
    return " ".join(text.split())


def _shown(cells: Mapping[str, Cell]) -> str:
    """The beginning of a refused row, for the person who mends the file."""
    return ", ".join(f"{column}: {as_text(cell)[:80]}" for column, cell in storable(cells).items())[
        :2000
    ]
