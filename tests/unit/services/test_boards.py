"""Create, rename and delete boards, and put generations on them."""

from __future__ import annotations

import asyncio

import pytest

from genai_studio.domain.boards.board import Board
from genai_studio.domain.boards.board_list import BoardList
from genai_studio.domain.boards.membership import MAX_BOARDS_OF_GENERATION
from genai_studio.domain.errors import NotFound, Refused, VersionConflict
from genai_studio.domain.generation import Generation
from genai_studio.domain.history import HistoryFilter, HistoryQuery
from genai_studio.domain.identity import Owner
from genai_studio.domain.ids import new_id
from genai_studio.services import boards as boards_service
from genai_studio.services.history import History
from tests.builders import ALICE, BOB, NOON, ManualClock, a_caller, a_generation, submit
from tests.fakes.boards import FakeBoards
from tests.fakes.studio import FakeStudio, a_studio

pytestmark = pytest.mark.anyio

ME = a_caller()
BOBS = a_caller(BOB)


@pytest.fixture
def fakes() -> FakeStudio:
    return a_studio()


async def on_board(fakes: FakeStudio, board_id: str) -> tuple[Generation, ...]:
    query = HistoryQuery(filter=HistoryFilter(board=board_id), first=100)
    return (await fakes.studio.history.page(ME, query)).items


async def test_boards_are_created_renamed_and_deleted(fakes: FakeStudio) -> None:
    service = fakes.studio.boards

    cars = await service.create(ME, " Cars ")
    trees = await service.create(ME, "Trees")
    assert cars == Board(cars.id, "Cars", NOON)
    assert await service.find_all(ME) == (cars, trees)

    wagons = await service.rename(ME, cars.id, "Wagons")
    assert wagons == Board(cars.id, "Wagons", NOON)
    assert await service.find_all(ME) == (trees, wagons)

    await service.delete(ME, trees.id)
    assert await service.find_all(ME) == (wagons,)


async def test_a_refused_change_stores_nothing(fakes: FakeStudio) -> None:
    service = fakes.studio.boards
    cars = await service.create(ME, "Cars")
    before = await fakes.boards.read(ALICE)

    for attempt in (
        service.create(ME, "cars"),
        service.create(ME, ""),
        service.rename(ME, cars.id, "x" * 61),
        service.rename(ME, new_id(), "Trees"),
        service.delete(ME, new_id()),
        service.delete(BOBS, cars.id),
        service.rename(BOBS, cars.id, "Mine"),
    ):
        with pytest.raises(Refused):
            await attempt

    assert await fakes.boards.read(ALICE) == before
    assert await fakes.boards.read(BOB) == BoardList()


async def test_a_rename_to_the_same_name_stores_nothing(fakes: FakeStudio) -> None:
    cars = await fakes.studio.boards.create(ME, "Cars")
    before = await fakes.boards.read(ALICE)

    assert await fakes.studio.boards.rename(ME, cars.id, "Cars ") == cars

    assert await fakes.boards.read(ALICE) == before


class AlwaysChanging(FakeBoards):
    """A store whose list changes before each save."""

    async def save(self, owner: Owner, before: BoardList, after: BoardList) -> None:
        raise VersionConflict("The boards have changed since they were read.")


async def test_endless_conflicts_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boards_service, "MAX_CONFLICTS", 3)
    service = boards_service.Boards(AlwaysChanging(), ManualClock())

    with pytest.raises(VersionConflict, match="3 attempts"):
        await service.create(ME, "Cars")


async def test_generations_are_put_on_a_board_and_removed(fakes: FakeStudio) -> None:
    mine = [await submit(fakes.records, a_generation()) for _ in range(3)]
    bobs = await submit(fakes.records, a_generation(BOB))
    cars = await fakes.studio.boards.create(ME, "Cars")
    history = fakes.studio.history

    changed = await history.set_board(
        ME, (mine[2].id, mine[0].id, bobs.id, "x", mine[2].id), cars.id, True
    )

    assert [one.id for one in changed.generations] == [mine[2].id, mine[0].id]
    assert {one.boards for one in changed.generations} == {(cars.id,)}
    assert [(one.code, one.path) for one in changed.problems] == [
        ("NOT_FOUND", ("ids", bobs.id)),
        ("NOT_FOUND", ("ids", "x")),
    ]
    assert await on_board(fakes, cars.id) == changed.generations
    again = await history.set_board(ME, (mine[2].id,), cars.id, True)
    assert again.generations == (changed.generations[0],)

    await history.set_board(ME, (mine[2].id,), cars.id, False)
    assert [one.id for one in await on_board(fakes, cars.id)] == [mine[0].id]


