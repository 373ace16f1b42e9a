"""Delay calls to the local inference process until it is ready."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from genai_studio.domain.errors import EndpointCanceled, EndpointError, EndpointLost
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import Clock, EditInputs, Endpoint, EndpointImage, IsCanceled, OnProgress

START_TIMEOUT_SECONDS = 120.0
POLL_INTERVAL_SECONDS = 0.05
END_TIMEOUT_SECONDS = 1.0


class InferenceEndpoint:
    """Waits for the process before each call, so that a restart does not fail an attempt.

    Args:
        endpoint: Adapter that calls the process.
        served: IDs of the models that the process serves. Calls for other models
            do not wait.
        is_ready: Returns whether the process accepts work.
        process_id: Returns the ID of the process; None if it does not run or is
            not known. It tells a process that ended from one that failed.
        remote: Adapter that calls the other models. Default: `endpoint`.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        served: frozenset[str],
        is_ready: Callable[[], Awaitable[bool]],
        clock: Clock,
        process_id: Callable[[], int | None] = lambda: None,
        remote: Endpoint | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._remote = remote or endpoint
        self._served = served
        self._is_ready = is_ready
        self._clock = clock
        self._process_id = process_id

    async def ready(self) -> bool:
        """Return whether the process accepts work."""
        return await self._is_ready()

    async def generate(
        self,
        request: ImageRequest,
        on_progress: OnProgress,
        canceled: IsCanceled,
        inputs: EditInputs | None = None,
    ) -> Sequence[EndpointImage]:
        """See `Endpoint.generate`.

        Raises:
            EndpointError: The call failed; `ENDPOINT_WARMING` if the process was
                not ready within `START_TIMEOUT_SECONDS`.
            EndpointLost: The process ended during the call.
        """
        if request.model not in self._served:
            return await self._remote.generate(request, on_progress, canceled, inputs)
        await self._wait_until_ready(canceled)
        process = self._process_id()
        try:
            return await self._endpoint.generate(request, on_progress, canceled, inputs)
        except EndpointError as error:
            if error.failure.retryable and await self._has_ended(process):
                raise EndpointLost from error
            raise

    async def _has_ended(self, process: int | None) -> bool:
        """Return whether a process ended. Its connections break shortly before that is known."""
        if process is None:
            return False
        deadline = self._clock.monotonic() + timedelta(seconds=END_TIMEOUT_SECONDS)
        while self._process_id() == process:
            if self._clock.monotonic() >= deadline:
                return False
            await self._clock.sleep(POLL_INTERVAL_SECONDS)
        return True

    async def _wait_until_ready(self, canceled: IsCanceled) -> None:
        deadline = self._clock.monotonic() + timedelta(seconds=START_TIMEOUT_SECONDS)
        while not await self._is_ready():
            if canceled():
                raise EndpointCanceled
            # Compare times, do not count polls: a server that hangs makes each poll slow.
            if self._clock.monotonic() >= deadline:
                message = "The inference process did not start. See its log for the reason."
                raise EndpointError(FailureCode.ENDPOINT_WARMING, message, retryable=True)
            await self._clock.sleep(POLL_INTERVAL_SECONDS)
