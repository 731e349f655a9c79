"""Keys under which records are looked up for comparison; two that share none are never compared."""

from __future__ import annotations

from assistant.crm.identity.candidate import CODE, SOURCE_ID, Candidate, Family
from assistant.crm.identity.conditions import Forms
from assistant.crm.identity.forms import forms_of, skeleton


def blocking_keys(candidate: Candidate) -> set[tuple[str, str]]:
    """(kind of key, value) pairs; see `keys_of_forms`."""
    return keys_of_forms(candidate.family, forms_of(candidate))


def keys_of_forms(family: Family, forms: Forms) -> set[tuple[str, str]]:
    """The keys of a record: each survives other slips, so that true pairs share at least one.

    Whole values that few share (e-mail, phone, number of record), and pairs of coarser ones
    (skeleton of the family name with the given name's initial, postcode with initials, …).
    """
    keys = {
        ("mail", forms.get("mail", "")),
        ("mail local", _long(forms.get("mail_local", ""), 4)),
        ("tax", forms.get("tax_id", "")),
        *(("phone", end) for end in forms.get("phone_ends", "").split()),
        *((name, value) for name, value in forms.items() if name.startswith((CODE, SOURCE_ID))),
        *_places(forms),
        *(_of_organisation(forms) if family == "organisation" else _of_person(forms)),
    }
    return {(kind, value[:120]) for kind, value in keys if value}


def _long(value: str, least: int) -> str:
    return value if len(value) >= least else ""


def _joined(*parts: str) -> str:
    return "|".join(parts) if all(parts) else ""


def _places(forms: Forms) -> list[tuple[str, str]]:
    number, street = forms.get("number", ""), forms.get("street", "")
    place = forms.get("postcode", "") or forms.get("city", "")
    return [("house", _joined(number, street)), ("street", _joined(_long(street, 5), place))]


def _of_person(forms: Forms) -> list[tuple[str, str]]:
    given, family = forms.get("given", ""), forms.get("family", "")
    bones = sorted(skeleton(name) for name in (given, family) if name)
    birth, postcode = forms.get("birth", ""), forms.get("postcode", "")
    year, month, day = (forms.get(f"birth_{part}", "") for part in ("year", "month", "day"))
    keys = [
        # Sorted, so that names that changed places meet.
        ("name", "|".join(bones) if len(bones) == 2 else ""),
        ("name", _joined(family, given[:1])),
        ("birth", birth),
        ("company", _joined(forms.get("company", ""), (given or family)[:2])),
    ]
    for name in {given, family} - {""}:
        keys += [
            ("name year", _joined(skeleton(name), year)),
            ("name day", _joined(skeleton(name), month, day)),
            ("name post", _joined(name[:3], postcode)),
            ("name city", _joined(name, forms.get("city", ""))),
            ("name birth", _joined(name[:2], "".join(sorted(birth)))),
        ]
    return keys


def _of_organisation(forms: Forms) -> list[tuple[str, str]]:
    name, words = forms.get("org", ""), forms.get("org_words", "").split()
    return [
        ("org", name),
        ("org sorted", forms.get("org_sorted", "")),
        ("org bones", _long(skeleton(name), 4)),
        ("org begin", _long(name[:6], 6)),
        ("org initials", _long(forms.get("org_initials", ""), 3)),
        ("domain", forms.get("domain_label", "")),
        *(("org word", word) for word in words if len(word) > 3),
        ("org post", _joined(name[:3], forms.get("postcode", ""))),
        ("org city", _joined(name[:4], forms.get("city", ""))),
    ]
