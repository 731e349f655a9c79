"""Drafting by rule: what was said is found, by whom and until when, and nothing is made up."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.notes.dates import find_dates
from assistant.notes.draft import draft_by_rule
from assistant.notes.model import SECTIONS, Draft, Line, Participant, Template
from assistant.notes.summary import summarise
from assistant.notes.utterances import split_transcript
from retrieval.values import extract_values
from tests.notes.calls import NAMES, Fact, WrittenCall, read_call
from tests.paths import TEST_DATA
from transcription.model import Transcript, Turn, Word

HOME = {
    "commitment": {"commitments", "follow_up"},
    "next_step": {"next_step"},
    "budget": {"budget"},
    "need": {"needs"},
    "pain": {"pain"},
    "authority": {"authority"},
    "objection": {"objections"},
    "competitor": {"competitors"},
    "timeline": {"timeline"},
    "decision": {"decisions"},
    "problem": {"problem"},
    "steps": {"steps_tried"},
    "resolution": {"resolution"},
    "follow_up": {"follow_up"},
    "said_to_assistant": {"to_the_assistant"},
}
ANYWHERE = {name for names in SECTIONS.values() for name in names}


def drafted(call: WrittenCall) -> Draft:
    return draft_by_rule(
        call.transcript,
        call_date=call.on,
        participants=call.participants,
        template=call.template,
    )


def talk(*turns: str, on: date = date(2025, 3, 12)) -> Draft:
    spoken = tuple(Turn(text, speaker) for speaker, _, text in (t.partition(": ") for t in turns))
    people = (Participant("Priya Nair", "rep"), Participant("Dana Whitfield", "customer"))
    return draft_by_rule(Transcript(spoken), call_date=on, participants=people)


def settled(draft: Draft) -> dict[str, str]:
    """The proposed values but for those that are the customer's own words."""
    words = ("budget", "authority", "need", "timeline")
    return {each.field: each.new for each in draft.field_changes if each.field not in words}


def promises(draft: Draft) -> list[tuple[str, date | None]]:
    return [(line.owner, line.due_on) for line in draft.section("commitments").lines]


def turns_of(line: Line) -> set[int]:
    return {n for each in line.evidence for n in range(each.turn_first, each.turn_last + 1)}


