"""The endpoint port over Amazon SageMaker: real-time and streaming invocations."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import anyio
from anyio import from_thread, to_thread

from genai_studio.domain.catalog import Catalog, Model
from genai_studio.domain.errors import EndpointCanceled, EndpointError, StudioUnavailable
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EndpointImage, EndpointProgress, IsCanceled, OnProgress
from genai_studio.sagemaker.errors import TRANSLATED, bad_response, endpoint_error
from genai_studio.sagemaker.formats import format_of
from genai_studio.sagemaker.progress_mailbox import ProgressMailbox
from genai_studio.sagemaker.streaming import StudioStream, lines_of, streaming_call
from genai_studio.sagemaker.styles import with_style
from genai_studio.sagemaker.target import target_of

if TYPE_CHECKING:
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

MAX_ANSWER_BYTES = 96 * 1024 * 1024
"""Far above SageMaker's own limit; a container beside us has none."""

STREAMING_FORMAT = "studio"

ClientFor = Callable[[Model], "SageMakerRuntimeClient"]


async def _always() -> bool:
    return True


class SageMakerEndpoint:
    """Calls the endpoint that the catalog names for a model, in its format."""

    def __init__(
        self,
        client_for: ClientFor,
        catalog: Catalog,
        *,
        is_ready: Callable[[], Awaitable[bool]] = _always,
        max_calls: int = 32,
    ) -> None:
        """Wire the adapter.

        Args:
            client_for: The client that reaches a model's endpoint (see
                `sagemaker.client`); asked at every call, so it may change.
            catalog: Says for each model its endpoint, format and whether it streams.
            is_ready: Answers `ready()`. SageMaker's runtime has no such question.
            max_calls: Threads for calls under way at once.

        Raises:
            StudioUnavailable: The catalog names a format that is not spoken here.
        """
        for model in catalog.models:
            _check(model)
        self._client_for = client_for
        self._catalog = catalog
        self._is_ready = is_ready
        self._threads = anyio.CapacityLimiter(max_calls)

    async def ready(self) -> bool:
        """Whether a request sent now would be worked on."""
        return await self._is_ready()

    async def generate(
        self, request: ImageRequest, on_progress: OnProgress, canceled: IsCanceled
    ) -> Sequence[EndpointImage]:
        """Make `request.count` images; see `ports.Endpoint`.

        A model that streams is asked once and tells its progress. Any other is
        asked once for each image, and tells none.
        """
        model = self._catalog.get(request.model)
        styled = with_style(request, model)
        if canceled():
            raise EndpointCanceled
        if model.streams:
            return await self._stream(model, styled, on_progress, canceled)
        images: list[EndpointImage] = []
        for index in range(styled.count):
            images.append(await self._invoke(model, styled, index))
            if canceled():
                raise EndpointCanceled
        return images

    async def _invoke(self, model: Model, request: ImageRequest, index: int) -> EndpointImage:
        call = partial(self._invoke_in_thread, model, request, index)
        # Abandoned when the studio stops: SageMaker has no cancel call to wait for.
        return await to_thread.run_sync(call, abandon_on_cancel=True, limiter=self._threads)

    def _invoke_in_thread(self, model: Model, request: ImageRequest, index: int) -> EndpointImage:
        wire_format = format_of(model)
        call = wire_format.call(request, index)
        try:
            response = self._client_for(model).invoke_endpoint(
                **target_of(model.endpoint),
                Body=call.body,
                ContentType=call.content_type,
                Accept=call.accept,
            )
            answer = response["Body"].read(MAX_ANSWER_BYTES + 1)
        except TRANSLATED as error:
            raise _said(error, request) from error
        if len(answer) > MAX_ANSWER_BYTES:
            raise bad_response("it is too large")
        return wire_format.parse(answer, request, index)

    async def _stream(
        self, model: Model, request: ImageRequest, on_progress: OnProgress, canceled: IsCanceled
    ) -> Sequence[EndpointImage]:
        mailbox = ProgressMailbox()
        images: list[EndpointImage] = []
        failure: Exception | None = None

        def on_piece(progress: EndpointProgress | None) -> None:
            if canceled():
                raise EndpointCanceled
            if progress is not None:
                mailbox.put(progress)

        async def deliver() -> None:
            nonlocal failure
            try:
                await mailbox.deliver(on_progress)
            except Exception as error:
                failure = error
                tasks.cancel_scope.cancel()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(deliver)
            try:
                images = await to_thread.run_sync(
                    self._stream_in_thread, model, request, on_piece, limiter=self._threads
                )
            except (EndpointError, EndpointCanceled) as error:
                failure = error
            tasks.cancel_scope.cancel()
        if failure is not None:
            # Raised here, bare: out of the task group it would come in a group.
            raise failure
        await mailbox.deliver_last(on_progress)
        return images

    def _stream_in_thread(
        self,
        model: Model,
        request: ImageRequest,
        on_piece: Callable[[EndpointProgress | None], None],
    ) -> list[EndpointImage]:
        call = streaming_call(request)
        collected = StudioStream(request)
        try:
            response = self._client_for(model).invoke_endpoint_with_response_stream(
                **target_of(model.endpoint),
                Body=call.body,
                ContentType=call.content_type,
                Accept=call.accept,
            )
            # Closing an unfinished stream is what stops the sampling behind it.
            with closing(response["Body"]) as events:
                parts = (event.get("PayloadPart", {}).get("Bytes", b"") for event in events)
                for line in lines_of(parts):
                    from_thread.check_cancelled()
                    progress = None if line is None else collected.read(line)
                    from_thread.run_sync(on_piece, progress)
        except TRANSLATED as error:
            raise _said(error, request) from error
        return collected.images()


def _check(model: Model) -> None:
    format_of(model)
    if model.streams and model.format != STREAMING_FORMAT:
        raise StudioUnavailable(
            f"Model {model.id} cannot stream: only the format “{STREAMING_FORMAT}” does."
        )


def _said(error: Exception, request: ImageRequest) -> EndpointError:
    return endpoint_error(error, hidden=(request.prompt, request.negative_prompt))
