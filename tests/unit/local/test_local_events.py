"""`LocalEvents`: a subscription ends when it is closed or garbage-collected."""

from __future__ import annotations

import asyncio
import gc

import pytest

from genai_studio.local.events import LocalEvents
from genai_studio.ports import GenerationEvent
from tests.builders import ALICE, a_caller, a_generation

pytestmark = pytest.mark.anyio


async def test_a_closed_subscription_is_removed() -> None:
    events = LocalEvents()
    subscription = events.subscribe(a_caller(), None)
    assert events.subscribers(ALICE) == 1

    await subscription.aclose()
    await subscription.aclose()

    assert events.subscribers(ALICE) == 0
    assert [event async for event in subscription] == []


async def test_closing_ends_a_pending_anext() -> None:
    subscription = LocalEvents().subscribe(a_caller(), None)
    waiting = asyncio.ensure_future(anext(subscription, None))
    await asyncio.sleep(0)

    await subscription.aclose()

    assert await waiting is None


async def test_queued_events_are_dropped_on_close() -> None:
    events = LocalEvents()
    subscription = events.subscribe(a_caller(), None)
    await events.publish(GenerationEvent(a_generation()))

    await subscription.aclose()

    assert [event async for event in subscription] == []


async def test_an_unreferenced_subscription_is_removed() -> None:
    events = LocalEvents()
    events.subscribe(a_caller(), None)
    gc.collect()

    await events.publish(GenerationEvent(a_generation()))

    assert events.subscribers(ALICE) == 0


async def test_a_canceled_anext_loses_no_event() -> None:
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
