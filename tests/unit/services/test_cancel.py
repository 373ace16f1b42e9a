"""Cancellation."""

from __future__ import annotations

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.errors import NotFound, Refused
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.domain.generation import Status
from tests.builders import (
    ALICE,
    BOB,
    LEASE,
    NOON,
    a_caller,
    a_generation,
    change,
    submit,
    succeeded,
)
from tests.fakes.studio import FakeStudio, a_studio

pytestmark = pytest.mark.anyio

ME = a_caller()


@pytest.fixture
def fakes() -> FakeStudio:
    return a_studio()


async def test_cancel_before_the_first_claim_returns_the_quota(fakes: FakeStudio) -> None:
    queued = await submit(fakes.records, a_generation())

    canceled = await fakes.studio.cancel.cancel(ME, queued.id)

    assert (canceled.status, canceled.finished_at) == (Status.CANCELED, NOON)
    assert await fakes.records.get(ALICE, queued.id) == canceled
    assert await fakes.records.quota_used(ALICE, queued.quota_day) == 0


async def test_cancel_after_the_first_claim_keeps_the_quota(fakes: FakeStudio) -> None:
    queued = await submit(fakes.records, a_generation())
    await change(fakes.records, queued, lambda it: state_machine.claim(it, NOON, LEASE))

    canceled = await fakes.studio.cancel.cancel(ME, queued.id)

    assert canceled.status is Status.CANCELED
    assert await fakes.records.quota_used(ALICE, queued.quota_day) == 1


async def test_cancel_is_idempotent(fakes: FakeStudio) -> None:
    queued = await submit(fakes.records, a_generation())

    first = await fakes.studio.cancel.cancel(ME, queued.id)
    fakes.clock.advance(60)

    assert await fakes.studio.cancel.cancel(ME, queued.id) == first


@pytest.mark.parametrize("end", ["succeeded", "failed"])
async def test_a_finished_generation_cannot_be_canceled(fakes: FakeStudio, end: str) -> None:
    queued = await submit(fakes.records, a_generation())
    failure = Failure(FailureCode.INTERNAL, "No.", retryable=True)
    steps = {"succeeded": succeeded, "failed": lambda it: state_machine.fail(it, NOON, failure)}
    ended = await change(fakes.records, queued, steps[end])

    with pytest.raises(Refused) as refused:
        await fakes.studio.cancel.cancel(ME, queued.id)

    assert refused.value.problems[0].code == "NOT_CANCELABLE"
    assert await fakes.records.get(ALICE, queued.id) == ended


async def test_a_generation_of_another_user_is_not_found(fakes: FakeStudio) -> None:
    bobs = await submit(fakes.records, a_generation(BOB))

    with pytest.raises(NotFound):
        await fakes.studio.cancel.cancel(ME, bobs.id)
    assert await fakes.records.get(BOB, bobs.id) == bobs
