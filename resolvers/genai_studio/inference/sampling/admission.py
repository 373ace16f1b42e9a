"""Admit invocations and run them on worker threads."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import anyio
import anyio.lowlevel
from anyio import from_thread, to_thread

from genai_studio.inference.errors import (
    Busy,
    ImageBlocked,
    InferenceError,
    InvalidInvocation,
    ModelUnavailable,
    SamplingFailed,
)
from genai_studio.inference.invocation import Invocation
from genai_studio.inference.pipelines.errors import (
    ContentFiltered,
    OperationUnsupported,
    PipelineUnavailable,
)
from genai_studio.inference.pipelines.interface import SamplingCanceled
from genai_studio.inference.sampling.execution import OnEvent, generate_images
from genai_studio.inference.sampling.served_model import ServedModel

log = logging.getLogger(__name__)


class AdmissionQueue:
    """A bounded first-in, first-out queue of callers in front of a few slots.

    Args:
        slots: Number of callers that may run at the same time.
        waiting: Number of callers that may wait.
    """

    def __init__(self, slots: int, waiting: int) -> None:
        self._semaphore = anyio.Semaphore(slots)
        self._capacity = slots + waiting
        self._admitted = 0

    @contextmanager
    def admit(self) -> Iterator[None]:
        """Admit the caller for the duration of the block.

        Raises:
            Busy: The queue is full.
        """
        if self._admitted >= self._capacity:
            raise Busy("The model is busy and its queue is full. Try again later.")
        self._admitted += 1
        try:
            yield
        finally:
            self._admitted -= 1

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait for a slot and hold it. The caller must be admitted."""
        async with self._semaphore:
            yield


class Sampler:
    """Runs each invocation as soon as a slot is free.

    Canceling the task that waits in `run` stops the sampling before its next step.
    """

    def __init__(self, queue: AdmissionQueue) -> None:
        self.queue = queue

    async def run(self, model: ServedModel, invocation: Invocation, on_event: OnEvent) -> None:
        """Generate the images of an invocation.

        Args:
            model: The model to use.
            invocation: The request.
            on_event: Called on the sampling thread.

        Raises:
            InvalidInvocation: The model does not support the operation, or the source
                image is damaged.
            ImageBlocked: The model's content filter blocked an image.
            ModelUnavailable: The model cannot be loaded or cannot draw a valid image.
            SamplingFailed: The pipeline raised an exception.
        """
        async with self.queue.slot():
            try:
                await to_thread.run_sync(_run, model, invocation, on_event)
            except SamplingCanceled:
                await anyio.lowlevel.checkpoint()
                raise


def _run(model: ServedModel, invocation: Invocation, on_event: OnEvent) -> None:
    try:
        with model.borrow() as pipeline:
            generate_images(pipeline, invocation, model.defaults, on_event, _is_canceled)
    except (InferenceError, SamplingCanceled):
        raise
    except ContentFiltered:
        raise ImageBlocked("The model's content filter blocked the image.") from None
    except OperationUnsupported as error:
        raise InvalidInvocation(str(error)) from None
    except PipelineUnavailable as error:
        log.error("Model %s: %s", model.name, error)
        raise ModelUnavailable(str(error)) from None
    except Exception as error:
        # The text of the exception may quote the prompt, so only its type and place are logged.
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("Model %s raised %s\n%s", model.name, type(error).__name__, where)
        raise SamplingFailed("The model failed to generate the image.") from None


def _is_canceled() -> bool:
    try:
        from_thread.check_cancelled()
    except asyncio.CancelledError:
        return True
    return False
