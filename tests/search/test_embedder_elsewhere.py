"""Vectors made by a server: searched like others, made anew for another embedder, never awaited."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from assistant.db.tables import WireRow
from assistant.llm import Wire
from assistant.ops.health import checks
from assistant.search.index import SearchIndex
from assistant.search.service import search
from assistant.settings import Settings
from retrieval.index import count_by_model
from tests.conftest import NOW
from tests.one_database import database_url
from tests.retrieval.test_search import Topics
from tests.scripted_openai import Fail, ScriptedOpenAI, say_json
from tests.scripted_openai.fixture import scripted_openai
from tests.search.conftest import Desk

__all__ = ["database_url", "scripted_openai"]  # vectors lie in a plain table


@pytest.fixture
def settings(settings: Settings, scripted_openai: ScriptedOpenAI) -> Settings:
    return settings.model_copy(
        update={
            "embedding_base_url": scripted_openai.base_url,
            "embedding_model": "scripted-1",
            "embedding_usd_per_million_tokens": 2.0,
            "llm_timeout_s": 3.0,
        }
    )


@contextmanager
def opened(desk: Desk, settings: Settings) -> Iterator[SearchIndex]:
    index = SearchIndex(desk.sessions, settings, wire=Wire(desk.sessions, settings))
    yield index
    index.close()


def found(desk: Desk, index: SearchIndex, text: str) -> list[str]:
    with desk.sessions.reading() as session:
        return [h.passage.record_id for h in search(index, session, desk.rep, text)]


def held(desk: Desk) -> dict[str, int]:
    with desk.sessions.reading() as session:
        return count_by_model(session.connection())


def write(desk: Desk, text: str = "The price is set.") -> str:
    with desk.shelf() as shelf:
        letter_id = shelf.letter(shelf.account(), text)
    desk.follow()
    return letter_id


def test_passages_get_their_vectors_from_the_server_and_the_ledger_says_so(
    desk: Desk, settings: Settings, scripted_openai: ScriptedOpenAI
) -> None:
    letter_id = write(desk)
    with opened(desk, settings) as index:
        index.step(NOW)
        host = scripted_openai.base_url.split("/")[2].replace(":", "-")
        assert held(desk) == {f"scripted-1-{host}": 2}
        assert found(desk, index, "the price")[0] == letter_id
    with desk.sessions.reading() as session:
        rows = session.scalars(select(WireRow)).all()
    assert {row.purpose for row in rows} == {"embedding"}
    assert all(row.cost_usd and row.cost_usd > 0 for row in rows)
    (check,) = [one for one in checks(settings, desk.sessions) if one.part == "embedding model"]
    assert check.state == "ok"
    assert "2 of 2 texts have its vectors" in check.detail


def test_another_embedder_makes_all_vectors_anew(
    desk: Desk, settings: Settings, scripted_openai: ScriptedOpenAI
) -> None:
    write(desk)
    bare = settings.model_copy(update={"embedding_base_url": ""})
    before = SearchIndex(desk.sessions, bare, embedder=Topics())
    before.step(NOW)
    before.close()
    assert held(desk) == {"topics": 2}
    with opened(desk, settings) as index:
        index.step(NOW)
        assert list(held(desk).values()) == [2]
        assert "topics" not in held(desk)


def test_another_model_behind_the_same_name_is_noticed(
    desk: Desk, settings: Settings, scripted_openai: ScriptedOpenAI
) -> None:
    letter_id = write(desk)
    with opened(desk, settings) as index:
        index.step(NOW)
        scripted_openai.embeds = say_json({"data": [{"index": 0, "embedding": [1.0, 0.5, 0.1]}]})
        assert found(desk, index, "the price set") == [letter_id]  # by words
        scripted_openai.embeds = None
        index.step(NOW)
        assert list(held(desk).values()) == [2]
        assert found(desk, index, "the price")[0] == letter_id


def test_a_server_that_fails_is_not_waited_for(
    desk: Desk, settings: Settings, scripted_openai: ScriptedOpenAI
) -> None:
    letter_id = write(desk)
    scripted_openai.embeds = Fail(500)
    with opened(desk, settings) as index:
        assert found(desk, index, "price set") == [letter_id]
        asked = len(scripted_openai.embedded)
        assert asked == 1
        assert found(desk, index, "set price") == [letter_id]
        index.step(NOW)
        assert len(scripted_openai.embedded) == asked
    (check,) = [one for one in checks(settings, desk.sessions) if one.part == "embedding model"]
    assert check.state == "plain"
    assert "ModelUnreachable" in check.detail


def test_the_days_budget_bounds_what_is_sent(
    desk: Desk, settings: Settings, scripted_openai: ScriptedOpenAI
) -> None:
    write(desk)
    tight = settings.model_copy(update={"embedding_budget_tokens_per_day": 1})
    with opened(desk, tight) as index:
        index.step(NOW)
    assert scripted_openai.embedded == []
    assert held(desk) == {}
