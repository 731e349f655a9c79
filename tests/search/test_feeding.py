"""Records become passages: denormalised cards, windows over long text, always up to date."""

from __future__ import annotations

from sqlalchemy import select

from assistant.db.changes import lag
from assistant.db.tables import Account, Note, Record, TranscriptVersion
from assistant.governance.access import Role
from assistant.governance.people import add_user
from assistant.search import feeder
from retrieval.index import count_passages, passages_of
from retrieval.passages import Passage, turns_text
from tests.conftest import NOW
from tests.search.conftest import Desk


def indexed(desk: Desk, record_id: str) -> list[Passage]:
    with desk.sessions.reading() as session:
        return passages_of(session.connection(), record_id)


def test_an_order_names_its_customer_and_what_was_bought(desk: Desk) -> None:
    with desk.shelf() as shelf:
        account_id = shelf.account()
        contact_id = shelf.contact(account_id)
        order_id = shelf.order(account_id, contact_id, shelf.product())
    desk.follow()
    [card] = indexed(desk, order_id)
    assert card.text == (
        "Order W4471 of Acme GmbH was placed on 14 March 2026 by Ann Lee.\n"
        "The status of Order W4471 is shipped.\n"
        "Order W4471 comes to EUR 1,200.00.\n"
        "Order W4471 contains 40 × Cold-chain Sensor with SKU CCS-100 at EUR 30.00."
    )
    assert card.names == ("W4471", "Acme GmbH", "Ann Lee")
    assert (card.account_id, card.contact_id) == (account_id, contact_id)


def test_what_only_some_may_know_of_a_product_is_not_indexed(desk: Desk) -> None:
    with desk.shelf() as shelf:
        product_id = shelf.product()
    desk.follow()
    [card] = indexed(desk, product_id)
    assert "EUR 30.00" in card.text
    assert "17.35" not in card.searched


def test_a_long_letter_is_cut_into_windows_at_their_exact_place(desk: Desk) -> None:
    body = "We would like to renew. " * 100
    with desk.shelf() as shelf:
        letter_id = shelf.letter(shelf.account(), body)
    desk.follow()
    windows = indexed(desk, letter_id)
    assert len(windows) == 4
    assert all(body[w.start : w.end] == w.text and w.field == "body" for w in windows)
    assert windows[0].context == "E-mail from Acme GmbH on 14 March 2026: Renewal"


def test_a_ticket_tells_its_story_and_who_had_it(desk: Desk) -> None:
    with desk.shelf() as shelf:
        ticket_id = shelf.ticket(shelf.account(), "The label printer smears.")
    desk.follow()
    card, body, resolution = indexed(desk, ticket_id)
    assert "Ticket T-00412 was handed over to Dana Fox on 14 March 2026" in card.text
    assert (body.text, resolution.text) == ("The label printer smears.", "Replaced the ribbon.")


def test_a_call_is_indexed_by_its_turns(desk: Desk) -> None:
    turns = [("Ann Lee", "We need forty seats."), ("Dana Fox", "By when?")]
    with desk.shelf() as shelf:
        call_id = shelf.call(shelf.account(), turns)
    desk.follow()
    [window] = indexed(desk, call_id)
    assert window.text == "Ann Lee: We need forty seats.\nDana Fox: By when?"
    assert turns_text(turns)[window.start : window.end] == window.text
    assert window.context == "Call of Acme GmbH on 14 March 2026: Discovery"
    assert window.names == ("Acme GmbH", "Ann Lee", "Dana Fox")


def test_a_note_is_indexed_once_it_is_confirmed_and_no_longer_when_taken_back(desk: Desk) -> None:
    with desk.shelf() as shelf:
        account_id = shelf.account()
        call_id = shelf.call(account_id, [("Ann", "Hello")])
        draft = shelf.note(account_id, call_id, "The budget is $40,000.", status="draft")
    desk.follow()
    assert indexed(desk, draft) == []
    with desk.shelf() as shelf:
        row = shelf.session.get_one(Note, draft)
        row.status, row.confirmed, row.decided_at = "confirmed", row.content, NOW
        shelf.touch(draft, ["status"], "confirmed")
    desk.follow()
    [section] = indexed(desk, draft)
    assert (section.field, section.text) == ("budget", "The budget is $40,000.")
    with desk.shelf() as shelf:
        shelf.session.get_one(Note, draft).undone_at = NOW
        shelf.touch(draft, ["undone_at"])
    desk.follow()
    assert indexed(desk, draft) == []


