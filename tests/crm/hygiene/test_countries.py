"""Countries and their regions to ISO 3166."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.crm.hygiene import Trouble, clean_country, clean_region


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("USA", "US"), ("U.S.A.", "US"), ("us", "US"), ("United States", "US"),
        ("United States of America", "US"), ("the States", "US"), ("Vereinigte Staaten", "US"),
        ("États-Unis", "US"), ("Estados Unidos", "US"), ("840", "US"), ("アメリカ合衆国", "US"),
        ("UK", "GB"), ("U.K.", "GB"), ("England", "GB"), ("Great Britain", "GB"),
        ("Royaume-Uni", "GB"), ("Vereinigtes Königreich", "GB"), ("GBR", "GB"),
        ("Deutschland", "DE"), ("Allemagne", "DE"), ("GERMANY", "DE"), ("Duitsland", "DE"),
        ("Германия", "DE"), ("ドイツ", "DE"), ("德国", "DE"), ("276", "DE"),
        ("Holland", "NL"), ("The Netherlands", "NL"), ("Czech Republic", "CZ"), ("Czechia", "CZ"),
        ("South Korea", "KR"), ("Korea, Republic of", "KR"), ("Ivory Coast", "CI"),
        ("Cote d'Ivoire", "CI"), ("Russia", "RU"), ("Vietnam", "VN"), ("Viet Nam", "VN"),
        ("UAE", "AE"), ("Türkiye", "TR"), ("Turkey", "TR"), ("Burma", "MM"), ("EL", "GR"),
        ("Kosovo", "XK"), ("Österreich", "AT"), ("Schweiz", "CH"), ("Brasil", "BR"),
        ("Namibia", "NA"), ("N. Macedonia", "MK"), ("Taiwan", "TW"), ("Hong Kong SAR", "HK"),
        ("🇩🇪", "DE"), ("Россия", "RU"), ("Czech Rep.", "CZ"), ("Zaire", "CD"), ("مصر", "EG"),
    ],
)  # fmt: skip
def test_a_country_by_any_name_reads_as_its_code(raw: str, code: str) -> None:
    cleaned = clean_country(raw)
    assert cleaned.value == code


@pytest.mark.parametrize(
    ("raw", "code", "trouble"),
    [
        ("Untied States", "US", Trouble.REPAIRED),
        ("Untied Kingdom", "GB", Trouble.REPAIRED),
        ("Germny", "DE", Trouble.REPAIRED),
        ("Switzerlnad", "CH", Trouble.REPAIRED),
        ("Phillipines", "PH", Trouble.REPAIRED),
        ("Untied States of Amercia", "US", Trouble.REPAIRED),
        ("California", "US", Trouble.ASSUMED),
        ("Ontario", "CA", Trouble.ASSUMED),
        ("Texas, USA", "US", Trouble.ASSUMED),
    ],
)
def test_a_slip_is_mended_and_flagged(raw: str, code: str, trouble: Trouble) -> None:
    cleaned = clean_country(raw)
    assert cleaned.value == code
    assert cleaned.issue is not None
    assert cleaned.issue.trouble is trouble


@pytest.mark.parametrize(
    ("raw", "trouble"),
    [
        ("Korea", Trouble.AMBIGUOUS),
        ("Germany / France", Trouble.SEVERAL),
        ("Austrlia", Trouble.MALFORMED),
        ("🇽🇽", Trouble.MALFORMED),
        ("Congo", Trouble.AMBIGUOUS),
        ("NA", Trouble.AMBIGUOUS),
        ("Virgin Islands", Trouble.AMBIGUOUS),
        ("Yugoslavia", Trouble.IMPLAUSIBLE),
        ("Atlantis", Trouble.MALFORMED),
        ("ZZ", Trouble.MALFORMED),
        ("+44", Trouble.MALFORMED),
    ],
)
def test_a_country_that_is_not_clear_is_refused(raw: str, trouble: Trouble) -> None:
    cleaned = clean_country(raw)
    assert cleaned.value is None
    assert cleaned.issue is not None
    assert cleaned.issue.trouble is trouble


@pytest.mark.parametrize("raw", ["", "-", "n/a", "Unknown", "none", "unbekannt", "(blank)"])
def test_no_country_stays_unknown(raw: str) -> None:
    assert clean_country(raw) == clean_country("")
    assert clean_country(raw).value is None
    assert clean_country(raw).issue is None


@pytest.mark.parametrize(
    ("raw", "country", "code"),
    [
        ("CA", "US", "US-CA"), ("California", "US", "US-CA"), ("calif", "US", "US-CA"),
        ("US-CA", None, "US-CA"), ("Bavaria", "DE", "DE-BY"),
        ("Tuscany", None, "IT-52"), ("東京都", "JP", "JP-13"), ("Calif.", "DE", None),
        ("Bayern", "DE", "DE-BY"),
        ("Ontario", "CA", "CA-ON"), ("Ontario", None, "CA-ON"), ("State of Texas", "US", "US-TX"),
        ("Steiermark", "AT", "AT-6"), ("Masachusetts", "US", "US-MA"), ("Zürich", "CH", "CH-ZH"),
        ("N/A", "US", None), ("CA", "DE", None), ("US-CA", "DE", None),
    ],
)  # fmt: skip
def test_a_region_reads_within_its_country(raw: str, country: str | None, code: str | None) -> None:
    assert clean_region(raw, country).value == code


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_countries(raw: str) -> None:
    cleaned = clean_country(raw)
    assert cleaned.value is None or len(cleaned.value) == 2
