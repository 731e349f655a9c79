"""Names that calls expect: chosen and bounded, learned from corrections, measured, dropped."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from assistant.calls import vocabulary, vocabulary_store
from assistant.calls.vocabulary import Arm, Candidate, Tally
from assistant.db.tables import Account, Call, VocabularyTerm
from tests.calls.uploads import bring, make_account, make_contact
from tests.conftest import NOW, Office, Person
from transcription.model import Transcript, Turn


def test_rare_recent_and_corrected_names_come_first_and_few_are_taken() -> None:
    candidates = [
        Candidate("Ann Smith", "contact"),
        Candidate("Zofia Kowalczyk", "contact"),
        Candidate("Bodø", "place"),
        Candidate("Chillerix", "correction"),
        Candidate("Old Timer", "contact", days_ago=400),
        Candidate("zofia  KOWALCZYK", "place"),
        Candidate("x", "house"),
    ]
    found = vocabulary.chosen(candidates, {"ann": 90, "smith": 200}, frozenset({"bodo"}))
    assert [one.term for one in found] == ["Chillerix", "Zofia Kowalczyk", "Ann Smith", "Old Timer"]
    many = [Candidate(f"Name{number:04}", "contact") for number in range(500)]
    taken = vocabulary.chosen(many, {}, frozenset())
    assert len(taken) <= vocabulary.MOST_TERMS
    assert len(" ".join(one.term for one in taken)) <= vocabulary.MOST_CHARACTERS


def test_names_are_counted_as_whole_words_within_a_turn() -> None:
    texts = ["Acme-Works, acme works!", "Works of Acme", "Acme", "Works"]
    assert vocabulary.occurrences(texts, ["acme works", "acme"]) == {"acme works": 2, "acme": 4}


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("we use the chiller ricks", "we use the Chillerix", ["Chillerix"]),
        ("Yes, Falk and Rat will sign", "Yes, Falkenrath will sign", ["Falkenrath"]),
        ("the budget is forty", "the budget is fifty", []),
        ("fine by me", "Fine by me", []),
        ("so", "And so", []),
        ("talk to the man in charge of it all", "talk to Ann", []),
    ],
)
def test_names_are_learned_from_what_was_put_in_their_place(
    before: str, after: str, names: list[str]
) -> None:
    assert vocabulary.learned([before], [after]) == names


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("we use the chiller ricks", "we use the Chillerix", ["Chillerix"]),
        ("Ask Sofia for it", "Ask Zofia for it", ["Zofia"]),
        ("He will send the contract", "Tobias will send the contract", []),
        ("they need it by then", "they need it by March", []),
        ("Falk and Rat will sign", "Falk and Okonkwo will sign", []),
    ],
)
def test_of_a_reworded_line_only_what_sounds_alike_was_misheard(
    before: str, after: str, names: list[str]
) -> None:
    alike = vocabulary.SOUNDS_ALIKE
    assert vocabulary.learned([before], [after], alike=alike) == names


def test_a_share_of_calls_is_held_out_the_same_each_time() -> None:
    held = [vocabulary.held_out(f"cal_{number}", 10) for number in range(2000)]
    assert held == [vocabulary.held_out(f"cal_{number}", 10) for number in range(2000)]
    assert 140 < sum(held) < 260
    assert not any(vocabulary.held_out(f"cal_{number}", 0) for number in range(100))


@pytest.mark.parametrize(
    ("expecting", "without", "verdict"),
    [
        ((0, 1) * 15, (3, 4) * 15, "helps"),
        ((3, 4) * 15, (0, 1) * 15, "harms"),
        ((0, 4) * 15, (1, 4) * 15, "unknown"),
        ((0,) * 5, (9,) * 5, "unknown"),
        ((), (1,), "unknown"),
    ],
    ids=["fewer", "more", "alike", "few calls", "none"],
)
def test_names_help_or_harm_only_where_the_interval_says_so(
    expecting: tuple[int, ...], without: tuple[int, ...], verdict: str
) -> None:
    assert vocabulary.effect_of(Arm(expecting), Arm(without)).verdict == verdict


@pytest.mark.parametrize(
    ("tally", "harms"),
    [(Tally(4, 0, 2), True), (Tally(5, 0, 2), False), (Tally(1, 0, 1), False)],
)
def test_a_name_harms_that_is_taken_out_half_of_the_times_it_is_heard(
    tally: Tally, harms: bool
) -> None:
    assert tally.harms is harms


def _prepared(office: Office, call_id: str, *, held_out_percent: int = 0) -> str:
    with office.sessions.begin() as session:
        call = session.get_one(Call, call_id)
        return vocabulary_store.prepare(
            session, call, house=("Polarwatch",), held_out_percent=held_out_percent, now=NOW
        )


def _spoken(office: Office, rep: Person, account_id: str, heard: str, corrected: str) -> str:
    """A call of the account whose transcript is heard so, then corrected."""
    content = f"Dana: Good morning to you.\nSam: {heard}\n".encode()
    call_id = str(bring(rep, content, filename="c.txt", account_id=account_id).json()["id"])
    _prepared(office, call_id)
    with office.sessions.begin() as session:
        vocabulary_store.count_heard(
            session, session.get_one(Call, call_id), Transcript((Turn(heard),))
        )
    reply = rep.client.patch(
        f"/api/v1/calls/{call_id}/transcript",
        json={"turns": [{"turn": 1, "text": corrected}]},
        headers={"If-Match": '"1"'},
    )
    assert reply.status_code == 200, reply.text
    return call_id


def test_a_corrected_name_is_expected_on_the_next_call_and_a_harmful_one_is_not(
    office: Office, recording: Path
) -> None:
    rep, ops = office.person(), office.person("ops")
    account_id = make_account(office, rep, "Acme Works")
    contact_id = make_contact(office, account_id, "Zofia Kowalczyk")
    with office.sessions.begin() as session:
        session.get_one(Account, account_id).city = "Leipzig"
    first = bring(rep, recording, contact_id=contact_id).json()["id"]
    assert _prepared(office, first) == "Zofia Kowalczyk Acme Works Polarwatch Leipzig"
    assert _prepared(office, first, held_out_percent=100) == _prepared(office, first)
    for _ in range(2):
        _spoken(office, rep, account_id, "We saw the Leipzig ricks.", "We saw the Chillerix ricks.")
    second = bring(rep, recording, account_id=account_id).json()["id"]
    assert _prepared(office, second) == "Chillerix Acme Works Zofia Kowalczyk Polarwatch"
    found = rep.client.get(f"/api/v1/calls/{second}/vocabulary").json()
    assert next((one["term"], one["source"]) for one in found) == ("Chillerix", "correction")
    measured = ops.client.get("/api/v1/vocabulary").json()
    assert measured["verdict"] == "unknown"
    assert (measured["calls_expecting"], measured["corrections_expecting"]) == (2, 1.0)
    assert measured["dropped"] == [{"term": "Leipzig", "heard": 2, "put_in": 0, "taken_out": 2}]
    assert rep.client.get("/api/v1/vocabulary").status_code == 403


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_call_that_is_held_out_is_told_nothing_and_keeps_its_names(
    office: Office, recording: Path
) -> None:
    rep = office.person()
    call_id = bring(rep, recording, account_id=make_account(office, rep)).json()["id"]
    assert _prepared(office, call_id, held_out_percent=100) == ""
    found = rep.client.get(f"/api/v1/calls/{call_id}/vocabulary").json()
    assert [(one["term"], one["expected"]) for one in found] == [
        ("Acme Works", False), ("Polarwatch", False),
    ]  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_where_names_harm_only_the_share_that_is_compared_still_expects_them(
    office: Office, recording: Path
) -> None:
    rep = office.person()
    account_id = make_account(office, rep)
    with office.sessions.begin() as session:
        for number in range(40):
            call_id = bring_row(session, rep, account_id, number)
            session.add(
                VocabularyTerm(
                    call_id=call_id,
                    term="Acme Works",
                    key="acme works",
                    source="company",
                    expected=number % 2 == 0,
                    heard=9,
                    put_in=0,
                    taken_out=(2 + number % 3) if number % 2 == 0 else 0,
                )
            )
    fresh = bring(rep, recording, account_id=account_id).json()["id"]
    assert _prepared(office, fresh) == ""
    again = bring(rep, recording, account_id=account_id).json()["id"]
    assert _prepared(office, again, held_out_percent=100) == "Acme Works Polarwatch"


def bring_row(session: object, rep: Person, account_id: str, number: int) -> str:
    """A call that was transcribed and corrected, as a row."""
    from sqlalchemy.orm import Session

    from assistant.governance.records import create_record

    assert isinstance(session, Session)
    record = create_record(session, "call", now=NOW, changed_by="test", data={})
    session.add(
        Call(
            id=record.id,
            account_id=account_id,
            started_at=NOW - timedelta(days=number),
            channels=[],
            consent="asked",
            sha256="",
            audio=False,
            status="transcribed",
            progress={},
            transcript_version=2,
            created_by=rep.principal.user_id,
        )
    )
    session.flush()
    return record.id


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_erased_contact_is_in_no_vocabulary(office: Office, recording: Path) -> None:
    rep = office.person()
    account_id = make_account(office, rep)
    contact_id = make_contact(office, account_id, "Zofia Kowalczyk")
    call_id = bring(rep, recording, account_id=account_id).json()["id"]
    assert "Kowalczyk" in _prepared(office, call_id)
    _spoken(office, rep, account_id, "Ask Sofia for it.", "Ask Zofia for it.")
    with office.sessions.begin() as session:
        office.parts.stores.erase(session, [contact_id])
    with office.sessions.reading() as session:
        left = set(session.scalars(select(VocabularyTerm.term)))
    assert left == {"Acme Works", "Polarwatch"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_transcript_says_what_was_expected_and_heard(
    office: Office, model: Path, recording: Path
) -> None:
    rep = office.person()
    account_id = make_account(office, rep)
    call_id = bring(rep, recording, account_id=account_id).json()["id"]
    _prepared(office, call_id)
    office.settle()
    quality = rep.client.get(f"/api/v1/calls/{call_id}/transcript").json()["quality"]
    assert (quality["names_expected"], quality["names_held_out"]) == (2, 0)
    assert "names_heard" in quality
