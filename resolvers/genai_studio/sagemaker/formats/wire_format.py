"""What every wire format does: write one call, read its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EndpointImage


@dataclass(frozen=True, slots=True)
class Call:
    """One call of `invoke_endpoint`.

    Attributes:
        body: At most 6,291,456 bytes.
        content_type: Media type of the body.
        accept: Media type that is asked for.
    """

    body: bytes
    content_type: str = "application/json"
    accept: str = "application/json"


class WireFormat(Protocol):
    """A way to ask one kind of endpoint for images.

    Every image is a call of its own: that alone gives image `i` the seed
    `seed + i` on endpoints that draw a batch from one seed, keeps each call
    within SageMaker's 60 s and 6 MB, and lets a cancel be noticed in between.
    """

    def call(self, request: ImageRequest, index: int) -> Call:
        """The call for image `index`; the style was applied before."""

    def parse(self, answer: bytes, request: ImageRequest, index: int) -> EndpointImage:
        """Read image `index` from the answer to its call.

        Raises:
            EndpointError: ENDPOINT_BAD_RESPONSE or CONTENT_FILTERED.
        """
