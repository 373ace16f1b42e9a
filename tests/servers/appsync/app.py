"""Emulate AWS AppSync for this API: its schema, one Lambda function, subscriptions.

The emulator follows AWS's developer guide: the event of a direct Lambda resolver,
the realtime protocol, the format of errors, and authorization. It does not support
features that the studio does not use: API keys, pipeline resolvers, caching,
batching, and subscriptions with IAM signatures.
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
    AppSyncError,
    Caller,
    Signatures,
    VerifyToken,
    unauthorized,
)
from tests.servers.appsync.contract import deployed_schema, subscribed_mutations
from tests.servers.appsync.execution import (
    PUBLISH_FIELD,
    Execution,
    Function,
    NotExecutable,
    Request,
    prepared,
)
from tests.servers.appsync.realtime import Connection
from tests.servers.appsync.subscriptions import Subscriptions


class AppSync:
    """One AppSync API.

    Args:
        verify: Verifies tokens: the `PoolTokens` of a user pool, or a test double.
        function: Invokes the Lambda function that resolves the root fields.

    Attributes:
        app: The ASGI application. GraphQL is served at `/graphql`.
        subscriptions: The open subscriptions.
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
        self._published_fields = frozenset(
            name
            for name, field in root.fields.items()
            if PUBLISH_FIELD in subscribed_mutations(self._schema, field)
        )
        self.app = Starlette(
            routes=[
                Route("/graphql", self._http, methods=["POST"]),
                WebSocketRoute("/graphql/realtime", self._websocket),
            ]
        )

    async def execute(self, caller: Caller, request: Request) -> dict[str, Any]:
        """Execute a query or mutation, and push what it publishes to subscribers.

        Raises:
            AppSyncError: The operation is a subscription.
        """
        try:
            document, operation = prepared(self._schema, request)
        except NotExecutable as error:
            return error.response
        if operation.operation is OperationType.SUBSCRIPTION:
            raise AppSyncError(400, "BadRequestException", "Subscribe at the realtime endpoint.")
        execution = Execution(self._schema, caller, request, self._function)
        response = await execution.response(document)
        for value in execution.published:
            await self.subscriptions.push(self._published_fields, value)
        return response

    async def _http(self, http: HttpRequest) -> JSONResponse:
        try:
            body = await http.body()
            caller = await self._caller(http, body)
            return JSONResponse(await self.execute(caller, _request(http, body)))
        except AppSyncError as error:
            content = {"errorType": error.error_type, "message": str(error)}
            return JSONResponse({"errors": [content]}, error.status)

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
    malformed = AppSyncError(400, "MalformedHttpRequestException", "The request body is malformed.")
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
