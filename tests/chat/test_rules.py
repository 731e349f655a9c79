"""Records held against written rules: the verdict follows the rule and the record, both ways."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from assistant.chat.answers import Citation
from assistant.chat.asking import Asking
from assistant.chat.question.clock import Calendar
from assistant.chat.rules.answer import judged
from assistant.chat.rules.criteria import CRITERIA, evidence
from assistant.chat.rules.facts import Colleague
from assistant.chat.rules.turns import turns
from assistant.db import Sessions
from assistant.db.tables import Article, Deal, Interaction, Lead, Line, Product, Quote, Task, Ticket
from assistant.governance.access import Principal
from tests.chat.firm import NOW, Books, Firm, at


def policy(books: Books, title: str, body: str) -> None:
    books.add(title, Article(title=title, body=body), "policy", confidentiality="internal")


def said(session: Session, who: Principal, question: str) -> list[str]:
    verdict = judged(session, Asking(who, NOW, Calendar()), question)
    return [] if verdict is None else [draft.text for draft in verdict.drafts]


def first(session: Session, who: Principal, question: str) -> str:
    return next(iter(said(session, who, question)), "")


TERRITORIES = (
    "Stop at the first that fits.\n"
    "1. The company is one of our accounts already: its owner gets the lead.\n"
    "2. Hotels with 50 rooms or more: Cleo Marsh.\n"
    "3. By country. Austria and Switzerland: Ada Reyes. Germany: Ben Ortiz.\n"
    "4. Any other country: nobody."
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "A hotel with 80 rooms in Austria called, not a customer. Whose lead is it?",
            "Cleo Marsh",
        ),
        ("A hotel with 40 rooms in Austria called, not a customer. Whose lead is it?", "Ada Reyes"),
        ("A bakery in Germany called, not a customer. Who gets the lead?", "Ben Ortiz"),
        ("A bakery in Portugal called, not a customer. Who gets the lead?", "No one"),
    ],
)
def test_a_lead_goes_to_whom_the_first_rule_that_fits_names(
    firm: Firm, sessions: Sessions, question: str, answer: str
) -> None:
    with sessions.begin() as session:
        policy(Books(session, dict(firm.ids)), "Who gets a lead", TERRITORIES)
        assert first(session, firm.boss, question).startswith(answer)


def test_a_lead_of_an_account_goes_to_its_owner(firm: Firm, sessions: Sessions) -> None:
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        policy(books, "Who gets a lead", TERRITORIES)
        lead = Lead(name="Ivo Brandt", company="Halden Logistics", country="AT")
        books.add("lead", lead, "lead", owner=firm.ben.user_id)
        session.flush()
        answer = first(session, firm.ben, "Whose lead is Halden Logistics under our rules?")
        assert answer == "Ben Ortiz gets the lead Ivo Brandt, Halden Logistics."


def test_without_the_rule_nobody_is_named(firm: Firm, sessions: Sessions) -> None:
    with sessions.begin() as session:
        assert said(session, firm.boss, "A bakery in Germany called. Who gets the lead?") == []


def test_a_ticket_goes_to_the_skilled_person_with_the_fewest(
    firm: Firm, sessions: Sessions
) -> None:
    rule = (
        "By category. Sensors: Ada Reyes, Ben Ortiz. Billing: Cleo Marsh.\n"
        "Of these the one with the fewest open tickets takes it."
    )
    question = "Ticket T-900 came in without an agent. Who takes it?"
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        policy(books, "Who takes a ticket", rule)
        new = Ticket(number="T-900", subject="dead probe", category="Sensors", opened_at=NOW)
        books.add("new", new, "ticket", account="brightwater")
        for number in range(3):
            one = Ticket(number=f"T-91{number}", subject="x", status="open", opened_at=NOW)
            books.add(f"t{number}", one, "ticket", account="brightwater", owner=firm.ada.user_id)
        session.flush()
        assert first(session, firm.support, question).startswith("Ben Ortiz takes ticket T-900")
        new.category = "Billing"
        session.flush()
        assert first(session, firm.support, question).startswith("Cleo Marsh takes ticket T-900")


DISCOUNTS = (
    "Discounts. A rep may give up to 10 % on their own; above 10 % and up to {most} % the sales "
    "director signs; more is not given."
)


def a_quote(books: Books, percent: float, *, days: int = 20) -> Quote:
    quote = Quote(
        number="Q-77", discount_percent=percent, issued_on=date(2026, 6, 1),
        valid_until=date(2026, 6, 1 + days), total=Decimal(900), currency="EUR",
    )  # fmt: skip
    books.add("quote", quote, "quote", account="brightwater")
    return quote


@pytest.mark.parametrize(
    ("percent", "most", "verdict"),
    [
        (8, 20, "Yes"),
        (15, 20, "No, not without sales director"),
        (25, 20, "No: "),
        (25, 30, "No, not"),
    ],
)
def test_a_quote_may_go_out_as_far_as_the_rule_allows(
    firm: Firm, sessions: Sessions, percent: float, most: int, verdict: str
) -> None:
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        policy(books, "Discounts and signatures", DISCOUNTS.format(most=most))
        a_quote(books, percent)
        session.flush()
        answer = first(session, firm.ada, "May I send quote Q-77 as it is?")
        assert answer.startswith(verdict), answer


def test_who_has_to_agree_is_named_with_the_rule_and_the_quote_cited(
    firm: Firm, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        policy(books, "Discounts and signatures", DISCOUNTS.format(most=20))
        a_quote(books, 15)
        session.flush()
        verdict = judged(session, Asking(firm.ada, NOW, Calendar()), "Who has to sign Q-77?")
        assert verdict is not None
        assert verdict.drafts[0].text.startswith("Sales director has to agree to quote Q-77")
        assert {one.kind for one in verdict.drafts[0].citations} == {"policy", "quote"}


def test_a_quote_whose_discount_nobody_recorded_is_not_cleared(
    firm: Firm, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        policy(books, "Discounts", DISCOUNTS.format(most=20) + "\nValidity: at most 45 days.")
        a_quote(books, 15).discount_percent = None
        session.flush()
        assert said(session, firm.ada, "May I send quote Q-77 as it is?") == []


def test_how_far_one_may_go_alone_follows_the_rule(firm: Firm, sessions: Sessions) -> None:
    with sessions.begin() as session:
        other = session.get(Article, firm.ids["p1"])
        assert other is not None
        other.body = "Nothing is said of discounts here."
        policy(Books(session, dict(firm.ids)), "Discounts", DISCOUNTS.format(most=20))
        question = "Up to how many percent discount may I give on my own?"
        assert first(session, firm.ada, question).startswith("Up to 10 %")
        assert said(session, firm.customer, question) == []


@pytest.mark.parametrize(
    ("rule", "lines", "verdict"),
    [
        ("F1. Every Oven needs its own Hood.", [("OV-1", 2), ("HD-1", 1)], "Rule F1 is broken"),
        ("F1. Every Oven needs its own Hood.", [("OV-1", 2), ("HD-1", 2)], "None"),
        ("F1. A Hood serves at most 2 ovens.", [("OV-1", 3), ("HD-1", 1)], "Rule F1 is broken"),
        ("F1. A Hood serves at most 4 ovens.", [("OV-1", 3), ("HD-1", 1)], "None"),
        ("F1. An Oven cannot be combined with a Hood.", [("OV-1", 1), ("HD-1", 1)], "Rule F1"),
    ],
)
def test_what_does_not_go_together_breaks_the_rule_that_says_so(
    firm: Firm, sessions: Sessions, rule: str, lines: list[tuple[str, int]], verdict: str
) -> None:
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        policy(books, "What fits together", f"{rule}\nF2. A Hood needs a Filter.")
        for sku, name in [("OV-1", "Oven"), ("HD-1", "Hood"), ("FI-1", "Filter")]:
            books.add(sku, Product(sku=sku, name=name), "product", confidentiality="open")
        a_quote(books, 0)
        for place, (sku, quantity) in enumerate([*lines, ("FI-1", 1)], 1):
            session.add(
                Line(parent_id=books.ids["quote"], position=place, product_id=books.ids[sku],
                     sku=sku, quantity=Decimal(quantity))
            )  # fmt: skip
        session.flush()
        answer = first(session, firm.ada, "Does everything on quote Q-77 fit together? Which rule?")
        assert answer.startswith(verdict), answer


STAGES = (
    "Discovery: we have talked, no demo so far.\n"
    "Trial: a demo has taken place, offer not out.\n"
    "Offer: they have our offer and have not said yes.\n"
    "Won: contract signed."
)
TASKS = "Discovery: intro call.\nTrial: write offer.\nOffer: follow up.\nWon: install."


def a_deal(books: Books, firm: Firm, stage: str, *written: str) -> Deal:
    deal = Deal(name="Quayside ovens", stage=stage, opened_at=at("2026-05-01"))
    books.add("quayside", deal, "deal", account="brightwater", owner=firm.ada.user_id)
    for day, body in enumerate(written, 1):
        note = Interaction(
            channel="meeting", body=body, occurred_at=at(f"2026-06-0{day}"), deal_id=deal.id
        )
        books.add(f"note{day}", note, "interaction", account="brightwater")
    return deal


@pytest.mark.parametrize(
    ("written", "stage"),
    [
        ("First talk with Mara. No demo yet.", "Discovery"),
        ("The demo took place on Monday. I still have to write the offer.", "Trial"),
        ("They have the offer, nothing accepted so far.", "Offer"),
        ("The signed contract came back today.", "Won"),
    ],
)
def test_the_right_stage_is_the_one_whose_meaning_fits_what_was_written(
    firm: Firm, sessions: Sessions, written: str, stage: str
) -> None:
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        policy(books, "What stages mean", STAGES)
        for name in ("Discovery", "Trial", "Offer"):
            other = Deal(name=name.lower(), stage=name)
            books.add(name, other, "deal", account="halden", owner=firm.ben.user_id)
        a_deal(books, firm, "Discovery", written)
        session.flush()
        answer = first(session, firm.ada, "Which stage is right for Quayside ovens?")
        assert answer == f"{stage} is the right stage for Quayside ovens."


@pytest.mark.parametrize(
    ("stage", "unsuited"), [("Trial", "“shop visit”"), ("Discovery", "“send it”")]
)
def test_tasks_that_are_none_of_the_stage_are_named(
    firm: Firm, sessions: Sessions, stage: str, unsuited: str
) -> None:
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        policy(books, "Tasks of each stage", TASKS)
        deal = a_deal(books, firm, stage)
        books.add("earlier", Deal(name="other", stage="Discovery"), "deal", account="halden")
        books.add("later", Deal(name="further", stage="Trial"), "deal", account="halden")
        for title, sort in [("shop visit", "intro call"), ("send it", "write offer")]:
            task = Task(title=title, task_type=sort, deal_id=deal.id, status="open")
            books.add(title, task, "task", account="brightwater", owner=firm.ada.user_id)
        session.flush()
        answer = first(session, firm.ada, "Which tasks of Quayside ovens do not suit the stage?")
        assert answer.startswith(f"{unsuited} does not belong to the stage {stage}"), answer


CONDUCT = (
    "6.1 Never promise a delivery date that the plant has not confirmed.\n"
    "6.2 No refund above {limit} euros without the manager's approval.\n"
    "6.3 Never tell a customer about another customer.\n"
    "6.4 Do not speak badly of competitors."
)


@pytest.mark.parametrize(
    ("words", "limit", "verdict"),
    [
        ("I am refunding you 400 euros right now.", 150, "Rule 6.2 is broken"),
        ("I am refunding you 400 euros right now.", 500, "None"),
        ("I promise it will be there on Friday.", 150, "Rule 6.1 is broken"),
        ("I can't promise a day.", 150, "None"),
        ("Halden Logistics pays less than you do.", 150, "Rule 6.3 is broken"),
        ("Ovenmakers? Their stuff is junk.", 150, "Rule 6.4 is broken"),
    ],
)
def test_a_conversation_is_held_against_each_rule_of_conduct(
    firm: Firm, sessions: Sessions, words: str, limit: int, verdict: str
) -> None:
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        policy(books, "Conduct with customers", CONDUCT.format(limit=limit))
        chat = Interaction(
            channel="chat", body=f"Customer: What now?\nSam: {words}", occurred_at=at("2026-06-10")
        )
        books.add("chat", chat, "interaction", account="brightwater")
        session.flush()
        question = (
            "Which conduct rule was broken in Sam's chat with Brightwater on June 10, if any?"
        )
        assert first(session, firm.boss, question).startswith(verdict)


FULL = (
    "Ivo decides alone. 40k is approved for it. The old line breaks twice a day. It has to run by "
    "September 1."
)


@pytest.mark.parametrize(
    ("was", "now", "missing"),
    [
        ("", "", "Nothing is missing"),
        ("40k is approved for it.", "There is no budget yet.", "budget."),
        ("Ivo decides alone.", "He does not know who decides.", "authority"),
        ("The old line breaks twice a day.", "The machines run fine.", "need."),
        ("It has to run by September 1.", "There is no date.", "timing."),
    ],
)
def test_what_a_lead_lacks_follows_what_it_said(
    firm: Firm, sessions: Sessions, was: str, now: str, missing: str
) -> None:
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        lead = Lead(name="Ivo Brandt", company="Castle Bakery")
        books.add("castle", lead, "lead", owner=firm.ada.user_id)
        note = Interaction(
            channel="call", body=FULL.replace(was, now) if was else FULL, lead_id=lead.id,
            occurred_at=at("2026-06-10"),
        )  # fmt: skip
        books.add("call", note, "interaction", owner=firm.ada.user_id)
        session.flush()
        answer = first(
            session, firm.ada,
            "What is missing at Castle Bakery: budget, authority, need or timing?",
        )  # fmt: skip
        assert missing in answer
        assert len(CRITERIA) == 4


SPOKEN = (
    "Ada: What can we do for you? Ivo: Two ovens for the hall. Ada: Is there money for it? Ivo: "
    "Yes, forty thousand, the bank has released it. Ada: And who signs? Ivo: Dr. Haas, my partner. "
    "He takes no calls. Ada: By when? Ivo: Before Easter."
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Castle Bakery: which of the four things is missing?", "Castle Bakery: authority."),
        ("Who has to sign at Castle Bakery?", "Dr. Haas"),
        ("How much money has Castle Bakery got for it?", "40,000 at Ivo Brandt"),
        ("By when does Castle Bakery need the ovens?", "Before Easter"),
    ],
)  # fmt: skip
def test_an_answer_of_a_lead_is_read_with_the_question_before_it(
    firm: Firm, sessions: Sessions, question: str, answer: str
) -> None:
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        lead = Lead(name="Ivo Brandt", company="Castle Bakery")
        books.add("castle", lead, "lead", owner=firm.ada.user_id)
        call = Interaction(
            channel="call", body=SPOKEN, lead_id=lead.id, occurred_at=at("2026-06-10")
        )
        books.add("call", call, "interaction", owner=firm.ada.user_id)
        session.flush()
        assert answer in first(session, firm.ada, question)


@pytest.mark.parametrize(
    ("said_of_money", "there"),
    [
        ("If the grant comes through we have 85,000.", False),
        ("I have applied for a loan, two hundred thousand.", False),
        ("My cousin spent eighty thousand on his.", None),
        ("Everything above ten thousand crosses my desk.", None),
        ("There's fifteen thousand in the account for this.", True),
        ("Might find 20 grand, but don't hold me to it.", False),
    ],
)
def test_money_that_is_not_theirs_or_not_there_yet_is_no_budget(
    said_of_money: str, there: bool | None
) -> None:
    body = f"Ada: What can you spend? Ivo: {said_of_money}"
    spoken = turns(body, [Colleague("1", "Ada Reyes")])
    place = Citation("interaction", "1", 1, "")
    told = [
        one.there for one in evidence(0, body, spoken, place, "Ivo") if one.criterion == "budget"
    ]  # fmt: skip
    assert (told[0] if told else None) is there


def test_nothing_is_told_of_a_lead_that_was_never_spoken_with(
    firm: Firm, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        lead = Lead(name="Ivo Brandt", company="Castle Bakery")
        books.add("castle", lead, "lead", owner=firm.ada.user_id)
        session.flush()
        assert said(session, firm.ada, "Is the Castle Bakery lead ready for an offer?") == []


PROSE = (
    "Discovery: we are finding out who decides. Tasks that belong here: discovery call.\n\n"
    "Trial: a demo has taken place. Tasks: ship kit, review results.\n\n"
    "Offer: they have our offer. Tasks: send quote."
)


@pytest.mark.parametrize(
    ("stage", "answer"),
    [("Discovery", "“Ship kit for store three” does not belong"), ("Offer", "None")],
)
def test_tasks_are_told_by_their_titles_where_a_rule_names_what_is_done(
    firm: Firm, sessions: Sessions, stage: str, answer: str
) -> None:
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        policy(books, "Stages and what belongs to them", PROSE)
        for name in ("Discovery", "Trial", "Offer"):
            books.add(name, Deal(name=f"a {name}", stage=name), "deal", account="halden")
        deal = a_deal(books, firm, stage)
        task = Task(title="Ship kit for store three", deal_id=deal.id, status="open")
        books.add("kit", task, "task", account="brightwater", owner=firm.ada.user_id)
        session.flush()
        question = "Which tasks of Quayside ovens belong to a later stage?"
        assert first(session, firm.ada, question).startswith(answer)


def test_the_second_choice_takes_it_once_the_first_has_as_many_as_the_rule_says(
    firm: Firm, sessions: Sessions
) -> None:
    rule = (
        "Each category has a first and a second choice.\n"
        "Sensors: Ada Reyes, then Ben Ortiz. Billing: Ben Ortiz, then Ada Reyes.\n"
        "The first choice takes the ticket unless they already have {most} or more open tickets."
    )
    question = "Ticket T-900 came in without an agent. Who takes it?"
    with sessions.begin() as session:
        books = Books(session, dict(firm.ids))
        policy(books, "Who takes a ticket", rule.format(most="six"))
        new = Ticket(number="T-900", subject="dead probe", category="Sensors", opened_at=NOW)
        books.add("new", new, "ticket", account="brightwater")
        for number in range(3):
            one = Ticket(number=f"T-91{number}", subject="x", status="open", opened_at=NOW)
            books.add(f"t{number}", one, "ticket", account="brightwater", owner=firm.ada.user_id)
        session.flush()
        assert first(session, firm.support, question).startswith("Ada Reyes takes ticket T-900")
        stated = session.get(Article, books.ids["Who takes a ticket"])
        assert stated is not None
        stated.body = rule.format(most="two")
        session.flush()
        assert first(session, firm.support, question).startswith("Ben Ortiz takes ticket T-900")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("A bakery in Germany called, not a customer. Who gets the lead?", "Ben Ortiz"),
        ("A blood service in Germany called, not a customer. Who gets the lead?", "Ada Reyes"),
        ("A bakery in Portugal called, not a customer. Who gets the lead?", "Cleo Marsh"),
        ("A bakery with 3,000 employees in Germany called, not a customer. Who gets it?", ""),
    ],
)
def test_an_exception_stands_over_the_rule(
    firm: Firm, sessions: Sessions, question: str, answer: str
) -> None:
    rule = (
        "Leads go by country. Austria: Ada Reyes. Germany: Ben Ortiz.\n"
        "There are two exceptions. Blood services anywhere go to Ada Reyes. Leads of companies "
        "with more than 2,000 employees go to the manager, Bo Fischer for North and Cleo Marsh "
        "for South.\n"
        "A country that is not named here has no rep. Such a lead is kept by Cleo Marsh."
    )
    with sessions.begin() as session:
        policy(Books(session, dict(firm.ids)), "Who gets a lead", rule)
        assert first(session, firm.boss, question).startswith(answer)
        assert answer or not said(session, firm.boss, question)