def carries(line: Line, fact: Fact) -> bool:
    return (
        line.section in HOME.get(fact.kind, ANYWHERE)
        and bool(turns_of(line) & fact.turns)
        and all(word.lower() in line.text.lower() for word in fact.words)
        and (fact.owner is None or line.owner == fact.owner)
        and (fact.due is None or line.due_on == fact.due)
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_draft_finds_what_a_careful_listener_would_note(name: str) -> None:
    call = read_call(name)
    lines = drafted(call).lines()
    missed = [fact for fact in call.facts if not any(carries(line, fact) for line in lines)]
    assert missed == []


@pytest.mark.parametrize("name", NAMES)
def test_a_draft_does_not_assert_what_was_not_agreed(name: str) -> None:
    call = read_call(name)
    asserted = [
        line.text
        for words, sections in call.untrue
        for line in drafted(call).lines()
        if line.section in sections and words.lower() in line.text.lower()
    ]
    assert asserted == []


@pytest.mark.parametrize("name", NAMES)
def test_every_owner_of_a_promise_is_the_one_who_made_it(name: str) -> None:
    call = read_call(name)
    owned = [fact for fact in call.facts if fact.kind == "commitment"]
    for line in drafted(call).lines():
        if line.owner and "called off" not in line.flags:
            at = [fact.owner for fact in owned if fact.turns & turns_of(line)]
            assert line.owner in at, line.text


@pytest.mark.parametrize("name", NAMES)
def test_every_quote_stands_in_its_turn_and_every_line_uses_only_words_that_were_said(
    name: str,
) -> None:
    assert_proven(drafted(read_call(name)), read_call(name).transcript)


def assert_proven(draft: Draft, transcript: Transcript) -> None:
    for line in draft.lines():
        assert line.verdict == "supported"
        for each in line.evidence:
            assert each.quote in transcript.turns[each.turn_first].text
            assert each.turn_first == each.turn_last
        said = " ".join(transcript.turns[n].text for n in sorted(turns_of(line)))
        known = {value.normal for value in extract_values(said.replace("_", ""))}
        text = line.text.partition(": ")[2]
        invented = [v for v in extract_values(text) if v.kind != "name" and v.normal not in known]
        assert invented == [], line.text


meetings = pytest.mark.skipif(TEST_DATA is None, reason="the test data sets are not here")


def real_meetings() -> list[tuple[str, Transcript]]:
    assert TEST_DATA is not None
    rows = (TEST_DATA / "transcripts" / "qmsum.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        (row["id"], Transcript(tuple(Turn(t["text"], t["speaker"]) for t in row["turns"])))
        for row in map(json.loads, rows)
    ]


@meetings
def test_real_meetings_are_drafted_with_proven_lines_and_no_invented_value() -> None:
    for _, transcript in real_meetings():
        draft = draft_by_rule(transcript, call_date=date(2025, 3, 12))
        assert 3 <= len(draft.section("summary").lines) <= 8
        assert_proven(draft, transcript)


@meetings
def test_a_focus_draws_the_summary_to_the_turns_that_people_marked() -> None:
    shares = [
        sum(each.position in marked for each in found) / len(found)
        for rows, utterances in ((row, split_transcript(spoken)) for row, spoken in real_meetings())
        for query, turns in marked_turns(rows)
        if (found := summarise(utterances, [0.0] * len(utterances), query))
        and (marked := {each.index for each in utterances if each.first_turn in turns})
    ]
    assert len(shares) == 40
    assert sum(shares) / len(shares) > 0.36


def marked_turns(meeting: str) -> list[tuple[str, set[int]]]:
    assert TEST_DATA is not None
    rows = (TEST_DATA / "transcripts" / "qmsum.jsonl").read_text(encoding="utf-8").splitlines()
    (row,) = (row for row in map(json.loads, rows) if row["id"] == meeting)
    return [
        (each["query"], {n for first, last in each["turns"] for n in range(first, last + 1)})
        for each in row["references"]
        if each["turns"]
    ]


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("I'll send the offer by Friday.", date(2025, 3, 14)),
        ("I'll send the offer by Friday, no, sorry, Monday.", date(2025, 3, 17)),
        ("I'll send the offer by the end of next week.", date(2025, 3, 21)),
        ("I'll send the offer tomorrow.", date(2025, 3, 13)),
        ("I'll send the offer within two working days.", date(2025, 3, 14)),
        ("I'll send the offer by the twenty-first.", date(2025, 3, 21)),
        ("I'll send the offer on April 2nd.", date(2025, 4, 2)),
        ("I'll send the offer by end of day Thursday.", date(2025, 3, 13)),
        ("I'll send Tuesday's notes by Friday.", date(2025, 3, 14)),
        ("I'll send an invite for Tuesday.", None),
        ("I'll send the offer soon.", None),
        ("I'll send the offer.", None),
    ],
)
def test_a_promise_falls_due_on_the_day_its_words_mean(said: str, due: date | None) -> None:
    assert promises(talk(f"Priya: {said}", "Dana: Thanks.")) == [("Priya Nair", due)]


@pytest.mark.parametrize(
    "said",
    [
        "I'll share my screen.",
        "Let me pull up the dashboard.",
        "I'll be honest with you.",
        "I'll walk you through it.",
        "He said he'd send the contract by Friday.",
        "I would send it if I could.",
        "We usually send invoices on Mondays.",
        "I won't send it before Friday.",
        "I'll think about it.",
        "The system will email you when it is done.",
    ],
)
def test_what_is_done_in_the_call_told_of_or_supposed_is_no_promise(said: str) -> None:
    assert promises(talk(f"Priya: {said}", "Dana: Okay.")) == []


