"""The state machine, one transition at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.errors import ClaimRefused, StaleFence
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.domain.generation import Generation, Status, WaitingReason
from tests.builders import LEASE, NOON, a_generation, a_request, an_image

LATER = NOON + timedelta(seconds=5)

REJECTED = Failure(FailureCode.ENDPOINT_REJECTED, "No.", retryable=False)
TIMEOUT = Failure(FailureCode.ENDPOINT_TIMEOUT, "Too slow.", retryable=True)
WARMING = Failure(FailureCode.ENDPOINT_WARMING, "Starting.", retryable=True)
THROTTLED = Failure(FailureCode.ENDPOINT_THROTTLED, "Busy.", retryable=True)


def queued() -> Generation:
    return a_generation(request=a_request(count=2))


def running() -> Generation:
    return state_machine.claim(queued(), NOON, LEASE)


def finished() -> Generation:
    return state_machine.succeed(running(), 1, NOON, (an_image(running()),))


def failed() -> Generation:
    return state_machine.attempt_failed(running(), 1, NOON, REJECTED)


def canceled() -> Generation:
    return state_machine.cancel(queued(), NOON)


FINAL: dict[str, Callable[[], Generation]] = {
    "succeeded": finished,
    "failed": failed,
    "canceled": canceled,
}


def steps(generation: Generation) -> list[str]:
    return [entry.step for entry in generation.timeline]


def test_claim_starts_a_generation() -> None:
    claimed = state_machine.claim(queued(), LATER, LEASE)

    assert claimed.status is Status.RUNNING
    assert claimed.version == 2
    assert claimed.fence == 1
    assert claimed.started_at == LATER
    assert claimed.lease_expires_at == LATER + LEASE
    assert claimed.deadline_at == LATER + state_machine.DEADLINE
    assert claimed.timeline[-1].step == "claimed, attempt 1"
    assert claimed.timeline[-1].milliseconds == 5000


def test_claim_is_refused_while_the_lease_is_valid() -> None:
    with pytest.raises(ClaimRefused) as refused:
        state_machine.claim(running(), NOON + LEASE - timedelta(milliseconds=1), LEASE)

    assert refused.value.until == NOON + LEASE


def test_claim_takes_over_an_expired_lease() -> None:
    first = running()

    second = state_machine.claim(first, NOON + LEASE, LEASE)

    assert second.fence == 2
    assert second.started_at == first.started_at
    assert second.deadline_at == first.deadline_at
    with pytest.raises(StaleFence):
        state_machine.extend_lease(second, first.fence, NOON + LEASE, LEASE)


@pytest.mark.parametrize("make", FINAL.values(), ids=FINAL.keys())
def test_a_final_generation_allows_only_flag_changes(make: Callable[[], Generation]) -> None:
    generation = make()

    with pytest.raises(ClaimRefused) as refused:
        state_machine.claim(generation, LATER, LEASE)
    assert refused.value.until is None
    with pytest.raises(ClaimRefused):
        state_machine.cancel(generation, LATER)
    with pytest.raises(ClaimRefused):
        state_machine.fail(generation, LATER, REJECTED)
    steps: tuple[Callable[[], Generation], ...] = (
        lambda: state_machine.extend_lease(generation, generation.fence, LATER, LEASE),
        lambda: state_machine.succeed(generation, generation.fence, LATER, ()),
        lambda: state_machine.attempt_failed(generation, generation.fence, LATER, TIMEOUT),
        lambda: state_machine.release(generation, generation.fence, LATER),
    )
    for step in steps:
        with pytest.raises(StaleFence):
            step()
    assert state_machine.sweep(generation, LATER + timedelta(days=1)) is None
    assert generation.due_at is None
    assert state_machine.set_favorite(generation, True).favorite
    assert state_machine.restore(state_machine.trash(generation, LATER)).trashed_at is None


def test_extend_lease_moves_its_end() -> None:
    extended = state_machine.extend_lease(running(), 1, LATER, LEASE)

    assert extended.lease_expires_at == LATER + LEASE
    assert extended.deadline_at == running().deadline_at


def test_succeed_sets_images_and_keeps_the_quota() -> None:
    generation = running()
    images = (an_image(generation, 0), an_image(generation, 1))

    done = state_machine.succeed(generation, 1, LATER, images)

    assert done.status is Status.SUCCEEDED
    assert done.images == images
    assert done.finished_at == LATER
    assert done.quota_held == 2
    assert done.lease_expires_at is done.deadline_at is None


@pytest.mark.parametrize(
    ("failure", "reason", "wait"),
    [
        (WARMING, WaitingReason.ENDPOINT_WARMING, state_machine.WARMING_WAIT),
        (THROTTLED, WaitingReason.ENDPOINT_THROTTLED, state_machine.THROTTLED_WAIT),
        (TIMEOUT, WaitingReason.RETRY, state_machine.BACKOFF[0]),
    ],
    ids=["warming", "throttled", "timeout"],
)
def test_a_retryable_failure_is_retried_after_a_wait(
    failure: Failure, reason: WaitingReason, wait: timedelta
) -> None:
    waiting = state_machine.attempt_failed(running(), 1, LATER, failure)

    assert waiting.status is Status.QUEUED
    assert waiting.waiting_reason is reason
    assert waiting.not_before == LATER + wait
    assert waiting.quota_held == 2
    with pytest.raises(ClaimRefused) as refused:
        state_machine.claim(waiting, LATER, LEASE)
    assert refused.value.until == waiting.not_before
    again = state_machine.claim(waiting, LATER + wait, LEASE)
    assert again.waiting_reason is None
    assert again.not_before is None


def test_warming_and_throttling_do_not_count_as_failures() -> None:
    generation = running()
    now = NOON
    for turn in range(20):
        failure = WARMING if turn % 2 else THROTTLED
        generation = state_machine.attempt_failed(generation, generation.fence, now, failure)
        assert generation.not_before is not None
        now = generation.not_before
        generation = state_machine.claim(generation, now, LEASE)

    assert generation.failures == 0


def test_the_third_failure_is_final() -> None:
    generation, now, waits = running(), NOON, []
    while True:
        generation = state_machine.attempt_failed(generation, generation.fence, now, TIMEOUT)
        if generation.status.final:
            break
        assert generation.not_before is not None
        waits.append(generation.not_before - now)
        now = generation.not_before
        generation = state_machine.claim(generation, now, LEASE)

    assert tuple(waits) == state_machine.BACKOFF
    assert generation.failures == state_machine.MAX_FAILURES
    assert generation.status is Status.FAILED
    assert generation.failure == TIMEOUT


def test_a_permanent_failure_is_final_and_returns_the_quota() -> None:
    generation = failed()

    assert generation.status is Status.FAILED
    assert generation.failure == REJECTED
    assert generation.quota_held == 0
    assert generation.finished_at == NOON
    assert steps(generation)[-2:] == [
        "answered ENDPOINT_REJECTED",
        "failed: ENDPOINT_REJECTED",
    ]


def test_a_failure_after_the_deadline_is_not_retried() -> None:
    over = NOON + state_machine.DEADLINE

    generation = state_machine.attempt_failed(running(), 1, over, WARMING)

    assert generation.status is Status.FAILED
    assert generation.failure is not None
    assert generation.failure.code is FailureCode.DEADLINE_EXCEEDED


def test_fail_ignores_the_claim() -> None:
    undeliverable = Failure(FailureCode.UNDELIVERABLE, "Lost.", retryable=True)

    for generation in (queued(), running()):
        assert state_machine.fail(generation, LATER, undeliverable).failure == undeliverable


def test_a_released_claim_is_available_at_once() -> None:
    released = state_machine.release(running(), 1, LATER)

    assert released.status is Status.QUEUED
    assert released.failures == 0
    assert state_machine.claim(released, LATER, LEASE).fence == 2


def test_sweep_requeues_an_expired_lease() -> None:
    swept = state_machine.sweep(running(), NOON + LEASE)

    assert swept is not None
    assert swept.status is Status.QUEUED
    assert swept.waiting_reason is WaitingReason.WORKER_LOST
    assert steps(swept)[-1] == "worker lost"


def test_sweep_fails_at_the_deadline() -> None:
    waiting = state_machine.attempt_failed(running(), 1, NOON, WARMING)

    swept = state_machine.sweep(waiting, NOON + state_machine.DEADLINE)

    assert swept is not None
    assert swept.failure == state_machine.DEADLINE_FAILURE


def test_sweep_ends_an_elapsed_backoff() -> None:
    waiting = state_machine.attempt_failed(running(), 1, NOON, WARMING)

    swept = state_machine.sweep(waiting, NOON + state_machine.WARMING_WAIT)

    assert swept is not None
    assert (swept.status, swept.not_before) == (Status.QUEUED, None)
    assert swept.version == waiting.version + 1


@pytest.mark.parametrize(
    ("make", "at"),
    [
        (queued, NOON + timedelta(days=1)),
        (running, NOON + LEASE - timedelta(milliseconds=1)),
    ],
    ids=["never claimed", "lease holds"],
)
def test_sweep_ignores_generations_that_are_not_due(
    make: Callable[[], Generation], at: datetime
) -> None:
    assert state_machine.sweep(make(), at) is None


def test_cancel_before_the_first_claim_returns_the_quota() -> None:
    assert canceled().status is Status.CANCELED
    assert canceled().quota_held == 0


def test_cancel_after_the_first_claim_keeps_the_quota() -> None:
    for generation in (
        running(),
        state_machine.attempt_failed(running(), 1, NOON, TIMEOUT),
    ):
        stopped = state_machine.cancel(generation, LATER)
        assert stopped.status is Status.CANCELED
        assert stopped.quota_held == 2
        assert stopped.finished_at == LATER


def test_trash_cancels_an_unfinished_generation_in_one_change() -> None:
    trashed = state_machine.trash(running(), LATER)

    assert trashed.status is Status.CANCELED
    assert trashed.trashed_at == LATER
    assert trashed.version == running().version + 1


def test_set_favorite_keeps_the_claim() -> None:
    marked = state_machine.set_favorite(running(), True)

    assert marked.status is Status.RUNNING
    assert state_machine.succeed(marked, 1, LATER, ()).favorite


def test_a_long_timeline_keeps_its_oldest_and_newest_entries() -> None:
    generation, now = running(), NOON
    for _ in range(80):
        generation = state_machine.attempt_failed(generation, generation.fence, now, THROTTLED)
        assert generation.not_before is not None
        generation = state_machine.claim(generation, generation.not_before, LEASE)

    assert len(generation.timeline) == state_machine.MAX_TIMELINE
    assert steps(generation)[0] == "claimed, attempt 1"
    assert steps(generation)[-1] == "claimed, attempt 81"


@pytest.mark.parametrize(
    ("generation", "due"),
    [
        (queued(), None),
        (running(), NOON + LEASE),
        (
            state_machine.attempt_failed(running(), 1, NOON, WARMING),
            NOON + state_machine.WARMING_WAIT,
        ),
        (
            state_machine.extend_lease(running(), 1, NOON, timedelta(hours=2)),
            NOON + state_machine.DEADLINE,
        ),
        (replace(finished(), lease_expires_at=NOON), None),
        (replace(queued(), resend_at=NOON), NOON),
        (replace(queued(), resend_at=NOON, not_before=LATER), LATER),
        (replace(running(), resend_at=NOON), NOON + LEASE),
    ],
    ids=[
        *("queued", "lease", "back-off", "deadline first", "final"),
        *("queued for long", "back-off first", "sent and claimed"),
    ],
)
def test_due_at_is_the_earliest_time_limit(generation: Generation, due: datetime | None) -> None:
    assert generation.due_at == due


def test_recover_resets_the_deadline() -> None:
    morning = NOON + timedelta(hours=12)

    recovered = state_machine.recover(running(), morning)

    assert recovered is not None
    assert recovered.status is Status.QUEUED
    assert state_machine.sweep(recovered, morning) is None
    claimed = state_machine.claim(recovered, morning, LEASE)
    assert claimed.deadline_at == morning + state_machine.DEADLINE


@pytest.mark.parametrize("state", FINAL)
def test_recover_ignores_generations_that_are_not_running(state: str) -> None:
    assert state_machine.recover(FINAL[state](), LATER) is None


def test_lost_endpoints_never_fail_a_generation_and_wait_longer() -> None:
    generation, now, waits = a_generation(), NOON, []
    for _ in range(12):
        claimed = state_machine.claim(generation, now, LEASE)
        generation = state_machine.endpoint_lost(claimed, claimed.fence, now)
        assert (generation.status, generation.failures) == (Status.QUEUED, 0)
        waits.append((generation.not_before or now) - now)
        now = generation.not_before or now
    assert [wait.total_seconds() for wait in waits] == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_lost_endpoint_of_an_old_claim_is_refused() -> None:
    claimed = running()
    with pytest.raises(StaleFence):
        state_machine.endpoint_lost(claimed, claimed.fence - 1, NOON)


def test_restart_resets_the_deadline_of_a_waiting_generation() -> None:
    claimed = running()
    waiting = state_machine.endpoint_lost(claimed, claimed.fence, NOON)
    recovered = state_machine.recover(waiting, NOON + state_machine.DEADLINE)
    assert recovered is not None
    assert (recovered.status, recovered.deadline_at) == (Status.QUEUED, None)
    assert state_machine.recover(recovered, NOON) is None
