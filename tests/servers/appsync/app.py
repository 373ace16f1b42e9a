"""AWS AppSync in miniature: this API's schema, one function, subscriptions.

What it shows to clients and functions follows AWS's developer guide: the event
of a direct Lambda resolver, the realtime protocol, JSON of errors, rules of
authorisation. What it does not have, nobody here uses: API keys, pipeline
resolvers, caching, batching, subscribers that sign instead of bringing a token.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from graphql import OperationType
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from tests.servers.appsync.callers import (
    Caller,
    Refused,
    Signatures,
    VerifyToken,
    unauthorized,
)
from tests.servers.appsync.contract import deployed_schema, feeds
from tests.servers.appsync.execution import (
    PUBLISHING,
    Execution,
    Function,
    NotExecutable,
    Request,
    prepared,
)
from tests.servers.appsync.realtime import Connection
from tests.servers.appsync.subscriptions import Subscriptions


class AppSync:
    """One API.

    Args:
        verify: Checks tokens: `PoolTokens` of a user pool, or a test's own.
        function: Invokes the function behind every root field.

    Attributes:
        app: To be served; its GraphQL is at `/graphql`.
        subscriptions: Those that are open.
    """

    def __init__(
        self, verify: VerifyToken, function: Function, signatures: Signatures | None = None
    ) -> None:
        self.subscriptions = Subscriptions()
        self._verify = verify
        self._function = function
        self._signatures = signatures or Signatures()
        self._schema = deployed_schema()
        root = self._schema.subscription_type
        assert root is not None
        self._fed = frozenset(
            name for name, field in root.fields.items() if PUBLISHING in feeds(self._schema, field)
        )
        self.app = Starlette(
            routes=[
                Route("/graphql", self._http, methods=["POST"]),
                WebSocketRoute("/graphql/realtime", self._websocket),
            ]
        )

    async def execute(self, caller: Caller, request: Request) -> dict[str, Any]:
        """The response to a caller's query or mutation; tells subscribers of it.

        Raises:
            Refused: It is a subscription.
        """
        try:
            document, operation = prepared(self._schema, request)
        except NotExecutable as wrong:
            return wrong.response
        if operation.operation is OperationType.SUBSCRIPTION:
            raise Refused(400, "BadRequestException", "Subscribe at the realtime endpoint.")
        execution = Execution(self._schema, caller, request, self._function)
        response = await execution.response(document)
        for value in execution.published:
            await self.subscriptions.push(self._fed, value)
        return response

    async def _http(self, http: HttpRequest) -> JSONResponse:
        try:
            body = await http.body()
            caller = await self._caller(http, body)
            return JSONResponse(await self.execute(caller, _request(http, body)))
        except Refused as refused:
            error = {"errorType": refused.error_type, "message": str(refused)}
            return JSONResponse({"errors": [error]}, refused.status)

    async def _caller(self, http: HttpRequest, body: bytes) -> Caller:
        headers = dict(http.headers)
        authorization = headers.get("authorization")
        if authorization is None:
            raise unauthorized("Valid authorization header not provided.")
        if authorization.startswith("AWS4-HMAC-SHA256 "):
            return self._signatures.verify(str(http.url), headers, body)
        return await self._verify(authorization)

    async def _websocket(self, socket: WebSocket) -> None:
        await Connection(
            socket, self._schema, self._verify, self._function, self.subscriptions
        ).serve()


def _request(http: HttpRequest, body: bytes) -> Request:
    malformed = Refused(400, "MalformedHttpRequestException", "The request body is malformed.")
    try:
        content = json.loads(body)
    except ValueError:
        raise malformed from None
    if not isinstance(content, dict) or not isinstance(content.get("query"), str):
        raise malformed
    variables = content.get("variables") or {}
    if not isinstance(variables, Mapping):
        raise malformed
    headers = dict(http.headers) | {"x-forwarded-proto": "https"}
    return Request(content["query"], variables, content.get("operationName"), headers)
