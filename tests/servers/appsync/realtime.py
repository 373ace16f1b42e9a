"""AppSync's realtime protocol (`graphql-ws`): many subscriptions on one WebSocket.

::

    client                          AppSync
      connection_init       ──►
                            ◄──     connection_ack (connectionTimeoutMs), ka …
      start (id, document)  ──►
                            ◄──     start_ack, data, data …  or error
      stop (id)             ──►
                            ◄──     complete
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, OperationType
from graphql.execution.values import get_argument_values, get_variable_values
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.servers.appsync.callers import AppSyncError, User, VerifyToken, unauthorized
from tests.servers.appsync.execution import Execution, Function, NotExecutable, Request, prepared
from tests.servers.appsync.subscriptions import Subscription, Subscriptions

PROTOCOL = "graphql-ws"
CONNECTION_TIMEOUT_MS = 300_000
KEEP_ALIVE_SECONDS = 60.0
MAX_SUBSCRIPTIONS = 200
"""Maximum number of subscriptions per connection."""

_HEADER = "header-"


class Connection:
    """The WebSocket connection of one client."""

    def __init__(
        self,
        socket: WebSocket,
        schema: GraphQLSchema,
        verify: VerifyToken,
        function: Function,
        subscriptions: Subscriptions,
    ) -> None:
        self._socket = socket
        self._schema = schema
        self._verify = verify
        self._function = function
        self._subscriptions = subscriptions
        self._by_id: dict[str, Subscription] = {}
        self._outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def serve(self) -> None:
        """Serve the connection until the client disconnects or is rejected."""
        offered = self._socket.scope.get("subprotocols", ())
        if PROTOCOL not in offered:
            await self._socket.close()
            return
        await self._socket.accept(subprotocol=PROTOCOL)
        sending = asyncio.create_task(self._send())
        try:
            await self._converse()
        except WebSocketDisconnect:
            pass
        finally:
            for subscription in self._by_id.values():
                self._subscriptions.remove(subscription)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _converse(self) -> None:
        message = await self._receive()
        if message.get("type") != "connection_init":
            await self._end("connection_error", _errors(unauthorized("Send connection_init.")))
            return
        try:
            await self._authenticate(self._handshake())
        except AppSyncError as error:
            await self._end("connection_error", _errors(error))
            return
        self._enqueue("connection_ack", payload={"connectionTimeoutMs": CONNECTION_TIMEOUT_MS})
        self._enqueue("ka")
        while True:
            await self._take(await self._receive())

    async def _take(self, message: Mapping[str, Any]) -> None:
        kind, name = message.get("type"), str(message.get("id", ""))
        try:
            if kind == "start":
                await self._start(name, message.get("payload") or {})
            elif kind == "stop":
                self._stop(name)
            else:
                raise AppSyncError(400, "UnsupportedOperation", "operation not supported")
        except AppSyncError as error:
            self._enqueue("error", name, _errors(error))
        except NotExecutable as error:
            self._enqueue("error", name, {"errors": error.response["errors"]})

    async def _start(self, name: str, payload: Mapping[str, Any]) -> None:
        if name in self._by_id:
            raise AppSyncError(400, "DuplicatedOperationError", "The id is in use.")
        if len(self._by_id) >= MAX_SUBSCRIPTIONS:
            raise AppSyncError(400, "MaxSubscriptionsReachedError", "Max subscriptions reached")
        authorization = (payload.get("extensions") or {}).get("authorization") or {}
        user = await self._authenticate(authorization)
        request = _request(payload)
        document, operation = prepared(self._schema, request)
        if operation.operation is not OperationType.SUBSCRIPTION:
            raise AppSyncError(400, "UnsupportedOperation", "Only subscriptions can be started.")
        field, arguments = self._root(operation, request)
        subscription = Subscription(
            user,
            field,
            arguments,
            document,
            Execution(self._schema, user, request, self._function),
            lambda response: self._enqueue("data", name, response),
        )
        self._by_id[name] = subscription
        self._subscriptions.add(subscription)
        self._enqueue("start_ack", name)

    def _stop(self, name: str) -> None:
        subscription = self._by_id.pop(name, None)
        if subscription is None:
            raise AppSyncError(400, "UnknownOperationError", f"unknown operation id {name}")
        self._subscriptions.remove(subscription)
        self._enqueue("complete", name)

    def _root(
        self, operation: OperationDefinitionNode, request: Request
    ) -> tuple[str, Mapping[str, Any]]:
        """Return the subscribed field and its arguments."""
        (node,) = operation.selection_set.selections
        root = self._schema.subscription_type
        assert root is not None
        variables = get_variable_values(
            self._schema, operation.variable_definitions or (), dict(request.variables)
        )
        if isinstance(variables, list):
            raise AppSyncError(400, "BadRequestException", variables[0].message)
        name = node.name.value  # type: ignore[attr-defined] # validation rejects a fragment as the root
        try:
            return name, get_argument_values(root.fields[name], node, variables)  # type: ignore[arg-type]
        except GraphQLError as error:
            raise AppSyncError(400, "BadRequestException", error.message) from None

    def _handshake(self) -> Mapping[str, Any]:
        """Return the authorization header, from a subprotocol (browsers) or the query string."""
        for offered in self._socket.scope.get("subprotocols", ()):
            if offered.startswith(_HEADER):
                return _decoded(offered.removeprefix(_HEADER))
        return _decoded(self._socket.query_params.get("header", ""))

    async def _authenticate(self, authorization: Mapping[str, Any]) -> User:
        headers = {name.lower(): value for name, value in authorization.items()}
        if headers.get("host") != self._socket.headers["host"]:
            raise unauthorized("The host does not match this API.")
        token = headers.get("authorization")
        if not isinstance(token, str):
            raise unauthorized("You are not authorized to make this call.")
        return await self._verify(token)

    async def _receive(self) -> Mapping[str, Any]:
        with suppress(ValueError):
            message = json.loads(await self._socket.receive_text())
            if isinstance(message, dict):
                return message
        return {}

    def _enqueue(self, kind: str, name: str | None = None, payload: Any = None) -> None:
        id_entry = {} if name is None else {"id": name}
        payload_entry = {} if payload is None else {"payload": payload}
        self._outbox.put_nowait({**id_entry, "type": kind, **payload_entry})

    async def _send(self) -> None:
        while True:
            try:
                message = await asyncio.wait_for(self._outbox.get(), KEEP_ALIVE_SECONDS)
            except TimeoutError:
                message = {"type": "ka"}
            await self._socket.send_json(message)

    async def _end(self, kind: str, payload: Any) -> None:
        await self._socket.send_json({"type": kind, "payload": payload})
        await self._socket.close()


def _errors(error: AppSyncError) -> dict[str, Any]:
    content = {
        "errorType": error.error_type,
        "errorCode": error.status,
        "message": str(error),
    }
    return {"errors": [content]}


def _request(payload: Mapping[str, Any]) -> Request:
    try:
        data = json.loads(payload["data"])
        return Request(data["query"], data.get("variables") or {}, data.get("operationName"))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise AppSyncError(
            400, "BadRequestException", "payload.data is not a GraphQL request."
        ) from None


def _decoded(text: str) -> Mapping[str, Any]:
    """Decode JSON in standard or URL-safe base64, with or without padding."""
    standard = text.replace("-", "+").replace("_", "/")
    try:
        content = json.loads(base64.b64decode(standard + "=" * (-len(text) % 4)))
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise unauthorized("The authorization header is malformed.")
    return content
