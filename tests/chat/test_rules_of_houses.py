"""Rules as different houses write them: the same verdicts, whatever the form."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from assistant.chat.rules.assignments import assignments
from assistant.chat.rules.conditions import holds
from assistant.chat.rules.facts import Colleague, Fact
from assistant.chat.rules.progress import signs
from assistant.chat.rules.reading import Policy, points
from assistant.chat.rules.scopes import of_this_quote
from assistant.chat.rules.tiers import alone, tiers
from assistant.chat.rules.turns import parted
from assistant.db import Sessions
from assistant.db.tables import Deal, Interaction, Task, Ticket
from tests.chat.firm import Books, Firm, at
from tests.chat.test_rules import first, policy, said

PEOPLE = (Colleague("1", "Ada Reyes"), Colleague("2", "Ben Ortiz"), Colleague("3", "Cleo Marsh"))
AREAS = (
    "A new lead belongs to the rep of its area: Yorkshire (Leeds, Harrogate) to Ada Reyes; Styria "
    "and Wales & West to Ben Ortiz. Exceptions, the first that applies wins: 1. A new site of an "
    "existing customer stays with the owner of that customer. 2. Schools and colleges go to Cleo "
    "Marsh, wherever they are. 3. A lead with a budget above 80,000 EUR goes to the team lead of "
    "its area (North: Bo Fischer, South: Cleo Marsh). Leads from Norway are not ours, they are "
    "passed to our partner Fjord Ovens AS."
)


@pytest.mark.parametrize(
    ("question", "gets"),
    [
        ("A lead from Harrogate, a bakery new to us. Who gets it?", "Ada Reyes"),
        ("A bakery in Styria, not a customer, has 95k to spend. Whose lead is it?", "Bo Fischer"),
        ("A school in Styria with a budget of 120.000 EUR: who gets the lead?", "Cleo Marsh"),
        ("Somebody from Bergen in Norway wants ten ovens. Who do we give that to?", "Fjord Ovens"),
        ("Brightwater Foods will open a second site. Who gets that lead?", "Ada Reyes"),
        ("A college in Leeds wants a wall oven. Mine or whose?", "Cleo Marsh"),
    ],
)
def test_a_lead_told_in_the_question_goes_by_exceptions_before_areas(
    firm: Firm, sessions: Sessions, question: str, gets: str
) -> None:
    with sessions.begin() as session:
        policy(Books(session, dict(firm.ids)), "Who gets a lead", AREAS)
        assert first(session, firm.boss, question).startswith(gets), said(
            session, firm.boss, question
        )


def test_a_lead_of_nowhere_is_nobodys(firm: Firm, sessions: Sessions) -> None:
    with sessions.begin() as session:
        policy(Books(session, dict(firm.ids)), "Who gets a lead", AREAS)
        assert said(session, firm.boss, "A bakery in Lisbon found us. Whose lead is it?") == []


def test_what_stands_in_brackets_are_alternatives_and_walls_are_not_in_wales() -> None:
    known = frozenset({"yorkshir", "leed"})
    leeds, wall = Fact(frozenset(), "said", "Leeds"), Fact(frozenset(), "said", "wall")
    assert holds("Yorkshire (Leeds, Harrogate)", [leeds], known, existing=None).true
    assert not holds("Wales & West", [wall], known, existing=None).true


def test_someone_of_another_house_can_be_named() -> None:
    body = "Leads from Norway or Sweden are passed to our partner Nord AS."
    point = points(Policy("p", "policy", 1, "Leads", body))[0]
    (found,) = assignments(point, PEOPLE)
    assert [one.name for one in found.to] == ["Nord AS"]


TICKETS = (
    "Probes: Ada Reyes and Ben Ortiz. Gateways: Cleo Marsh. Among those with the skill the one "
    "with the fewest open tickets takes it. Tickets about an injury go to Bo Fischer at once, "
    "whatever the product. Ben Ortiz is on leave from 1 June 2026 to 30 June 2026."
)


@pytest.mark.parametrize(
    ("question", "takes"),
    [
        ("New ticket: a cold probe is broken. Who takes it?", "Ada Reyes"),
        ("New ticket: somebody twisted an ankle over a probe. Who takes it?", "Bo Fischer"),
        ("New ticket: a probe fell down, nobody was hurt. Who takes it?", "Ada Reyes"),
    ],
)
def test_a_ticket_goes_by_its_product_to_who_is_there(
    firm: Firm, sessions: Sessions, question: str, takes: str
) -> None:
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        policy(books, "Who takes a ticket", TICKETS)
        for name in ("x1", "x2"):
            open_one = Ticket(
                number=name, subject="Other", status="open", opened_at=at("2026-06-01")
            )
            books.add(name, open_one, "ticket", account="halden", owner=firm.ada.user_id)
        session.flush()
        assert first(session, firm.boss, question).startswith(takes), said(
            session, firm.boss, question
        )


STAGES = (
    "1 Enquiry: somebody asked, nothing is measured. 2 Survey: a visit to measure is agreed or "
    "done, nothing is drawn. 3 Design: a drawing is being made or discussed. 4 Offer out: a "
    "written offer has been sent. 5 Contract check: the price is agreed and the contract lies "
    "with them for signature. Topped out: the signed contract is back. Fell off: they said no. A "
    "deal stands at the furthest stage for which there is proof."
)
WORK = (
    "1 Enquiry: call back, send the catalogue. 2 Survey: measure, photograph. 3 Design: draw the "
    "layout. 4 Offer out: follow up on the offer. 5 Contract check: chase the signature. Topped "
    "out: book the fitters. Fell off: ask why they said no."
)


def a_kitchen(books: Books, firm: Firm, stage: str, *written: str) -> None:
    won = {"Topped out": True, "Fell off": False}.get(stage)
    deal = Deal(name="Quayside kitchen", stage=stage, won=won, opened_at=at("2026-05-01"))
    books.add("kitchen", deal, "deal", account="brightwater", owner=firm.ada.user_id)
    for day, body in enumerate(written, 1):
        note = Interaction(
            channel="call", body=body, occurred_at=at(f"2026-06-0{day}"), deal_id=deal.id
        )
        books.add(f"note{day}", note, "interaction", account="brightwater")


@pytest.mark.parametrize(
    ("written", "stage"),
    [
        (
            "Ada: Then I'd like to measure first. Mara: Come on 9 June. Nothing is drawn.",
            "2 Survey",
        ),
        ("The room was measured. Today we went through my first drawing.", "3 Design"),
        ("The drawing you approved is attached. The offer went out this morning.", "4 Offer out"),
        ("Mara: Yes, the price is agreed. The contract is with our lawyer.", "5 Contract check"),
        ("Here is the signed contract back, every page.", "Topped out"),
        ("We won't do it, the roof ate the money. Please close it on your side.", "Fell off"),
    ],
)
def test_stages_of_any_name_are_told_by_what_is_done(
    firm: Firm, sessions: Sessions, written: str, stage: str
) -> None:
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        policy(books, "What the stages mean", STAGES)
        for name in ("1 Enquiry", "2 Survey", "3 Design", "4 Offer out", "5 Contract check",
                     "Topped out", "Fell off"):  # fmt: skip
            books.add(name, Deal(name=name, stage=name), "deal", account="halden")
        a_kitchen(books, firm, "1 Enquiry", written)
        session.flush()
        answer = first(session, firm.ada, "Quayside kitchen: where does it really stand?")
        assert answer == f"{stage} is the right stage for Quayside kitchen."


@pytest.mark.parametrize(
    ("stage", "unsuited"),
    [("2 Survey", "“Chase signature on the contract”"), ("Fell off", "“Measure the west wall”")],
)
def test_tasks_without_types_are_told_by_their_titles(
    firm: Firm, sessions: Sessions, stage: str, unsuited: str
) -> None:
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        policy(books, "Which to-dos belong to which stage", WORK)
        a_kitchen(books, firm, stage)
        for name in ("2 Survey", "3 Design", "Fell off"):
            books.add(name, Deal(name=name, stage=name), "deal", account="halden")
        for title in ("Measure the west wall", "Chase signature on the contract",
                      "Follow up on the offer", "Send the catalogue"):  # fmt: skip
            deal_id = books.ids["kitchen"]
            books.add(title, Task(title=title, status="open", deal_id=deal_id), "task",
                      account="brightwater", owner=firm.ada.user_id)  # fmt: skip
        session.flush()
        answer = first(
            session, firm.ada, "Which to-do on Quayside kitchen makes no sense any more?"
        )
        assert unsuited in answer, answer
        assert f"not belong to the stage {stage}" in answer


def test_of_a_deal_that_nobody_may_see_nothing_is_told(firm: Firm, sessions: Sessions) -> None:
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        policy(books, "Which to-dos belong to which stage", WORK)
        a_kitchen(books, firm, "2 Survey")
        task = Task(title="Measure the west wall", status="open", deal_id=books.ids["kitchen"])
        books.add("task", task, "task", account="brightwater", owner=firm.ada.user_id)
        other = Task(title="Send the catalogue", status="open", deal_id=books.ids["kitchen"])
        books.add("other", other, "task", account="brightwater", owner=firm.ada.user_id)
        session.flush()
        assert said(session, firm.cleo, "Which open tasks on Quayside kitchen don't fit?") == []


HOUSE = {
    "Refunds": "Nobody promises or pays a refund for goods before they are back. Fees are "
    "refunded for whole unused months only, never for part of a month.",
    "Unsafe gear": "Tell them to take faulty gear out of use at once. Nobody says that it may be "
    "used until somebody comes.",
    "Other customers": "To a customer we never name another customer's prices or troubles.",
    "Delivery dates": "A delivery date is only promised after the depot has confirmed it.",
    "Stages": "Enquiry: nobody has been there yet. Offer: a quote about price or delivery is out.",
    "Advice": "We do not say whether it may be used on a patient, or which dose is safe.",
    "Tone": "We do not blame a colleague in front of a customer.",
}


def _chat(session: Session, firm: Firm, words: str) -> None:
    """The house's policies, and a chat of 10 June in which Sam Okafor says these words."""
    books = Books(session, dict(firm.ids))
    for title, body in HOUSE.items():
        policy(books, title, body)
    chat = Interaction(
        channel="chat", occurred_at=at("2026-06-10"),
        body=f"Dana Fox: It came in orange. Sam Okafor: {words} Dana Fox: Good.",
    )  # fmt: skip
    books.add("chat", chat, "interaction", account="brightwater")
    session.flush()