def test_a_line_that_nothing_proves_is_indexed_as_its_signer_s_word(desk: Desk) -> None:
    with desk.shelf() as shelf:
        account_id = shelf.account()
        call_id = shelf.call(account_id, [("Ann", "Hello")])
        note_id = shelf.note(
            account_id, call_id, "The budget is $40,000.",
            own_words="Acme owns a moon base. It pays 99,000 pounds.",
        )  # fmt: skip
        user = add_user(
            shelf.session, "priya@vendor.example", Role.REP, now=NOW, name="Priya Raman"
        )
        shelf.session.get_one(Note, note_id).decided_by = user.id
    desk.follow()
    proved, rest = indexed(desk, note_id)
    assert (proved.field, proved.text) == ("budget", "The budget is $40,000.")
    assert rest.field == "budget.unsourced"
    assert rest.context.endswith("budget, without a source in the call")
    assert rest.text == (
        "Priya Raman noted, without a source in the call: Acme owns a moon base. "
        "Priya Raman noted, without a source in the call: It pays 99,000 pounds."
    )


def test_a_new_name_of_an_account_reaches_all_that_show_it(desk: Desk) -> None:
    with desk.shelf() as shelf:
        account_id = shelf.account()
        letter_id = shelf.letter(account_id, "Hello")
    desk.follow()
    with desk.shelf() as shelf:
        shelf.session.get_one(Account, account_id).name = "Zenith AG"
        shelf.touch(account_id, ["name"])
    desk.follow()
    [letter] = indexed(desk, letter_id)
    assert letter.names == ("Zenith AG",)
    assert "Acme" not in letter.searched


def test_an_archived_or_erased_record_leaves_the_index(desk: Desk) -> None:
    with desk.shelf() as shelf:
        account_id = shelf.account()
        letters = [shelf.letter(account_id, text) for text in ("one", "two")]
    desk.follow()
    with desk.shelf() as shelf:
        shelf.session.get_one(Record, letters[0]).archived_at = NOW
        for letter_id in letters:
            shelf.touch(letter_id, [])
    with desk.shelf() as shelf:
        shelf.session.delete(shelf.session.get_one(Record, letters[1]))
    desk.follow()
    assert [indexed(desk, letter_id) for letter_id in letters] == [[], []]


def test_following_again_changes_nothing(desk: Desk) -> None:
    with desk.shelf() as shelf:
        shelf.order(account := shelf.account(), shelf.contact(account), shelf.product())
    assert desk.follow() == 4
    with desk.sessions.reading() as session:
        before = count_passages(session.connection())
        assert lag(session, feeder.READER) == 0 == feeder.behind(session)
    assert desk.follow() == 0
    with desk.shelf() as shelf:
        for record_id in shelf.session.scalars(select(Record.id)).all():
            shelf.touch(record_id, [])
    assert desk.follow() == 4
    with desk.sessions.reading() as session:
        assert count_passages(session.connection()) == before


def test_an_unreadable_record_does_not_keep_later_ones_out(desk: Desk) -> None:
    with desk.shelf() as shelf:
        account_id = shelf.account()
        broken = shelf.call(account_id, [("Ann", "Hello")])
        shelf.session.flush()
        kept = shelf.session.get_one(TranscriptVersion, (broken, 1))
        kept.document = {"format": "rapport-transcript", "version": 99}
        letter_id = shelf.letter(account_id, "Hello")
    desk.follow()
    assert indexed(desk, broken) == []
    assert len(indexed(desk, letter_id)) == 1
