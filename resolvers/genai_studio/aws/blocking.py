"""Run boto3's blocking calls in threads, off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from genai_studio.domain.errors import StudioUnavailable

P = ParamSpec("P")
T = TypeVar("T")


class BlockingCalls:
    """A thread pool for the calls of one AWS service.

    Args:
        service: Name of the service, for the message of `StudioUnavailable`.
        max_concurrency: Number of threads. At most the connection pool size of
            the client; otherwise threads would block on a free connection.
    """

    def __init__(self, service: str, max_concurrency: int) -> None:
        self._service = service
        self._threads = ThreadPoolExecutor(max_concurrency, thread_name_prefix=service)

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call in a thread and return its result.

        If the task is canceled, wait for a call that has already started: a
        write in progress cannot be undone.

        Raises:
            ClientError: The service returned an error code that the caller has
                to interpret.
            StudioUnavailable: The service is unreachable or denies access. botocore
                has already retried.
        """
        try:
            return await self._await_result(partial(call, *args, **kwargs))
        except ClientError as error:
            # Keep the error code only: the service's message may quote the request.
            if error_code(error) in UNAVAILABLE_CODES:
                raise self.unavailable(error) from None
            raise
        except BotoCoreError as error:
            raise self.unavailable(error) from None

    async def _await_result(self, call: Callable[[], T]) -> T:
        job = self._threads.submit(call)
        running = asyncio.wrap_future(job)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            if not job.cancel():
                await asyncio.wait([running])
            raise

    def unavailable(self, error: ClientError | BotoCoreError) -> StudioUnavailable:
        """Return a `StudioUnavailable` with the error's code, without its message."""
        code = error_code(error) if isinstance(error, ClientError) else type(error).__name__
        return StudioUnavailable(f"{self._service} is unavailable: {code}.")


UNAVAILABLE_CODES = frozenset(
    {
        "InternalServerError",
        "InternalFailure",
        "InternalError",
        "ServiceUnavailable",
        "SlowDown",
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ExpiredToken",
        "ExpiredTokenException",
        "UnrecognizedClientException",
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "AccessDenied",
        "AccessDeniedException",
        "NoSuchBucket",
    }
)
"""Error codes that concern the service or the credentials, not the request.
Throttling codes arrive here only after botocore's own retries."""


def error_code(error: ClientError) -> str:
    """Return the code of a service error, such as `AccessDenied`."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))
