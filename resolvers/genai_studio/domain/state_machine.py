"""The state machine of a generation, as pure functions from record to record.

::

    QUEUED ──claim──► RUNNING ──succeed──► SUCCEEDED
      ▲  │               │ ├─────fail────► FAILED
      │  └────cancel──┐  │ └────cancel───► CANCELED
      └──wait, retry,─┼──┘
         lost lease   └──────────────────► CANCELED

A claim is a lease: it expires at `lease_expires_at` unless it is extended, and
each claim increments the fencing token `fence`. Later writes of a worker must
name its token, so a worker that lost its claim is refused (`StaleFence`). The
functions do not read a clock or perform I/O. Callers store the result with
`Records.save`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from genai_studio.domain.errors import ClaimRefused, StaleFence
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.domain.generation import Generation, Status, TimelineEntry, WaitingReason
from genai_studio.domain.image import Image

MAX_FAILURES = 3
"""A generation fails after this many endpoint errors."""

DEADLINE = timedelta(minutes=30)
"""Maximum time from the first claim to the end, including all attempts and waits."""

BACKOFF = (timedelta(seconds=2), timedelta(seconds=10))
"""Wait after the first and the second failure."""

WARMING_WAIT = timedelta(seconds=20)
THROTTLED_WAIT = timedelta(seconds=5)

LOST_ENDPOINTS_WITHOUT_WAIT = 3
MAX_LOST_WAIT = timedelta(seconds=60)
"""Longest wait after an attempt whose endpoint process ended. It protects other users
from a request that ends the process each time."""

MAX_CLOCK_SKEW = timedelta(seconds=5)
"""Maximum difference between the clocks of the queue and of the process that stored a change."""

MAX_TIMELINE = 100
"""Maximum number of timeline entries. The oldest and the newest half are kept."""

_WAITS = {
    FailureCode.ENDPOINT_WARMING: (WaitingReason.ENDPOINT_WARMING, WARMING_WAIT),
    FailureCode.ENDPOINT_THROTTLED: (WaitingReason.ENDPOINT_THROTTLED, THROTTLED_WAIT),
}
"""Failures that delay the next attempt but do not count toward `MAX_FAILURES`."""

DEADLINE_FAILURE = Failure(
    FailureCode.DEADLINE_EXCEEDED,
    f"Not finished within {int(DEADLINE.total_seconds() // 60)} minutes.",
    retryable=True,
)

UNDELIVERABLE_FAILURE = Failure(
    FailureCode.UNDELIVERABLE, "No worker could process the request.", retryable=True
)


def claim(generation: Generation, now: datetime, lease: timedelta) -> Generation:
    """Claim a generation for a worker.

    Raises:
        ClaimRefused: The generation is final, backing off, or held by another worker.
    """
    if generation.status is Status.QUEUED:
        if generation.not_before is not None and now < generation.not_before:
            raise ClaimRefused("The next attempt is not due yet.", generation.not_before)
    elif generation.status is Status.RUNNING:
        held_until = generation.lease_expires_at
        if held_until is not None and now < held_until:
            raise ClaimRefused("Another worker holds the claim.", held_until)
    else:
        raise _already_final(generation)
    return _changed(
        generation,
        TimelineEntry(
            now,
            "worker",
            f"claimed, attempt {generation.fence + 1}",
            _first_wait_milliseconds(generation, now),
        ),
        status=Status.RUNNING,
        fence=generation.fence + 1,
        lease_expires_at=now + lease,
        started_at=generation.started_at or now,
        claimed_at=now,
        deadline_at=generation.deadline_at or now + DEADLINE,
        waiting_reason=None,
        not_before=None,
    )


def extend_lease(generation: Generation, fence: int, now: datetime, lease: timedelta) -> Generation:
    """Extend a claim by another lease.

    Raises:
        StaleFence: The claim was lost.
    """
    _check_fence(generation, fence)
    return _changed(generation, lease_expires_at=now + lease)


def succeed(
    generation: Generation,
    fence: int,
    now: datetime,
    images: tuple[Image, ...],
    steps: tuple[TimelineEntry, ...] = (),
) -> Generation:
    """Finish a generation with its images.

    Raises:
        StaleFence: The claim was lost.
    """
    _check_fence(generation, fence)
    return _changed(
        generation,
        *steps,
        TimelineEntry(now, "worker", "finished"),
        status=Status.SUCCEEDED,
        images=images,
        finished_at=now,
        lease_expires_at=None,
        deadline_at=None,
    )


def attempt_failed(
    generation: Generation, fence: int, now: datetime, failure: Failure
) -> Generation:
    """Record a failed attempt: requeue the generation or fail it.

    A warming or throttled endpoint delays the next attempt without counting as
    a failure. Other retryable failures are retried with a backoff, up to
    `MAX_FAILURES` in total. Failures that are not retryable are final.

    Raises:
        StaleFence: The claim was lost.
    """
    _check_fence(generation, fence)
    entry = TimelineEntry(now, _failed_component(failure.code), _failed_step(fence, failure))
    if failure.code in _WAITS:
        reason, wait = _WAITS[failure.code]
        return _requeued(generation, entry, reason, now + wait, now)
    failures = generation.failures + 1
    if not failure.retryable or failures >= MAX_FAILURES:
        return _failed(replace(generation, failures=failures), failure, now, entry)
    return _requeued(
        replace(generation, failures=failures),
        entry,
        WaitingReason.RETRY,
        now + BACKOFF[min(failures, len(BACKOFF)) - 1],
        now,
    )


def endpoint_lost(generation: Generation, fence: int, now: datetime) -> Generation:
    """Requeue a generation whose endpoint process ended during the attempt.

    A killed process is not a failure of the request, so it does not count toward
    `MAX_FAILURES`. From the fourth attempt on, the next one waits: 1 s, 2 s, 4 s and
    so on, up to `MAX_LOST_WAIT`.

    Raises:
        StaleFence: The claim was lost.
    """
    _check_fence(generation, fence)
    entry = TimelineEntry(now, "endpoint", "process ended")
    doublings = fence - LOST_ENDPOINTS_WITHOUT_WAIT - 1
    wait = min(timedelta(seconds=2.0 ** min(doublings, 10)), MAX_LOST_WAIT)
    not_before = None if doublings < 0 else now + wait
    return _requeued(generation, entry, WaitingReason.WORKER_LOST, not_before, now)


def fail(generation: Generation, now: datetime, failure: Failure) -> Generation:
    """Fail a generation regardless of its claim.

    Raises:
        ClaimRefused: The generation is already final.
    """
    if generation.status.final:
        raise _already_final(generation)
    return _failed(generation, failure, now)


def fail_undeliverable(
    generation: Generation, sent_at: datetime, now: datetime
) -> Generation | None:
    """Fail a generation whose message was dead-lettered.

    Returns None if it will still be processed: a running or waiting generation
    has a time limit that the sweeper enforces, and a change after `sent_at`
    causes a new message.
    """
    if generation.status is not Status.QUEUED or generation.not_before is not None:
        return None
    changed_at = generation.timeline[-1].at if generation.timeline else generation.created_at
    if changed_at > sent_at + MAX_CLOCK_SKEW:
        return None
    return fail(generation, now, UNDELIVERABLE_FAILURE)


def release(generation: Generation, fence: int, now: datetime) -> Generation:
    """Return an unused claim, as a worker does before it stops.

    Raises:
        StaleFence: The claim was lost.
    """
    _check_fence(generation, fence)
    entry = TimelineEntry(now, "worker", "released the claim")
    return _requeued(generation, entry, WaitingReason.WORKER_LOST, None, now)


def recover(generation: Generation, now: datetime) -> Generation | None:
    """Requeue an unfinished generation of a studio process that has ended.

    The next claim sets a new deadline, because the studio may have been stopped for
    longer than that. Returns None if there is nothing to change.
    """
    if generation.status is Status.QUEUED and generation.deadline_at is not None:
        return _changed(generation, deadline_at=None)
    if generation.status is not Status.RUNNING:
        return None
    entry = TimelineEntry(now, "worker", "requeued after a restart")
    return _requeued(
        replace(generation, deadline_at=None), entry, WaitingReason.WORKER_LOST, None, now
    )


def sweep(generation: Generation, now: datetime) -> Generation | None:
    """Apply an expired deadline, lease, backoff or wait. Returns None if nothing is due.

    Each is a stored change, so that the change feed triggers a queue message. A worker
    that receives a second message of a generation cannot claim it twice.
    """
    if generation.status.final:
        return None
    if generation.deadline_at is not None and generation.deadline_at <= now:
        return _failed(generation, DEADLINE_FAILURE, now)
    lease_expired = (
        generation.status is Status.RUNNING
        and generation.lease_expires_at is not None
        and generation.lease_expires_at <= now
    )
    if lease_expired:
        entry = TimelineEntry(now, "sweeper", "worker lost")
        return _requeued(generation, entry, WaitingReason.WORKER_LOST, None, now)
    if generation.not_before is not None and generation.not_before <= now:
        return _changed(generation, not_before=None, resend_at=generation.next_resend(now))
    if generation.is_resend_due(now):
        entry = TimelineEntry(now, "sweeper", "sent to the queue again")
        return _changed(generation, entry, resend_at=generation.next_resend(now))
    return None


def shift_time_limits(generation: Generation, by: timedelta) -> Generation | None:
    """Move the time limits of an unfinished generation after the clock was adjusted.

    Returns None if the generation has no time limit.
    """
    if generation.due_at is None:
        return None
    limits = {
        "lease_expires_at": generation.lease_expires_at,
        "not_before": generation.not_before,
        "deadline_at": generation.deadline_at,
        "resend_at": generation.resend_at,
    }
    moved = {name: limit + by for name, limit in limits.items() if limit is not None}
    return _changed(generation, **moved)


def cancel(generation: Generation, now: datetime) -> Generation:
    """Cancel a generation. Returns its quota if it was never claimed.

    Raises:
        ClaimRefused: The generation is already final.
    """
    if generation.status.final:
        raise _already_final(generation)
    never_started = generation.started_at is None
    return _changed(
        generation,
        TimelineEntry(now, "api", "canceled"),
        status=Status.CANCELED,
        finished_at=now,
        waiting_reason=None,
        lease_expires_at=None,
        not_before=None,
        deadline_at=None,
        quota_held=0 if never_started else generation.quota_held,
    )


def set_favorite(generation: Generation, favorite: bool) -> Generation:
    """Set or clear the favorite flag."""
    return _changed(generation, favorite=favorite)


def set_boards(generation: Generation, boards: tuple[str, ...]) -> Generation:
    """Set the boards that it is on."""
    return _changed(generation, boards=boards)


def trash(generation: Generation, now: datetime) -> Generation:
    """Move a generation to the trash, and cancel it first if it is unfinished."""
    if not generation.status.final:
        canceled = cancel(generation, now)
        return replace(canceled, trashed_at=now)
    return _changed(generation, trashed_at=now)


def restore(generation: Generation) -> Generation:
    """Restore a generation from the trash."""
    return _changed(generation, trashed_at=None)


def _already_final(generation: Generation) -> ClaimRefused:
    return ClaimRefused(f"The generation is already {generation.status}.", None)


def _failed_component(code: FailureCode) -> str:
    if code is FailureCode.STORAGE_FAILED:
        return "images"
    return "worker" if code is FailureCode.INTERNAL else "endpoint"


def _failed_step(fence: int, failure: Failure) -> str:
    if failure.code is FailureCode.STORAGE_FAILED:
        # Only the message tells a full disk from other causes.
        return f"not stored, attempt {fence}: {failure.message}"
    return f"answered {failure.code}"


def _check_fence(generation: Generation, fence: int) -> None:
    if not generation.held_by(fence):
        raise StaleFence(f"Attempt {fence} does not hold the claim ({generation.status}).")


def _requeued(
    generation: Generation,
    entry: TimelineEntry,
    reason: WaitingReason,
    not_before: datetime | None,
    now: datetime,
) -> Generation:
    if generation.deadline_at is not None and generation.deadline_at <= now:
        return _failed(generation, DEADLINE_FAILURE, now, entry)
    return _changed(
        generation,
        entry,
        status=Status.QUEUED,
        waiting_reason=reason,
        not_before=not_before,
        lease_expires_at=None,
        resend_at=generation.next_resend(now),
    )


def _failed(
    generation: Generation, failure: Failure, now: datetime, *entries: TimelineEntry
) -> Generation:
    return _changed(
        generation,
        *entries,
        TimelineEntry(now, "worker", f"failed: {failure.code}"),
        status=Status.FAILED,
        failure=failure,
        finished_at=now,
        waiting_reason=None,
        lease_expires_at=None,
        not_before=None,
        deadline_at=None,
        quota_held=0,
    )


def _first_wait_milliseconds(generation: Generation, now: datetime) -> int | None:
    """Return the time in the queue before the first claim."""
    if generation.fence > 0:
        return None
    return round((now - generation.created_at).total_seconds() * 1000)


def _changed(generation: Generation, *entries: TimelineEntry, **fields: Any) -> Generation:
    timeline = (*generation.timeline, *entries)
    if len(timeline) > MAX_TIMELINE:
        timeline = (*timeline[: MAX_TIMELINE // 2], *timeline[-MAX_TIMELINE // 2 :])
    return replace(generation, version=generation.version + 1, timeline=timeline, **fields)
