"""From a transcribed call to a signed note and back, over HTTP, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from assistant.calls import vocabulary_store
from assistant.db.tables import (
    AuditEntry,
    Call,
    Change,
    Cursor,
    Deal,
    Note,
    OutboxMessage,
    Record,
    Task,
)
from assistant.notes.content import from_json
from tests.conftest import Office
from tests.notes.conftest import (
    TALK,
    Reviewed,
    bring,
    make_account,
    make_contact,
    make_deal,
    note_of,
)


def counts(office: Office) -> dict[str, int]:
    with office.sessions.reading() as session:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Task, OutboxMessage, AuditEntry)
        }


def deal(reviewed: Reviewed) -> tuple[str, str, str | None]:
    """The deal's amount, closing day and stage."""
    with reviewed.office.sessions.reading() as session:
        found = session.get_one(Deal, reviewed.deal_id)
        return f"{found.amount:.0f}", str(found.close_on), found.stage


UNTOUCHED = ("45000", "None", "Proposal")


def accept(reviewed: Reviewed, *fields: str) -> None:
    ids = reviewed.ids("field_changes")
    body = {"fields": [{"id": ids[each], "decision": "accepted"} for each in fields]}
    assert reviewed.patch(body).status_code == 200


def test_a_transcribed_call_gets_a_draft_by_itself_with_proven_lines(reviewed: Reviewed) -> None:
    note = reviewed.read()
    assert (note["status"], note["template"], note["drafter"]) == (
        "draft",
        "negotiation",
        "rules.v2",
    )
    (budget, *_) = reviewed.lines("budget")
    assert budget["text"] == (
        "Dana Whitfield, asked “Do you have a budget for this?”: "
        "Around forty thousand euros, if legal agrees."
    )
    assert (budget["verdict"], budget["hedged"]) == ("supported", True)
    promises = [(li["owner"], li["due_on"]) for li in reviewed.lines("commitments")]
    assert promises == [
        ("Priya Nair", "2026-06-12"),
        ("Priya Nair", "2026-06-11"),
        ("Dana Whitfield", "2026-06-15"),
        ("Dana Whitfield", "2026-06-30"),
    ]


def test_nothing_reaches_the_records_before_a_person_confirms(reviewed: Reviewed) -> None:
    assert counts(reviewed.office)["tasks"] == 0
    assert counts(reviewed.office)["outbox"] == 0
    assert deal(reviewed) == UNTOUCHED


def test_proposed_fields_show_the_old_value_beside_the_new(reviewed: Reviewed) -> None:
    changes = reviewed.read()["field_changes"]
    assert isinstance(changes, list)
    found = {each["field"]: (each["old"], each["new"], each["decision"]) for each in changes}
    assert found["amount"] == ("45000", "38000", "undecided")
    assert found["close_on"] == (None, "2026-06-30", "undecided")
    assert "currency" not in found  # it is euros already


def test_confirming_writes_note_tasks_fields_audit_and_outbox_together(reviewed: Reviewed) -> None:
    accept(reviewed, "amount", "close_on")
    reply = reviewed.post("confirmation")
    assert reply.status_code == 200, reply.text
    body = reply.json()
    assert body["status"] == "confirmed"
    assert len(body["tasks"]) == 2  # what Dana promised is hers unless the reviewer takes it on
    with reviewed.office.sessions.reading() as session:
        tasks = list(session.scalars(select(Task).order_by(Task.due_on)))
        assert [(task.title, str(task.due_on)) for task in tasks] == [
            ("Send a reference customer", "2026-06-11"),
            ("Send the security answers by Friday", "2026-06-12"),
        ]
        owners = {session.get_one(Record, task.id).owner_id for task in tasks}
        assert owners == {reviewed.rep.principal.user_id}
        messages = list(session.scalars(select(OutboxMessage)))
        assert {m.approver_id for m in messages} == {reviewed.rep.principal.user_id}
        assert {m.status for m in messages} == {"no destination configured"}
        assert sorted(m.kind for m in messages) == ["deal", "deal", "note", "task", "task"]
        signed = session.scalar(select(Change).where(Change.operation == "confirmed"))
        assert signed is not None
        assert signed.record_id == reviewed.note_id
        entry = session.scalar(select(AuditEntry).where(AuditEntry.action == "note.confirmed"))
        assert entry is not None
        assert (entry.details["fields"], entry.details["tasks"]) == (2, 2)
    assert deal(reviewed) == ("38000", "2026-06-30", "Proposal")