def test_a_request_becomes_the_promise_of_whoever_says_yes() -> None:
    yes = talk("Dana: Can you send me the price list by Friday?", "Priya: Sure, will do.")
    no = talk("Dana: Can you send me the price list by Friday?", "Priya: No, I'm afraid I can't.")
    assert promises(yes) == [("Priya Nair", date(2025, 3, 14))]
    assert promises(no) == []


def test_a_day_moved_with_consent_counts_and_both_are_shown() -> None:
    draft = talk(
        "Priya: I'll send the offer by Friday.",
        "Dana: Could you make it Thursday?",
        "Priya: Sure, Thursday it is.",
    )
    (line,) = draft.section("commitments").lines
    assert line.due_on == date(2025, 3, 13)
    assert "by Friday" in line.text
    assert "Thursday it is" in line.text


def test_an_offer_turned_down_at_once_is_no_promise() -> None:
    draft = talk(
        "Priya: I'll send you the data sheet tomorrow.",
        "Dana: No need to send the data sheet, I found it.",
    )
    assert promises(draft) == []


def test_a_promise_called_off_later_stays_marked_and_makes_no_task() -> None:
    draft = drafted(read_call("corvid_terms"))
    (off,) = (line for line in draft.lines() if "called off" in line.flags)
    assert "no need to send the data processing agreement" in off.text
    assert off.id not in {task.line_id for task in draft.tasks}


def test_we_names_nobody_when_two_people_of_that_side_are_on_the_call() -> None:
    spoken = (Turn("We'll send the answers by Friday.", "Priya"), Turn("Fine.", "Dana"))
    alone = (Participant("Priya Nair", "rep"), Participant("Dana Whitfield", "customer"))
    pair = (*alone, Participant("Tom Okafor", "rep"))
    silent = draft_by_rule(Transcript(spoken), call_date=date(2025, 3, 12), participants=alone)
    three = Transcript((Turn("Hello, Tom here, good to meet you all.", "Tom"), *spoken))
    both = draft_by_rule(three, call_date=date(2025, 3, 12), participants=pair)
    assert promises(silent) == [("Priya Nair", date(2025, 3, 14))]
    assert promises(both) == [("", date(2025, 3, 14))]


def test_a_condition_set_in_the_next_sentence_stays_with_what_it_limits() -> None:
    draft = talk(
        "Priya: How many seats do you need?",
        "Dana: Forty seats to begin with. Provided legal agrees, of course.",
    )
    (line,) = draft.section("needs").lines
    assert "Provided legal agrees" in line.text
    assert line.hedged


def test_a_later_statement_replaces_an_earlier_one_and_shows_it() -> None:
    draft = talk(
        "Dana: Our budget is forty thousand euros for this.",
        "Priya: Thank you, that helps.",
        "Dana: Actually our budget was cut, our budget is thirty-five thousand euros.",
    )
    (line,) = draft.section("budget").lines
    assert "thirty-five thousand" in line.text
    assert "earlier in the call" in line.text
    assert "forty thousand" in line.text


def test_words_for_the_assistant_are_reported_and_change_nothing() -> None:
    draft = drafted(read_call("half_price"))
    said = [line.text for line in draft.section("to_the_assistant").lines]
    assert len(said) == 3
    assert all(text.startswith("Marc Olsen: ") for text in said)
    assert set(settled(draft)) <= {"next_step"}
    assert [task.owner for task in draft.tasks] == ["Ada Lindqvist"]


@pytest.mark.parametrize(
    ("turns", "fields"),
    [
        (
            [
                "Priya: So thirty-eight thousand euros in total, agreed?",
                "Dana: Agreed.",
            ],
            {"amount": "38000", "currency": "EUR"},
        ),
        (["Dana: We'll sign the contract by June 30th."], {"close_on": "2025-06-30"}),
        (["Dana: We have decided to go with another supplier."], {"stage": "lost"}),
        (["Dana: Our budget is thirty-eight thousand euros."], {}),
        (["Dana: We might sign by June 30th."], {}),
        (["Priya: So thirty-eight thousand euros, agreed?", "Dana: Agreed, if legal agrees."], {}),
        (["Dana: We would sign at thirty thousand dollars."], {}),
    ],
    ids=["agreed", "signing day", "lost", "budget", "might", "condition", "would"],
)
def test_a_field_changes_only_when_it_was_clearly_said(
    turns: list[str], fields: dict[str, str]
) -> None:
    found = settled(talk(*turns))
    assert {name: new for name, new in found.items() if name != "next_step"} == fields


