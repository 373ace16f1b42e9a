"""Handlers of `POST /invocations` and of the SageMaker runtime's two paths."""

from __future__ import annotations

import anyio
import msgspec
from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from genai_studio.inference.errors import BodyTooLarge, InferenceError, InvalidInvocation
from genai_studio.inference.http import event_stream
from genai_studio.inference.http.client_disconnect import wait_for_disconnect
from genai_studio.inference.http.image_encoding import NDJSON, Encode, encoder_for, media_type
from genai_studio.inference.http.progress_response import ProgressResponse
from genai_studio.inference.invocation import Invocation, parse_invocation
from genai_studio.inference.limits import MAX_BODY_BYTES
from genai_studio.inference.sampling.admission import Sampler
from genai_studio.inference.sampling.execution import ImageFinished, SamplingEvent
from genai_studio.inference.sampling.served_model import ModelRegistry, ServedModel

_PARSED_AT_ONCE_BYTES = 64 * 1024
"""Larger bodies contain images. Decoding their base64 would block the event loop."""


class Invocations:
    """Request handlers for the served models."""

    def __init__(self, models: ModelRegistry, sampler: Sampler) -> None:
        self._models = models
        self._sampler = sampler

    async def container(self, request: Request) -> Response:
        """Handle `POST /invocations`, which SageMaker calls.

        Streams NDJSON if the Accept header asks for it.
        """
        invocation = await _read(request)
        model = self._models.default
        if invocation.model is not None:
            model = self._models.get(invocation.model)
        if media_type(request.headers.get("accept")) == NDJSON:
            return ProgressResponse(self._sampler, model, invocation, NDJSON, lambda line: line)
        return await self._respond(request, model, invocation)

    async def runtime(self, request: Request) -> Response:
        """Handle `POST /endpoints/{name}/invocations`, boto3's `invoke_endpoint`."""
        model, invocation = await self._for_endpoint(request)
        return await self._respond(request, model, invocation)

    async def runtime_stream(self, request: Request) -> Response:
        """Handle `POST /endpoints/{name}/invocations-response-stream`.

        boto3 calls it for `invoke_endpoint_with_response_stream`.
        """
        model, invocation = await self._for_endpoint(request)
        return ProgressResponse(
            self._sampler,
            model,
            invocation,
            event_stream.CONTENT_TYPE,
            event_stream.payload_part,
            {"x-amzn-sagemaker-content-type": NDJSON},
        )

    async def _for_endpoint(self, request: Request) -> tuple[ServedModel, Invocation]:
        model = self._models.get(request.path_params["name"])
        invocation = await _read(request)
        if invocation.model not in (None, model.name):
            raise InvalidInvocation("model: Must be omitted or match the endpoint's name.", "model")
        return model, invocation

    async def _respond(
        self, request: Request, model: ServedModel, invocation: Invocation
    ) -> Response:
        encode = encoder_for(request.headers.get("accept"))
        collected = _Collected(encode)
        failure: InferenceError | None = None
        with self._sampler.queue.admit():
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(wait_for_disconnect, request.receive, tasks.cancel_scope)
                try:
                    await self._sampler.run(model, invocation, collected)
                except InferenceError as error:
                    failure = error
                tasks.cancel_scope.cancel()
        if failure is not None:
            raise failure
        if collected.missing(invocation):
            raise ClientDisconnect
        content = {"generated_images": collected.images, "prompt": invocation.prompt}
        return Response(msgspec.json.encode(content), media_type="application/json")


class _Collected:
    """Collects the finished images and encodes them on the sampling thread."""

    def __init__(self, encode: Encode) -> None:
        self.images: list[object] = []
        self._encode = encode

    def __call__(self, event: SamplingEvent) -> None:
        if isinstance(event, ImageFinished):
            self.images.append(self._encode(event.pixels))

    def missing(self, invocation: Invocation) -> bool:
        return len(self.images) < invocation.num_images_per_prompt


async def _read(request: Request) -> Invocation:
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip()
    if kind.lower() != "application/json":
        raise InvalidInvocation("Content-Type must be application/json.", "Content-Type")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLarge(f"The body must not exceed {MAX_BODY_BYTES} bytes.")
    if len(body) <= _PARSED_AT_ONCE_BYTES:
        return parse_invocation(bytes(body))
    return await to_thread.run_sync(parse_invocation, bytes(body))
