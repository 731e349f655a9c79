"""Search: entities first, words with their forms, meaning, and never past the access predicate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, Connection

from retrieval.embedding import Vectors
from retrieval.index import missing_vectors, store_vectors
from retrieval.search import Query, search
from tests.retrieval.passages import everything, passage, put


class Topics:
    """An embedder by known words: one dimension for each topic."""

    model = "topics"
    _topics = (("money", "budget", "price"), ("bug", "crash", "error"), ("travel", "hotel"))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Counts of each topic's words, of length 1."""
        rows = [
            [1e-3 + sum(word in text.lower() for word in topic) for topic in self._topics]
            for text in texts
        ]
        matrix = np.asarray(rows, np.float32)
        return np.asarray(matrix / np.linalg.norm(matrix, axis=1, keepdims=True), np.float32)


def embed_all(connection: Connection) -> None:
    topics = Topics()
    waiting = missing_vectors(connection, topics.model, limit=1000)
    vectors = topics.embed([text for _, text in waiting])
    digests = [digest for digest, _ in waiting]
    store_vectors(connection, topics.model, zip(digests, vectors, strict=True))


def only(*record_ids: str) -> Callable[..., ColumnElement[bool]]:
    def allowed(_kind: ColumnElement[str], record_id: ColumnElement[str]) -> ColumnElement[bool]:
        return record_id.in_(record_ids)

    return allowed


def texts(connection: Connection, query: Query | str) -> list[str]:
    asked = Query(query) if isinstance(query, str) else query
    return [hit.passage.text for hit in search(connection, asked, everything)]


def test_forms_of_a_word_are_one_word(connection: Connection) -> None:
    put(connection, passage("They approved the budgets"), passage("A crash", record_id="int_2"))
    assert texts(connection, "approving a budget") == ["They approved the budgets"]


def test_a_rare_word_counts_more_than_common_ones(connection: Connection) -> None:
    put(connection, *[passage("the order was late again", record_id=f"int_{i}") for i in range(9)])
    put(connection, passage("the walrus order", record_id="int_w"))
    assert texts(connection, "late walrus order")[0] == "the walrus order"


def test_the_context_line_is_searched_too(connection: Connection) -> None:
    put(connection, passage("We agreed.", context="Call of Acme with Ann Lee"))
    assert texts(connection, "acme") == ["We agreed."]


@pytest.mark.parametrize(
    "asked",
    ["INV-2041", "inv 2041", "ANN@acme.example", "+1 415 555 2671", "(415) 555-2671", "Acme Ltd"],
)
def test_what_is_about_a_named_entity_comes_first(connection: Connection, asked: str) -> None:
    put(
        connection,
        passage(
            "Invoice INV-2041 went to ann@acme.example, phone +1 415-555-2671.", names=("Acme",)
        ),
        passage("acme ltd, inv or ann or 415 or 2041, " * 3, record_id="int_2"),
    )
    best = search(connection, Query(f"what about {asked}?"), everything)[0]
    assert best.passage.record_id == "int_1"
    assert best.score >= 2
    assert best.why[0].startswith("about: ")


def test_all_named_entities_together_come_before_some(connection: Connection) -> None:
    put(
        connection,
        passage("Budget talk", record_id="int_1", names=("Acme",)),
        passage("Budget talk there", record_id="int_2", names=("Acme", "Ann Lee")),
        passage("Budget talk elsewhere", record_id="int_3", names=("Globex",)),
    )
    hits = search(connection, Query("what budget did Ann Lee of Acme name?"), everything)
    assert [hit.passage.record_id for hit in hits] == ["int_2", "int_1", "int_3"]


def test_an_entity_is_found_even_when_no_word_of_the_question_is_there(
    connection: Connection,
) -> None:
    put(connection, passage("We agreed on terms.", names=("Acme",)))
    assert texts(connection, "anything about ACME?") == ["We agreed on terms."]


def test_a_misspelt_word_finds_what_it_resembles(connection: Connection) -> None:
    put(
        connection,
        passage("Renewal talk", context="Call of Brightwater"),
        passage("Other talk", context="Call of Globex", record_id="int_2"),
    )
    assert texts(connection, "Britghwater") == ["Renewal talk"]


def test_meaning_finds_what_shares_no_word(connection: Connection) -> None:
    put(connection, passage("The price is set"), passage("A crash again", record_id="int_2"))
    embed_all(connection)
    hits = search(connection, Query("budget"), everything, embedder=Topics())
    assert hits[0].passage.text == "The price is set"
    assert hits[0].why == ("meaning: 1.00",)


def test_nothing_hidden_is_returned_by_any_arm(connection: Connection) -> None:
    put(
        connection,
        passage("The budget of Acme", record_id="int_1", names=("Acme",)),
        passage("The secret budget of Acme", record_id="int_2", names=("Acme",)),
    )
    embed_all(connection)
    for text in ("secret budget", "Acme", "money", "secrte"):
        for embedder in (None, Topics()):
            hits = search(connection, Query(text), only("int_1"), embedder=embedder)
            assert {hit.passage.record_id for hit in hits} <= {"int_1"}


def test_scores_do_not_betray_how_many_hidden_entities_match(connection: Connection) -> None:
    put(
        connection,
        passage("Budget", record_id="int_1"),
        passage("Budget", record_id="int_2", names=("Globex",)),
    )
    [hit] = search(connection, Query("budget of Globex"), only("int_1"))
    assert hit.score <= 1


def test_scope_and_time_narrow_the_search(connection: Connection) -> None:
    march, may = datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 5, 1, tzinfo=UTC)
    put(
        connection,
        passage("budget one", record_id="int_1", account_id="acc_1", occurred_at=march),
        passage("budget two", record_id="int_2", account_id="acc_1", occurred_at=may),
        passage("budget three", record_id="int_3", account_id="acc_2", kind="call"),
    )
    assert set(texts(connection, Query("budget", account_id="acc_1"))) == {
        "budget one",
        "budget two",
    }
    assert texts(connection, Query("budget", since=may)) == ["budget two"]
    assert texts(connection, Query("budget", until=may)) == ["budget one"]
    assert texts(connection, Query("budget", kinds=("call",))) == ["budget three"]
    assert texts(connection, Query("budget", record_ids=("int_2",))) == ["budget two"]


def test_a_blank_question_finds_nothing(connection: Connection) -> None:
    put(connection, passage("budget"))
    assert texts(connection, "  ") == []
    assert texts(connection, "?!") == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.one_of(
        st.text(max_size=80),
        st.lists(
            st.sampled_from(
                [
                    "AND",
                    "NOT",
                    "NEAR(",
                    '"',
                    "*",
                    "^",
                    ":",
                    "-",
                    "budget",
                    "(",
                    "'",
                    "\\",
                    "&|!",
                    "%",
                ]
            ),
            max_size=8,
        ).map(" ".join),
    )
)
def test_no_text_of_a_question_becomes_syntax(connection: Connection, text: str) -> None:
    put(connection, passage("the budget"))
    for hit in search(connection, Query(text), everything):
        assert hit.passage.text == "the budget"


def test_within_what_is_about_an_entity_its_own_name_tells_nothing(connection: Connection) -> None:
    put(
        connection,
        passage("Acme is Acme, and Acme is Acme.", kind="account", names=("Acme",)),
        passage("It may cost 40,000.", context="Letter", record_id="int_2", names=("Acme",)),
    )
    assert texts(connection, "what may Acme cost?")[0] == "It may cost 40,000."
    assert texts(connection, "Acme")[0] == "Acme is Acme, and Acme is Acme."
