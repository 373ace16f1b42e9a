"""Publish events through AWS AppSync, which manages the subscriptions (`EventPublisher`)."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import HTTPClientError
from botocore.httpsession import URLLib3Session

from genai_studio.aws.blocking import BlockingCalls
from genai_studio.aws.events.progress_throttle import ProgressThrottle
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.ports import Clock, GenerationEvent

CONNECTIONS = 8
CONNECT_TIMEOUT_SECONDS = 2
READ_TIMEOUT_SECONDS = 10
MAX_ATTEMPTS = 3
MAX_BACKOFF_SECONDS = 1.0

_RETRYABLE_STATUSES = frozenset({429, 500, 502, 503, 504})

Serializer = Callable[[GenerationEvent], Awaitable[Mapping[str, Any]]]
"""Converts an event to GraphQL data with all fields."""


class AppSyncPublisher:
    """Publishes with the mutation `publishGeneration`, signed with IAM credentials.

    Args:
        url: URL of the API: `https://….appsync-api.{region}.amazonaws.com/graphql`.
        document: The mutation, with a variable `$generation: AWSJSON!`.
        serialize: Returns the value of that variable for an event.
    """

    def __init__(
        self,
        url: str,
        region: str,
        credentials: Credentials,
        clock: Clock,
        document: str,
        serialize: Serializer,
    ) -> None:
        self._url = url
        self._region = region
        self._credentials = credentials
        self._document = document
        self._serialize = serialize
        self._calls = BlockingCalls("AppSync", CONNECTIONS)
        self._http = URLLib3Session(
            timeout=(CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS),  # type: ignore[arg-type] # the stub lacks tuples
            max_pool_connections=CONNECTIONS,
        )
        self._progress = ProgressThrottle(clock, self._send)

    async def publish(self, event: GenerationEvent) -> None:
        """See `EventPublisher.publish`. Throttles progress with `ProgressThrottle`.

        Raises:
            StudioUnavailable: AppSync did not accept the event after `MAX_ATTEMPTS`.
        """
        if event.progress is None:
            await self._send(event)
        else:
            await self._progress.publish(event)

    async def aclose(self) -> None:
        """Send pending progress. A Lambda function calls this before each invocation ends."""
        await self._progress.flush()

    async def _send(self, event: GenerationEvent) -> None:
        # Keep non-ASCII characters: AppSync accepts 240 KB, and the nested JSON would
        # escape them twice.
        generation = _json(await self._serialize(event))
        body = _json({"query": self._document, "variables": {"generation": generation}})
        for attempt in range(MAX_ATTEMPTS):
            if attempt:
                max_backoff = min(0.1 * 4**attempt, MAX_BACKOFF_SECONDS)
                await asyncio.sleep(random.uniform(0, max_backoff))  # noqa: S311 - not a secret
            try:
                status, response = await self._calls.run(self._post, body.encode())
            except HTTPClientError:
                continue
            if status not in _RETRYABLE_STATUSES:
                _raise_for_errors(status, response)
                return
        raise StudioUnavailable("AppSync does not respond.")

    def _post(self, body: bytes) -> tuple[int, bytes]:
        request = AWSRequest(
            "POST", self._url, {"Content-Type": "application/json; charset=utf-8"}, body
        )
        frozen = self._credentials.get_frozen_credentials()
        SigV4Auth(frozen, "appsync", self._region).add_auth(request)
        prepared: AWSPreparedRequest = request.prepare()
        response = self._http.send(prepared)
        return response.status_code, response.content


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _raise_for_errors(status: int, response: bytes) -> None:
    """Raise for an error response, with its error types. Messages may quote the prompt."""
    try:
        content = json.loads(response)
        errors = content.get("errors") or ()
    except (ValueError, AttributeError):
        raise StudioUnavailable(f"AppSync returned {status} without valid JSON.") from None
    if status == 200 and not errors:
        return
    types = sorted({str(error.get("errorType", "error")) for error in errors})
    raise StudioUnavailable(f"AppSync returned {status}: {', '.join(types) or 'no error type'}.")
