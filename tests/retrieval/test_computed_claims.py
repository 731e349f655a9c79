"""Claims that follow from a source by counting, comparing, adding or rewording."""

from __future__ import annotations

import pytest

from retrieval.evidence import Source, check_claim
from retrieval.grids import grid

VISITS = Source(
    "Site visits, June 2027\nEngineer,Visits,Hours,Open issues,Costs (EUR)\n"
    "Priti Shah,14,61,3,940\nLars Holt,9,48,0,610\nCarla Diaz,17,70,5,1205"
)
ORDERS = Source(
    "Orders of Kestrel Bikes\nO-881 – 3 Feb 2027 – 2,150.00 GBP – delivered\n"
    "O-902 – 17 Mar 2027 – 980.00 GBP – shipped\nO-915 – 2 Apr 2027 – 4,400.00 GBP – pending"
)
PLANS = Source(
    "Plan sheet. Basic 10: 10 seats, 5 GB storage, 19 EUR per month. Basic 25: 25 seats, 20 GB "
    "storage, 39 EUR per month; phone support included. Both can be cancelled at any time."
)
BOOKING = Source(
    "Booking: B-2217\nGuest: Marta Olsen\nRoom: Harbour suite\nCheck-in: 2027-05-04\n"
    "Check-out: 2027-05-09\nNights: 5\nRate: 240.00 EUR per night\n"
    "Deposit: 300.00 EUR, paid 2027-03-01\nAuto-renew: no\nReminders sent: 2\n"
    "Signed by: Marta Olsen and Tim Adair"
)
CALL = Source(
    "Call with Northgate Clinics\n"
    "Dr. Amara Nwosu: The import of old files has to work first. If it does, we start with two "
    "clinics in September. Our IT lead, Petra Lang, has not seen the contract yet.\n"
    "Jonas Friis: I'll send it to her by Tuesday. The price is 38 euros per user and month.\n"
    "Dr. Amara Nwosu: Fine. Please add the training days to the offer. You have thirty days, we "
    "pay at forty-five, always.\n"
    "Jonas Friis: Is there any money set aside for a pilot?\n"
    "Dr. Amara Nwosu: For this year, no."
)


@pytest.mark.parametrize(
    ("source", "claim", "false"),
    [
        (VISITS, "Carla Diaz made the most visits.", "Lars Holt made the most visits."),
        (VISITS, "Lars spent fewer hours than Priti.", "Lars spent more hours than Priti."),
        (
            VISITS,
            "Priti Shah made five more visits than Lars Holt.",
            "Priti Shah made four more visits than Lars Holt.",
        ),
        (
            VISITS,
            "The three engineers made 40 visits in total.",
            "The three engineers made 42 visits in total.",
        ),
        (
            VISITS,
            "Two of the three engineers have open issues.",
            "All three engineers have open issues.",
        ),
        (VISITS, "Lars Holt has no open issues.", "Priti Shah has no open issues."),
        (VISITS, "Priti Shah's costs were €940.", "Priti Shah's costs were $940."),
        (ORDERS, "O-915 is the largest order.", "O-881 is the largest order."),
        (ORDERS, "O-902 is later than O-881.", "O-902 is earlier than O-881."),
        (
            ORDERS,
            "One of the three orders has been delivered.",
            "Two of the three orders have been delivered.",
        ),
        (ORDERS, "O-915 has not been shipped.", "O-902 has not been shipped."),
        (
            PLANS,
            "Basic 25 costs €20 more a month than Basic 10.",
            "Basic 25 costs €30 more a month than Basic 10.",
        ),
        (PLANS, "Phone support comes with Basic 25.", "Phone support comes with Basic 10."),
        (
            BOOKING,
            "The room costs less than 250 euros a night.",
            "The room costs less than 200 euros a night.",
        ),
        (BOOKING, "Two people signed.", "Only one person signed."),
        (BOOKING, "Marta Olsen was reminded twice.", "Marta Olsen was reminded once."),
        (BOOKING, "Check-in is on the fourth of May 2027.", "Check-in is on 9 May 2027."),
        (BOOKING, "B-2217 does not renew automatically.", "B-2217 renews automatically."),
    ],
)
def test_a_claim_may_be_worked_out_of_rows_and_fields(
    source: Source, claim: str, false: str
) -> None:
    assert check_claim(claim, [source]).reasons == ()
    assert check_claim(false, [source]).reasons != ()


@pytest.mark.parametrize(
    ("claim", "false"),
    [
        (
            "Jonas promised to send Petra Lang the contract by Tuesday.",
            "Petra Lang promised to send Jonas the contract by Tuesday.",
        ),
        (
            "Amara asked Jonas to add the training days to the offer.",
            "Jonas asked Amara to add the training days to the offer.",
        ),
        ("Petra Lang hasn't seen the contract so far.", "Petra Lang has read the contract."),
        (
            "Northgate would start with two clinics in September, provided the import works.",
            "Northgate starts with two clinics in September.",
        ),
        ("Each user costs 38 euros a month.", "Each user costs 38 euros a year."),
        ("Northgate pays at 45 days.", "Northgate pays at 45 months."),
        ("No money is set aside for a pilot.", "Money is set aside for a pilot."),
        ("Petra Lang is the IT lead.", "Amara Nwosu is the IT lead."),
        ("Amara wants the training days in the offer.", "Amara Lang wants the training days."),
    ],
)
def test_what_was_said_may_be_told_in_other_words(claim: str, false: str) -> None:
    assert check_claim(claim, [CALL]).reasons == ()
    assert check_claim(false, [CALL]).reasons != ()


@pytest.mark.parametrize(
    "claim",
    [
        "P-31 went live on 30 September 2027.",
        "The project started on 30 September 2027.",
        "Both oven doors are bent.",
        "Ruth wants to discuss the contract before June.",
        "The small press costs $48,000.",
    ],
)
def test_what_is_planned_or_said_of_another_is_no_fact_of_this_one(claim: str) -> None:
    project = Source("Project P-31 | Kick-off: 12 Jan 2027 | Go-live: 30 Sep 2027 (planned)")
    call = Source(
        "Ruth Adler: One oven door is bent.\nMax Bell: Shall we talk about the contract?\n"
        "Ruth Adler: Not before June.\nMax Bell: You return the small press. The large press stays "
        "as agreed, 48,000 dollars."
    )
    assert check_claim(claim, [project]).reasons != ()
    assert check_claim(claim, [call]).reasons != ()


def test_a_table_is_read_with_its_headings_and_their_units() -> None:
    rows = grid(VISITS.text)
    assert [field.label for field in rows[1]][:2] == ["Engineer", "Visits"]
    assert rows[0][4].value == "EUR 940"
    assert grid("Ann Lee, Bo Chan, Cy Dee\nwere there, all three, in May") == ()