def test_fields_change_only_where_the_reviewer_said_so(reviewed: Reviewed) -> None:
    assert reviewed.post("confirmation").status_code == 200
    assert deal(reviewed) == UNTOUCHED


SHORTER = "Dana Whitfield: around forty thousand euros, if legal agrees."


def test_lines_are_edited_left_out_moved_and_added_and_the_difference_is_kept(
    reviewed: Reviewed,
) -> None:
    (budget, *_) = reviewed.lines("budget")
    promises = reviewed.lines("commitments")
    edits = {
        "lines": [
            {"id": budget["id"], "text": SHORTER},
            {"id": promises[0]["id"], "decision": "rejected"},
            {"id": promises[2]["id"], "section": "authority", "position": 0},
        ],
        "add": [{"section": "needs", "text": "They care about the drivers most."}],
    }  # fmt: skip
    reply = reviewed.patch(edits)
    assert reply.status_code == 200, reply.text
    (edited, *_) = reviewed.lines("budget")
    assert (edited["origin"], edited["verdict"]) == ("edited", "supported")
    (own,) = [line for line in reviewed.lines("needs") if line["origin"] == "own_words"]
    assert (own["verdict"], own["evidence"]) == ("own_words", [])
    assert reviewed.lines("authority")[0]["id"] == promises[2]["id"]
    assert reviewed.post("confirmation").status_code == 200
    found = reviewed.read()["difference"]
    assert isinstance(found, dict)
    assert [each["before"] for each in found["reworded"]] == [budget["text"]]
    assert [each["id"] for each in found["left_out"]] == [promises[0]["id"]]
    assert [each["text"] for each in found["added"]] == ["They care about the drivers most."]
    assert found["moved"] == [promises[2]["id"]]
    with reviewed.office.sessions.reading() as session:
        note = session.get_one(Note, reviewed.note_id)
        assert note.confirmed is not None
        kept = {line.id for line in from_json(note.confirmed).lines()}
        assert promises[0]["id"] not in kept
        assert note.draft != note.content
        assert [task.title for task in session.scalars(select(Task))] == [
            "Send a reference customer"
        ]


def test_an_edit_that_its_evidence_does_not_carry_is_marked(reviewed: Reviewed) -> None:
    (budget, *_) = reviewed.lines("budget")
    edit = {"id": budget["id"], "text": "Dana Whitfield: the budget is fifty thousand euros."}
    reviewed.patch({"lines": [edit]})
    (edited, *_) = reviewed.lines("budget")
    assert edited["verdict"] == "unsupported"
    assert any("fifty thousand" in reason for reason in edited["reasons"])  # type: ignore[attr-defined]
    back = {"id": budget["id"], "text": budget["text"]}
    reviewed.patch({"lines": [back]})
    assert reviewed.lines("budget")[0] == budget


def test_a_customers_promise_becomes_a_task_when_the_reviewer_takes_it_on(
    reviewed: Reviewed,
) -> None:
    task = reviewed.ids("tasks")["Talk to our finance director on Monday"]
    change = {"id": task, "decision": "accepted", "due_on": None}
    assert reviewed.patch({"tasks": [change]}).status_code == 200
    reviewed.post("confirmation")
    with reviewed.office.sessions.reading() as session:
        made = session.scalar(select(Task).where(Task.title.startswith("Dana Whitfield: ")))
        assert made is not None
        assert made.title == "Dana Whitfield: talk to our finance director on Monday"
        assert made.due_on is None


def test_undo_takes_back_tasks_fields_and_what_waits_for_delivery(reviewed: Reviewed) -> None:
    accept(reviewed, "amount", "close_on")
    before = reviewed.read()["sections"]
    reviewed.post("confirmation")
    reply = reviewed.post("undo")
    assert reply.status_code == 200, reply.text
    assert reply.json()["status"] == "draft"
    assert (reply.json()["tasks"], reply.json()["outbox"]) == ([], [])
    assert deal(reviewed) == UNTOUCHED
    assert reviewed.read()["sections"] == before
    with reviewed.office.sessions.reading() as session:
        assert {m.status for m in session.scalars(select(OutboxMessage))} == {"withdrawn"}
        gone = select(Record.archived_at).where(Record.kind == "task")
        assert all(session.scalars(gone))
        entry = session.scalar(select(AuditEntry).where(AuditEntry.action == "note.undone"))
        assert entry is not None
        assert entry.details["tasks"] == 2
    again = reviewed.post("confirmation")
    assert again.status_code == 200
    assert deal(reviewed)[0] == "38000"


