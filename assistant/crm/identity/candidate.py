"""A record as matching sees it: its kind and its clean values by field name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Family = Literal["person", "organisation"]
FAMILIES: tuple[Family, ...] = ("person", "organisation")

# What the fields of a candidate may be called; other names are compared by their prefix.
FIELDS = (
    "name", "given_name", "middle_name", "family_name", "birth_date", "email", "phone", "mobile",
    "company", "legal_form", "domain", "street_number", "street", "locality", "city", "region",
    "postcode", "country", "tax_id",
)  # fmt: skip
# `id:SOURCE` is what a source calls the record; `code:X`, `word:X`, `text:X` are columns of a file
# whose meaning is not known, told apart by what their values look like.
SOURCE_ID, CODE, WORD, TEXT = "id:", "code:", "word:", "text:"
ORGANISATIONS = frozenset({"account", "organisation"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record to be compared.

    kind: as in `records`: account is an organisation; contact, lead and any other, a person.
    fields: name -> clean value; a field that is unknown is left out or "". See FIELDS.
    """

    id: str
    kind: str
    fields: Mapping[str, str]

    @property
    def family(self) -> Family:
        """Which comparisons apply."""
        return "organisation" if self.kind in ORGANISATIONS else "person"
