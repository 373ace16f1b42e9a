"""What the death of a message does to the generation it names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.domain.generation import Generation, Status, TimelineEntry
from genai_studio.domain.state_machine import MAX_CLOCK_SKEW
from genai_studio.services.dead_lettered import DeadLettered
from tests.builders import LEASE, NOON, ManualClock, a_generation, change, submit, succeeded
from tests.fakes.records import FakeRecords

pytestmark = pytest.mark.anyio

ACCEPTED = (TimelineEntry(NOON, "api", "accepted"),)
WARMING = Failure(FailureCode.ENDPOINT_WARMING, "It is starting.", retryable=True)
LATER = NOON + timedelta(hours=1)


async def after_death(
    sent_at: datetime, step: Callable[[Generation], Generation] | None = None
) -> tuple[Generation, Generation]:
    """The record before and after its message died, an hour after it was accepted."""
    records, clock = FakeRecords(), ManualClock(LATER)
    before = await submit(records, a_generation(timeline=ACCEPTED))
    if step is not None:
        before = await change(records, before, step)
    await DeadLettered(records, clock).fail(before.ref, sent_at)
    after = await records.get(before.owner, before.id)
    assert after is not None
    return before, after


async def test_it_fails_with_its_reason_and_gives_its_quota_back() -> None:
    _, after = await after_death(NOON + timedelta(seconds=1))

    assert (after.status, after.finished_at) == (Status.FAILED, LATER)
    assert after.failure == state_machine.UNDELIVERABLE_FAILURE
    assert after.quota_held == 0


async def test_clocks_that_differ_a_little_are_allowed_for() -> None:
    _, after = await after_death(NOON - MAX_CLOCK_SKEW)

    assert after.status is Status.FAILED


async def test_what_happened_after_the_message_was_sent_counts() -> None:
    before, after = await after_death(NOON - MAX_CLOCK_SKEW - timedelta(milliseconds=1))

    assert after == before


async def test_a_mark_made_since_is_nothing_that_happened() -> None:
    _, after = await after_death(NOON, lambda it: state_machine.set_favorite(it, favorite=True))

    assert after.status is Status.FAILED


def waiting(generation: Generation) -> Generation:
    running = state_machine.claim(generation, NOON, LEASE)
    again = state_machine.attempt_failed(running, running.fence, NOON, WARMING)
    return replace(again, version=generation.version + 1)


@pytest.mark.parametrize(
    "step",
    [
        lambda it: state_machine.claim(it, NOON, LEASE),
        waiting,
        succeeded,
        lambda it: state_machine.cancel(it, NOON),
    ],
    ids=["running", "waiting", "succeeded", "canceled"],
)
async def test_what_runs_waits_or_is_final_is_left_alone(
    step: Callable[[Generation], Generation],
) -> None:
    before, after = await after_death(LATER, step)

    assert after == before


async def test_what_is_gone_stays_gone() -> None:
    await DeadLettered(FakeRecords(), ManualClock()).fail(a_generation().ref, NOON)
