"""The contract of `ports.EventPublisher` and `ports.EventSubscriptions`."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from genai_studio.domain.errors import SubscriberTooSlow
from genai_studio.domain.generation import Generation, Progress
from genai_studio.ports import GenerationEvent, Subscription
from tests.builders import ALICE, BOB, a_caller, a_generation
from tests.contract.events.adapters import QUEUE_LENGTH
from tests.contract.events.event_bus import EventBus

pytestmark = pytest.mark.anyio


def an_event(generation: Generation, version: int = 1, step: int | None = None) -> GenerationEvent:
    progress = None if step is None else Progress(attempt=1, step=step, steps=100)
    return GenerationEvent(replace(generation, version=version), progress)


async def take(subscription: Subscription, count: int) -> list[GenerationEvent]:
    async with asyncio.timeout(5):
        return [await anext(subscription) for _ in range(count)]


async def receives_nothing(subscription: Subscription) -> bool:
    waiting = asyncio.ensure_future(anext(subscription))
    for _ in range(10):
        await asyncio.sleep(0)
    nothing_received = not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    return nothing_received


async def test_publish_without_subscribers_does_nothing(events: EventBus) -> None:
    await events.publish(an_event(a_generation()))


async def test_a_subscription_starts_with_the_call(events: EventBus) -> None:
    subscription = events.subscribe(a_caller(), None)
    event = an_event(a_generation())

    await events.publish(event)

    assert await take(subscription, 1) == [event]


async def test_earlier_events_are_not_delivered(events: EventBus) -> None:
    await events.publish(an_event(a_generation()))
    subscription = events.subscribe(a_caller(), None)
    later = an_event(a_generation())

    await events.publish(later)

    assert await take(subscription, 1) == [later]


async def test_events_are_delivered_in_order(events: EventBus) -> None:
    generation = a_generation()
    subscription = events.subscribe(a_caller(), None)
    sent = [an_event(generation, version) for version in (1, 2, 3)]

    for event in sent:
        await events.publish(event)

    assert await take(subscription, 3) == sent


async def test_a_waiting_subscriber_receives_the_event(events: EventBus) -> None:
    subscription = events.subscribe(a_caller(), None)
    waiting = asyncio.create_task(take(subscription, 1))
    await asyncio.sleep(0)
    event = an_event(a_generation())

    await events.publish(event)

    assert await waiting == [event]


async def test_each_subscriber_receives_the_event(events: EventBus) -> None:
    subscriptions = [events.subscribe(a_caller(), None) for _ in range(3)]
    event = an_event(a_generation())

    await events.publish(event)

    for subscription in subscriptions:
        assert await take(subscription, 1) == [event]


async def test_events_of_other_owners_are_not_delivered(events: EventBus) -> None:
    bobs = a_generation(BOB)
    everything = events.subscribe(a_caller(ALICE), None)
    by_id = events.subscribe(a_caller(ALICE), bobs.id)
    own = events.subscribe(a_caller(BOB), None)

    await events.publish(an_event(bobs))
    alices = an_event(replace(bobs, owner=ALICE), version=2)
    await events.publish(alices)

    assert await take(own, 1) == [an_event(bobs)]
    assert await take(everything, 1) == [alices]
    assert await take(by_id, 1) == [alices]


async def test_a_subscription_to_one_generation_receives_only_its_events(events: EventBus) -> None:
    watched, other = a_generation(), a_generation()
    subscription = events.subscribe(a_caller(), watched.id)

    for event in (an_event(other), an_event(watched), an_event(other, 2), an_event(watched, 2)):
        await events.publish(event)

    assert await take(subscription, 2) == [an_event(watched), an_event(watched, 2)]


async def test_newer_progress_replaces_queued_progress(local_events: EventBus) -> None:
    generation = a_generation()
    subscription = local_events.subscribe(a_caller(), None)
    await local_events.publish(an_event(generation, 2))

    for step in range(1, 51):
        await local_events.publish(an_event(generation, 2, step))

    record, *progress = await take(subscription, 2)
    assert record == an_event(generation, 2)
    assert progress[-1].progress == Progress(1, 50, 100)


async def test_progress_never_overtakes_a_record(local_events: EventBus) -> None:
    generation = a_generation()
    subscription = local_events.subscribe(a_caller(), None)
    sent = [
        an_event(generation, 2, step=1),
        an_event(generation, 3),
        an_event(generation, 3, step=2),
        an_event(generation, 4),
    ]

    for event in sent:
        await local_events.publish(event)

    assert await take(subscription, 4) == sent


async def test_too_much_progress_does_not_close_a_subscription(local_events: EventBus) -> None:
    generations = [a_generation() for _ in range(QUEUE_LENGTH * 3)]
    subscription = local_events.subscribe(a_caller(), None)

    for generation in generations:
        await local_events.publish(an_event(generation, 2, step=1))

    assert len(await take(subscription, QUEUE_LENGTH)) == QUEUE_LENGTH
    assert await receives_nothing(subscription)


async def test_a_slow_subscriber_gets_an_error_and_is_closed(local_events: EventBus) -> None:
    generation = a_generation()
    subscription = local_events.subscribe(a_caller(), None)

    for version in range(1, QUEUE_LENGTH + 2):
        await local_events.publish(an_event(generation, version))

    with pytest.raises(SubscriberTooSlow):
        await anext(subscription)
    with pytest.raises(StopAsyncIteration):
        await anext(subscription)


async def test_a_slow_subscriber_does_not_delay_others(local_events: EventBus) -> None:
    generation = a_generation()
    local_events.subscribe(a_caller(), None)
    lagging = local_events.subscribe(a_caller(), None)
    quick = local_events.subscribe(a_caller(), None)

    for version in range(1, QUEUE_LENGTH + 2):
        await local_events.publish(an_event(generation, version))
        assert await take(quick, 1) == [an_event(generation, version)]

    with pytest.raises(SubscriberTooSlow):
        await anext(lagging)


async def test_a_closed_subscription_receives_nothing(events: EventBus) -> None:
    subscription = events.subscribe(a_caller(), None)
    await events.publish(an_event(a_generation()))

    await subscription.aclose()
    await subscription.aclose()
    await events.publish(an_event(a_generation()))

    assert [event async for event in subscription] == []


async def test_closing_ends_a_pending_anext(events: EventBus) -> None:
    subscription = events.subscribe(a_caller(), None)
    waiting = asyncio.ensure_future(anext(subscription))
    await asyncio.sleep(0)

    await subscription.aclose()

    with pytest.raises(StopAsyncIteration):
        async with asyncio.timeout(5):
            await waiting
