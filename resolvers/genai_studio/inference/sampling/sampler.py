"""The bridge from the event loop to the thread on which a model samples."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import anyio
import anyio.lowlevel
from anyio import from_thread, to_thread

from genai_studio.inference.errors import Busy, HeldBack, InferenceError, SamplingFailed
from genai_studio.inference.http.invocation_body import Invocation
from genai_studio.inference.pipelines.errors import ContentFiltered
from genai_studio.inference.pipelines.pipeline import SamplingCanceled
from genai_studio.inference.sampling.sampling_run import OnEvent, sample
from genai_studio.inference.sampling.served_model import ServedModel

log = logging.getLogger(__name__)


class Slots:
    """A line of callers in front of a few slots, served in order of arrival."""

    def __init__(self, slots: int, waiting: int) -> None:
        self._semaphore = anyio.Semaphore(slots)
        self._room = slots + waiting
        self._inside = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """Stand in the line.

        Raises:
            Busy: The line is full; nobody is made to wait without end.
        """
        if self._inside >= self._room:
            raise Busy("The model is busy and enough callers are waiting. Try again later.")
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a slot, from a place in the line, and hold it."""
        async with self._semaphore:
            yield


class Sampler:
    """Runs invocations, each when a slot is free.

    Cancelling the task that waits here stops the sampling before its next step.
    """

    def __init__(self, slots: Slots) -> None:
        self.slots = slots

    async def run(self, model: ServedModel, invocation: Invocation, on_event: OnEvent) -> None:
        """Make the images; `on_event` is called on the sampling thread.

        Raises:
            SamplingFailed: The pipeline raised.
            ModelUnavailable: The model cannot be loaded.
        """
        async with self.slots.turn():
            try:
                await to_thread.run_sync(_sample, model, invocation, on_event)
            except SamplingCanceled:
                await anyio.lowlevel.checkpoint()
                raise


def _sample(model: ServedModel, invocation: Invocation, on_event: OnEvent) -> None:
    try:
        with model.borrow() as pipeline:
            sample(pipeline, invocation, model.defaults, on_event, _caller_is_gone)
    except (InferenceError, SamplingCanceled):
        raise
    except ContentFiltered:
        raise HeldBack("The model's content filter held the image back.") from None
    except Exception as error:
        # The error's own text may quote the prompt, so only its place is logged.
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("Model %s raised %s\n%s", model.name, type(error).__name__, where)
        raise SamplingFailed("The model failed while it made the image.") from None


def _caller_is_gone() -> bool:
    try:
        from_thread.check_cancelled()
    except asyncio.CancelledError:
        return True
    return False