def test_a_name_that_a_reviewer_spells_anew_is_expected_on_the_accounts_next_call(
    reviewed: Reviewed,
) -> None:
    (budget, *_) = reviewed.lines("budget")
    respelt = str(budget["text"]).replace("legal", "Lehgahl & Sons")
    reworded = {"id": budget["id"], "text": respelt.replace("euros", "Pounds Sterling")}
    reviewed.patch({"lines": [reworded]})

    def expected() -> list[tuple[str, str]]:
        with reviewed.office.sessions.reading() as session:
            call = session.get_one(Call, reviewed.call_id)
            found = vocabulary_store.candidates_of(session, call, reviewed.office.clock.now)
        return [(one.term, one.source) for one in found if one.source == "correction"]

    assert expected() == []
    reviewed.post("confirmation")
    assert expected() == [("Lehgahl Sons", "correction")]
    assert reviewed.post("undo").status_code == 200
    assert expected() == []


def test_undo_is_possible_within_its_window_alone(reviewed: Reviewed) -> None:
    reviewed.post("confirmation")
    reviewed.office.clock.now += timedelta(days=1, seconds=1)
    reply = reviewed.post("undo")
    assert reply.status_code == 409
    assert "24 hours" in reply.json()["detail"]


def test_a_rejected_draft_reaches_nothing_and_can_be_drafted_again(reviewed: Reviewed) -> None:
    reply = reviewed.post("rejection", {"reason": "It is a support call."})
    assert reply.json()["status"] == "rejected"
    assert reviewed.read()["status_reason"] == "It is a support call."
    assert reviewed.post("confirmation").status_code == 409
    again = reviewed.post("attempts", {"template": "support"})
    assert again.status_code == 202
    reviewed.office.settle()
    made = reviewed.rep.client.get(again.headers["Location"]).json()
    assert (made["status"], made["attempt"], made["template"]) == ("draft", 2, "support")
    assert counts(reviewed.office)["tasks"] == 0


def test_of_two_reviewers_the_second_to_save_is_told_to_read_again(
    reviewed: Reviewed, office: Office
) -> None:
    colleague = office.person("manager", name="Mo Lind")
    version = reviewed.version()
    line = reviewed.lines("budget")[0]["id"]
    mine = {"lines": [{"id": line, "decision": "accepted"}]}
    theirs = {"lines": [{"id": line, "decision": "rejected"}]}
    assert reviewed.patch(mine, version=version).status_code == 200
    late = reviewed.patch(theirs, colleague, version=version)
    assert late.status_code == 412
    assert reviewed.post("confirmation", person=colleague, version=version).status_code == 412
    assert reviewed.lines("budget")[0]["decision"] == "accepted"
    assert counts(office)["tasks"] == 0


@pytest.mark.parametrize("what", ["confirmation", "rejection", "undo"])
def test_a_decision_must_name_the_version_it_is_about(reviewed: Reviewed, what: str) -> None:
    body = {"reason": "No."} if what == "rejection" else None
    assert reviewed.post(what, body, version="").status_code == 428
    assert reviewed.post(what, body, version='"99"').status_code == 412
    assert reviewed.patch({}, version='"99"').status_code == 412


def test_what_nobody_decided_on_is_left_open_and_said(reviewed: Reviewed) -> None:
    fields = reviewed.ids("field_changes")
    reviewed.patch({"fields": [{"id": fields["amount"], "decision": "accepted"}]})
    reply = reviewed.post("confirmation")
    assert reply.status_code == 200, reply.text
    assert sorted(reply.json()["left_open"]) == sorted(set(fields) - {"amount"})
    assert reply.json()["left_open"]


def test_a_confirmation_repeated_under_its_key_happens_once(reviewed: Reviewed) -> None:
    version = reviewed.version()
    first = reviewed.post("confirmation", version=version, key="sign-1")
    before = counts(reviewed.office)
    second = reviewed.post("confirmation", version=version, key="sign-1")
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.json() == first.json()
    assert second.headers["ETag"] == first.headers["ETag"]
    assert counts(reviewed.office) == before
    other = reviewed.post("rejection", {"reason": "No."}, version=version, key="sign-1")
    assert other.status_code == 422


