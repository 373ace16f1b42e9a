"""The contract of `ports.BoardStore`: one list per user, changed by compare-and-set."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from genai_studio.domain.boards import board_list
from genai_studio.domain.boards.board import MAX_NAME_CHARACTERS, Board
from genai_studio.domain.boards.board_list import MAX_BOARDS, BoardList
from genai_studio.domain.errors import VersionConflict
from genai_studio.domain.ids import new_id
from genai_studio.ports import BoardStore
from genai_studio.services.boards import Boards
from tests.builders import ALICE, BOB, NOON, ManualClock, a_caller

pytestmark = pytest.mark.anyio

EMPTY = BoardList()


def a_board(name: str) -> Board:
    return Board(new_id(), name, NOON + timedelta(milliseconds=5))


async def test_a_user_without_boards_has_an_empty_list(store: BoardStore) -> None:
    assert await store.read(ALICE) == EMPTY


async def test_a_saved_list_is_read_as_it_was(store: BoardStore) -> None:
    first = board_list.add(EMPTY, a_board("红苹果 “red” 🍎"))
    await store.save(ALICE, EMPTY, first)
    second = board_list.add(first, a_board("Cars"))
    await store.save(ALICE, first, second)

    assert await store.read(ALICE) == second


async def test_all_boards_may_be_deleted(store: BoardStore) -> None:
    board = a_board("Cars")
    first = board_list.add(EMPTY, board)
    await store.save(ALICE, EMPTY, first)
    empty = board_list.remove(first, board.id)
    await store.save(ALICE, first, empty)

    assert await store.read(ALICE) == BoardList(2)


async def test_the_largest_list_can_be_stored(store: BoardStore) -> None:
    names = (f"{number:03}".ljust(MAX_NAME_CHARACTERS, "🍎") for number in range(MAX_BOARDS))
    largest = BoardList(1, tuple(a_board(name) for name in names))

    await store.save(ALICE, EMPTY, largest)

    assert await store.read(ALICE) == largest


async def test_an_outdated_version_is_not_replaced(store: BoardStore) -> None:
    first = board_list.add(EMPTY, a_board("Cars"))
    await store.save(ALICE, EMPTY, first)
    second = board_list.add(first, a_board("Trees"))
    await store.save(ALICE, first, second)

    for before in (EMPTY, first, BoardList(7)):
        with pytest.raises(VersionConflict):
            await store.save(ALICE, before, board_list.add(before, a_board("Birds")))

    assert await store.read(ALICE) == second


async def test_a_version_that_is_not_the_next_is_a_bug(store: BoardStore) -> None:
    with pytest.raises(ValueError, match="next version"):
        await store.save(ALICE, EMPTY, BoardList(2))

    assert await store.read(ALICE) == EMPTY


async def test_lists_of_users_are_separate(store: BoardStore) -> None:
    hers = board_list.add(EMPTY, a_board("Cars"))
    await store.save(ALICE, EMPTY, hers)

    assert await store.read(BOB) == EMPTY
    his = board_list.add(EMPTY, a_board("Trees"))
    await store.save(BOB, EMPTY, his)

    assert await store.read(ALICE) == hers
    assert await store.read(BOB) == his


async def test_concurrent_creates_are_all_stored_and_a_name_only_once(store: BoardStore) -> None:
    boards, me = Boards(store, ManualClock()), a_caller()
    names = ["a", "b", "c", "d", "A", "B"]

    created = await asyncio.gather(
        *(boards.create(me, name) for name in names), return_exceptions=True
    )

    stored = await boards.find_all(me)
    assert [board.name.lower() for board in stored] == ["a", "b", "c", "d"]
    assert {one for one in created if isinstance(one, Board)} == set(stored)
