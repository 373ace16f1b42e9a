"""Favorites, trash and purge."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.errors import InvalidInput, Problem
from genai_studio.domain.generation import Generation, Status
from genai_studio.domain.history import HistoryFilter, HistoryQuery
from tests.builders import ALICE, BOB, LEASE, NOON, a_caller, a_generation, change, submit
from tests.fakes.studio import FakeStudio, a_studio

pytestmark = pytest.mark.anyio

ME = a_caller()


@pytest.fixture
def fakes() -> FakeStudio:
    return a_studio()


@pytest.fixture
async def mine(fakes: FakeStudio) -> list[Generation]:
    return [await submit(fakes.records, a_generation()) for _ in range(3)]


def missing(problems: tuple[Problem, ...]) -> list[tuple[str, ...]]:
    assert {problem.code for problem in problems} <= {"NOT_FOUND"}
    return [problem.path for problem in problems]


def ids(*generations: Generation) -> tuple[str, ...]:
    return tuple(one.id for one in generations)


@pytest.mark.parametrize(
    ("field", "named"),
    [("text", "text"), ("model", "model"), ("parent_id", "parentId"), ("board", "board")],
)
async def test_a_filter_with_invalid_text_names_its_field(
    fakes: FakeStudio, field: str, named: str
) -> None:
    changes: dict[str, Any] = {field: "half a character: \ud83c"}
    wanted = replace(HistoryFilter(), **changes)

    with pytest.raises(InvalidInput) as refused:
        await fakes.studio.history.page(ME, HistoryQuery(filter=wanted, first=5))

    assert [problem.path for problem in refused.value.problems] == [("filter", named)]
    assert fakes.records.calls == []


async def test_only_own_generations_are_found(fakes: FakeStudio, mine: list[Generation]) -> None:
    bobs = await submit(fakes.records, a_generation(BOB))
    history = fakes.studio.history

    assert await history.find(ME, mine[0].id) == mine[0]
    assert await history.find(ME, bobs.id) is None
    page = await history.page(ME, HistoryQuery(filter=HistoryFilter(), first=10))
    assert page.items == tuple(mine[::-1])


async def test_results_keep_the_order_and_have_no_duplicates(
    fakes: FakeStudio, mine: list[Generation]
) -> None:
    requested_ids = (mine[2].id, "no id", mine[0].id, a_generation().id, mine[2].id)

    changed = await fakes.studio.history.set_favorite(ME, requested_ids, value=True)

    assert ids(*changed.generations) == (mine[2].id, mine[0].id)
    assert all(one.favorite for one in changed.generations)
    assert missing(changed.problems) == [("ids", requested_ids[1]), ("ids", requested_ids[3])]


async def test_an_unchanged_generation_is_not_saved(
    fakes: FakeStudio, mine: list[Generation]
) -> None:
    history = fakes.studio.history
    first = await history.set_favorite(ME, ids(mine[0]), value=True)
    trashed = await history.trash(ME, ids(mine[1]))
    saves = fakes.records.calls.count("save")

    assert await history.set_favorite(ME, ids(mine[0]), value=True) == first
    assert await history.trash(ME, ids(mine[1])) == trashed
    assert (await history.restore(ME, ids(mine[2]))).generations == (mine[2],)
    assert fakes.records.calls.count("save") == saves


async def test_trash_cancels_an_unfinished_generation(
    fakes: FakeStudio, mine: list[Generation]
) -> None:
    await change(fakes.records, mine[0], lambda it: state_machine.claim(it, NOON, LEASE))

    (trashed,) = (await fakes.studio.history.trash(ME, ids(mine[0]))).generations

    assert (trashed.status, trashed.trashed_at) == (Status.CANCELED, NOON)


async def test_restore_reverses_trash(fakes: FakeStudio, mine: list[Generation]) -> None:
    await fakes.studio.history.trash(ME, ids(*mine))

    restored = await fakes.studio.history.restore(ME, ids(*mine))

    assert [one.trashed_at for one in restored.generations] == [None] * 3


async def test_only_trashed_generations_can_be_purged(
    fakes: FakeStudio, mine: list[Generation]
) -> None:
    history = fakes.studio.history
    await history.trash(ME, ids(mine[0]))
    requested_ids = (mine[0].id, mine[1].id, mine[0].id, "no id", a_generation().id)

    purged = await history.purge(ME, requested_ids)

    assert purged.ids == (mine[0].id,)
    assert [(one.code, one.path) for one in purged.problems] == [
        ("NOT_TRASHED", ("ids", requested_ids[1])),
        ("NOT_FOUND", ("ids", requested_ids[3])),
        ("NOT_FOUND", ("ids", requested_ids[4])),
    ]
    assert await fakes.records.get(ALICE, mine[0].id) is None
    assert (await fakes.records.changes(None, 100))[-1].purged


async def test_a_purge_retries_after_a_conflict(fakes: FakeStudio, mine: list[Generation]) -> None:
    history = fakes.studio.history
    await history.trash(ME, ids(*mine))

    purge = asyncio.create_task(history.purge(ME, ids(*mine)))
    await asyncio.gather(
        *(history.set_favorite(ME, ids(*mine), value=bool(turn % 2)) for turn in range(4))
    )
    purged = await purge

    assert purged.ids == ids(*mine)
    assert purged.problems == ()


async def test_generations_of_other_users_are_unchanged(fakes: FakeStudio) -> None:
    bobs = await submit(fakes.records, a_generation(BOB))
    history = fakes.studio.history

    for changed in (
        await history.set_favorite(ME, ids(bobs), value=True),
        await history.trash(ME, ids(bobs)),
        await history.restore(ME, ids(bobs)),
    ):
        assert changed.generations == ()
        assert missing(changed.problems) == [("ids", bobs.id)]
    assert missing((await history.purge(ME, ids(bobs))).problems) == [("ids", bobs.id)]
    assert await fakes.records.get(BOB, bobs.id) == bobs


async def test_the_queue_position_comes_from_the_store(
    fakes: FakeStudio, mine: list[Generation]
) -> None:
    positions = [await fakes.studio.history.queue_position(one) for one in mine]

    assert positions == [1, 2, 3]
