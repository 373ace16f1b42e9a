"""Make the images of a request with one call each.

Shared by the adapters of SageMaker and Amazon Bedrock (decision 0009).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import anyio
from anyio import to_thread

from genai_studio.domain.catalog import Model
from genai_studio.domain.errors import EndpointCanceled
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EditInputs, EndpointImage, IsCanceled
from genai_studio.sagemaker.errors import TRANSLATED_ERRORS, bad_response, endpoint_error
from genai_studio.sagemaker.formats import Call, format_of
from genai_studio.sagemaker.formats.image_payload import image_of_size

MAX_RESPONSE_BYTES = 96 * 1024 * 1024
"""Maximum size of a response. The limits of the services are far lower, but a local
container has none."""

Invoke = Callable[[Model, Call], bytes]
"""Sends a call to the endpoint of a model and returns at most `MAX_RESPONSE_BYTES + 1`
bytes of the response. May raise `TRANSLATED_ERRORS`."""


class SingleCalls:
    """Calls an endpoint once per image, each on a thread.

    Args:
        invoke: Sends one call.
        threads: Limits the number of concurrent calls.
        max_bytes: Returns the maximum size of a request to a model's endpoint.
    """

    def __init__(
        self,
        invoke: Invoke,
        threads: anyio.CapacityLimiter,
        max_bytes: Callable[[Model], int],
    ) -> None:
        self._invoke = invoke
        self._threads = threads
        self._max_bytes = max_bytes

    async def generate(
        self,
        model: Model,
        request: ImageRequest,
        canceled: IsCanceled,
        inputs: EditInputs | None,
    ) -> list[EndpointImage]:
        """Generate the images of a request. The style must already be applied.

        Raises:
            EndpointError: A call failed.
            EndpointCanceled: `canceled()` returned True before or after a call.
        """
        images: list[EndpointImage] = []
        for index in range(request.count):
            if canceled():
                raise EndpointCanceled
            call = partial(self._generate_in_thread, model, request, index, inputs)
            # Abandon the thread on cancellation: a call cannot be canceled.
            image = await to_thread.run_sync(call, abandon_on_cancel=True, limiter=self._threads)
            images.append(image)
        if canceled():
            raise EndpointCanceled
        return images

    def _generate_in_thread(
        self, model: Model, request: ImageRequest, index: int, inputs: EditInputs | None
    ) -> EndpointImage:
        wire_format = format_of(model)
        call = wire_format.call(request, index, inputs, max_bytes=self._max_bytes(model))
        try:
            body = self._invoke(model, call)
        except TRANSLATED_ERRORS as error:
            raise endpoint_error(error, redact=(request.prompt, request.negative_prompt)) from error
        if len(body) > MAX_RESPONSE_BYTES:
            raise bad_response("it is too large")
        image = wire_format.parse(body, request, index)
        return image if inputs is None else image_of_size(image, request.width, request.height)
