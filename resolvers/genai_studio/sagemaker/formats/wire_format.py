"""The interface of a wire format: build a call and parse its response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EditInputs, EndpointImage


@dataclass(frozen=True, slots=True)
class Call:
    """The arguments of one `invoke_endpoint` call.

    Attributes:
        body: At most 6,291,456 bytes.
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

    def call(self, request: ImageRequest, index: int, inputs: EditInputs | None = None) -> Call:
        """Build the call for image `index`. The style must already be applied."""

    def parse(self, response: bytes, request: ImageRequest, index: int) -> EndpointImage:
        """Parse the response to the call for image `index`.

        Raises:
            EndpointError: ENDPOINT_BAD_RESPONSE or CONTENT_FILTERED.
        """