def test_seconds_of_a_line_are_those_of_its_words() -> None:
    words = [f"w{i}" for i in range(5)] + ["We", "need", "offline", "routes", "here."]
    spoken = tuple(Word(word, float(i), i + 0.5) for i, word in enumerate(words))
    text = "w0 w1 w2 w3 w4. We need offline routes here."
    turn = Turn(text, "Dana", start_s=0.0, end_s=9.5, words=spoken)
    draft = draft_by_rule(
        Transcript((turn,)),
        call_date=date(2025, 3, 12),
        participants=(Participant("Dana", "customer"),),
    )
    (line,) = draft.section("needs").lines
    assert (line.evidence[0].start_s, line.evidence[0].end_s) == (5.0, 9.5)


@pytest.mark.parametrize("template", ["sales", "support"])
@pytest.mark.parametrize(
    "turns",
    [
        (),
        (Turn(""),),
        (Turn("Yes."),),
        (Turn("... — !?", "A"),),
        (Turn("Wir brauchen vierzig Lizenzen bis Freitag.", "A"), Turn("Gut.", "B")),
        (Turn("需要四十个席位", "A"),),
    ],
    ids=["nothing", "empty", "one word", "no words", "German", "Chinese"],
)
def test_calls_with_little_to_say_are_drafted_as_not_discussed(
    template: Template, turns: tuple[Turn, ...]
) -> None:
    draft = draft_by_rule(Transcript(turns), call_date=date(2025, 3, 12), template=template)
    assert tuple(section.name for section in draft.sections) == SECTIONS[draft.template]
    assert_proven(draft, Transcript(turns))


PHRASES = (
    "I'll send you the quote", "by Friday", "budget is forty thousand euros", "if legal agrees",
    ",", ".", "?", "yes", "no", "sure", "we need", "Tom", "uh", "can you", "note that", "crashed",
    "instead", "actually", "$5", "12%", "3.5", "—", "U_S_", "adm admit", "tomorrow", "Acme", "!",
    "don't", "haven't decided", "...", "the the", "we agreed",
)  # fmt: skip
WORDS = st.sampled_from(PHRASES)
SPOKEN = st.lists(
    st.tuples(st.sampled_from(["Priya", "Dana", ""]), st.lists(WORDS, max_size=14).map(" ".join)),
    max_size=8,
)


@given(SPOKEN)
@settings(max_examples=150, deadline=None)
def test_whatever_is_said_no_line_has_a_word_that_was_not(spoken: list[tuple[str, str]]) -> None:
    transcript = Transcript(tuple(Turn(text, speaker) for speaker, text in spoken))
    draft = draft_by_rule(transcript, call_date=date(2025, 3, 12))
    for line in draft.lines():
        for each in line.evidence:
            assert each.quote in transcript.turns[each.turn_first].text


def test_a_call_of_two_hours_is_drafted_in_seconds() -> None:
    call = read_call("harbour_lane").transcript.turns
    turns = tuple(
        Turn(turn.text.replace("forty", f"forty-{i % 9 + 1}"), turn.speaker)
        for i in range(60)
        for turn in call
    )
    draft = draft_by_rule(Transcript(turns), call_date=date(2025, 3, 12))
    assert all(len(s.lines) <= (30 if s.name == "also_said" else 20) for s in draft.sections)


