"""Delay calls to the local inference process until it is ready."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from genai_studio.domain.errors import EndpointCanceled, EndpointError
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import Clock, Endpoint, EndpointImage, IsCanceled, OnProgress

START_TIMEOUT_SECONDS = 120.0
POLL_INTERVAL_SECONDS = 0.05


class InferenceEndpoint:
    """Waits for the process before each call, so that a restart does not fail an attempt.

    Args:
        endpoint: Adapter that makes the calls.
        served: IDs of the models that the process serves. Calls for other models
            do not wait.
        is_ready: Returns whether the process accepts work.
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
        """Return whether the process accepts work."""
        return await self._is_ready()

    async def generate(
        self, request: ImageRequest, on_progress: OnProgress, canceled: IsCanceled
    ) -> Sequence[EndpointImage]:
        """See `Endpoint.generate`.

        Raises:
            EndpointError: The call failed; `ENDPOINT_WARMING` if the process was
                not ready within `START_TIMEOUT_SECONDS`.
        """
        if request.model in self._served:
            await self._wait_until_ready(canceled)
        return await self._endpoint.generate(request, on_progress, canceled)

    async def _wait_until_ready(self, canceled: IsCanceled) -> None:
        deadline = self._clock.now() + timedelta(seconds=START_TIMEOUT_SECONDS)
        while not await self._is_ready():
            if canceled():
                raise EndpointCanceled
            # Compare times, do not count polls: a server that hangs makes each poll slow.
            if self._clock.now() >= deadline:
                message = "The inference process did not start. See its log for the reason."
                raise EndpointError(FailureCode.ENDPOINT_WARMING, message, retryable=True)
            await self._clock.sleep(POLL_INTERVAL_SECONDS)
