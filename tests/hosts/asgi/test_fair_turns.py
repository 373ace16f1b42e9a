"""Each user does one piece of work at a time, and pauses while others are active."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress

import pytest
from graphql import GraphQLError

from genai_studio.hosts.asgi.fair_turns import FairTurns
from genai_studio.schema.documents.document_cache import MAX_CACHED_CHARACTERS, DocumentCache
from genai_studio.schema.strawberry_internals import graphql_schema
from genai_studio.schema.studio_schema import studio_schema

pytestmark = pytest.mark.anyio

HOUR = 3600.0
"""A piece of work this long leads to the longest pause."""


class Work:
    """Pieces of work, each of which takes a number of seconds on a clock of its own."""

    def __init__(self) -> None:
        self.now = 0.0
        self.done: list[str] = []
        self.turns = FairTurns(now=lambda: self.now)

    async def piece(self, user: str, seconds: float = 0.0) -> None:
        await self.turns.take(user)
        self.now += seconds
        self.done.append(user)

    def start(self, user: str, number: int, seconds: float = 0.0) -> list[asyncio.Task[None]]:
        return [asyncio.create_task(self.piece(user, seconds)) for _ in range(number)]


async def _iterations(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def test_user_does_one_piece_in_each_iteration_of_the_event_loop() -> None:
    work = Work()
    many = work.start("many", 100)
    await asyncio.sleep(0)
    await work.piece("one")

    assert work.done == ["many", "one"]
    await asyncio.gather(*many)
    assert work.done.count("many") == 100


async def test_user_with_more_work_pauses_while_others_are_active() -> None:
    work = Work()
    many = work.start("many", 3, seconds=0.2)
    await asyncio.sleep(0)
    for _ in range(50):
        await work.piece("one")
        await asyncio.sleep(0)

    assert work.done == ["many"] + ["one"] * 50
    await asyncio.gather(*many)


async def test_user_with_one_request_at_a_time_never_pauses() -> None:
    work = Work()
    other = asyncio.create_task(work.piece("other"))
    await _iterations(3)
    for _ in range(50):
        await asyncio.wait_for(work.piece("one", seconds=0.01), 60)
        await asyncio.sleep(0)
        assert not work.turns._waiting

    await other


async def test_nobody_pauses_alone() -> None:
    work = Work()
    many = work.start("many", 10, seconds=HOUR)
    # A pause would last longer than this number of iterations.
    await _iterations(30)

    assert work.done == ["many"] * 10
    await asyncio.gather(*many)


def _returns_at_once(take: Coroutine[object, None, None]) -> bool:
    try:
        take.send(None)
    except StopIteration:
        return True
    take.close()
    return False


async def test_first_piece_after_the_start_belongs_to_the_same_turn() -> None:
    turns = FairTurns()
    query = "{ viewer { id } }"
    await studio_schema.prepare(query)
    await turns.start("one", query)

    assert _returns_at_once(turns.take("one"))
    assert not _returns_at_once(turns.take("one"))


async def test_a_piece_after_waiting_is_another_turn() -> None:
    turns = FairTurns()
    query = "{ viewer { id } }"
    await studio_schema.prepare(query)
    await turns.start("one", query)
    await _iterations(1)

    assert _returns_at_once(turns.take("one"))
    assert not _returns_at_once(turns.take("one"))


async def test_a_start_does_not_give_its_turn_to_another_task() -> None:
    turns = FairTurns()
    query = "{ viewer { id } }"
    await studio_schema.prepare(query)
    await asyncio.create_task(turns.start("one", query))

    assert not turns._started
    await turns.take("one")


async def test_canceled_task_loses_its_turn_only() -> None:
    work = Work()
    tasks = work.start("many", 5)
    await asyncio.sleep(0)
    for task in tasks[1:4]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await work.piece("many")

    assert work.done == ["many"] * 3
    await _iterations(3)
    assert not work.turns._waiting


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{ viewer { id } } # short", id="cached"),
        pytest.param(
            "{ viewer { id } }" + " " * MAX_CACHED_CHARACTERS, id="too long for the cache"
        ),
        pytest.param("{ viewer {", id="syntax error"),
    ],
)
async def test_document_is_parsed_in_a_thread_only(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, schema = DocumentCache(2), graphql_schema(studio_schema)
    await cache.prepare(text, schema)
    monkeypatch.setattr("genai_studio.schema.documents.document_cache.parse", None)

    with suppress(GraphQLError):
        cache.get(text, schema)