@pytest.mark.parametrize(
    ("turns", "value"),
    [
        (("Priya Nair: I will send you a quote by Friday.",), "Send a quote by Friday"),
        (
            ("Dana Whitfield: We will send you our purchase order by Friday.",),
            "We will send you our purchase order by Friday.",
        ),
        (
            ("Priya Nair: OK, let's talk next Tuesday.", "Dana Whitfield: Yes."),
            "Talk next Tuesday.",
        ),
        (
            ("Priya Nair: Shall we meet on Tuesday?", "Dana Whitfield: Yes, Tuesday works."),
            "Shall we meet on Tuesday? Yes, Tuesday works.",
        ),
    ],
    ids=["our promise", "their promise", "an arrangement", "an answer"],
)
def test_the_next_step_of_the_deal_is_told_without_who_said_it(
    turns: tuple[str, ...], value: str
) -> None:
    changes = {each.field: each for each in talk(*turns).field_changes}
    assert changes["next_step"].new == value
    assert changes["next_step"].evidence


def test_a_promised_quote_is_told_among_the_promises_and_nowhere_else() -> None:
    draft = talk(
        "Priya Nair: I will send a quote of 12,000 euros.", "Dana Whitfield: Great, thanks."
    )
    assert [line.text for line in draft.section("commitments").lines] == [
        "Priya Nair: I will send a quote of 12,000 euros."
    ]
    assert not draft.section("budget").discussed


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("This call is recorded, is that all right?", "Yes, that is fine with me."),
        ("Okay if I record? Just so that I can listen.", "It is, yes."),
        ("I record these, if that's okay.", "Sure, go ahead. Then you can't misquote me."),
        ("Would you mind if we record the call for our notes?", "Not at all, for internal use."),
        ("We tape all calls for training.", "No problem."),
    ],
)
def test_leave_to_record_is_no_business(asked: str, answered: str) -> None:
    draft = talk(
        f"Priya Nair: Morning Dana, it's Priya from Corvid. {asked}",
        f"Dana Whitfield: {answered} We need forty seats by June.",
        "Priya Nair: Forty seats. I'll send you the quote on Friday.",
    )
    told = " ".join(line.text for line in draft.lines())
    assert "forty seats" in told
    assert "record" not in told
    assert answered.split(".", maxsplit=1)[0] not in told
    assert "Morning" not in told
    assert settled(draft) == {"next_step": "Send the quote on Friday"}


def test_a_refusal_to_be_recorded_is_told() -> None:
    draft = talk(
        "Priya Nair: I'd like to record this, is that all right?",
        "Dana Whitfield: No, please don't, our works council has not agreed.",
        "Priya Nair: Understood. What do you need?",
        "Dana Whitfield: We need forty seats.",
    )
    assert "works council has not agreed" in " ".join(line.text for line in draft.lines())


def test_records_that_are_no_recording_of_the_call_are_business() -> None:
    draft = talk(
        "Priya Nair: How do you record temperatures today?",
        "Dana Whitfield: By hand, and we need a system that records every pallet.",
    )
    assert "records every pallet" in " ".join(line.text for line in draft.lines())


@pytest.mark.parametrize("name", NAMES)
def test_a_sentence_stands_in_one_section_only(name: str) -> None:
    draft = drafted(read_call(name))
    homes: dict[tuple[int, str], set[str]] = {}
    for line in draft.lines():
        if line.section not in ("summary", "to_the_assistant"):
            for each in line.evidence:
                homes.setdefault((each.turn_first, each.quote), set()).add(line.section)
    assert {quote: found for quote, found in homes.items() if len(found) > 1} == {}


def test_a_day_said_again_is_a_yes() -> None:
    draft = talk(
        "Dana Whitfield: Monday the 17th, at three again?",
        "Priya Nair: Monday the 17th at three. I'll send the invite.",
    )
    step = draft.section("next_step").lines[0]
    assert "at three again?" in step.text
    assert ("Monday the 17th", date(2025, 3, 17)) in [(each.said, each.on) for each in step.dates]


