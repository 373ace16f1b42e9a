"""A studio with an asynchronous endpoint: worker and completion with real stores."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from genai_studio.bootstrap.aws_async import PREFIXES
from genai_studio.domain.generation import Generation
from genai_studio.hosts.aws.completion import complete
from genai_studio.imaging.editing.prepare import prepare_edit
from genai_studio.imaging.encode_image import encode_image
from genai_studio.sagemaker.exchange import Exchange
from genai_studio.sagemaker.exchange_keys import exchange_prefix
from genai_studio.services.attempt.async_collector import AsyncCollector
from genai_studio.services.attempt.async_starter import AsyncStarter
from genai_studio.services.relay import Relay
from tests.builders import a_generation, a_request, submit
from tests.contract.async_endpoint.conftest import SageMakerRig, sagemaker_rig
from tests.fakes.events import FakeEvents
from tests.servers.resources.exchange_bucket import ExchangeBucket
from tests.servers.resources.records_table import PublishedRecords, records_table


@dataclass
class Studio:
    """Worker, completion and relay of a studio with an asynchronous endpoint."""

    rig: SageMakerRig
    records: PublishedRecords
    start: AsyncStarter
    collect: AsyncCollector
    relay: Relay

    @property
    def bucket(self) -> ExchangeBucket:
        return self.rig.bucket

    async def ask(self, **fields: Any) -> Generation:
        """Submit a generation and let a worker start it."""
        request = a_request(**({"model": "toy"} | fields))
        queued = await submit(self.records, a_generation(request=request))
        return await self.start.process(queued.ref)

    async def event(self) -> dict[str, Any]:
        """Return SageMaker's next notification."""
        return await asyncio.to_thread(self.rig.sagemaker.event)

    async def complete(self, event: dict[str, Any]) -> None:
        await complete(self.collect, self.bucket.exchange, event)

    async def stored(self, generation: Generation) -> Generation:
        stored = await self.records.get(generation.owner, generation.id)
        assert stored is not None
        return stored

    async def publish(self) -> None:
        """Relay all stored changes."""
        for one in await self.records.changes(None, 1000):
            await self.relay.process(one)

    def over(self, exchange: Exchange) -> tuple[AsyncStarter, AsyncCollector]:
        """Return worker and completion that use another exchange."""
        images, clock = self.bucket.images(self.rig.clock), self.rig.clock
        parts = (
            self.records,
            images,
            self.rig.with_exchange(exchange),
            clock,
            encode_image,
            prepare_edit,
            PREFIXES,
        )
        return AsyncStarter(*parts), AsyncCollector(*parts)


@contextmanager
def async_studio() -> Iterator[Studio]:
    """Create a studio with its own table and bucket."""
    with sagemaker_rig() as rig, records_table() as table:
        records = PublishedRecords(table)
        images = rig.bucket.images(rig.clock)
        parts = (records, images, rig.endpoint, rig.clock, encode_image, prepare_edit, PREFIXES)
        relay = Relay(records, images, FakeEvents(), (exchange_prefix,))
        yield Studio(rig, records, AsyncStarter(*parts), AsyncCollector(*parts), relay)


class ExchangeWithHook(Exchange):
    """An exchange that calls a hook before it stores a receipt."""

    def __init__(self, bucket: ExchangeBucket, hook: Callable[[], Awaitable[None]]) -> None:
        super().__init__(bucket.s3, bucket.name)
        self._hook = hook

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        if key.endswith("/receipt"):
            await self._hook()
        await super().put(key, data, content_type)
