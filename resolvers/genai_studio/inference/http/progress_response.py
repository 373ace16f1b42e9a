"""Streamed response: reports progress, and cancels the work on client disconnect."""

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
from genai_studio.inference.http.ndjson import DONE, error_line, event_line, progress_line
from genai_studio.inference.invocation import Invocation
from genai_studio.inference.sampling.admission import Sampler
from genai_studio.inference.sampling.execution import SamplingEvent, StepDone, expected_steps
from genai_studio.inference.sampling.served_model import ServedModel

HEARTBEAT_SECONDS = 1.0
"""Maximum interval between two lines.

Clients can cancel between two lines. Proxies do not time out during a long step.
"""


class ProgressResponse(Response):
    """Stream the NDJSON events of one invocation.

    Args:
        sampler: Runs the invocation.
        model: The model to use.
        invocation: The request.
        media_type: Content type of the response.
        frame: Encodes each line for the wire.
        headers: Additional response headers.
    """

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
        self._progress = progress_line(0, 0, expected_steps(invocation, model.defaults))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response.

        Raises:
            Busy: The queue is full. Nothing has been sent yet.
        """
        with self._sampler.queue.admit():
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status_code,
                    "headers": self.raw_headers,
                }
            )
            lines, received = anyio.create_memory_object_stream[bytes](math.inf)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(wait_for_disconnect, receive, tasks.cancel_scope)
                tasks.start_soon(self._sample, lines)
                await self._send_lines(received, send)
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                tasks.cancel_scope.cancel()

    async def _sample(self, lines: MemoryObjectSendStream[bytes]) -> None:
        lines.send_nowait(self._progress)
        loop = asyncio.get_running_loop()

        def put(line: bytes) -> None:
            # The client may have disconnected; the sampling is then canceled anyway.
            with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
                lines.send_nowait(line)

        def on_event(event: SamplingEvent) -> None:
            line = event_line(event)
            if isinstance(event, StepDone):
                self._progress = line
            # Waiting for the event loop would add half a millisecond to each step.
            loop.call_soon_threadsafe(put, line)

        with lines:
            try:
                await self._sampler.run(self._model, self._invocation, on_event)
                lines.send_nowait(DONE)
            except InferenceError as error:
                lines.send_nowait(error_line(error))

    async def _send_lines(self, received: MemoryObjectReceiveStream[bytes], send: Send) -> None:
        with received:
            while True:
                line = self._progress
                with anyio.move_on_after(HEARTBEAT_SECONDS):
                    try:
                        line = await received.receive()
                    except anyio.EndOfStream:
                        return
                await send(
                    {"type": "http.response.body", "body": self._frame(line), "more_body": True}
                )
