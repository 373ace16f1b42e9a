"""Test harness of `AsyncStarter` and `AsyncCollector` with fakes and a manual clock."""

from __future__ import annotations

from dataclasses import replace

from genai_studio.domain.generation import Generation
from genai_studio.domain.identity import Owner
from genai_studio.domain.image import attempt_prefix
from genai_studio.services.attempt.async_collector import LEASE, AsyncCollector
from genai_studio.services.attempt.async_starter import AsyncStarter
from tests.builders import ManualClock, a_generation, a_request, submit
from tests.fakes.async_endpoint import FakeAsyncEndpoint
from tests.fakes.images import FakeImages
from tests.fakes.records import FakeRecords
from tests.unit.services.attempt.runner_harness import (
    an_inpaint,
    encode_image_double,
    prepare_edit_double,
)


def exchanged(owner: Owner, generation_id: str, fence: int) -> str:
    """Prefix of the objects exchanged for a claim."""
    return f"exchange/{owner}/{generation_id}/{fence}/"


class AsyncHarness:
    """An asynchronous worker, its fakes and one generation."""

    def __init__(
        self, count: int = 1, endpoint: FakeAsyncEndpoint | None = None, *, edit: bool = False
    ) -> None:
        self.clock = ManualClock()
        self.records = FakeRecords()
        self.images = FakeImages(self.clock)
        self.endpoint = endpoint or FakeAsyncEndpoint()
        request = an_inpaint(self.images) if edit else a_request()
        self.generation = a_generation(request=replace(request, count=count))
        parts = (
            self.records,
            self.images,
            self.endpoint,
            self.clock,
            encode_image_double,
            prepare_edit_double,
            (attempt_prefix, exchanged),
        )
        self.worker = AsyncStarter(*parts)
        self.collector = AsyncCollector(*parts)

    async def start(self) -> Generation:
        """Submit the generation and send its request."""
        await submit(self.records, self.generation)
        claimed = await self.worker.process(self.generation.ref)
        self.exchange(claimed)
        return claimed

    def exchange(self, claimed: Generation) -> None:
        key = f"{exchanged(claimed.owner, claimed.id, claimed.fence)}0.out"
        self.images.objects[key] = b"answer"

    async def stored(self) -> Generation:
        stored = await self.records.get(self.generation.owner, self.generation.id)
        assert stored is not None
        return stored

    def lease_ends(self) -> None:
        self.clock.advance(LEASE)
