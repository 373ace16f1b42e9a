"""The ASGI host behind Mangum, called like API Gateway calls a function."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from typing import Any, cast

from genai_studio.hosts.aws.lambda_http import LambdaHandler, http_handler
from tests.fakes.app import an_app
from tests.fakes.studio import FakeStudio
from tests.hosts.suite.host import Response

DOMAIN = "abc123.execute-api.eu-central-1.amazonaws.com"


def api_gateway_event(
    method: str, path: str, *, body: str = "", query: str = "", **headers: str
) -> dict[str, Any]:
    """Return an event of an HTTP API in payload format 2.0."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {
            "host": DOMAIN,
            "x-forwarded-for": "203.0.113.7",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abc123",
            "domainName": DOMAIN,
            "domainPrefix": "abc123",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "tests",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": "$default",
            "time": "04/May/2026:12:00:00 +0000",
            "timeEpoch": 1777896000000,
        },
        "body": body,
        "isBase64Encoded": False,
    }


class LambdaHttpHost:
    """The function behind API Gateway, run in a separate thread.

    It has no subscriptions, because this API Gateway has no WebSocket.
    """

    base_url = f"https://{DOMAIN}"

    def __init__(self, function: ThreadPoolExecutor, handler: LambdaHandler) -> None:
        self._function = function
        self._handler = handler

    @classmethod
    @asynccontextmanager
    async def over(cls, fakes: FakeStudio) -> AsyncIterator[LambdaHttpHost]:
        app = an_app(fakes=fakes, allowed_hosts=(DOMAIN,)).app
        with closing(asyncio.new_event_loop()) as loop, ThreadPoolExecutor(1) as function:
            handler = await asyncio.wrap_future(function.submit(http_handler, app, loop))
            yield cls(function, handler)

    async def call(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the function's response to API Gateway, which must be JSON."""
        call = self._function.submit(self._handler, json.loads(json.dumps(event)), None)
        answer = await asyncio.wrap_future(call)
        return cast("dict[str, Any]", json.loads(json.dumps(answer)))

    async def execute(self, document: str, variables: Mapping[str, Any], token: str) -> Response:
        body = json.dumps({"query": document, "variables": dict(variables)})
        answer = await self.call(
            api_gateway_event(
                "POST",
                "/graphql",
                body=body,
                authorization=f"Bearer {token}",
                accept="application/graphql-response+json",
                content_type="application/json",
            )
        )
        assert not answer["isBase64Encoded"], "a person who reads the answer reads JSON"
        return cast("Response", json.loads(answer["body"]))
