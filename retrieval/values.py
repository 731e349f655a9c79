"""Values in text and their normal forms: one meaning, one normal form, however it is written."""

from __future__ import annotations

from datetime import date

from retrieval.scanners.contacts import phone_number, scan_addresses, scan_phones, web_domain
from retrieval.scanners.dates import scan_dates
from retrieval.scanners.names import name_key, scan_names
from retrieval.scanners.quantities import scan_quantities
from retrieval.scanners.references import reference, scan_digit_strings, scan_references
from retrieval.scanners.value import Unclaimed, Value

__all__ = ["Value", "extract_values", "name_key", "phone_number", "reference", "web_domain"]


def extract_values(
    text: str, *, reference_date: date | None = None, region: str = "US"
) -> list[Value]:
    """Every value in the text, in order, none overlapping.

    | kind | normal form | of |
    |---|---|---|
    | `email`, `domain` | lower case | `Ann@Acme.com`, `https://www.acme.com/x` |
    | `phone` | E.164 | `(415) 555-2671` with region US |
    | `id` | upper-case letters and digits | `INV-2041`, `#W123`, `order 4471` |
    | `date` | ISO 8601, unsaid parts left out | `14 March` is `--03-14`; `Q2 2025` is `2025-Q2` |
    | `time` | `HH:MM` | `3 pm` |
    | `amount` | currency and number | `$1.2M` is `USD 1200000` |
    | `percentage`, `number`, `ordinal` | plain decimal | `22 %`, `forty`, `3rd` |
    | `duration` | `PnM` or `PTnS` | two weeks and 14 days are both `PT1209600S` |
    | `measure` | number and unit | `256 GB` |
    | `name` | lower case without accents | runs of capitalised words |

    reference_date: the day that "tomorrow" and "next month" are told from; without it they keep a
    relative form (`relative:+1d`).  region: ISO country of telephone numbers written without `+`.
    """
    source = Unclaimed(text)
    scan_addresses(source)
    scan_references(source)
    scan_dates(source, reference_date)
    scan_phones(source, region)
    scan_digit_strings(source)
    scan_quantities(source)
    scan_names(source)
    return sorted(source.found, key=lambda value: value.start)
