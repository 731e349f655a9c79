"""What is told as done, moved or apart must be told so by the source."""

from __future__ import annotations

import pytest

from retrieval.evidence import Source, check_claim

BOOKING = (
    "Booking B-71 | Guest: Harbour Choir | Deposit: 300.00 EUR, to be refunded in May "
    "| Confirmed: no"
)
TALK = (
    "Ada Quist: The crane is in the plan for the spring. It is not yet ordered; that waits for "
    "the board."
)
LIFTS = "L-1 Lift Alto: up to 8 persons; 2 m/s\nL-2 Lift Basso: up to 20 persons; 1 m/s"
SCORE = "Health of Quay Bakers: 61, last month 48. Owner: Ada Quist."


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The booking of Harbour Choir has been confirmed.", BOOKING),
        ("Harbour Choir's deposit of 300 euros has been refunded.", BOOKING),
        ("The crane has been ordered.", TALK),
        ("Lift Alto takes more persons than Lift Basso.", LIFTS),
        ("The health of Quay Bakers has fallen since last month.", SCORE),
        ("The health of Quay Bakers has gone down since last month.", SCORE),
    ],
)
def test_a_deed_not_done_and_a_move_not_told_are_refused(claim: str, source: str) -> None:
    assert not check_claim(claim, [Source(source)]).supported


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The invoice has been paid.", "The invoice was paid on 3 March."),
        ("Order O-1 is confirmed.", "Order O-1 | Status: confirmed"),
        ("Turnover has risen since last year.", "Turnover rose from 20 to 30 since last year."),
        ("The crane is not yet ordered.", TALK),
    ],
)
def test_what_the_source_tells_so_is_kept(claim: str, source: str) -> None:
    assert check_claim(claim, [Source(source)]).supported


def test_a_sum_keeps_its_coin_beside_a_number_of_another() -> None:
    source = "We quoted 5,000 euros. The other house quoted about 62,000 tolars."
    assert not check_claim("The other house quoted about 62,000 euros.", [Source(source)]).supported
