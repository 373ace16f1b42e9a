"""Follow a generation until it ends: by subscription if possible, else by polling."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import msgspec

from genai_studio.hosts.cli.client.api_types import (
    Generation,
    GenerationAnswer,
    GenerationEvent,
    Progress,
    decode,
)
from genai_studio.hosts.cli.client.studio_client import (
    StudioClient,
    SubscriptionRefused,
    Unreachable,
)
from genai_studio.hosts.cli.output.failures import CommandFailed, describe_error, print_error

SILENCE_SECONDS = 5.0
"""Query the generation after this long without an event, even if the subscription is open."""

POLL_SECONDS = 1.0
"""Interval between queries without a subscription."""

MAX_UNREACHABLE = 10
"""Consecutive failed queries after which to give up."""

FINAL = frozenset({"SUCCEEDED", "FAILED", "CANCELED"})


class Follower:
    """Subscribes before the submit, so that no event is missed.

    Use it around the submit::

        async with Follower(client) as follower:
            accepted = await submit(...)
            async for generation in follower.watch(accepted.id):
                ...
    """

    def __init__(self, client: StudioClient) -> None:
        self._client = client
        self._events: asyncio.Queue[Generation | None] = asyncio.Queue()
        self._subscribed = True
        self._opened = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Follower:
        """Return once the subscription is open or has failed."""
        self._reader = asyncio.create_task(self._read_events())
        await self._opened.wait()
        return self

    async def __aexit__(self, *exception: object) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.wait([self._reader])
            failure = None if self._reader.cancelled() else self._reader.exception()
            if isinstance(failure, Exception) and not isinstance(failure, SubscriptionRefused):
                print_error(describe_error(failure))

    async def watch(self, generation_id: str) -> AsyncIterator[Generation]:
        """Yield each state of a generation from now on, up to the final one.

        The subscription is already open, so the first query misses nothing.
        Record and progress are merged independently: a change of the record,
        such as an extended lease, does not hide newer progress.

        Raises:
            CommandFailed: The studio is unreachable, or the generation was deleted.
        """
        latest = await self._query(generation_id)
        yield latest
        while latest.status not in FINAL:
            update = await self._next_update(generation_id)
            if update is None:
                continue
            merged = merge(latest, update)
            if merged != latest:
                latest = merged
                yield latest

    async def _next_update(self, generation_id: str) -> Generation | None:
        timeout = SILENCE_SECONDS if self._subscribed else POLL_SECONDS
        try:
            async with asyncio.timeout(timeout):
                event = await self._events.get()
        except TimeoutError:
            return await self._query(generation_id)
        if event is None:
            # The record contains what was published while the connection was lost.
            self._subscribed = False
            return await self._query(generation_id)
        return event if event.id == generation_id else None

    async def _query(self, generation_id: str) -> Generation:
        for attempt in range(MAX_UNREACHABLE):
            try:
                answer = await self._client.fetch(
                    "generation", {"id": generation_id}, GenerationAnswer
                )
            except Unreachable:
                if attempt == MAX_UNREACHABLE - 1:
                    raise
                await asyncio.sleep(POLL_SECONDS)
            else:
                if answer.generation is None:
                    raise CommandFailed("The generation was deleted.")
                return answer.generation
        raise AssertionError("The last attempt returns or raises.")

    async def _read_events(self) -> None:
        # When the subscription ends for any reason, `watch` falls back to polling.
        try:
            events = self._client.subscribe("generationUpdated", {}, self._opened.set)
            async with aclosing(events):
                async for data in events:
                    generation = decode(data, GenerationEvent).generation_updated
                    if generation is not None:
                        self._events.put_nowait(generation)
        finally:
            self._opened.set()
            self._events.put_nowait(None)


def merge(known: Generation, update: Generation) -> Generation:
    """Return the record with the higher version, with the newer progress of the two."""
    record = update if update.version > known.version else known
    progress = max(known.progress, update.progress, key=_progress_order)
    return msgspec.structs.replace(record, progress=progress)


def _progress_order(progress: Progress | None) -> tuple[int, int]:
    return (-1, -1) if progress is None else (progress.attempt, progress.step)
