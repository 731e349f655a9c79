"""Which column of a file holds what, by its name and by what its values look like."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from assistant.crm.columns import folded_header
from assistant.crm.columns.shapes import looks_like_email, looks_like_id, looks_like_phone
from assistant.crm.hygiene import clean_domain, clean_moment, day_order, fold, means_nothing
from assistant.crm.hygiene.organisations import clean_organisation
from assistant.crm.identity.candidate import CODE, TEXT, WORD, Candidate, Family
from assistant.crm.identity.forms import nickname_lines

Row = Mapping[str, str]

SAMPLE = 2_000  # values of a column that are looked at
MOSTLY = 0.6
FEW_WORDS = 30  # a column with no more different values is a choice from a list
LONG = 60  # letters on average above which a column holds prose, which says nothing of who it is
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|(?:19|20)\d{6}")
_ISO = re.compile(r"\d{4}-?\d\d-?\d\d")
_ORGANISATION_WORDS = frozenset(
    {"company", "bank", "hotel", "restaurant", "cafe", "grill", "bar", "school", "university"}
    | {"hospital", "clinic", "services", "service", "group", "systems", "solutions", "partners"}
    | {"technologies", "industries", "consulting", "logistics", "and", "of", "the", "und", "et"}
    | {"international", "global", "labs", "studio", "foundation", "association", "club", "shop"}
    | {"software", "capital", "energy", "media", "foods", "trading", "holdings", "house"}
)  # fmt: skip
_SECOND = {"phone": "mobile", "street": "locality", "given_name": "middle_name"}


def read_candidates(rows: Sequence[Row], *, kind: str | None = None) -> list[Candidate]:
    """The rows of a file as candidates; every row has its own `id`.

    kind: contact or account; without it the columns and values tell which the file is of.
    """
    samples = _samples(rows)
    family = _family(samples) if kind is None else Candidate("", kind, {}).family
    fields = fields_of(samples, family)
    orders = {
        name: day_order(samples[name]) for name, field in fields.items() if field == "birth_date"
    }

    def value(name: str, raw: str) -> str:
        if means_nothing(raw):
            return ""
        if name not in orders or _ISO.fullmatch(raw.strip()):
            return raw.strip()
        moment = clean_moment(raw, order=orders[name]).value
        return moment.day.isoformat() if moment else raw.strip()

    return [
        Candidate(
            row["id"],
            kind or ("account" if family == "organisation" else "contact"),
            _with_birth_date(
                {field: value(name, row.get(name) or "") for name, field in fields.items()}
            ),
        )
        for row in rows
    ]


def sampled_fields(rows: Sequence[Row]) -> dict[str, str]:
    """Column -> field for a file's rows; see `fields_of`."""
    samples = _samples(rows)
    return fields_of(samples, _family(samples))


def fields_of(samples: Mapping[str, Sequence[str]], family: Family) -> dict[str, str]:
    """Column -> field of a candidate; a column that says nothing of who it is has none.

    samples: some filled values per column. A name that is known decides, unless the values cannot
    be of that sort; every other column goes by the look of its values.
    """
    found: dict[str, str] = {}
    for column, values in samples.items():
        if not values:
            continue
        named = _named(column, family)
        field = named if named and _can_be(named, values) else None
        if named == "ignored":
            continue
        if field in found.values():
            field = _SECOND.get(field or "")
        if field is None or field in found.values():
            field = _by_values(column, values, family, set(found.values()))
        if field is not None:
            found[column] = field
    return found


def _samples(rows: Sequence[Row]) -> dict[str, list[str]]:
    return {name: _filled(rows, name) for name in (rows[0] if rows else {}) if name != "id"}


