"""A pair compared: reasons in words, their sum, the verdict, and what forbids to join unasked."""

from __future__ import annotations

import pytest

from assistant.crm.identity import Candidate, Verdict, Weights, explain, find_pairs

WEIGHTS = Weights.default()


def person(own_id: str = "p", **fields: str) -> Candidate:
    return Candidate(own_id, "contact", fields)


def firm(own_id: str = "f", **fields: str) -> Candidate:
    return Candidate(own_id, "account", fields)


def words(left: Candidate, right: Candidate) -> list[str]:
    """What the fields say, without the prior and what relations take off."""
    reasons = explain(left, right, WEIGHTS).reasons
    return [one.words for one in reasons if one.field not in ("prior", "relation")]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ({"given_name": "Bob"}, {"given_name": "Robert"}, "forms of one given name"),
        ({"given_name": "J."}, {"given_name": "John"}, "initial of the given name"),
        ({"given_name": "Mathew"}, {"given_name": "Mattheww"}, "given names much alike"),
        ({"family_name": "Smith-Jones"}, {"family_name": "Jones"}, "one part of a double"),
        ({"birth_date": "1980-05-04"}, {"birth_date": "1980-04-05"}, "day and month changed"),
        ({"birth_date": "1980-05-04"}, {"birth_date": "1980-05-14"}, "with one digit wrong"),
        ({"email": "joe@acme.com"}, {"email": "JOE@acme.com"}, "same e-mail"),
        ({"email": "joe.b@acme.com"}, {"email": "joeb@gmail.com"}, "same name before the @"),
        ({"email": "ann@acme.com"}, {"email": "robert@acme.com"}, "at the same organisation"),
        ({"phone": "+44 20 7946 0958"}, {"mobile": "020 7946 0958"}, "same phone"),
        ({"phone": "+442079460958"}, {"phone": "+442079460959"}, "phone with a digit wrong"),
        ({"city": "Leeds"}, {"city": "Leesd"}, "cities much alike"),
        ({"street": "12 High Street"}, {"street": "12 High St."}, "same house and street"),
    ],
)
def test_a_pair_is_told_in_words(
    left: dict[str, str], right: dict[str, str], expected: str
) -> None:
    (told,) = words(person(**left), person(**right))
    assert expected in told


def test_names_that_changed_places_are_seen() -> None:
    told = words(
        person(given_name="Maya", family_name="Curtis"),
        person(given_name="Curtis", family_name="Maya"),
    )
    assert told == [
        "given and family name changed places",
        "family and given name changed places",
    ]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("Acme Ltd", "ACME Limited", "same name but for the legal form"),
        ("International Business Machines", "IBM", "initials of the name"),
        ("Brandt Logistik GmbH", "Brandt Logistik Hamburg", "one name begins with the other"),
        ("Northwind Traders", "Traders Northwind", "same words in another order"),
    ],
)
def test_organisations_are_compared_without_their_legal_form(
    left: str, right: str, expected: str
) -> None:
    assert words(firm(name=left), firm(name=right)) == [expected]


def test_the_reasons_with_the_prior_sum_to_the_weight() -> None:
    match = explain(
        person(name="Ann Lee", phone="+15550100200", email="ann@acme.com", city="Leeds"),
        person(name="Anne Lee", phone="+15550100200", email="ann@acme.com", city="York"),
        WEIGHTS,
    )
    assert match.reasons[0].field == "prior"
    assert sum(reason.weight for reason in match.reasons) == pytest.approx(match.weight)
    assert match.verdict is Verdict.SAME


def test_two_tax_numbers_are_never_joined_unasked() -> None:
    same = {"name": "Ann Lee", "email": "ann@acme.com", "phone": "+15550100200"}
    match = explain(person(**same, tax_id="123456"), person(**same, tax_id="998877"), WEIGHTS)
    assert match.probability > 0.98
    assert match.verdict is Verdict.UNSURE
    assert match.conflicts == ("different tax or social numbers",)


def test_another_email_and_another_phone_with_only_the_name_alike_are_never_joined() -> None:
    weights = Weights.default().at_size(2)
    match = explain(
        person(given_name="Zebulon", family_name="Quark", email="z@a.com", phone="+15550100200"),
        person(given_name="Zebulon", family_name="Quark", email="q@b.com", phone="+15559998877"),
        weights,
    )
    assert match.verdict is not Verdict.SAME


@pytest.mark.parametrize(
    ("mail", "other", "said"),
    [
        ("ann.leeson56@yahoo.com", "ann.leeson08@icloud.com", "other e-mail"),
        ("ann.leeson56@yahoo.com", "ann.leeson58@yahoo.com", "other e-mail"),
        ("ann.leeson@yahoo.com", "annleeson@icloud.com", "other e-mail"),
        ("ann.leeson56@yahoo.com", "annleeson56@icloud.com", "same name before the @"),
        ("ann.leeson56@yahoo.com", "ann.lesson56@yahoo.com", "e-mail with a slip"),
        ("wanderer7@yahoo.com", "wanderer7@icloud.com", "same name before the @"),
    ],
)
def test_an_address_made_of_a_name_says_no_more_than_the_name(
    mail: str, other: str, said: str
) -> None:
    name = {"given_name": "Ann", "family_name": "Leeson"}
    match = explain(person(**name, email=mail), person(**name, email=other), WEIGHTS)
    assert [one.words for one in match.reasons if one.field == "e-mail"] == [said]


def test_what_a_household_shares_is_told_and_taken_off() -> None:
    home = {"family_name": "Lee", "street": "12 High Street", "city": "Leeds", "phone": "5550100"}
    match = explain(person(**home, given_name="Ann"), person(**home, given_name="Bob"), WEIGHTS)
    (taken,) = [reason for reason in match.reasons if reason.field == "relation"]
    assert taken.words == "may be two of one household"
    assert taken.weight < -5
    assert match.verdict is Verdict.DIFFERENT


def test_a_person_is_never_an_organisation() -> None:
    match = explain(person(name="Acme"), firm(name="Acme"), WEIGHTS)
    assert match.verdict is Verdict.DIFFERENT


def test_nothing_known_leaves_the_prior_alone() -> None:
    match = explain(person("a"), person("b"), WEIGHTS)
    assert [reason.field for reason in match.reasons] == ["prior"]
    assert match.verdict is Verdict.DIFFERENT


def test_pairs_are_found_by_what_they_share() -> None:
    records = [
        person("1", name="Ann Lee", email="ann.lee@acme.com", phone="+15550100200"),
        person("2", name="Anne Lee", email="ann.lee@acme.com"),
        person("3", name="Zoe Quark", email="zoe@other.org"),
        person("4"),
        firm("5", name="Acme"),
    ]
    assert [(match.left, match.right) for match in find_pairs(records)] == [("1", "2")]
