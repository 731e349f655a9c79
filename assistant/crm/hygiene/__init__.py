"""Hygiene: pure functions from a raw value to a clean one, with the issue and the confidence.

A blank field, "N/A" and its like are unknown and stay so; no default is ever made up. The raw
value is kept by whoever calls. A value with several readings is refused as ambiguous, not guessed.
"""

from assistant.crm.hygiene.amounts import (
    Amount,
    NumberStyle,
    clean_amount,
    clean_integer,
    clean_number,
    clean_share,
    counts_in_hundreds,
    number_style,
)
from assistant.crm.hygiene.booleans import clean_boolean
from assistant.crm.hygiene.channels import clean_channel, clean_direction
from assistant.crm.hygiene.cleaned import (
    REMARKS,
    Cleaned,
    Issue,
    Trouble,
    flagged,
    refused,
    unknown,
)
from assistant.crm.hygiene.countries import clean_country
from assistant.crm.hygiene.currencies import clean_currency
from assistant.crm.hygiene.durations import clean_duration
from assistant.crm.hygiene.emails import Email, clean_email, is_desk, is_throwaway
from assistant.crm.hygiene.iso import country_name
from assistant.crm.hygiene.moments import DayOrder, Moment, Precision, clean_moment, day_order
from assistant.crm.hygiene.organisations import (
    Organisation,
    clean_organisation,
    legal_kind_of,
    organisation_key,
    organisations_alike,
)
from assistant.crm.hygiene.people import PersonName, clean_name_parts, clean_person_name
from assistant.crm.hygiene.phones import Phone, clean_phone, phone_digits
from assistant.crm.hygiene.postcodes import clean_postcode
from assistant.crm.hygiene.regions import clean_region, region_name
from assistant.crm.hygiene.streets import Street, clean_street
from assistant.crm.hygiene.text import clean_text, fold, means_nothing
from assistant.crm.hygiene.urls import (
    clean_domain,
    is_free_mail,
    is_network,
    registered_domain,
)

__all__ = [
    "REMARKS",
    "Amount",
    "Cleaned",
    "DayOrder",
    "Email",
    "Issue",
    "Moment",
    "NumberStyle",
    "Organisation",
    "PersonName",
    "Phone",
    "Precision",
    "Street",
    "Trouble",
    "clean_amount",
    "clean_boolean",
    "clean_channel",
    "clean_country",
    "clean_currency",
    "clean_direction",
    "clean_domain",
    "clean_duration",
    "clean_email",
    "clean_integer",
    "clean_moment",
    "clean_name_parts",
    "clean_number",
    "clean_organisation",
    "clean_person_name",
    "clean_phone",
    "clean_postcode",
    "clean_region",
    "clean_share",
    "clean_street",
    "clean_text",
    "country_name",
    "counts_in_hundreds",
    "day_order",
    "flagged",
    "fold",
    "is_desk",
    "is_free_mail",
    "is_network",
    "is_throwaway",
    "legal_kind_of",
    "means_nothing",
    "number_style",
    "organisation_key",
    "organisations_alike",
    "phone_digits",
    "refused",
    "region_name",
    "registered_domain",
    "unknown",
]