@pytest.mark.parametrize(
    ("words", "broken"),
    [
        ("The refund goes out today, send them whenever you like.", "Refunds"),
        ("I'll refund the rest of June too, those ten days.", "Refunds"),
        ("You can keep using it until Thursday.", "Unsafe gear"),
        ("Halden Logistics pays 2,400 for the same package.", "Other customers"),
        ("Friday, I guarantee it.", "Delivery dates"),
        ("I promise the money will be back by Friday, no matter what.", "Refunds"),
        ("For a child that is perfectly safe, go ahead.", "Advice"),
        ("That's Ben for you, he mixes up everything.", "Tone"),
    ],
)
def test_each_of_several_policies_is_a_rule_of_conduct(
    firm: Firm, sessions: Sessions, words: str, broken: str
) -> None:
    with sessions.begin() as session:
        _chat(session, firm, f"Oh no. {words}")
        answer = first(
            session, firm.boss, "Sam's chat with Dana Fox on 10 June: which rule was broken?"
        )
        assert answer.startswith(f"A rule of “{broken}” is broken: Sam Okafor said"), answer


@pytest.mark.parametrize(
    "words",
    ["Usually a week, but that isn't a promise.", "I've credited the 12 euros, they go out today."],
)
def test_what_breaks_no_rule_is_held_against_nobody(
    firm: Firm, sessions: Sessions, words: str
) -> None:
    with sessions.begin() as session:
        _chat(session, firm, words)
        assert said(session, firm.boss, "Was Sam's chat with Dana Fox contrary to our rules?") == []


