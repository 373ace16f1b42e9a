"""`ports.EventPublisher` by AWS AppSync, which keeps the subscriptions."""

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
ATTEMPTS = 3
LONGEST_PAUSE_SECONDS = 1.0

_WORTH_ANOTHER_TRY = frozenset({429, 500, 502, 503, 504})

Shown = Callable[[GenerationEvent], Awaitable[Mapping[str, Any]]]
"""An event as GraphQL data with every field."""


class AppSyncEvents:
    """Publishes by the mutation `publishGeneration`, signed with the role's credentials.

    Args:
        url: Of the API: `https://….appsync-api.{region}.amazonaws.com/graphql`.
        document: The mutation, with the variable `$generation: AWSJSON!`.
        shown: Makes that variable of an event.
    """

    def __init__(
        self,
        url: str,
        region: str,
        credentials: Credentials,
        clock: Clock,
        document: str,
        shown: Shown,
    ) -> None:
        self._url = url
        self._region = region
        self._credentials = credentials
        self._document = document
        self._shown = shown
        self._calls = BlockingCalls("AppSync", CONNECTIONS)
        self._http = URLLib3Session(
            timeout=(CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS),  # type: ignore[arg-type] # the stub knows one alone
            max_pool_connections=CONNECTIONS,
        )
        self._progress = ProgressThrottle(clock, self._send)

    async def publish(self, event: GenerationEvent) -> None:
        """See `EventPublisher.publish`. Of progress, one in a second is told, and always the last.

        Raises:
            StudioUnavailable: AppSync did not take it, some attempts later.
        """
        if event.progress is None:
            await self._send(event)
        else:
            await self._progress.tell(event)

    async def aclose(self) -> None:
        """Tell what progress still waits to be told, as a function does before it ends."""
        await self._progress.flush()

    async def _send(self, event: GenerationEvent) -> None:
        # Not escaped: AppSync takes 240 KB, and what is escaped is so twice.
        generation = _json(await self._shown(event))
        body = _json({"query": self._document, "variables": {"generation": generation}})
        for attempt in range(ATTEMPTS):
            if attempt:
                pause = min(0.1 * 4**attempt, LONGEST_PAUSE_SECONDS)
                await asyncio.sleep(random.uniform(0, pause))  # noqa: S311 - not a secret
            try:
                status, answer = await self._calls.run(self._post, body.encode())
            except HTTPClientError:
                continue
            if status not in _WORTH_ANOTHER_TRY:
                _demand_taken(status, answer)
                return
        raise StudioUnavailable("AppSync does not answer.")

    def _post(self, body: bytes) -> tuple[int, bytes]:
        request = AWSRequest(
            "POST", self._url, {"Content-Type": "application/json; charset=utf-8"}, body
        )
        frozen = self._credentials.get_frozen_credentials()
        SigV4Auth(frozen, "appsync", self._region).add_auth(request)
        prepared: AWSPreparedRequest = request.prepare()
        answer = self._http.send(prepared)
        return answer.status_code, answer.content


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _demand_taken(status: int, answer: bytes) -> None:
    """Raise what an answer complains of: by its type, since its text may quote the prompt."""
    try:
        content = json.loads(answer)
        errors = content.get("errors") or ()
    except (ValueError, AttributeError):
        raise StudioUnavailable(f"AppSync answered {status} and no JSON.") from None
    if status == 200 and not errors:
        return
    types = sorted({str(error.get("errorType", "error")) for error in errors})
    raise StudioUnavailable(f"AppSync answered {status}: {', '.join(types) or 'no reason'}.")
