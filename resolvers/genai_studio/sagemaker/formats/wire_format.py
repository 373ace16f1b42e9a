"""The interface of a wire format: build a call and parse its response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EditInputs, EndpointImage

REAL_TIME_BYTES = 6_291_456
"""SageMaker's limit of a request for real-time inference (boto3's service model, BodyBlob)."""

ASYNC_BYTES = 1_000_000_000
"""SageMaker's limit of a request for asynchronous inference, which it reads from S3."""

TEXT_ONLY = frozenset({Operation.TEXT_TO_IMAGE})


@dataclass(frozen=True, slots=True)
class Call:
    """The arguments of one `invoke_endpoint` call.

    Attributes:
        body: The request, within the size limit that the format was given.
        content_type: Media type of the body.
        accept: Requested media type of the response.
    """

    body: bytes
    content_type: str = "application/json"
    accept: str = "application/json"


class WireFormat(Protocol):
    """The request and response format of one kind of endpoint.

    Each image is a separate call. This gives image `i` the seed `seed + i` on
    endpoints that use one seed per batch, keeps each call within SageMaker's 60 s and
    6 MB, and allows cancellation between images.
    """

    @property
    def operations(self) -> frozenset[Operation]:
        """Return the operations that endpoints of this format can perform."""

    def call(
        self,
        request: ImageRequest,
        index: int,
        inputs: EditInputs | None = None,
        *,
        max_bytes: int = REAL_TIME_BYTES,
    ) -> Call:
        """Build the call for image `index`. The style must already be applied.

        Strength and mask are converted to the endpoint's convention.

        Args:
            request: The request, of one of `operations`.
            index: Zero-based index of the image.
            inputs: Source and mask. None if and only if the operation is TEXT_TO_IMAGE.
            max_bytes: Maximum size of the body.

        Raises:
            EndpointError: ENDPOINT_REJECTED if the images do not fit into `max_bytes`.
        """

    def parse(self, response: bytes, request: ImageRequest, index: int) -> EndpointImage:
        """Parse the response to the call for image `index`.

        Raises:
            EndpointError: ENDPOINT_BAD_RESPONSE or CONTENT_FILTERED.
        """