def test_turns_are_parted_within_one_line() -> None:
    body = "Ada Reyes: We are late. Sorry. Dana Fox: How late: a week? Ada Reyes: Two days."
    assert [who for who, _, _ in parted(body)] == ["Ada Reyes", "Dana Fox", "Ada Reyes"]
    assert body[parted(body)[1][1] : parted(body)[1][2]] == "How late: a week?"


def test_a_contract_that_lies_there_for_signature_is_not_signed() -> None:
    assert [one.step for one in signs("The contract lies with them for signature.")] == ["terms"]
    assert [(one.step, one.taken) for one in signs("The signed contract is back.")] == [
        ("signed", True)
    ]


def test_what_holds_only_under_a_condition_is_no_tier_of_all_offers() -> None:
    body = (
        "A rep may give up to 6 % without asking; if there is a pump on the offer, only up to "
        "4 %; if the offer holds nothing but software, up to 10 %. Above 12 % Cleo Marsh signs."
    )
    point = points(Policy("p", "policy", 1, "Discounts", body))[0]
    assert [one.most for one in tiers(point)] == [6, None]


ROUTES = (
    "New leads go by state: Nebraska to Ada Reyes, Iowa to Ben Ortiz. Missouri is worked by Ben "
    "Ortiz. Before the state counts, go through these points in order; the first that applies "
    "decides. (1) Another office of an account that we already have stays with the owner of that "
    "account. (2) Groups with five or more offices go to Cleo Marsh. (3) Requests for gloves only, "
    "below $2,000, go to Bo Fischer."
)