def _filled(rows: Sequence[Row], column: str) -> list[str]:
    """Up to SAMPLE filled values from all over the file, whatever the order of its rows."""
    values = sorted(
        row[column].strip() for row in rows if row.get(column) and not means_nothing(row[column])
    )
    step = max(len(values) // SAMPLE, 1)
    return values[::step][: SAMPLE + 1]


def _family(samples: Mapping[str, Sequence[str]]) -> Family:
    headers = {name: list(_headers(name)) for name in samples}
    fields = {_named(name, "person") for name, values in samples.items() if values}
    if fields & {"given_name", "family_name", "birth_date", "birth_year"}:
        return "person"
    if any(header in _names()["organisation"] for own in headers.values() for header in own):
        return "organisation"
    named = [name for name in samples if _named(name, "person") == "name"]
    values = [value for name in named for value in samples[name]]
    firms = sum(map(_like_organisation, values))
    persons = sum(map(_like_person, values))
    return "organisation" if firms > persons else "person"


def _like_organisation(value: str) -> bool:
    words = fold(value).split()
    if any(word in _ORGANISATION_WORDS or word.isdigit() for word in words) or len(words) > 4:
        return True
    organisation = clean_organisation(value).value
    return organisation is not None and bool(organisation.legal_form)


def _like_person(value: str) -> bool:
    words = fold(value).split()
    return 1 < len(words) <= 4 and any(word in nickname_lines() for word in words)


def _headers(column: str) -> Iterator[str]:
    """A column's name as words, then without what numbers it: "phone 2", "fname c1", "email1"."""
    header = folded_header(column)
    yield header
    words = [re.sub(r"(?<=[a-z])\d+$", "", word) for word in header.split()]
    yield " ".join(words)
    bare = [word for word in words if not re.fullmatch(r"[a-z]?\d*", word)]
    yield " ".join(bare or words)
    if len(bare) > 1:
        yield " ".join(bare[1:])  # "billing city", "customer phone"


def _named(column: str, family: Family) -> str | None:
    names = _names()
    for header in _headers(column):
        if family == "organisation" and header in names["organisation"]:
            return "name"
        for field, known in names.items():
            if field != "organisation" and header in known:
                return field
    return None


@cache
def _names() -> dict[str, frozenset[str]]:
    text = (Path(__file__).parent / "columns.txt").read_text(encoding="utf-8")
    entries = (line.partition(":") for line in text.splitlines() if line and line[0] != "#")
    return {
        field: frozenset(name.strip() for name in names.split("|")) for field, _, names in entries
    }


def _share(values: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(1 for value in values if test(value)) / len(values)


def _looks_like_date(value: str) -> bool:
    return _DATE.fullmatch(value.strip()[:10].strip()) is not None


def _looks_like_domain(value: str) -> bool:
    return "." in value and " " not in value and clean_domain(value).value is not None


def _can_be(field: str, values: Sequence[str]) -> bool:
    """Whether these values may be what the column's name says: a mail column without any @ not."""
    if field == "email":
        return any("@" in value for value in values)
    if field in ("phone", "mobile"):
        return _share(values, looks_like_phone) > 0.3
    if field in ("birth_date", "birth_year", "birth_month", "birth_day", "street_number"):
        return _share(values, lambda value: any(letter.isdigit() for letter in value)) > MOSTLY
    if field in ("given_name", "family_name", "name", "city"):
        return _share(values, lambda value: any(letter.isalpha() for letter in value)) > MOSTLY
    return True


def _by_values(column: str, values: Sequence[str], family: Family, taken: set[str]) -> str | None:
    """The field of a column whose name says nothing, or a field of its own."""
    if sum(map(len, values)) > LONG * len(values):
        return None
    words = fold(column) or "column"
    for field, looks in (("email", looks_like_email), ("domain", _looks_like_domain)):
        if field not in taken and _share(values, looks) > MOSTLY:
            return field
    if _share(values, _looks_like_date) > MOSTLY:
        return "birth_date" if family == "person" and "birth_date" not in taken else None
    if "phone" not in taken and _share(values, _dialled) > MOSTLY:
        return "phone"
    known = _share(values, lambda value: fold(value) in nickname_lines())
    if family == "person" and "given_name" not in taken and known > 0.3:
        return "given_name"
    if "name" not in taken and not taken & {"given_name", "family_name"}:
        test = _like_person if family == "person" else _like_organisation
        if _share(values, test) > 0.3:
            return "name"
    different = len(set(values))
    if different <= FEW_WORDS and different < len(values) / 2:
        return WORD + words
    if _share(values, looks_like_id) > MOSTLY:
        # Where every row has a number of its own, the number says nothing of whom it is about.
        return CODE + words if different < len(values) or len(values) < 5 else None
    return TEXT + words


def _dialled(value: str) -> bool:
    """Like a phone number, and written as one: digits alone may be anything."""
    return looks_like_phone(value) and (value[0] in "+0(" or any(mark in value for mark in " -/()"))


def _with_birth_date(fields: dict[str, str]) -> dict[str, str]:
    """Year, month and day from three columns as one date."""
    parts = [fields.pop(f"birth_{part}", "") for part in ("year", "month", "day")]
    if "birth_date" not in fields and all(parts):
        fields["birth_date"] = f"{parts[0]}-{parts[1]:0>2}-{parts[2]:0>2}"
    elif "birth_date" not in fields and parts[0]:
        fields["birth_date"] = parts[0]
    return {name: value for name, value in fields.items() if value}
