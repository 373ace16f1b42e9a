"""The endpoint port: a model endpoint that answers within one call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from genai_studio.domain.request import ImageRequest
from genai_studio.ports.edit_inputs import EditInputs


@dataclass(frozen=True, slots=True)
class EndpointImage:
    """One image returned by an endpoint.

    Attributes:
        data: An encoded image (PNG, JPEG or WebP), or raw RGB rows if
            `content_type` is `image/x-rgb`.
        seed: The seed that was sent for this image.
    """

    data: bytes
    content_type: str
    width: int
    height: int
    seed: int


@dataclass(frozen=True, slots=True)
class EndpointProgress:
    """Progress reported by a streaming endpoint.

    Attributes:
        step: Completed steps over all images of the request.
        steps: Total steps.
        preview: A small WebP of the current state, or None.
    """

    step: int
    steps: int
    preview: bytes | None


OnProgress = Callable[[EndpointProgress], Awaitable[None]]
IsCanceled = Callable[[], bool]


class Endpoint(Protocol):
    """A model endpoint that generates images within one call."""

    async def generate(
        self,
        request: ImageRequest,
        on_progress: OnProgress,
        canceled: IsCanceled,
        inputs: EditInputs | None = None,
    ) -> Sequence[EndpointImage]:
        """Generate `request.count` images in one attempt.

        Args:
            on_progress: Awaited on the caller's event loop.
            canceled: Polled between chunks of the response.
            inputs: Source and mask. None if and only if the operation is TEXT_TO_IMAGE.

        Raises:
            EndpointError: The endpoint failed. The failure has the reason and
                whether a retry may succeed.
            EndpointCanceled: `canceled()` returned True.
        """

    async def ready(self) -> bool:
        """Return whether the endpoint would process a request sent now."""
