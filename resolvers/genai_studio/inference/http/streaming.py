"""A response that tells the sampling as it goes, and stops it when nobody listens."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from contextlib import suppress

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from genai_studio.inference.errors import InferenceError
from genai_studio.inference.http.client_disconnect import wait_for_disconnect
from genai_studio.inference.http.invocation_body import Invocation
from genai_studio.inference.http.ndjson import DONE, error_line, line_of, progress_line
from genai_studio.inference.sampling.sampler import Sampler
from genai_studio.inference.sampling.sampling_run import SamplingEvent, StepDone, sampling_of
from genai_studio.inference.sampling.served_model import ServedModel

HEARTBEAT_SECONDS = 1.0
"""So often, at least, a line is sent: the caller can give up between two lines,
and no proxy takes a long step or a long wait for a dead connection."""


class SamplingStream(Response):
    """NDJSON events of one invocation, each line put through `frame`."""

    def __init__(
        self,
        sampler: Sampler,
        model: ServedModel,
        invocation: Invocation,
        media_type: str,
        frame: Callable[[bytes], bytes],
        headers: dict[str, str] | None = None,
    ) -> None:
        self.status_code = 200
        self.media_type = media_type
        self.background = None
        self.init_headers(headers)
        self._sampler = sampler
        self._model = model
        self._invocation = invocation
        self._frame = frame
        steps = sampling_of(invocation, model.defaults, 0).steps
        self._progress = progress_line(0, 0, steps * invocation.num_images_per_prompt)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response.

        Raises:
            Busy: Before anything was sent, when the line is full.
        """
        with self._sampler.slots.place():
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status_code,
                    "headers": self.raw_headers,
                }
            )
            lines, told = anyio.create_memory_object_stream[bytes](math.inf)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(wait_for_disconnect, receive, tasks.cancel_scope)
                tasks.start_soon(self._sample, lines)
                await self._send_lines(told, send)
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                tasks.cancel_scope.cancel()

    async def _sample(self, lines: MemoryObjectSendStream[bytes]) -> None:
        lines.send_nowait(self._progress)
        loop = asyncio.get_running_loop()

        def put(line: bytes) -> None:
            # Whoever listened may have gone; the sampling is canceled then anyway.
            with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
                lines.send_nowait(line)

        def tell(event: SamplingEvent) -> None:
            line = line_of(event)
            if isinstance(event, StepDone):
                self._progress = line
            # Without waiting for the loop: that would cost each step half a millisecond.
            loop.call_soon_threadsafe(put, line)

        with lines:
            try:
                await self._sampler.run(self._model, self._invocation, tell)
                lines.send_nowait(DONE)
            except InferenceError as error:
                lines.send_nowait(error_line(error))

    async def _send_lines(self, told: MemoryObjectReceiveStream[bytes], send: Send) -> None:
        with told:
            while True:
                line = self._progress
                with anyio.move_on_after(HEARTBEAT_SECONDS):
                    try:
                        line = await told.receive()
                    except anyio.EndOfStream:
                        return
                await send(
                    {"type": "http.response.body", "body": self._frame(line), "more_body": True}
                )