def test_a_note_of_another_teams_account_is_as_good_as_absent(
    reviewed: Reviewed, office: Office
) -> None:
    stranger = office.person("rep", team="south")
    absent = f"/api/v1/notes/{'not_' + 'x' * 26}"
    real = f"/api/v1/notes/{reviewed.note_id}"
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {}),
        ("POST", "/confirmation", None),
        ("POST", "/rejection", {"reason": "No."}),
        ("POST", "/undo", None),
        ("POST", "/attempts", {}),
    ):
        replies = [
            stranger.client.request(method, base + path, json=body, headers={"If-Match": '"2"'})
            for base in (real, absent)
        ]
        assert [reply.status_code for reply in replies] == [404, 404]
        details = [str(reply.json()["detail"]) for reply in replies]
        assert details[0].replace(reviewed.note_id, "?") == details[1].replace(absent[14:], "?")
    assert stranger.client.get("/api/v1/notes").json() == {"items": [], "next": None}


@pytest.mark.parametrize("role", ["ops", "privacy"])
def test_who_reads_notes_for_other_reasons_does_not_sign_them(
    reviewed: Reviewed, office: Office, role: str
) -> None:
    person = office.person(role)
    assert reviewed.read(person)["status"] == "draft"
    assert reviewed.post("confirmation", person=person).status_code == 403
    assert reviewed.patch({}, person).status_code == 403


def test_support_signs_a_note_but_neither_sees_nor_changes_the_deal(
    reviewed: Reviewed, office: Office
) -> None:
    agent = office.person("support")
    call_id = bring(agent, TALK, account_id=reviewed.account_id)
    office.settle()
    served = replace(reviewed, call_id=call_id, note_id=str(note_of(agent, call_id)["id"]))
    assert served.post("rejection", {"reason": "Sales."}, person=agent).status_code == 200
    again = served.post("attempts", {"template": "sales"}, person=agent)
    served.note_id = again.json()["id"]
    office.settle()
    ids = served.ids("field_changes")
    accept(served, "amount")
    assert served.read(agent)["field_changes"] == []
    edit = {"fields": [{"id": ids["close_on"], "decision": "accepted"}]}
    assert served.patch(edit, agent).status_code == 422
    assert served.post("confirmation", person=agent).status_code == 200
    assert deal(reviewed) == UNTOUCHED


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"lines": [{"id": "budget-99", "decision": "accepted"}]}, "line"),
        ({"lines": [{"id": "budget-1", "section": "weather"}]}, "section"),
        ({"lines": [{"id": "budget-1", "text": "  "}]}, "text"),
        ({"add": [{"section": "weather", "text": "Rain."}]}, "section"),
        ({"fields": [{"id": "field-price", "decision": "accepted"}]}, "field"),
        ({"tasks": [{"id": "task-0", "decision": "accepted"}]}, "task"),
        ({"line": []}, "line"),
        ({"lines": [{"id": "budget-1", "decision": "maybe"}]}, "decision"),
    ],
    ids=["line", "section", "blank", "added", "field", "task", "unknown key", "decision"],
)
def test_an_edit_that_fits_nothing_is_refused_and_changes_nothing(
    reviewed: Reviewed, body: object, field: str
) -> None:
    before = reviewed.read()
    reply = reviewed.patch(body)
    assert reply.status_code == 422
    assert field in reply.text
    assert reviewed.read() == before


def test_a_value_that_cannot_stand_in_its_field_undoes_the_whole_confirmation(
    reviewed: Reviewed,
) -> None:
    ids = reviewed.ids("field_changes")
    wrong = {"id": ids["amount"], "decision": "accepted", "new": "a lot"}
    reviewed.patch({"fields": [wrong]})
    before = counts(reviewed.office)
    reply = reviewed.post("confirmation", key="sign-2")
    assert reply.status_code == 422
    assert counts(reviewed.office) == before
    mended = {"id": ids["amount"], "new": "39000"}
    reviewed.patch({"fields": [mended]})
    assert reviewed.post("confirmation", key="sign-2").status_code == 200
    assert deal(reviewed)[0] == "39000"


