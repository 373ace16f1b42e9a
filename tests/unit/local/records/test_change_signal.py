"""`ChangeSignal` misses no change between a query and the wait."""

from __future__ import annotations

import asyncio
import threading

import pytest

from genai_studio.local.records.change_signal import ChangeSignal

pytestmark = pytest.mark.anyio


async def test_wait_returns_at_once_after_a_change() -> None:
    signal = ChangeSignal()
    count = signal.count
    signal.notify()

    async with asyncio.timeout(5):
        await signal.wait(count)


async def test_notify_from_a_thread_wakes_all_tasks() -> None:
    signal = ChangeSignal()
    waiting = [asyncio.create_task(signal.wait(signal.count)) for _ in range(3)]
    await asyncio.sleep(0)
    thread = threading.Thread(target=signal.notify)
    thread.start()

    async with asyncio.timeout(5):
        await asyncio.gather(*waiting)
    thread.join()


async def test_wait_does_not_return_without_a_change() -> None:
    signal = ChangeSignal()
    waiting = asyncio.create_task(signal.wait(signal.count))
    for _ in range(5):
        await asyncio.sleep(0)

    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


def test_notify_ignores_closed_event_loops() -> None:
    signal = ChangeSignal()
    loop = asyncio.new_event_loop()
    waiting = loop.create_task(signal.wait(0))
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()

    signal.notify()

    assert signal.count == 1
    del waiting
