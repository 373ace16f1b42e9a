"""Make images with models in Amazon Bedrock (`ports.Endpoint`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import anyio

from genai_studio.domain.catalog import Catalog, Model
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EditInputs, EndpointImage, IsCanceled, OnProgress
from genai_studio.sagemaker.formats import Call, check_model, check_operation
from genai_studio.sagemaker.single_calls import MAX_RESPONSE_BYTES, SingleCalls
from genai_studio.sagemaker.styles import with_style

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient

MAX_BYTES = 25_000_000
"""Bedrock's limit of a request (botocore's service model, Body)."""


class BedrockEndpoint:
    """Caller of the models in Bedrock that the catalog defines.

    Bedrock reports no progress for images, and each call returns one image.
    """

    def __init__(
        self, client: BedrockRuntimeClient, catalog: Catalog, *, max_calls: int = 32
    ) -> None:
        """Create the adapter.

        Args:
            client: A client of a region in which Bedrock offers the models.
            catalog: Defines ID and format of each model.
            max_calls: Number of threads, and so of concurrent invocations.

        Raises:
            StudioUnavailable: A model in the catalog is not in Bedrock, has an unsupported
                format, or its format does not support one of its operations.
        """
        for model in catalog.models:
            _model_id(model)
            check_model(model)
        self._client = client
        self._catalog = catalog
        self._calls = SingleCalls(
            self._invoke, anyio.CapacityLimiter(max_calls), lambda model: MAX_BYTES
        )

    async def ready(self) -> bool:
        """Return True: Bedrock's runtime API has no health check."""
        return True

    async def generate(
        self,
        request: ImageRequest,
        on_progress: OnProgress,
        canceled: IsCanceled,
        inputs: EditInputs | None = None,
    ) -> Sequence[EndpointImage]:
        """See `Endpoint.generate`."""
        model = self._catalog.get(request.model)
        check_operation(model, request)
        return await self._calls.generate(model, with_style(request, model), canceled, inputs)

    def _invoke(self, model: Model, call: Call) -> bytes:
        response = self._client.invoke_model(
            modelId=_model_id(model),
            body=call.body,
            contentType=call.content_type,
            accept=call.accept,
        )
        return response["body"].read(MAX_RESPONSE_BYTES + 1)


def _model_id(model: Model) -> str:
    if model.bedrock is None:
        raise StudioUnavailable(f"Model {model.id} is not a model in Amazon Bedrock.")
    return model.bedrock.model_id
