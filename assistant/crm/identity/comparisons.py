"""What is compared of two records, level by level, and how much each level says by experience.

A level's `same` is the share of true duplicates that fall into it, `other` the share of any two
records: their ratio is the evidence. The figures here are general priors, chosen before any file
was seen; training moves them as far as the data can carry.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.crm.identity.candidate import CODE, SOURCE_ID, TEXT, WORD, Family
from assistant.crm.identity.conditions import (
    Alike,
    Begins,
    Both,
    Compatible,
    Condition,
    Crossed,
    Edits,
    Either,
    Every,
    Forms,
    Initial,
    Same,
    Shared,
    Within,
)


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome of a comparison.

    frequency_of: the form whose own frequency stands in for `other`: a shared rare name says more.
    """

    words: str
    condition: Condition
    same: float
    other: float
    frequency_of: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A question asked of two records, its levels from the strongest down; the last is "else".

    needs: what both must have, else the comparison says nothing.
    """

    name: str
    needs: Both
    levels: tuple[Level, ...]
    else_words: str
    else_same: float
    else_other: float

    def level_of(self, left: Forms, right: Forms) -> int | None:
        """The first level that holds; the number of levels means else; None says nothing."""
        if not self.needs.holds(left, right):
            return None
        for number, level in enumerate(self.levels):
            if level.condition.holds(left, right):
                return number
        return len(self.levels)

    @property
    def words(self) -> tuple[str, ...]:
        """Every level in words, else last."""
        return (*(level.words for level in self.levels), self.else_words)

    @property
    def priors(self) -> tuple[tuple[float, float], ...]:
        """Every level's shares among duplicates and among any two records, else last."""
        shares = [(level.same, level.other) for level in self.levels]
        return (*shares, (self.else_same, self.else_other))


def _comparison(
    name: str, needs: tuple[str, ...], levels: list[Level], otherwise: tuple[str, float, float]
) -> Comparison:
    return Comparison(name, Both(needs), tuple(levels), *otherwise)


def _all(*parts: Condition) -> Every:
    return Every(parts)


def _either(*parts: Condition) -> Either:
    return Either(parts)