@pytest.mark.parametrize(
    ("question", "gets"),
    [
        ("A dentist in Joplin, MO wants one chair. Assign to?", "Ben Ortiz"),
        ("Six-office group out of Omaha, Nebraska rang in. Whose lead is it?", "Cleo Marsh"),
        ("Three dentists in Omaha, Nebraska, one office. Who's the right person?", "Ada Reyes"),
        ("Someone in Iowa wants $900 of gloves. Who handles that lead?", "Bo Fischer"),
        ("Brightwater takes over an office in Iowa. Who works it?", "Ada Reyes"),
    ],
)
def test_points_before_the_area_decide_by_numbers_in_words_too(
    firm: Firm, sessions: Sessions, question: str, gets: str
) -> None:
    with sessions.begin() as session:
        policy(Books(session, dict(firm.ids)), "Lead routing", ROUTES)
        session.flush()
        assert first(session, firm.boss, question).startswith(gets), said(
            session, firm.boss, question
        )


SKILLS = (
    "Probes: Ada Reyes or Ben Ortiz. Orders, deliveries and billing: Cleo Marsh. Where two people "
    "have the skill, the ticket goes to the one with fewer tickets that are not solved or closed. "
    "Anything where a patient or an employee was hurt goes to Bo Fischer at once, whatever the "
    "product."
)


@pytest.mark.parametrize(
    ("question", "takes"),
    [
        ("Cold probe is dead. Mine or Ben's?", "Ben Ortiz"),
        ("They were charged twice. Which support person is that for?", "Cleo Marsh"),
        ("It went to the old address, she is furious. Whose ticket is it?", "Cleo Marsh"),
        ("An assistant cut herself on a probe. Who has to get this?", "Bo Fischer"),
    ],
)
def test_load_counts_what_is_not_solved_and_desks_know_many_words(
    firm: Firm, sessions: Sessions, question: str, takes: str
) -> None:
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        policy(books, "Ticket routing", SKILLS)
        for name, owner, status in [
            ("x1", firm.ada, "open"), ("x2", firm.ada, "open"), ("x3", firm.ben, "open"),
            ("x4", firm.ben, "solved"), ("x5", firm.ben, "solved"),
        ]:  # fmt: skip
            row = Ticket(number=name, subject="Other", status=status, opened_at=at("2026-06-01"))
            books.add(name, row, "ticket", account="halden", owner=owner.user_id)
        session.flush()
        assert first(session, firm.boss, question).startswith(takes), said(
            session, firm.boss, question
        )


DISCOUNTS = (
    "On quotes with probes a rep gives up to 7 % alone. On quotes with paper only up to 12 %. "
    "Above that, and up to 15 %, the sales manager of the rep's team signs. Above 15 % only Bo "
    "Fischer signs."
)


def test_a_limit_for_other_quotes_does_not_count_and_the_signature_is_named() -> None:
    (point,) = points(Policy("p", "policy", 1, "Discounts", DISCOUNTS))
    row = of_this_quote(alone(tiers(point)), [frozenset({"prob", "cold"})])
    told = [(int(one.most or 0), "alone" if one.freely else one.who) for one in row]
    assert told == [(7, "alone"), (15, "sales manager"), (0, "Bo Fischer")]
    assert row[1].least == 7
