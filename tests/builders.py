"""Builders of test data, and a manual clock."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from genai_studio.domain import state_machine
from genai_studio.domain.editing.edit import Edit, EditInput
from genai_studio.domain.generation import Generation, Status
from genai_studio.domain.idempotency import IdempotencyKey
from genai_studio.domain.identity import Caller, Owner
from genai_studio.domain.ids import new_id
from genai_studio.domain.image import Image, attempt_prefix
from genai_studio.domain.quota import QuotaLimits, quota_day
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import Records

ALICE = Owner("11111111-aaaa-4aaa-8aaa-aaaaaaaaaaaa")
BOB = Owner("22222222-bbbb-4bbb-8bbb-bbbbbbbbbbbb")

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
"""The default time of tests."""

LEASE = timedelta(seconds=60)

NO_LIMITS = QuotaLimits()

Step = Callable[[Generation], Generation]


class ManualClock:
    """A `ports.Clock` that tests advance.

    `advance` wakes sleeping tasks in the order of their wake times.
    """

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self._monotonic = timedelta()
        self._sleepers: list[tuple[timedelta, asyncio.Future[None]]] = []
        self._sleeper_added = asyncio.Event()

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> timedelta:
        return self._monotonic

    def jump(self, by: timedelta) -> None:
        """Change the time of day only, as an adjustment or a suspended machine does."""
        self._now += by

    async def wait_for_sleeper(self) -> None:
        """Wait until a task sleeps on this clock."""
        while all(woken.done() for _, woken in self._sleepers):
            self._sleeper_added.clear()
            await self._sleeper_added.wait()

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._monotonic + timedelta(seconds=seconds), woken))
        self._sleeper_added.set()
        await woken

    def advance(self, by: timedelta | float) -> None:
        """Advance by a duration, or by seconds."""
        duration = by if isinstance(by, timedelta) else timedelta(seconds=by)
        self._now += duration
        self._monotonic += duration
        self._sleepers.sort(key=lambda sleeper: sleeper[0])
        while self._sleepers and self._sleepers[0][0] <= self._monotonic:
            _, woken = self._sleepers.pop(0)
            if not woken.done():
                woken.set_result(None)


def a_caller(owner: Owner = ALICE, **fields: Any) -> Caller:
    standard: dict[str, Any] = {"username": "alice", "expires_at": 4_102_444_800}
    return Caller(owner=owner, **(standard | fields))


def a_request(prompt: str = "a red apple", **fields: Any) -> ImageRequest:
    standard: dict[str, Any] = {
        "negative_prompt": "",
        "model": "builtin",
        "width": 64,
        "height": 64,
        "steps": 8,
        "guidance_scale": 3.0,
        "seed": 7,
        "count": 1,
        "style": None,
    }
    return ImageRequest(prompt=prompt, **(standard | fields))


def an_edit(**fields: Any) -> Edit:
    """Return the edit of an image of 64 × 64 pixels."""
    source = EditInput(key="a/b/1/0.png", image_id="b/0", width=64, height=64)
    standard: dict[str, Any] = {"source": source, "strength": 0.5}
    return Edit(**(standard | fields))


def a_generation(
    owner: Owner = ALICE, *, prompt: str | None = None, at: datetime = NOON, **fields: Any
) -> Generation:
    """Create a QUEUED generation as `Submit` does. `fields` override attributes."""
    request = fields.pop("request", None) or a_request(*(() if prompt is None else (prompt,)))
    standard: dict[str, Any] = {
        "id": new_id(),
        "version": 1,
        "status": Status.QUEUED,
        "client_request_id": str(uuid.uuid4()),
        "parent_id": None,
        "images": (),
        "failure": None,
        "waiting_reason": None,
        "favorite": False,
        "created_at": at,
        "started_at": None,
        "claimed_at": None,
        "finished_at": None,
        "trashed_at": None,
        "fence": 0,
        "failures": 0,
        "lease_expires_at": None,
        "not_before": None,
        "deadline_at": None,
        "quota_day": quota_day(at),
        "quota_held": request.count,
        "estimated_cost": 0.0,
        "timeline": (),
    }
    return Generation(owner=owner, request=request, **(standard | fields))


def a_key(generation: Generation, fingerprint: str = "f" * 64) -> IdempotencyKey:
    """Return the idempotency key of a generation."""
    return IdempotencyKey(generation.client_request_id, fingerprint)


def an_image(generation: Generation, index: int = 0, **fields: Any) -> Image:
    prefix = attempt_prefix(generation.owner, generation.id, generation.fence)
    standard: dict[str, Any] = {
        "key": f"{prefix}{index}.png",
        "thumbnail_key": f"{prefix}{index}.thumbnail.webp",
        "width": generation.request.width,
        "height": generation.request.height,
        "seed": generation.request.seed_of(index),
        "content_type": "image/png",
        "bytes": 4096,
        "sha256": "0" * 64,
        "placeholder": "1QcSHQRnh493V4dIh4eXh1h4kJUI",
    }
    return Image(**(standard | fields))


def succeeded(generation: Generation, at: datetime = NOON) -> Generation:
    """Return the generation after a claim and its success.

    Its version is only one higher, so that a single `save` can store it.
    """
    running = state_machine.claim(generation, at, LEASE)
    images = tuple(an_image(running, index) for index in range(generation.request.count))
    finished = state_machine.succeed(running, running.fence, at, images)
    return replace(finished, version=generation.version + 1)


async def submit(
    records: Records, generation: Generation, limits: QuotaLimits = NO_LIMITS
) -> Generation:
    """Store a new generation under its own key."""
    return (await records.submit(generation, a_key(generation), limits)).generation


async def change(records: Records, before: Generation, step: Step) -> Generation:
    """Apply a step of the state machine and save the result."""
    after = step(before)
    await records.save(before, after)
    return after
