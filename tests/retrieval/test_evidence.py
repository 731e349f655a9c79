"""Claims against sources: what is supported, what is not, and the reason given."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.clauses import sentence_spans
from retrieval.evidence import Source, check_claim
from tests.paths import TEST_DATA

ORDER = (
    "Order #W4277243 placed by Isabel Sand <isabel@acme.example>. Status: cancelled. "
    "Ship to 728 Elm Street, Dallas, TX 75239. Items: Speaker (item 2635605237, colour blue) "
    "$271.89; Desk Lamp (item 7624783998, colour black) $154.17. Payments: payment $426.06."
)
CALL = (
    "Anna Berg: We need forty seats by March. If legal approves, we would sign in May.\n"
    "Tom Reed: The budget is not approved yet. It is over $12,000 a year.\n"
    "Anna Berg: Did procurement confirm the discount?\n"
    "Tom Reed: We agreed a 14-day trial, and the renewal is on 3 June 2025."
)


def supported(claim: str, *sources: Source) -> bool:
    return check_claim(claim, sources).supported


@pytest.mark.parametrize(
    "claim",
    [
        "Isabel Sand paid $426.06 for order #W4277243.",
        "Order #W4277243 is cancelled.",
        "The order ships to Dallas, TX.",
        "The customer can be reached at ISABEL@acme.example.",
        "The speaker cost $271.89.",
        "Item 7624783998 is a desk lamp.",
        "A desk lamp was ordered for 154.17 dollars.",
    ],
)
def test_what_a_record_says_is_supported(claim: str) -> None:
    assert check_claim(claim, [Source(ORDER)]).reasons == ()


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("Isabel Sand paid $427.06 for order #W4277243.", "“$427.06” is not in the source"),
        ("Isabel Sand paid €426.06 for order #W4277243.", "“€426.06” is not in the source"),
        ("The speaker cost $154.17.", "the source says “$271.89” of this, not “$154.17”"),
        (
            "Item 2635605237 is a desk lamp.",
            "the source says “7624783998” of this, not “2635605237”",
        ),
        ("Order #W4277243 was placed by Omar Silva.", "Omar Silva is not named in the source"),
        ("Order #W4277243 is delivered.", "the source does not say “delivered”"),
        ("Order #W4277243 is not cancelled.", "the source says the opposite"),
        ("Great!", "the claim says nothing that can be checked"),
    ],
)
def test_what_a_record_does_not_say_is_refused_with_the_reason(claim: str, reason: str) -> None:
    assert check_claim(claim, [Source(ORDER)]).reasons == (reason,)


@pytest.mark.parametrize(
    "claim",
    [
        "They need 40 seats by March.",
        "The budget is not approved.",
        "The budget is over $12,000.",
        "They would sign in May if legal approves.",
        "They agreed a trial of two weeks.",
        "The renewal is on June 3rd, 2025.",
        "The renewal is in June 2025.",
    ],
)
def test_what_a_call_says_is_supported_in_other_words(claim: str) -> None:
    assert check_claim(claim, [Source(CALL)]).reasons == ()


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("The budget is approved.", "the source says the opposite"),
        ("The budget is under $12,000.", "the source says over $12,000, not under that"),
        ("The budget is $12,000.", "the source says over $12,000, not exactly that"),
        ("They sign in May.", "the source says this only with “if”"),
        ("Procurement confirmed the discount.", "the source only asks this"),
        ("They need 40 seats by April.", "“April” is not in the source"),
        ("They agreed a 14-month trial.", "“14-month” is not in the source"),
        ("The renewal is on 3 July 2025.", "“3 July 2025” is not in the source"),
    ],
)
def test_a_turned_condition_comparison_month_or_unit_is_refused(claim: str, reason: str) -> None:
    assert reason in check_claim(claim, [Source(CALL)]).reasons


def test_a_value_must_belong_to_the_entity_that_the_claim_names() -> None:
    acme = Source("Amount: $3,000. Stage: proposal.", entities=("Acme",))
    globex = Source("Amount: $5,000. Stage: won.", entities=("Globex",))
    assert supported("The Acme amount is $3,000.", acme, globex)
    assert not supported("The Acme amount is $5,000.", acme, globex)
    assert not supported("Globex is at stage proposal.", acme, globex)


def test_a_value_must_belong_to_the_field_that_the_claim_names() -> None:
    created = Source("2025-01-10", field="created_on", entities=("Acme renewal",))
    closes = Source("2025-06-03", field="close_date", entities=("Acme renewal",))
    assert supported("The Acme renewal closes on 3 June 2025.", created, closes)
    assert not supported("The Acme renewal closes on 10 January 2025.", created, closes)
    assert not supported("The Acme renewal was created on 3 June 2025.", created, closes)


DEAL = (
    "Deal: Fell Dairy cold stores\nAccount: Fell Dairy Ltd\nStage: Closed Lost\n"
    "Amount: GBP 21,800\nOwner: Priya Raman\nContact: Tobias Keane\n"
    "Opened: 2026-03-11\nExpected close: 2026-05-15\n"
    "Loss reason: no budget\nSeats: 54"
)


@pytest.mark.parametrize(
    "claim",
    [
        "Priya Raman owns the Fell Dairy cold stores deal.",
        "The deal, worth £21,800, was opened on 11 March 2026.",
        "Priya Raman looks after Fell Dairy.",
        "Tobias Keane is the contact on the deal.",
        "The deal was lost because there was no budget.",
        "It was expected to close in May 2026.",
        "The deal has 54 seats.",
    ],
)
def test_a_record_written_field_by_field_is_read_by_its_fields(claim: str) -> None:
    assert check_claim(claim, [Source(DEAL)]).reasons == ()


@pytest.mark.parametrize(
    "claim",
    [
        "Tobias Keane owns the Fell Dairy cold stores deal.",
        "Tobias Keane owns the deal and Priya Raman is the contact.",
        "Fell Dairy Ltd owns the deal with Priya Raman.",
        "The stage of the deal is Evaluation.",
        "The deal was opened on 15 May 2026.",
        "The deal closed on 15 May 2026.",
        "The deal was not lost.",
        "The deal is worth €21,800.",
        "The deal is worth more than £21,800.",
        "The deal is worth £21,800 per year.",
        "The deal has 54 sites.",
        "The deal was lost for lack of budget after long talks.",
        "The £21,800 deal was lost to a cheaper rival.",
    ],
)
def test_what_its_fields_do_not_say_of_a_record_is_refused(claim: str) -> None:
    assert check_claim(claim, [Source(DEAL)]).reasons != ()


@pytest.mark.parametrize("layout", ["lines", "json", "semicolons"])
def test_two_records_in_one_text_are_not_mixed_up(layout: str) -> None:
    rows = [
        {"invoice": "INV-201", "customer": "Acme GmbH", "amount": "EUR 300", "owner": "Dana Fox"},
        {"invoice": "INV-305", "customer": "Globex", "amount": "EUR 450", "owner": "Lee Moss"},
    ]
    lines = ["; ".join(f"{key}: {value}" for key, value in row.items()) for row in rows]
    columns = ["\n".join(line.split("; ")) for line in lines]
    text = {"json": json.dumps(rows), "semicolons": "\n".join(lines), "lines": "\n\n".join(columns)}
    source = Source(text[layout])
    assert supported("Invoice INV-305 of Globex is for EUR 450.", source)
    assert supported("Dana Fox owns invoice INV-201.", source)
    assert not supported("Invoice INV-201 of Acme GmbH is for EUR 450.", source)
    assert not supported("Dana Fox owns invoice INV-305.", source)


TALK = (
    "Priya Raman: When do they come back?\n"
    "Tobias Keane: The re-audit is the 2nd of February. If we fail that one we lose the contract. "
    "I might sign for two years, but not before the audit. My director, Ruth Ainsley, decides.\n"
    "Priya Raman: I can offer 12 percent."
)


@pytest.mark.parametrize(
    ("claim", "holds"),
    [
        ("The re-audit is on 2 February.", True),
        ("Tobias Keane said that the re-audit is on 2 February.", True),
        ("Tobias Keane might sign for two years.", True),
        ("Ruth Ainsley decides.", True),
        ("Priya Raman can offer 12 %.", True),
        ("The re-audit is not on 2 February.", False),
        ("Priya Raman said that the re-audit is on 2 February.", False),
        ("According to Priya Raman, the re-audit is on 2 February.", False),
        ("They passed the re-audit on 2 February.", False),
        ("Tobias Keane will sign for two years.", False),
        ("Tobias Keane signs for two years if the audit is passed.", False),
        ("Tobias Keane decides.", False),
        ("Tobias Keane can offer 12 %.", False),
        ("They lose the contract.", False),
    ],
)
def test_speakers_deeds_and_doubts_are_kept_apart(claim: str, holds: bool) -> None:
    speakers = ("Priya Raman", "Tobias Keane")
    assert supported(claim, Source(TALK, entities=speakers)) is holds


def test_what_is_said_around_a_fact_is_not_weighed() -> None:
    source = Source("Pizza delivery is common in some countries. New York City is large.")
    assert supported("Yes! Did you know that pizza delivery is common in some countries?", source)
    assert supported("NYC is large.", source)
    assert not supported("Did you know how pizza is delivered?", source)


def test_two_sources_about_one_entity_support_a_claim_together() -> None:
    stage = Source("Stage: negotiation", entities=("Acme renewal",))
    owner = Source("Owner: Dana Fox", entities=("Acme renewal",))
    assert supported("The Acme renewal is in negotiation; its owner is Dana Fox.", stage, owner)


def test_without_a_source_nothing_is_supported() -> None:
    assert check_claim("The budget is $1.", []).reasons == ("there is no source",)
    assert check_claim("The budget is $1.", [Source("  ")]).reasons == ("there is no source",)


def test_an_unsupported_claim_is_never_without_a_reason() -> None:
    for claim in ("", "?", "Yes.", "The moon is cheese.", "42"):
        verdict = check_claim(claim, [Source(CALL)])
        assert not verdict.supported
        assert verdict.reasons


@pytest.mark.parametrize("text", [ORDER, CALL])
def test_each_sentence_of_a_text_is_supported_by_that_text(text: str) -> None:
    for start, end in sentence_spans(text):
        assert supported(text[start:end], Source(text)), text[start:end]


@given(st.integers(1, 99_999), st.integers(1, 99_999))
def test_a_number_is_supported_exactly_when_the_source_has_it(said: int, given_: int) -> None:
    source = Source(f"They have {given_} users in the plan.")
    assert supported(f"They have {said:,} users.", source) == (said == given_)


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_gets_a_verdict(claim: str, evidence: str) -> None:
    verdict = check_claim(claim, [Source(evidence)])
    assert verdict.supported or verdict.reasons


@pytest.mark.skipif(TEST_DATA is None, reason="RAPPORT_TEST_DATA names no folder of test data")
def test_swapped_fields_of_shop_orders_are_caught_and_true_ones_pass() -> None:
    assert TEST_DATA is not None
    lines = (TEST_DATA / "evidence" / "crm-claims.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    wrong = [
        row
        for row in rows
        if supported(row["claim"], Source(row["evidence"])) != (row["label"] == "supported")
    ]
    false_accepts = [row for row in wrong if row["label"] == "unsupported"]
    assert len(false_accepts) <= 0.002 * len(rows)
    assert len(wrong) <= 0.01 * len(rows)


def test_a_phrase_may_stand_in_the_source_as_it_stands_in_the_claim() -> None:
    source = Source("So we've failed the audit twice running now, and we expect a third.")
    assert check_claim("We've failed the audit twice running now.", [source]).supported
