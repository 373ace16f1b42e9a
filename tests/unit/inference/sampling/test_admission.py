import anyio
import pytest

from genai_studio.inference.errors import Busy
from genai_studio.inference.sampling.admission import AdmissionQueue

pytestmark = pytest.mark.anyio


async def test_callers_run_one_at_a_time_in_order_of_arrival() -> None:
    queue = AdmissionQueue(slots=1, waiting=10)
    log: list[str] = []

    async def caller(name: str) -> None:
        with queue.admit():
            async with queue.slot():
                log.append(f"{name} in")
                await anyio.lowlevel.checkpoint()
                log.append(f"{name} out")

    async with anyio.create_task_group() as tasks:
        for name in "abc":
            tasks.start_soon(caller, name)
    assert log == ["a in", "a out", "b in", "b out", "c in", "c out"]


async def test_a_full_queue_rejects_callers_immediately() -> None:
    queue = AdmissionQueue(slots=1, waiting=1)
    with queue.admit(), queue.admit(), pytest.raises(Busy), queue.admit():
        pass


async def test_a_caller_that_leaves_frees_its_place() -> None:
    queue = AdmissionQueue(slots=1, waiting=0)
    for _ in range(3):
        with queue.admit():
            pass
