"""A change that comes between looking and waiting is not slept through."""

from __future__ import annotations

import asyncio
import threading

import pytest

from genai_studio.local.records.change_signal import ChangeSignal

pytestmark = pytest.mark.anyio


async def test_a_change_since_then_is_not_waited_for() -> None:
    signal = ChangeSignal()
    seen = signal.count
    signal.notify()

    async with asyncio.timeout(5):
        await signal.wait(seen)


async def test_it_wakes_everybody_from_any_thread() -> None:
    signal = ChangeSignal()
    waiting = [asyncio.create_task(signal.wait(signal.count)) for _ in range(3)]
    await asyncio.sleep(0)
    thread = threading.Thread(target=signal.notify)
    thread.start()

    async with asyncio.timeout(5):
        await asyncio.gather(*waiting)
    thread.join()


async def test_nobody_is_woken_for_nothing() -> None:
    signal = ChangeSignal()
    waiting = asyncio.create_task(signal.wait(signal.count))
    for _ in range(5):
        await asyncio.sleep(0)

    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


def test_a_loop_that_ended_while_waiting_does_no_harm() -> None:
    signal = ChangeSignal()
    loop = asyncio.new_event_loop()
    waiting = loop.create_task(signal.wait(0))
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()

    signal.notify()

    assert signal.count == 1
    del waiting