GIVEN = _comparison(
    "given name", ("given",),
    [
        Level("same given name", Same("given", 2), 0.75, 0.006, "given"),
        Level("forms of one given name", Shared("given_lines"), 0.04, 0.003),
        Level("given name with a slip", Edits("given", 1, 4), 0.06, 0.003),
        Level("given and family name changed places", Crossed("given", "family"), 0.02, 0.0008),
        Level("initial of the given name", _either(Initial("given"), Same("given")), 0.02, 0.02),
        Level("given names much alike", _either(Alike("given", 0.88), Edits("given", 2, 5)),
              0.04, 0.008),
    ],
    ("other given name", 0.07, 0.96),
)  # fmt: skip
MIDDLE = _comparison(
    "middle name", ("middle",),
    [
        Level("same middle name", Same("middle", 2), 0.7, 0.01, "middle"),
        Level("initial of the middle name", _either(Initial("middle"), Same("middle")), 0.2, 0.06),
        Level("middle names much alike", Alike("middle", 0.88), 0.04, 0.01),
    ],
    ("other middle name", 0.06, 0.92),
)  # fmt: skip
FAMILY_NAME = _comparison(
    "family name", ("family",),
    [
        Level("same family name", Same("family"), 0.78, 0.003, "family"),
        Level("family name with a slip", Edits("family", 1, 4), 0.07, 0.002),
        Level("family and given name changed places", Crossed("family", "given"), 0.02, 0.0008),
        Level("one part of a double family name", Shared("family_parts"), 0.01, 0.001),
        Level("family names much alike", _either(Alike("family", 0.88), Edits("family", 2, 5)),
              0.04, 0.006),
    ],
    # People marry: another family name is weak evidence against.
    ("other family name", 0.08, 0.985),
)  # fmt: skip
BIRTH = _comparison(
    "date of birth", ("birth",),
    [
        Level("same date of birth", Same("birth"), 0.8, 0.0001, "birth"),
        Level("day and month changed places", Crossed("birth", "birth_turned"), 0.02, 0.0001),
        Level("date of birth with one digit wrong", Edits("birth", 1, 6), 0.08, 0.0015),
        Level("two of day, month and year the same", _either(
            _all(Same("birth_year"), Same("birth_month")),
            _all(Same("birth_year"), Same("birth_day")),
            _all(Same("birth_month"), Same("birth_day"))), 0.03, 0.005),
        Level("born within 45 days", Within("birth_number", 45), 0.01, 0.004),
        Level("born within 400 days", Within("birth_number", 400), 0.01, 0.03),
        Level("dates of birth with two digits wrong", Edits("birth", 2, 6), 0.02, 0.05),
    ],
    ("other date of birth", 0.03, 0.92),
)  # fmt: skip
_OWN = "mail_own"
EMAIL = _comparison(
    "e-mail", ("mail",),
    [
        Level("same e-mail", Same("mail"), 0.55, 0.00005, "mail"),
        Level("e-mail with a slip", _all(Compatible("mail_mark"), _either(
            Edits("mail", 2, 8), Alike("mail", 0.97))), 0.1, 0.00005),
        Level("same name before the @", Same(_OWN, 4), 0.08, 0.0005, _OWN),
        Level("much alike before the @", _all(Compatible("mail_mark"), _either(
            Edits(_OWN, 1, 6), Alike(_OWN, 0.92))), 0.04, 0.001),
        Level("e-mail at the same organisation", Same("mail_domain"), 0.03, 0.003, "mail_domain"),
    ],
    # People have a private address and one for each employer.
    ("other e-mail", 0.2, 0.995),
)  # fmt: skip
PHONE = _comparison(
    "phone", ("phones",),
    [
        Level("same phone", Shared("phones"), 0.6, 0.0002, "phone"),
        Level("same phone but for the area code", Shared("phone_ends"), 0.05, 0.0001),
        Level("phone with a digit wrong", Edits("phone", 1, 7), 0.05, 0.00005),
    ],
    ("other phone", 0.3, 0.9996),
)  # fmt: skip
STREET = _comparison(
    "address", ("street",),
    [
        Level("same house and street", Same("house"), 0.5, 0.0002, "house"),
        Level("same house, street with a slip", _all(Same("number"), _either(
            Edits("street", 2, 6), Alike("street", 0.92))), 0.12, 0.0001),
        Level("same street, number with a slip", _all(Same("street"), _either(
            Begins("number"), Edits("number", 1, 1))), 0.08, 0.0005, "street"),
        Level("same street", Same("street"), 0.08, 0.001, "street"),
        Level("street and locality changed places", Crossed("street", "locality"), 0.01, 0.0002),
        Level("streets much alike", _either(Edits("street", 2, 6), Alike("street", 0.9)),
              0.06, 0.003),
        Level("same house number", Same("number"), 0.03, 0.02),
    ],
    # People and firms move.
    ("other address", 0.2, 0.975),
)  # fmt: skip
LOCALITY = _comparison(
    "locality", ("locality",),
    [
        Level("same locality", Same("locality"), 0.75, 0.002, "locality"),
        Level("localities much alike", _either(Edits("locality", 2, 6), Alike("locality", 0.9)),
              0.12, 0.004),
    ],
    ("other locality", 0.13, 0.994),
)  # fmt: skip
PLACE = _comparison(
    "place", ("city", "postcode"),
    [
        Level("same city and postcode", _all(Same("postcode"), Same("city")),
              0.6, 0.003, "postcode"),
        Level("same postcode, city alike", _all(Same("postcode"), _either(
            Alike("city", 0.8), Edits("city", 3, 6))), 0.07, 0.0005, "postcode"),
        Level("same city, postcode with a slip", _all(Same("city"), Edits("postcode", 1, 4)),
              0.05, 0.001, "city"),
        Level("same postcode", Same("postcode"), 0.06, 0.002, "postcode"),
        Level("same city", Same("city"), 0.12, 0.03, "city"),
        Level("cities much alike", _either(Edits("city", 2, 5), Alike("city", 0.9)), 0.04, 0.004),
        Level("postcode with a slip", Edits("postcode", 1, 4), 0.02, 0.006),
        Level("postcodes of one area", Same("post_area"), 0.01, 0.02),
    ],
    ("other place", 0.09, 0.94),
)  # fmt: skip
REGION = _comparison(
    "region", ("region",),
    [
        Level("same region", Same("region"), 0.88, 0.15, "region"),
        Level("region with a slip", Edits("region", 1, 3), 0.04, 0.03),
    ],
    ("other region", 0.08, 0.82),
)  # fmt: skip
COUNTRY = _comparison(
    "country", ("country",),
    [Level("same country", Same("country"), 0.96, 0.4, "country")],
    ("other country", 0.04, 0.6),
)  # fmt: skip
COMPANY = _comparison(
    "employer", ("company",),
    [
        Level("same employer", Same("company"), 0.6, 0.003, "company"),
        Level("employers much alike", _either(Alike("company", 0.92), Begins("company", 5)),
              0.12, 0.003),
    ],
    ("other employer", 0.28, 0.99),  # people change jobs
)  # fmt: skip
TAX_ID = _comparison(
    "tax or social number", ("tax_id",),
    [
        Level("same number of record", Same("tax_id"), 0.9, 0.00001, "tax_id"),
        Level("number of record with a slip", Edits("tax_id", 1, 5), 0.05, 0.0001),
        Level("number of record with two slips", Edits("tax_id", 2, 7), 0.015, 0.001),
    ],
    ("other number of record", 0.02, 0.998),
)  # fmt: skip
ORGANISATION = _comparison(
    "organisation name", ("org",),
    [
        Level("same name but for the legal form", Same("org"), 0.6, 0.0003, "org"),
        Level("same words in another order", Same("org_sorted", 5), 0.02, 0.0002, "org_sorted"),
        Level("name with a slip", _either(Edits("org", 1, 5), Edits("org", 2, 10)), 0.1, 0.0003),
        Level("initials of the name", Crossed("org", "org_initials"), 0.02, 0.0003),
        Level("one name begins with the other", Begins("org", 4), 0.08, 0.001),
        Level("names much alike", Alike("org", 0.9), 0.06, 0.004),
        Level("a word in common", Shared("org_words"), 0.05, 0.02),
    ],
    ("other name", 0.07, 0.97),
)  # fmt: skip
DOMAIN = _comparison(
    "web domain", ("domain",),
    [
        Level("same web domain", Same("domain"), 0.8, 0.0003, "domain"),
        Level("same web name under another ending", Same("domain_label", 4), 0.06, 0.0003),
        Level("web domain with a slip", _either(Edits("domain", 1, 7), Alike("domain_label", 0.95)),
              0.04, 0.0005),
    ],
    ("other web domain", 0.1, 0.998),
)  # fmt: skip

