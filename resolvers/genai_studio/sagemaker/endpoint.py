"""Make images with SageMaker's real-time and streaming invocations (`ports.Endpoint`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

import anyio
from anyio import from_thread, to_thread

from genai_studio.domain.catalog import STREAMING_FORMAT, Catalog, Model
from genai_studio.domain.errors import EndpointCanceled, EndpointError, StudioUnavailable
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EditInputs, EndpointImage, EndpointProgress, IsCanceled, OnProgress
from genai_studio.sagemaker.errors import TRANSLATED_ERRORS, endpoint_error
from genai_studio.sagemaker.formats import REAL_TIME_BYTES, Call, check_model, check_operation
from genai_studio.sagemaker.progress_mailbox import ProgressMailbox
from genai_studio.sagemaker.single_calls import MAX_RESPONSE_BYTES, SingleCalls
from genai_studio.sagemaker.streaming import StreamReader, iter_lines, streaming_call
from genai_studio.sagemaker.styles import with_style
from genai_studio.sagemaker.target import target_of

if TYPE_CHECKING:
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

ClientFor = Callable[[Model], "SageMakerRuntimeClient"]


class SageMakerEndpoint:
    """Caller of the endpoints that the catalog defines for its models."""

    def __init__(
        self,
        client_for: ClientFor,
        catalog: Catalog,
        *,
        max_calls: int = 32,
        max_bytes: Callable[[Model], int] = lambda model: REAL_TIME_BYTES,
    ) -> None:
        """Create the adapter.

        Args:
            client_for: Returns the client for a model's endpoint (see
                `sagemaker.client`). Called for every invocation, so the client
                may change.
            catalog: Defines endpoint, format and streaming of each model.
            max_calls: Number of threads, and so of concurrent invocations.
            max_bytes: Returns the maximum size of a request to a model's endpoint.

        Raises:
            StudioUnavailable: A model in the catalog has an unsupported format, or its
                format does not support one of its operations.
        """
        for model in catalog.models:
            _check_format(model)
        self._client_for = client_for
        self._catalog = catalog
        self._threads = anyio.CapacityLimiter(max_calls)
        self._max_bytes = max_bytes
        self._calls = SingleCalls(self._invoke, self._threads, max_bytes)

    async def ready(self) -> bool:
        """Return True: SageMaker's runtime API has no health check."""
        return True

    async def generate(
        self,
        request: ImageRequest,
        on_progress: OnProgress,
        canceled: IsCanceled,
        inputs: EditInputs | None = None,
    ) -> Sequence[EndpointImage]:
        """See `Endpoint.generate`.

        A streaming model is invoked once and reports progress. Any other model is
        invoked once per image, without progress.
        """
        model = self._catalog.get(request.model)
        check_operation(model, request)
        styled = with_style(request, model)
        if model.streams:
            if canceled():
                raise EndpointCanceled
            return await self._stream(model, styled, on_progress, canceled, inputs)
        return await self._calls.generate(model, styled, canceled, inputs)

    def _invoke(self, model: Model, call: Call) -> bytes:
        response = self._client_for(model).invoke_endpoint(
            **target_of(model.endpoint),
            Body=call.body,
            ContentType=call.content_type,
            Accept=call.accept,
        )
        return response["Body"].read(MAX_RESPONSE_BYTES + 1)

    async def _stream(
        self,
        model: Model,
        request: ImageRequest,
        on_progress: OnProgress,
        canceled: IsCanceled,
        inputs: EditInputs | None,
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
                    self._stream_in_thread,
                    model,
                    request,
                    on_piece,
                    inputs,
                    limiter=self._threads,
                )
            except (EndpointError, EndpointCanceled) as error:
                failure = error
            tasks.cancel_scope.cancel()
        if failure is not None:
            # Raised outside the task group, which would wrap it in an exception group.
            raise failure
        await mailbox.deliver_last(on_progress)
        return images

    def _stream_in_thread(
        self,
        model: Model,
        request: ImageRequest,
        on_piece: Callable[[EndpointProgress | None], None],
        inputs: EditInputs | None,
    ) -> list[EndpointImage]:
        call = streaming_call(request, inputs, max_bytes=self._max_bytes(model))
        reader = StreamReader(request)
        try:
            response = self._client_for(model).invoke_endpoint_with_response_stream(
                **target_of(model.endpoint),
                Body=call.body,
                ContentType=call.content_type,
                Accept=call.accept,
            )
            # Closing an unfinished stream makes the container stop sampling.
            with closing(response["Body"]) as events:
                parts = (event.get("PayloadPart", {}).get("Bytes", b"") for event in events)
                for line in iter_lines(parts):
                    from_thread.check_cancelled()
                    progress = None if line is None else reader.read(line)
                    from_thread.run_sync(on_piece, progress)
        except TRANSLATED_ERRORS as error:
            raise _translate(error, request) from error
        return reader.images()


def _check_format(model: Model) -> None:
    check_model(model)
    if model.streams and model.format != STREAMING_FORMAT:
        raise StudioUnavailable(
            f"Model {model.id} cannot stream: its format must be “{STREAMING_FORMAT}”."
        )


def _translate(error: Exception, request: ImageRequest) -> EndpointError:
    return endpoint_error(error, redact=(request.prompt, request.negative_prompt))
