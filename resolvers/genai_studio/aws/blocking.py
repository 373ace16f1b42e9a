"""boto3's blocking calls, off the event loop."""

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
    """Runs calls of one service in threads, a limited number at once.

    Args:
        service: Its name for people, in the message of `StudioUnavailable`.
        at_once: No more than its client has connections, or calls would wait
            for one inside a thread that others could use.
    """

    def __init__(self, service: str, at_once: int) -> None:
        self._service = service
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=service)

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of the call.

        Whoever gives it up waits for its end nevertheless: a write that has begun
        cannot be taken back.

        Raises:
            ClientError: The service refused: its code is for the caller to judge.
            StudioUnavailable: It could not be reached, botocore's retries included.
        """
        try:
            return await self._result_of(partial(call, *args, **kwargs))
        except ClientError as error:
            # What names the failure is kept, what was asked for is not: a
            # message of the service's may quote it.
            if code_of(error) in UNAVAILABLE:
                raise self.unavailable(error) from None
            raise
        except BotoCoreError as error:
            raise self.unavailable(error) from None

    async def _result_of(self, call: Callable[[], T]) -> T:
        job = self._threads.submit(call)
        running = asyncio.wrap_future(job)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            if not job.cancel():
                await asyncio.wait([running])
            raise

    def unavailable(self, error: ClientError | BotoCoreError) -> StudioUnavailable:
        """What an unexpected answer is told as: its code, and nothing of its text."""
        code = code_of(error) if isinstance(error, ClientError) else type(error).__name__
        return StudioUnavailable(f"{self._service} cannot be used: {code}.")


UNAVAILABLE = frozenset(
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
"""Codes that say something about the service or our access to it, whatever was
asked. Throttling is among them only after botocore has tried again."""


def code_of(error: ClientError) -> str:
    """The code of a service's error, such as `AccessDenied`."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))
