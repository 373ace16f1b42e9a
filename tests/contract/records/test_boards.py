"""The contract of boards in `Records`: the filter, alone and with others, and membership."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.generation import Generation, Status
from genai_studio.domain.history import HistoryFilter, HistoryQuery
from genai_studio.domain.ids import new_id
from genai_studio.ports import Records
from tests.builders import ALICE, BOB, NOON, a_generation, change, submit, succeeded
from tests.contract.records.test_history import read_all_pages

pytestmark = pytest.mark.anyio

CARS, TREES = new_id(), new_id()


async def put(records: Records, generation: Generation, *boards: str) -> Generation:
    return await change(records, generation, lambda it: state_machine.set_boards(it, boards))


async def on(records: Records, board: str, **others: object) -> list[Generation]:
    wanted = replace(HistoryFilter(board=board), **others)  # type: ignore[arg-type]  # any field
    return await read_all_pages(records, wanted, first=2)


async def test_a_board_lists_its_generations_newest_first(records: Records) -> None:
    stored = [await submit(records, a_generation()) for _ in range(7)]
    # In another order than that of their creation.
    for index in (3, 0, 6, 4, 1):
        stored[index] = await put(records, stored[index], CARS)

    assert await on(records, CARS) == [stored[index] for index in (6, 4, 3, 1, 0)]
    assert await on(records, TREES) == []


async def test_a_generation_moves_between_boards(records: Records) -> None:
    stored = await submit(records, a_generation())

    both = await put(records, stored, CARS, TREES)
    assert await records.get(ALICE, stored.id) == both
    assert (await on(records, CARS), await on(records, TREES)) == ([both], [both])

    one = await put(records, both, TREES)
    assert (await on(records, CARS), await on(records, TREES)) == ([], [one])

    again = await put(records, one, CARS)
    assert (await on(records, CARS), await on(records, TREES)) == ([again], [])

    none = await put(records, again)
    assert (await on(records, CARS), await on(records, TREES)) == ([], [])
    assert await records.get(ALICE, stored.id) == none


async def test_a_board_follows_trash_restore_and_purge(records: Records) -> None:
    stored = await put(records, await submit(records, a_generation()), CARS)

    trashed = await change(records, stored, lambda it: state_machine.trash(it, NOON))
    assert await on(records, CARS) == []
    assert await on(records, CARS, trashed=True) == [trashed]

    restored = await change(records, trashed, state_machine.restore)
    assert await on(records, CARS) == [restored]

    trashed = await change(records, restored, lambda it: state_machine.trash(it, NOON))
    await records.purge(trashed)
    assert await on(records, CARS) == []
    assert await on(records, CARS, trashed=True) == []


async def test_a_running_generation_keeps_its_boards(records: Records) -> None:
    stored = await put(records, await submit(records, a_generation()), CARS)

    finished = await change(records, stored, succeeded)

    assert finished.boards == (CARS,)
    assert await on(records, CARS) == [finished]


async def test_the_board_filter_combines_with_each_other_filter(records: Records) -> None:
    early = NOON - timedelta(days=2)
    apple = await put(records, await submit(records, a_generation(prompt="a red apple")), CARS)
    pear = await submit(records, a_generation(prompt="a red pear", at=early))
    pear = await change(records, pear, lambda it: state_machine.set_favorite(it, True))
    pear = await put(records, await change(records, pear, succeeded), CARS, TREES)
    other = await put(records, await submit(records, a_generation(prompt="a red apple")), TREES)
    await submit(records, a_generation(prompt="a red apple"))

    assert await on(records, CARS) == [pear, apple]
    assert await on(records, CARS, text="red") == [pear, apple]
    assert await on(records, CARS, text="apple") == [apple]
    assert await on(records, TREES, text="apple red") == [other]
    assert await on(records, CARS, text="car") == []
    assert await on(records, CARS, text="...") == []
    assert await on(records, CARS, favorite=True) == [pear]
    assert await on(records, CARS, favorite=False) == [apple]
    assert await on(records, TREES, statuses=(Status.SUCCEEDED,)) == [pear]
    assert await on(records, CARS, statuses=(Status.QUEUED, Status.RUNNING)) == [apple]
    assert await on(records, CARS, statuses=()) == []
    assert await on(records, CARS, model="other") == []
    assert await on(records, CARS, created_from=NOON) == [apple]
    assert await on(records, CARS, created_before=NOON) == [pear]
    assert await on(records, CARS, trashed=True) == []


async def test_boards_are_not_found_by_text(records: Records) -> None:
    await put(records, await submit(records, a_generation()), CARS)

    for text in (CARS, f"@{CARS}", "@", "board", CARS[:8]):
        assert await read_all_pages(records, HistoryFilter(text=text)) == []


async def test_the_same_board_id_of_two_owners_is_two_boards(records: Records) -> None:
    hers = await put(records, await submit(records, a_generation(ALICE)), CARS)
    his = await put(records, await submit(records, a_generation(BOB)), CARS)

    wanted = HistoryFilter(board=CARS)
    assert await read_all_pages(records, wanted, owner=ALICE) == [hers]
    assert await read_all_pages(records, wanted, owner=BOB) == [his]


async def test_a_page_of_a_board_reads_within_its_budget(records: Records) -> None:
    oldest = await put(records, await submit(records, a_generation()), CARS)
    for _ in range(8):
        one = await put(records, await submit(records, a_generation()), CARS)
        await change(records, one, lambda it: state_machine.trash(it, NOON))
    # These are not on the board, so they do not count.
    for _ in range(8):
        await submit(records, a_generation())

    query = HistoryQuery(filter=HistoryFilter(board=CARS), first=4, read_budget=9)
    page = await records.page(ALICE, query)

    assert page.items == (oldest,)
