"""The life of a generation, as pure functions from one record to the next.

::

    QUEUED ──claim──► RUNNING ──succeed──► SUCCEEDED
      ▲  │               │ ├─────fail────► FAILED
      │  └────cancel──┐  │ └────cancel───► CANCELED
      └──wait, retry,─┼──┘
         lost lease   └──────────────────► CANCELED

A claim is a lease: it ends at `lease_expires_at` unless it is extended, and
each claim raises `fence`. Whatever a worker does later must name its fence, so
one that wakes late is refused (`StaleFence`). No function here reads a clock or
does I/O; the caller stores the result with `Records.save`.
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
"""Errors of the endpoint after which a generation fails for good."""

DEADLINE = timedelta(minutes=30)
"""From the first claim to the end, all attempts and waits included."""

BACKOFF = (timedelta(seconds=2), timedelta(seconds=10))
"""The wait after the first and the second failure."""

WARMING_WAIT = timedelta(seconds=20)
THROTTLED_WAIT = timedelta(seconds=5)

CLOCKS_DIFFER = timedelta(seconds=5)
"""By no more do the clocks of the queue and of whoever stored a change differ."""

MAX_TIMELINE = 100
"""Entries kept of a timeline; the oldest and the newest are the ones that tell."""

_CLAIMED = "claimed, attempt {fence}"

_COSTS_NO_FAILURE = {
    FailureCode.ENDPOINT_WARMING: (WaitingReason.ENDPOINT_WARMING, WARMING_WAIT),
    FailureCode.ENDPOINT_THROTTLED: (WaitingReason.ENDPOINT_THROTTLED, THROTTLED_WAIT),
}


def claim(generation: Generation, now: datetime, lease: timedelta) -> Generation:
    """Give it to a worker, if it is free and its time has come.

    Raises:
        ClaimRefused: It is final, backing off, or held by another's lease.
    """
    if generation.status is Status.QUEUED:
        if generation.not_before is not None and now < generation.not_before:
            raise ClaimRefused("It waits before its next attempt.", generation.not_before)
    elif generation.status is Status.RUNNING:
        held_until = generation.lease_expires_at
        if held_until is not None and now < held_until:
            raise ClaimRefused("Another worker holds it.", held_until)
    else:
        raise ClaimRefused(f"It is {generation.status}.", None)
    return _changed(
        generation,
        _entry(
            now,
            "worker",
            _CLAIMED.format(fence=generation.fence + 1),
            _waited(generation, now),
        ),
        status=Status.RUNNING,
        fence=generation.fence + 1,
        lease_expires_at=now + lease,
        started_at=generation.started_at or now,
        deadline_at=generation.deadline_at or now + DEADLINE,
        waiting_reason=None,
        not_before=None,
    )


def claimed_at(generation: Generation) -> datetime:
    """When its newest claim was made, as its timeline tells."""
    step = _CLAIMED.format(fence=generation.fence)
    return next(
        (entry.at for entry in reversed(generation.timeline) if entry.step == step),
        generation.created_at,
    )


def extend_lease(generation: Generation, fence: int, now: datetime, lease: timedelta) -> Generation:
    """Keep the claim for another lease.

    Raises:
        StaleFence: The claim is no longer this worker's.
    """
    _demand_fence(generation, fence)
    return _changed(generation, lease_expires_at=now + lease)


def succeed(
    generation: Generation,
    fence: int,
    now: datetime,
    images: tuple[Image, ...],
    steps: tuple[TimelineEntry, ...] = (),
) -> Generation:
    """End it with its images.

    Raises:
        StaleFence: The claim is no longer this worker's.
    """
    _demand_fence(generation, fence)
    return _changed(
        generation,
        *steps,
        _entry(now, "worker", "finished"),
        status=Status.SUCCEEDED,
        images=images,
        finished_at=now,
        lease_expires_at=None,
        deadline_at=None,
    )


def attempt_failed(
    generation: Generation, fence: int, now: datetime, failure: Failure
) -> Generation:
    """Take in what the endpoint answered instead of images.

    Warming and throttling wait and cost nothing; other retryable failures are
    tried again with a backoff, `MAX_FAILURES` times in all; the rest is final.

    Raises:
        StaleFence: The claim is no longer this worker's.
    """
    _demand_fence(generation, fence)
    entry = _entry(now, _blamed(failure.code), f"answered {failure.code}")
    if failure.code in _COSTS_NO_FAILURE:
        reason, wait = _COSTS_NO_FAILURE[failure.code]
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


def fail(generation: Generation, now: datetime, failure: Failure) -> Generation:
    """End it whoever holds it.

    Raises:
        ClaimRefused: It is final already.
    """
    if generation.status.final:
        raise ClaimRefused(f"It is {generation.status}.", None)
    return _failed(generation, failure, now)


def undeliverable(generation: Generation, sent_at: datetime, now: datetime) -> Generation | None:
    """What the death of a message does to it; None when others still care for it.

    The clock cares for what runs or waits for a moment; and where something
    happened since the message was sent, a later one tells of that.
    """
    if generation.status is not Status.QUEUED or generation.not_before is not None:
        return None
    happened = generation.timeline[-1].at if generation.timeline else generation.created_at
    if happened > sent_at + CLOCKS_DIFFER:
        return None
    return fail(generation, now, UNDELIVERABLE_FAILURE)


def release(generation: Generation, fence: int, now: datetime) -> Generation:
    """Give a claim back unused, as a worker that must stop does.

    Raises:
        StaleFence: The claim is no longer this worker's.
    """
    _demand_fence(generation, fence)
    entry = _entry(now, "worker", "gave the claim back")
    return _requeued(generation, entry, WaitingReason.WORKER_LOST, None, now)


def recover(generation: Generation, now: datetime) -> Generation | None:
    """Requeue what a studio that is gone had claimed; None when it held nothing.

    The night it was switched off does not count: the deadline begins anew with
    the next claim.
    """
    if generation.status is not Status.RUNNING:
        return None
    entry = _entry(now, "worker", "was gone when the studio started")
    return _requeued(
        replace(generation, deadline_at=None), entry, WaitingReason.WORKER_LOST, None, now
    )


def sweep(generation: Generation, now: datetime) -> Generation | None:
    """What the passing of time alone does to it; None when nothing is due.

    A back-off that is over is a stored change too, so that the change feed
    tells the queue.
    """
    if generation.status.final:
        return None
    if generation.deadline_at is not None and generation.deadline_at <= now:
        return _failed(generation, DEADLINE_FAILURE, now)
    lease_ended = (
        generation.status is Status.RUNNING
        and generation.lease_expires_at is not None
        and generation.lease_expires_at <= now
    )
    if lease_ended:
        entry = _entry(now, "sweeper", "the worker was lost")
        return _requeued(generation, entry, WaitingReason.WORKER_LOST, None, now)
    if generation.not_before is not None and generation.not_before <= now:
        return _changed(generation, not_before=None)
    return None


def can_cancel(generation: Generation) -> bool:
    """Whether `cancel` would change it."""
    return not generation.status.final


def cancel(generation: Generation, now: datetime) -> Generation:
    """Stop it; before its first claim its quota is given back.

    Raises:
        ClaimRefused: It is final already.
    """
    if generation.status.final:
        raise ClaimRefused(f"It is {generation.status}.", None)
    never_started = generation.started_at is None
    return _changed(
        generation,
        _entry(now, "api", "canceled"),
        status=Status.CANCELED,
        finished_at=now,
        waiting_reason=None,
        lease_expires_at=None,
        not_before=None,
        deadline_at=None,
        quota_held=0 if never_started else generation.quota_held,
    )


def set_favorite(generation: Generation, favorite: bool) -> Generation:
    """Mark it, or take the mark away."""
    return _changed(generation, favorite=favorite)


def trash(generation: Generation, now: datetime) -> Generation:
    """Put it into the trash; an unfinished one is canceled first."""
    if not generation.status.final:
        canceled = cancel(generation, now)
        return replace(canceled, trashed_at=now)
    return _changed(generation, trashed_at=now)


def restore(generation: Generation) -> Generation:
    """Take it out of the trash."""
    return _changed(generation, trashed_at=None)


DEADLINE_FAILURE = Failure(
    FailureCode.DEADLINE_EXCEEDED,
    f"No image came within {int(DEADLINE.total_seconds() // 60)} minutes.",
    retryable=True,
)

UNDELIVERABLE_FAILURE = Failure(
    FailureCode.UNDELIVERABLE, "No worker could take it, many times over.", retryable=True
)


def _blamed(code: FailureCode) -> str:
    if code is FailureCode.STORAGE_FAILED:
        return "images"
    return "worker" if code is FailureCode.INTERNAL else "endpoint"


def _demand_fence(generation: Generation, fence: int) -> None:
    if generation.status is not Status.RUNNING or generation.fence != fence:
        raise StaleFence(f"Attempt {fence} does not hold it; it is {generation.status}.")


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
    )


def _failed(
    generation: Generation, failure: Failure, now: datetime, *entries: TimelineEntry
) -> Generation:
    return _changed(
        generation,
        *entries,
        _entry(now, "worker", f"failed: {failure.code}"),
        status=Status.FAILED,
        failure=failure,
        finished_at=now,
        waiting_reason=None,
        lease_expires_at=None,
        not_before=None,
        deadline_at=None,
        quota_held=0,
    )


def _waited(generation: Generation, now: datetime) -> int | None:
    if generation.fence > 0:
        return None
    return round((now - generation.created_at).total_seconds() * 1000)


def _entry(
    now: datetime, component: str, step: str, milliseconds: int | None = None
) -> TimelineEntry:
    return TimelineEntry(now, component, step, milliseconds)


def _changed(generation: Generation, *entries: TimelineEntry, **fields: Any) -> Generation:
    timeline = (*generation.timeline, *entries)
    if len(timeline) > MAX_TIMELINE:
        timeline = (*timeline[: MAX_TIMELINE // 2], *timeline[-MAX_TIMELINE // 2 :])
    return replace(generation, version=generation.version + 1, timeline=timeline, **fields)
