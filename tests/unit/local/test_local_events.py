"""A subscription ends when it is closed, or when nobody holds it any more."""

from __future__ import annotations

import asyncio
import gc

import pytest

from genai_studio.local.events import LocalEvents
from genai_studio.ports import GenerationEvent
from tests.builders import ALICE, a_caller, a_generation

pytestmark = pytest.mark.anyio


async def test_a_closed_subscription_is_forgotten() -> None:
    events = LocalEvents()
    subscription = events.subscribe(a_caller(), None)
    assert events.subscribers(ALICE) == 1

    await subscription.aclose()
    await subscription.aclose()

    assert events.subscribers(ALICE) == 0
    assert [event async for event in subscription] == []


async def test_closing_ends_the_wait() -> None:
    subscription = LocalEvents().subscribe(a_caller(), None)
    waiting = asyncio.ensure_future(anext(subscription, None))
    await asyncio.sleep(0)

    await subscription.aclose()

    assert await waiting is None


async def test_what_was_not_taken_before_closing_is_dropped() -> None:
    events = LocalEvents()
    subscription = events.subscribe(a_caller(), None)
    await events.publish(GenerationEvent(a_generation()))

    await subscription.aclose()

    assert [event async for event in subscription] == []


async def test_one_that_nobody_holds_needs_no_closing() -> None:
    events = LocalEvents()
    events.subscribe(a_caller(), None)
    gc.collect()

    await events.publish(GenerationEvent(a_generation()))

    assert events.subscribers(ALICE) == 0


async def test_a_wait_that_was_given_up_loses_no_event() -> None:
    events = LocalEvents()
    subscription = events.subscribe(a_caller(), None)
    waiting = asyncio.ensure_future(anext(subscription))
    await asyncio.sleep(0)
    event = GenerationEvent(a_generation())
    await events.publish(event)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)

    if waiting.cancelled():
        assert await anext(subscription) == event
    else:
        assert waiting.result() == event
