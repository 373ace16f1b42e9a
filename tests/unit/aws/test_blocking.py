"""`BlockingCalls` waits for started calls when its task is canceled, and drops queued ones."""

from __future__ import annotations

import asyncio
import threading

import pytest

from genai_studio.aws.blocking import BlockingCalls

pytestmark = pytest.mark.anyio


async def test_canceled_run_waits_for_started_call() -> None:
    started, may_finish, finished = threading.Event(), threading.Event(), threading.Event()

    def write() -> None:
        started.set()
        may_finish.wait()
        finished.set()

    task = asyncio.create_task(BlockingCalls("S3", 1).run(write))
    await asyncio.to_thread(started.wait)
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    may_finish.set()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert finished.is_set()


async def test_canceled_run_drops_queued_call() -> None:
    started, may_finish = threading.Event(), threading.Event()
    calls = BlockingCalls("S3", 1)

    def write() -> None:
        started.set()
        may_finish.wait()

    first = asyncio.create_task(calls.run(write))
    await asyncio.to_thread(started.wait)
    second = asyncio.create_task(calls.run(pytest.fail, "The canceled call ran."))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second

    may_finish.set()
    await first