def test_a_corrected_transcript_is_drafted_anew_unless_somebody_has_edited(
    reviewed: Reviewed,
) -> None:
    path = f"/api/v1/calls/{reviewed.call_id}/transcript"
    change = {"turns": [{"turn": 1, "text": "Around sixty thousand euros, if legal agrees."}]}
    first = reviewed.rep.client.patch(path, json=change, headers={"If-Match": '"1"'})
    assert first.status_code == 200, first.text
    reviewed.office.settle()
    assert "sixty thousand" in str(reviewed.lines("budget")[0]["text"])
    line = reviewed.lines("budget")[0]["id"]
    reviewed.patch({"lines": [{"id": line, "decision": "accepted"}]})
    change = {"turns": [{"turn": 1, "text": "Around ninety thousand euros, if legal agrees."}]}
    reviewed.rep.client.patch(path, json=change, headers={"If-Match": '"2"'})
    reviewed.office.settle()
    note = reviewed.read()
    assert (note["status"], note["transcript_changed"]) == ("draft", True)
    assert "sixty thousand" in str(reviewed.lines("budget")[0]["text"])


def test_reading_the_changes_again_drafts_nothing_twice(reviewed: Reviewed) -> None:
    with reviewed.office.sessions.begin() as session:
        cursor = session.get_one(Cursor, "note drafts")
        cursor.seq = 0
    reviewed.office.settle()
    assert note_of(reviewed.rep, reviewed.call_id)["id"] == reviewed.note_id
    assert reviewed.read()["version"] == 2


def test_a_support_agents_call_is_drafted_as_one_and_needs_no_account(office: Office) -> None:
    agent = office.person("support", name="Noor Haddad")
    talk = (
        "Noor Haddad: How can I help?\n"
        "Felix: The label printer stopped printing this morning, it shows error E47.\n"
        "Noor Haddad: Please hold the feed button for ten seconds.\n"
        "Felix: Yes, it's printing again.\n"
        "Noor Haddad: I'll e-mail you the steps today.\n"
    )
    call_id = bring(agent, talk)
    office.settle()
    note = note_of(agent, call_id)
    assert (note["status"], note["template"], note["account_id"]) == ("draft", "support", None)
    whole = agent.client.get(f"/api/v1/notes/{note['id']}").json()
    sections = {each["name"]: [li["text"] for li in each["lines"]] for each in whole["sections"]}
    assert any("error E47" in text for text in sections["problem"])
    assert any("printing again" in text for text in sections["resolution"])
    assert [task["owner_id"] for task in whole["tasks"]] == [agent.principal.user_id]


def test_the_only_open_deal_of_the_account_is_meant_when_none_was_named(office: Office) -> None:
    rep = office.person("rep", name="Priya Nair")
    account_id = make_account(office, rep)
    make_contact(office, account_id, "Dana Whitfield")
    only = make_deal(office, account_id)
    call_id = bring(rep, TALK, account_id=account_id)
    office.settle()
    assert note_of(rep, call_id)["deal_id"] == only
    make_deal(office, account_id, "Second deal")
    other = bring(rep, TALK, account_id=account_id)
    office.settle()
    assert note_of(rep, other)["deal_id"] is None


def test_notes_are_listed_newest_first_page_by_page_by_status(reviewed: Reviewed) -> None:
    calls = [bring(reviewed.rep, TALK, account_id=reviewed.account_id) for _ in range(3)]
    reviewed.office.settle()
    reviewed.post("rejection", {"reason": "No."})
    seen: list[str] = []
    cursor: str | None = None
    while True:
        params = {"status": "draft", "limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = reviewed.rep.client.get("/api/v1/notes", params=params).json()
        seen += [item["call_id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(calls)
    bad = reviewed.rep.client.get("/api/v1/notes", params={"status": "lost"})
    assert bad.status_code == 422


def test_erasing_a_call_takes_its_notes_and_their_history_along(reviewed: Reviewed) -> None:
    reviewed.post("confirmation")
    with reviewed.office.sessions.begin() as session:
        reviewed.office.parts.stores.erase(session, [reviewed.call_id])
    with reviewed.office.sessions.reading() as session:
        assert session.get(Note, reviewed.note_id) is None
        assert session.get(Record, reviewed.note_id) is None
        left = select(OutboxMessage).where(OutboxMessage.record_id == reviewed.note_id)
        assert session.scalar(left) is None
