"""Each night the index is held against the records: what no change told of is mended."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update

from assistant.db.tables import Account, IndexCheck, Record
from assistant.ops.health import checks
from assistant.search.reconciling import Reconciler, latest_check
from assistant.settings import Settings
from retrieval.index import forget_records, passages_of, store_vectors, vector_digests
from retrieval.tables import passages
from tests.conftest import NOW
from tests.retrieval.test_search import Topics
from tests.search.conftest import Desk


def figures(check: IndexCheck) -> tuple[int, int, int]:
    return check.missing, check.stale, check.orphaned


def test_what_is_missing_stale_or_orphaned_is_mended_and_counted(
    desk: Desk, settings: Settings
) -> None:
    with desk.shelf() as shelf:
        account_id = shelf.account()
        letters = [shelf.letter(account_id, f"The price is {n}.") for n in range(3)]
    desk.follow()
    reconciler = Reconciler(desk.sessions, "UTC")
    assert figures(reconciler.check(NOW)) == (0, 0, 0)

    with desk.sessions.begin() as session:
        connection = session.connection()
        forget_records(connection, [letters[0]])
        connection.execute(
            update(passages).where(passages.c.record_id == letters[1]).values(text="Nonsense.")
        )
        connection.execute(update(Record).where(Record.id == letters[2]).values(archived_at=NOW))
        store_vectors(connection, "topics", [("f" * 64, Topics().embed(["price"])[0])])
    found = reconciler.check(NOW)
    assert figures(found) == (1, 1, 2)
    assert found.finished_at is not None
    with desk.sessions.reading() as session:
        connection = session.connection()
        texts = [[one.text for one in passages_of(connection, letter)] for letter in letters]
        assert vector_digests(connection, "topics") == set()
    assert texts == [["The price is 0."], ["The price is 1."], []]
    assert figures(reconciler.check(NOW)) == (0, 0, 0)


def test_what_the_index_is_about_to_follow_is_no_fault(desk: Desk, settings: Settings) -> None:
    with desk.shelf() as shelf:
        shelf.letter(shelf.account(), "The price is set.")
    found = Reconciler(desk.sessions, "UTC").check(NOW)
    assert (found.records, *figures(found)) == (0, 0, 0, 0)
    (check,) = [one for one in checks(settings, desk.sessions) if one.part == "search index"]
    assert "0 passages, 2 changes behind" in check.detail


def test_a_check_begins_each_night_and_ops_see_what_it_found(
    desk: Desk, settings: Settings
) -> None:
    with desk.shelf() as shelf:
        shelf.letter(shelf.account(), "The price is set.")
    desk.follow()
    reconciler = Reconciler(desk.sessions, "Europe/Berlin")

    def count() -> int:
        with desk.sessions.reading() as session:
            return int(session.scalar(select(func.count()).select_from(IndexCheck)) or 0)

    night = NOW.replace(hour=0, minute=59)
    for moment, expected in (
        (night, 1), (night + timedelta(minutes=2), 2), (night + timedelta(hours=12), 2),
        (night + timedelta(hours=25), 3),
    ):  # fmt: skip
        while True:  # a slow machine takes several slices
            assert reconciler.step(moment) == 0
            with desk.sessions.reading() as session:
                latest = latest_check(session)
            if latest is not None and latest.finished_at is not None:
                break
        assert count() == expected, moment
    with desk.sessions.begin() as session:
        session.execute(update(Account).values(name="Acme Renamed"))
    reconciler.check(NOW)
    (check,) = [one for one in checks(settings, desk.sessions) if one.part == "search index"]
    assert "mended 2 stale" in check.detail
    assert "0 changes behind" in check.detail
