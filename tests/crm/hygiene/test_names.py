"""Names of persons and organisations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.crm.hygiene import (
    Trouble,
    clean_name_parts,
    clean_organisation,
    clean_person_name,
    organisation_key,
)


@pytest.mark.parametrize(
    ("raw", "given_name", "family"),
    [
        ("John Smith", "John", "Smith"),
        ("Smith, John", "John", "Smith"),
        ("SMITH, JOHN", "John", "Smith"),
        ("john smith", "John", "Smith"),
        ("Dr. John Smith Jr.", "John", "Smith"),
        ("van der Berg, Jan", "Jan", "van der Berg"),
        ("JAN VAN DER BERG", "Jan", "van der Berg"),
        ("MARY O'NEIL-MCDONALD", "Mary", "O'Neil-McDonald"),
        ("Jean-Luc PICARD", "Jean-Luc", "Picard"),
        ("García Márquez, Gabriel", "Gabriel", "García Márquez"),
        ("JosÃ© GarcÃ­a", "José", "García"),
        ("山田 花子", "花子", "山田"),
        ("Иван Петров", "Иван", "Петров"),
        ("Christopher Null", "Christopher", "Null"),
        ("Mohammed bin Salman", "Mohammed", "bin Salman"),
        ("J. Smith", "J.", "Smith"),
        ("Prof. Dr. Hans Müller", "Hans", "Müller"),
    ],
)
def test_a_person_name_in_any_order_reads_in_parts(raw: str, given_name: str, family: str) -> None:
    name = clean_person_name(raw).value
    assert name is not None
    assert (name.given, name.family) == (given_name, family)


def test_prefix_and_suffix_are_told_from_the_name() -> None:
    name = clean_person_name("Dr. Ann B. Smith PhD").value
    assert name is not None
    assert (name.prefix, name.middle, name.suffix) == ("Dr.", "B.", "PhD")
    assert name.display == "Ann B. Smith PhD"


@pytest.mark.parametrize(
    ("raw", "trouble"),
    [
        ("Smith", Trouble.ASSUMED),
        ("SMITH John", Trouble.ASSUMED),
        ("John & Jane Smith", Trouble.SEVERAL),
        ("Mr & Mrs Smith", Trouble.SEVERAL),
    ],
)
def test_a_name_that_leaves_doubt_is_flagged(raw: str, trouble: Trouble) -> None:
    cleaned = clean_person_name(raw)
    assert cleaned.value is not None
    assert cleaned.issue is not None
    assert cleaned.issue.trouble is trouble


@pytest.mark.parametrize(
    ("raw", "trouble"),
    [
        ("test test", Trouble.PLACEHOLDER),
        ("asdf", Trouble.PLACEHOLDER),
        ("First Name", Trouble.PLACEHOLDER),
        ("joe@acme.example", Trouble.MALFORMED),
        ("415 555 2671", Trouble.MALFORMED),
        ("Dr.", Trouble.MALFORMED),
        ("Acme Tools Ltd", Trouble.MALFORMED),
        ("Accounts Payable", Trouble.MALFORMED),
        ("<script>alert(1)</script>", Trouble.SUSPICIOUS),
        ("Sales Team", Trouble.MALFORMED),
        ("John Smith & Jane Doe", Trouble.SEVERAL),
        ('=HYPERLINK("http://x.example","John")', Trouble.SUSPICIOUS),
        ("=cmd|'/c calc'!A0", Trouble.SUSPICIOUS),
    ],
)
def test_what_is_no_name_is_refused(raw: str, trouble: Trouble) -> None:
    cleaned = clean_person_name(raw)
    assert cleaned.value is None
    assert cleaned.issue is not None
    assert cleaned.issue.trouble is trouble


@pytest.mark.parametrize("raw", ["", "-", "n/a", "N/A N/A", "null", "- -", "Unknown"])
def test_no_name_stays_unknown(raw: str) -> None:
    assert clean_person_name(raw).value is None
    assert clean_person_name(raw).issue is None


@pytest.mark.parametrize(
    ("first", "last", "display"),
    [
        ("JOHN", "SMITH", "John Smith"),
        ("John Smith", "", "John Smith"),
        ("", "Smith", "Smith"),
        ("Christopher", "Null", "Christopher Null"),
        ("maria", "de la cruz", "Maria de la Cruz"),
        ("John", "-", "John"),
        ("Li", "NA", "Li NA"),
    ],
)
def test_a_name_kept_in_parts_keeps_its_split(first: str, last: str, display: str) -> None:
    name = clean_name_parts(first, last).value
    assert name is not None
    assert name.display == display


@pytest.mark.parametrize(
    ("raw", "base", "legal_form"),
    [
        ("Acme GmbH & Co. KG", "Acme", "GmbH & Co. KG"),
        ("Acme Ltd.", "Acme", "Ltd."),
        ("Acme, Inc", "Acme", "Inc"),
        ("ACME COMPANY LIMITED", "ACME", "COMPANY LIMITED"),
        ("Société Générale S.A.", "Société Générale", "S.A."),
        ("Acme S.A. de C.V.", "Acme", "S.A. de C.V."),
        ("Acme sp. z o.o.", "Acme", "sp. z o.o."),
        ("Acme Pty Ltd", "Acme", "Pty Ltd"),
        ("ООО Ромашка", "Ромашка", "ООО"),
        ("株式会社 東芝", "東芝", "株式会社"),
        ("Acme (UK) Ltd", "Acme (UK)", "Ltd"),
        ("Acme Ltd (do not use)", "Acme", "Ltd"),
        ("Limited Brands", "Limited Brands", ""),
        ("Grupo Acme, S.A.B. de C.V.", "Grupo Acme", "S.A.B. de C.V."),
        ("株式会社サクラ商事", "サクラ商事", "株式会社"),
        ("삼성전자 주식회사", "삼성전자", "주식회사"),
        ("ООО «Ромашка»", "Ромашка", "ООО"),
        ("The Acme Company", "The Acme Company", ""),
        ("SA", "SA", ""),
        ("The Limited", "The Limited", ""),
        ("Marks and Spencer", "Marks and Spencer", ""),
    ],
)
def test_the_legal_form_is_split_off(raw: str, base: str, legal_form: str) -> None:
    organisation = clean_organisation(raw).value
    assert organisation is not None
    assert (organisation.base, organisation.legal_form) == (base, legal_form)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("The Acme Company, Inc.", "ACME CO LTD"),
        ("Müller & Söhne OHG", "Muller and Sohne"),
        ("Procter & Gamble", "Procter and Gamble Co."),
        ("Acme   S.p.A.", "ACME SPA"),
        ("O'Brien's Ltd", "OBriens"),
    ],
)
def test_two_spellings_of_one_company_share_a_key(left: str, right: str) -> None:
    assert organisation_key(left) == organisation_key(right) != ""


def test_two_companies_do_not_share_a_key() -> None:
    keys = {
        organisation_key(name) for name in ("Acme Foods Ltd", "Acme Tools Ltd", "Acme (UK) Ltd")
    }
    assert len(keys) == 3


@pytest.mark.parametrize(
    "raw", ["test", "Company Name", "self", "freelance", "self-employed", "test company"]
)
def test_a_filler_is_no_company(raw: str) -> None:
    cleaned = clean_organisation(raw)
    assert cleaned.value is None
    assert cleaned.issue is not None
    assert cleaned.issue.trouble is Trouble.PLACEHOLDER


@pytest.mark.parametrize("raw", ["GmbH", "Ltd.", "LLC", "S.r.l."])
def test_a_legal_form_alone_is_no_company(raw: str) -> None:
    assert clean_organisation(raw).value is None
    assert clean_organisation(raw).issue is not None


@pytest.mark.parametrize(
    ("raw", "country", "given_name", "family_name"),
    [
        ("王小明", "CN", "小明", "王"),
        ("欧阳娜娜", "TW", "娜娜", "欧阳"),
        ("김민준", None, "민준", "김"),
        ("王小明", None, "王小明", ""),
    ],
)
def test_a_name_written_without_a_blank_is_parted_where_that_is_certain(
    raw: str, country: str | None, given_name: str, family_name: str
) -> None:
    name = clean_person_name(raw, country).value
    assert name is not None
    assert (name.given, name.family) == (given_name, family_name)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_names(raw: str) -> None:
    clean_person_name(raw)
    organisation = clean_organisation(raw).value
    assert organisation is None or organisation.base
