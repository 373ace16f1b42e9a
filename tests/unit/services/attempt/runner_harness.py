"""Test harness of `SyncRunner` with fakes and a manual clock."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from genai_studio.domain.editing.edit import Box, Edit, EditInput, Workspace
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.errors import EndpointCanceled, EndpointError
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation, Progress
from genai_studio.domain.quota import QuotaLimits
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import (
    EditInputs,
    EncodedImage,
    EndpointImage,
    EndpointProgress,
    IsCanceled,
    KeptInputs,
    OnProgress,
)
from genai_studio.services.attempt.sync_runner import LeaseTiming, SyncRunner
from tests.builders import ManualClock, a_generation, a_key, a_request
from tests.fakes.endpoint import Answer, ScriptedEndpoint, images_of
from tests.fakes.events import FakeEvents
from tests.fakes.images import FakeImages
from tests.fakes.records import FakeRecords

TIMING = LeaseTiming(lease=timedelta(seconds=90), check_interval=timedelta(seconds=1))


def encode_image_double(
    image: EndpointImage, generation: Generation, index: int, kept: KeptInputs | None
) -> EncodedImage:
    return EncodedImage(
        png=image.data,
        thumbnail=image.data[:3],
        placeholder="1QcSHQRnh493V4dIh4eXh1h4kJUI",
        sha256=hashlib.sha256(image.data).hexdigest(),
        width=image.width,
        height=image.height,
    )


def prepare_edit_double(request: ImageRequest, kept: KeptInputs) -> EditInputs:
    return EditInputs(kept.source, kept.mask)


def an_inpaint(images: FakeImages) -> ImageRequest:
    """Return a request to inpaint an upload, and store source, original and mask."""
    source = EditInput(
        key="uploads/a/b/source.png",
        upload_id="b",
        width=64,
        height=64,
        original_key="uploads/a/b/original.jpg",
    )
    mask = EditInput(
        key="uploads/a/c/mask.png",
        upload_id="c",
        width=64,
        height=64,
        white=Box(left=0, top=0, right=8, bottom=8),
    )
    images.objects |= {
        "uploads/a/b/source.png": b"the source",
        "uploads/a/b/original.jpg": b"the original",
        "uploads/a/c/mask.png": b"the mask",
    }
    whole = Box(left=0, top=0, right=64, bottom=64)
    edit = Edit(
        source=source,
        mask=mask,
        strength=0.5,
        mask_feather=4,
        workspace=Workspace(region=whole, width=72, height=72),
    )
    return a_request(operation=Operation.INPAINT, edit=edit)


class RunnerHarness:
    """A worker, its fakes and one generation."""

    def __init__(self, *answers: Answer, count: int = 1, edit: bool = False) -> None:
        self.clock = ManualClock()
        self.records = FakeRecords()
        self.events = FakeEvents()
        self.images = FakeImages(self.clock)
        self.endpoint = ScriptedEndpoint(*answers)
        request = an_inpaint(self.images) if edit else a_request()
        self.generation = a_generation(request=replace(request, count=count))
        self.worker = self.a_worker()

    def a_worker(self) -> SyncRunner:
        return SyncRunner(
            self.records,
            self.images,
            self.endpoint,
            self.events,
            self.clock,
            encode_image_double,
            prepare_edit_double,
            TIMING,
        )

    async def submit(self) -> None:
        await self.records.submit(self.generation, a_key(self.generation), QuotaLimits())

    async def run(self) -> Generation:
        """Submit the generation and run one attempt."""
        await self.submit()
        return await self.worker.process(self.generation.ref)

    async def stored(self) -> Generation:
        stored = await self.records.get(self.generation.owner, self.generation.id)
        assert stored is not None
        return stored

    async def let_time_pass(self, seconds: float = 1.0) -> None:
        """Advance the clock and let the tasks that wait for it run."""
        self.clock.advance(seconds)
        for _ in range(20):
            await asyncio.sleep(0)

    def progress(self) -> list[Progress]:
        """Return the published progress in order."""
        published = [event.progress for event in self.events.published]
        return [progress for progress in published if progress is not None]


def refusal(code: FailureCode, *, retryable: bool = True) -> EndpointError:
    return EndpointError(code, "It said no.", retryable=retryable)


class Held:
    """An endpoint call that blocks until the test continues it."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.go_on = asyncio.Event()
        self.canceled: IsCanceled = lambda: False

    async def __call__(
        self, request: ImageRequest, on_progress: OnProgress, canceled: IsCanceled
    ) -> Sequence[EndpointImage]:
        self.canceled = canceled
        await on_progress(EndpointProgress(1, request.steps, b"small"))
        self.began.set()
        await self.go_on.wait()
        if canceled():
            raise EndpointCanceled
        return images_of(request)


async def midway(*, edit: bool = False) -> tuple[RunnerHarness, Held, asyncio.Task[Generation]]:
    held = Held()
    harness = RunnerHarness(held, edit=edit)
    running = asyncio.create_task(harness.run())
    await held.began.wait()
    return harness, held, running
