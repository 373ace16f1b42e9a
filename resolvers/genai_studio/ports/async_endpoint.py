"""The asynchronous endpoint port: requests now, results later in object storage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from genai_studio.domain.generation import Generation, GenerationRef
from genai_studio.ports.edit_inputs import EditInputs
from genai_studio.ports.endpoint import EndpointImage


@dataclass(frozen=True, slots=True)
class AnswerNotice:
    """A notification about one result of an asynchronous endpoint.

    Notifications are untrusted, and may be duplicated or delayed. They only
    say where to look.

    Attributes:
        ref: The generation.
        fence: The fencing token of the claim that sent the request.
        index: Zero-based index of the image in the request.
        endpoint: Name of the endpoint. None if the notification has none.
        location: Location of the result. None if the notification has none.
        failed: True if the endpoint reports a failure.
        reason: The endpoint's error message.
    """

    ref: GenerationRef
    fence: int
    index: int
    endpoint: str | None = None
    location: str | None = None
    failed: bool = False
    reason: str = ""


class AsyncEndpoint(Protocol):
    """An endpoint that accepts requests and stores the results later.

    Requests and results belong to a claim: owner, generation ID and fencing
    token. `Images.delete_under` can delete everything stored for a claim.
    """

    async def start(self, claimed: Generation, inputs: EditInputs | None = None) -> None:
        """Send the requests for all images of a claim, without waiting for results.

        Args:
            inputs: Source and mask. None if and only if the operation is TEXT_TO_IMAGE.

        Raises:
            EndpointError: The endpoint refused a request.
            OSError, StudioUnavailable: A request could not be stored.
        """

    async def started(self, claimed: Generation) -> bool:
        """Return whether the endpoint accepted all requests of the claim.

        Raises:
            StudioUnavailable: The state cannot be read now.
        """

    async def collect(
        self, claimed: Generation, notice: AnswerNotice | None = None
    ) -> Sequence[EndpointImage] | None:
        """Read the images of a claim. None while any of them is missing.

        Args:
            notice: A notification about one result. It is ignored unless it
                matches the request that was sent.

        Raises:
            EndpointError: The endpoint failed to generate an image.
            StudioUnavailable: The results cannot be read now.
        """
