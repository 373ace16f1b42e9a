"""The SageMaker adapter, held back while the inference process of this machine starts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from genai_studio.domain.errors import EndpointCanceled, EndpointError
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import Clock, Endpoint, EndpointImage, IsCanceled, OnProgress

PATIENCE_SECONDS = 120.0
LOOK_SECONDS = 0.05


class InferenceEndpoint:
    """Waits for the process before each call, so that its restart costs no attempt.

    Args:
        endpoint: Makes the calls.
        served: Ids of the models that the process serves; others are not held back.
        is_ready: Whether the process takes work.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        served: frozenset[str],
        is_ready: Callable[[], Awaitable[bool]],
        clock: Clock,
    ) -> None:
        self._endpoint = endpoint
        self._served = served
        self._is_ready = is_ready
        self._clock = clock

    async def ready(self) -> bool:
        """Whether the process takes work."""
        return await self._is_ready()

    async def generate(
        self, request: ImageRequest, on_progress: OnProgress, canceled: IsCanceled
    ) -> Sequence[EndpointImage]:
        """See `Endpoint.generate`.

        Raises:
            EndpointError: As the endpoint does; `ENDPOINT_WARMING` when the
                process was not ready within `PATIENCE_SECONDS`.
        """
        if request.model in self._served:
            await self._until_ready(canceled)
        return await self._endpoint.generate(request, on_progress, canceled)

    async def _until_ready(self, canceled: IsCanceled) -> None:
        patient_until = self._clock.now() + timedelta(seconds=PATIENCE_SECONDS)
        while not await self._is_ready():
            if canceled():
                raise EndpointCanceled
            # By the clock: a server that hangs takes its time to be asked, too.
            if self._clock.now() >= patient_until:
                message = "The inference process does not start; its log says why."
                raise EndpointError(FailureCode.ENDPOINT_WARMING, message, retryable=True)
            await self._clock.sleep(LOOK_SECONDS)
