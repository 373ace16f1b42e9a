import anyio
import pytest

from genai_studio.inference.errors import Busy
from genai_studio.inference.sampling.sampler import Slots

pytestmark = pytest.mark.anyio


async def test_turns_are_taken_in_order_of_arrival_and_one_at_a_time() -> None:
    slots = Slots(slots=1, waiting=10)
    log: list[str] = []

    async def caller(name: str) -> None:
        with slots.place():
            async with slots.turn():
                log.append(f"{name} in")
                await anyio.lowlevel.checkpoint()
                log.append(f"{name} out")

    async with anyio.create_task_group() as tasks:
        for name in "abc":
            tasks.start_soon(caller, name)
    assert log == ["a in", "a out", "b in", "b out", "c in", "c out"]


async def test_a_full_line_turns_callers_away_at_once() -> None:
    slots = Slots(slots=1, waiting=1)
    with slots.place(), slots.place(), pytest.raises(Busy), slots.place():
        pass


async def test_leaving_the_line_makes_room() -> None:
    slots = Slots(slots=1, waiting=0)
    for _ in range(3):
        with slots.place():
            pass