PERSON = (
    GIVEN, MIDDLE, FAMILY_NAME, BIRTH, EMAIL, PHONE, COMPANY, STREET, LOCALITY, PLACE, REGION,
    COUNTRY, TAX_ID,
)  # fmt: skip
FIRM = (ORGANISATION, DOMAIN, EMAIL, PHONE, STREET, LOCALITY, PLACE, REGION, COUNTRY, TAX_ID)


def comparisons_for(family: Family, forms: frozenset[str]) -> tuple[Comparison, ...]:
    """The comparisons that records of this family with any of these forms allow, in a fixed order.

    Columns whose meaning is not known are compared by what their values look like.
    """
    known = PERSON if family == "person" else FIRM
    chosen = [one for one in known if not forms.isdisjoint(one.needs.forms)]
    return (*chosen, *(_of_column(name) for name in sorted(forms) if ":" in name))


def _of_column(name: str) -> Comparison:
    """A comparison for a column known by the look of its values alone."""
    words = name.partition(":")[2]
    if name.startswith(SOURCE_ID):
        return _comparison(
            name, (name,),
            [Level(f"same id in {words}", Same(name), 0.75, 0.000001)],
            # One system may hold somebody twice: two ids are evidence against, never proof.
            (f"two ids in {words}", 0.25, 0.999999),
        )  # fmt: skip
    if name.startswith(CODE):
        return _comparison(
            name, (name,),
            [
                Level(f"same {words}", Same(name), 0.75, 0.002, name),
                Level(f"{words} with a slip", Edits(name, 1, 5), 0.08, 0.001),
            ],
            (f"other {words}", 0.17, 0.997),
        )  # fmt: skip
    if name.startswith(WORD):
        return _comparison(
            name, (name,), [Level(f"same {words}", Same(name), 0.9, 0.3, name)],
            (f"other {words}", 0.1, 0.7),
        )  # fmt: skip
    if not name.startswith(TEXT):
        raise ValueError(f"a form named {name!r} has no comparison")
    return _comparison(
        name, (name,),
        [
            Level(f"same {words}", Same(name), 0.6, 0.005, name),
            Level(f"{words} much alike", _either(Edits(name, 2, 6), Alike(name, 0.92)), 0.15, 0.01),
        ],
        (f"other {words}", 0.25, 0.985),
    )  # fmt: skip
