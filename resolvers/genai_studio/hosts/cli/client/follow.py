"""Watch one generation to its end: pushed where the studio pushes, asked for elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from genai_studio.hosts.cli.client.studio_client import (
    StudioClient,
    SubscriptionRefused,
    Unreachable,
)
from genai_studio.hosts.cli.output.failures import CommandFailed, complain, explained

SILENCE_SECONDS = 5.0
"""After so long without news, while pushing works, the studio is asked."""

POLL_SECONDS = 1.0
"""How often it is asked where nothing is pushed."""

MAX_UNREACHABLE = 10
"""Questions in a row without an answer before giving up."""

FINAL = frozenset({"SUCCEEDED", "FAILED", "CANCELED"})


class Follower:
    """Collects pushes from its start on, so that nothing between submit and watch is lost.

    Use it around the submit::

        async with Follower(client) as follower:
            accepted = await submit(...)
            async for generation in follower.watch(accepted["id"]):
                ...
    """

    def __init__(self, client: StudioClient) -> None:
        self._client = client
        self._pushed: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._pushes = True
        self._opened = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Follower:
        """Return once the subscription is open, or known not to be."""
        self._reader = asyncio.create_task(self._read())
        await self._opened.wait()
        return self

    async def __aexit__(self, *exception: object) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.wait([self._reader])
            failure = None if self._reader.cancelled() else self._reader.exception()
            if isinstance(failure, Exception) and not isinstance(failure, SubscriptionRefused):
                complain(explained(failure))

    async def watch(self, generation_id: str) -> AsyncIterator[dict[str, Any]]:
        """Every state of a generation from now on, the final one last.

        The subscription is open, so a snapshot taken now misses nothing. The
        record is merged by its version, progress apart from it: a change of the
        record, such as a longer lease, does not freeze progress.

        Raises:
            CommandFailed: The studio cannot be asked any more, or it is deleted.
        """
        newest = await self._ask(generation_id)
        yield newest
        while newest["status"] not in FINAL:
            news = await self._news(generation_id)
            if news is None:
                continue
            merged = merge(newest, news)
            if merged != newest:
                newest = merged
                yield newest

    async def _news(self, generation_id: str) -> dict[str, Any] | None:
        patience = SILENCE_SECONDS if self._pushes else POLL_SECONDS
        try:
            async with asyncio.timeout(patience):
                pushed = await self._pushed.get()
        except TimeoutError:
            return await self._ask(generation_id)
        if pushed is None:
            # Whatever was pushed while the connection broke is in the record now.
            self._pushes = False
            return await self._ask(generation_id)
        return pushed if pushed["id"] == generation_id else None

    async def _ask(self, generation_id: str) -> dict[str, Any]:
        for attempt in range(MAX_UNREACHABLE):
            try:
                data = await self._client.execute("generation", {"id": generation_id})
            except Unreachable:
                if attempt == MAX_UNREACHABLE - 1:
                    raise
                await asyncio.sleep(POLL_SECONDS)
            else:
                found: dict[str, Any] | None = data["generation"]
                if found is None:
                    raise CommandFailed("The generation was deleted meanwhile.")
                return found
        raise AssertionError("The last attempt returns or raises.")

    async def _read(self) -> None:
        # However it ends, the studio is asked from then on: an image is there
        # whether or not anybody was told.
        try:
            pushes = self._client.subscribe("generationUpdated", {}, self._opened.set)
            async with aclosing(pushes):
                async for pushed in pushes:
                    generation = pushed.get("generationUpdated")
                    if generation is not None:
                        self._pushed.put_nowait(generation)
        finally:
            self._opened.set()
            self._pushed.put_nowait(None)


def merge(known: dict[str, Any], news: dict[str, Any]) -> dict[str, Any]:
    """The newer record of the two with the newer progress of the two."""
    record = news if news["version"] > known["version"] else known
    progress = max(known["progress"], news["progress"], key=_how_far)
    return {**record, "progress": progress}


def _how_far(progress: dict[str, Any] | None) -> tuple[int, int]:
    return (-1, -1) if progress is None else (progress["attempt"], progress["step"])
