"""Generations whose messages were dead-lettered."""

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


async def dead_letter(
    sent_at: datetime, step: Callable[[Generation], Generation] | None = None
) -> tuple[Generation, Generation]:
    """Return the record before and after its message was dead-lettered, one hour after submit."""
    records, clock = FakeRecords(), ManualClock(LATER)
    before = await submit(records, a_generation(timeline=ACCEPTED))
    if step is not None:
        before = await change(records, before, step)
    await DeadLettered(records, clock).fail(before.ref, sent_at)
    after = await records.get(before.owner, before.id)
    assert after is not None
    return before, after


async def test_the_generation_fails_and_its_quota_is_returned() -> None:
    _, after = await dead_letter(NOON + timedelta(seconds=1))

    assert (after.status, after.finished_at) == (Status.FAILED, LATER)
    assert after.failure == state_machine.UNDELIVERABLE_FAILURE
    assert after.quota_held == 0


async def test_clock_skew_is_tolerated() -> None:
    _, after = await dead_letter(NOON - MAX_CLOCK_SKEW)

    assert after.status is Status.FAILED


async def test_a_generation_changed_after_the_message_is_kept() -> None:
    before, after = await dead_letter(NOON - MAX_CLOCK_SKEW - timedelta(milliseconds=1))

    assert after == before


async def test_a_favorite_flag_does_not_count_as_a_change() -> None:
    _, after = await dead_letter(NOON, lambda it: state_machine.set_favorite(it, favorite=True))

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
async def test_running_waiting_and_final_generations_are_unchanged(
    step: Callable[[Generation], Generation],
) -> None:
    before, after = await dead_letter(LATER, step)

    assert after == before


async def test_a_purged_generation_is_ignored() -> None:
    await DeadLettered(FakeRecords(), ManualClock()).fail(a_generation().ref, NOON)