@pytest.mark.parametrize(
    ("turns", "owner", "due"),
    [
        (
            ("Priya Nair: If they're late we bridge it with gas trucks. That I can promise.",),
            "Priya Nair",
            None,
        ),
        (
            (
                "Priya Nair: I need the report itself. When would I have it?",
                "Dana Whitfield: Let's say the 20th of March.",
            ),
            "Dana Whitfield",
            date(2025, 3, 20),
        ),
        (
            ("Priya Nair: I'll ask our engineers about salt today, and I'll tell you by Monday.",),
            "Priya Nair",
            date(2025, 3, 17),
        ),
        (
            (
                "Priya Nair: Could you have the files up by Tuesday?",
                "Dana Whitfield: Tuesday's fine. All except Polish.",
            ),
            "Dana Whitfield",
            date(2025, 3, 18),
        ),
    ],
    ids=["vouched for", "awaited", "reported back", "a day that is fine"],
)
def test_promises_come_in_many_forms(turns: tuple[str, ...], owner: str, due: date | None) -> None:
    assert promises(talk(*turns)) == [(owner, due)]


def test_a_promise_keeps_what_was_said_of_it_in_the_same_breath() -> None:
    draft = talk(
        "Priya Nair: Would you be able to find out?",
        "Dana Whitfield: I can write to the importer. I'll do it after the harvest, not before.",
    )
    assert "after the harvest" in draft.section("commitments").lines[0].text


def test_a_short_answer_is_told_with_its_question() -> None:
    draft = talk(
        "Priya Nair: Can the board take three chargers at once?",
        "Dana Whitfield: He thinks so. He has not measured it.",
    )
    told = " ".join(line.text for line in draft.lines())
    assert "asked “Can the board take three chargers at once?”: He thinks so." in told


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("I'll send it within two weeks of getting it.", None),
        ("I'll send it within two weeks.", date(2025, 3, 26)),
    ],
)
def test_a_day_is_told_only_where_the_call_settles_it(said: str, due: date | None) -> None:
    assert [day for _, day in promises(talk(f"Priya Nair: {said}"))] == [due]


@pytest.mark.parametrize(
    ("said", "on"),
    [
        ("on the first Thursday of every month", None),
        ("He has had it since Friday.", date(2025, 3, 7)),
        ("I'm raising it right now.", date(2025, 3, 12)),
        ("The audit is the 2nd of June.", date(2025, 6, 2)),
    ],
)
def test_days_of_speech(said: str, on: date | None) -> None:
    found = find_dates(said, date(2025, 3, 12))
    assert [each.on for each in found] == [on]
    assert not found[0].said.endswith(".")


@pytest.mark.parametrize(
    ("said", "ahead"),
    [
        ("That's the third time in five days.", False),
        ("We haven't heard from you in three weeks.", False),
        ("We've lost two orders in two weeks.", False),
        ("You'll have it in three weeks.", True),
        ("We have to sign in two weeks.", True),
        ("I have a meeting in two weeks.", True),
    ],
)
def test_a_span_that_lies_behind_is_no_day_ahead(said: str, *, ahead: bool) -> None:
    assert bool(find_dates(said, date(2025, 3, 12))) is ahead


def test_a_section_is_called_not_discussed_only_where_nothing_touches_it() -> None:
    draft = talk("Priya Nair: Is there a budget?", "Dana Whitfield: Ask me another time.")
    heard = {section.name: section.heard for section in draft.sections}
    assert heard["budget"]
    assert not heard["competitors"]


def test_a_declined_offer_is_no_next_step() -> None:
    draft = talk(
        "Priya Nair: Shall I set up a call with our engineer?",
        "Dana Whitfield: No, let's hold off on that until Mei is back.",
    )
    assert not draft.section("next_step").discussed


def test_what_lies_behind_is_no_timeline_and_money_in_the_plan_is_a_budget() -> None:
    draft = talk(
        "Priya Nair: How is it today?",
        "Dana Whitfield: In the summer store three went down on a Saturday night.",
        "Priya Nair: Is there money for it?",
        "Dana Whitfield: I have put seventy thousand euros in the plan for next year.",
    )
    assert "Saturday night" not in str(draft.section("timeline").lines)
    assert "seventy thousand" in draft.section("budget").lines[0].text