async def test_a_board_of_another_user_does_not_exist(fakes: FakeStudio) -> None:
    mine = await submit(fakes.records, a_generation())
    bobs = await fakes.studio.boards.create(BOBS, "Cars")

    for value in (True, False):
        with pytest.raises(NotFound) as refused:
            await fakes.studio.history.set_board(ME, (mine.id,), bobs.id, value)
        assert [one.path for one in refused.value.problems] == [("board",)]

    assert await fakes.records.get(ALICE, mine.id) == mine
    assert await on_board(fakes, bobs.id) == ()


async def test_a_deleted_board_keeps_its_generations_and_is_dropped_later(
    fakes: FakeStudio,
) -> None:
    mine = await submit(fakes.records, a_generation())
    cars, trees = [await fakes.studio.boards.create(ME, name) for name in ("Cars", "Trees")]
    await fakes.studio.history.set_board(ME, (mine.id,), cars.id, True)

    await fakes.studio.boards.delete(ME, cars.id)

    assert await on_board(fakes, cars.id) == ()
    assert await fakes.studio.history.find(ME, mine.id) is not None
    changed = await fakes.studio.history.set_board(ME, (mine.id,), trees.id, True)
    assert [one.boards for one in changed.generations] == [(trees.id,)]


async def test_a_generation_on_too_many_boards_is_refused_alone(fakes: FakeStudio) -> None:
    full, other = [await submit(fakes.records, a_generation()) for _ in range(2)]
    many = [
        await fakes.studio.boards.create(ME, f"{number}")
        for number in range(MAX_BOARDS_OF_GENERATION + 1)
    ]
    for board in many[:-1]:
        await fakes.studio.history.set_board(ME, (full.id,), board.id, True)

    changed = await fakes.studio.history.set_board(ME, (full.id, other.id), many[-1].id, True)

    assert [one.id for one in changed.generations] == [other.id]
    (problem,) = changed.problems
    assert (problem.code, problem.path) == ("TOO_MANY_BOARDS", ("ids", full.id))

    await fakes.studio.boards.delete(ME, many[0].id)
    changed = await fakes.studio.history.set_board(ME, (full.id,), many[-1].id, True)
    assert changed.problems == ()


class CreatingMeanwhile(FakeBoards):
    """A store in which another request creates a board, and uses it, after the first read."""

    def __init__(self, fakes: FakeStudio, generation: Generation) -> None:
        super().__init__()
        self._fakes = fakes
        self._generation = generation
        self.created: Board | None = None

    async def read(self, owner: Owner) -> BoardList:
        read = await super().read(owner)
        if self.created is None:
            self.created = Board(new_id(), "New", NOON)
            self.stored(owner, *read.boards, self.created)
            other = History(self._fakes.records, self, ManualClock())
            await other.set_board(ME, (self._generation.id,), self.created.id, True)
        return read


async def test_a_board_created_meanwhile_is_not_taken_for_a_deleted_one(
    fakes: FakeStudio,
) -> None:
    mine = await submit(fakes.records, a_generation())
    store = CreatingMeanwhile(fakes, mine)
    cars = Board(new_id(), "Cars", NOON)
    store.stored(ALICE, cars)

    changed = await History(fakes.records, store, ManualClock()).set_board(
        ME, (mine.id,), cars.id, True
    )

    assert store.created is not None
    assert [one.boards for one in changed.generations] == [(store.created.id, cars.id)]


async def test_concurrent_changes_of_one_generation_are_all_kept(fakes: FakeStudio) -> None:
    mine = await submit(fakes.records, a_generation())
    many = [await fakes.studio.boards.create(ME, f"{number}") for number in range(8)]

    await asyncio.gather(
        *(fakes.studio.history.set_board(ME, (mine.id,), one.id, True) for one in many)
    )

    stored = await fakes.records.get(ALICE, mine.id)
    assert stored is not None
    assert set(stored.boards) == {one.id for one in many}
