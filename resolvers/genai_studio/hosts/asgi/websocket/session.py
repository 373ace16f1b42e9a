"""A `graphql-transport-ws` session over `studio_schema.stream`.

This replaces Strawberry's handler, which does not close a connection when its
token expires, does not close with 4400 on every invalid message, and buffers
without limit for a client that does not read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import aclosing, suppress
from functools import partial
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from genai_studio.domain.errors import StudioUnavailable, Unauthenticated
from genai_studio.domain.identity import Caller
from genai_studio.failure_log import log_bug
from genai_studio.hosts.asgi.authorization import authenticate
from genai_studio.hosts.asgi.base_url import base_url
from genai_studio.hosts.asgi.fair_turns import FairTurns
from genai_studio.hosts.asgi.graphql.json_encoding import encode_json
from genai_studio.hosts.asgi.graphql.result import is_request_error, response_map
from genai_studio.hosts.asgi.options import AsgiOptions
from genai_studio.hosts.asgi.websocket.connection_counts import ConnectionCounts
from genai_studio.hosts.asgi.websocket.messages import (
    ClientMessage,
    Close,
    CloseCode,
    Complete,
    ConnectionInit,
    Ping,
    Subscribe,
    parse_message,
)
from genai_studio.http_server.connections import authenticated
from genai_studio.ports import Clock, Identity
from genai_studio.schema.context import StudioContext
from genai_studio.schema.shared_work import SharedWork
from genai_studio.schema.studio_schema import studio_schema
from genai_studio.services.studio import Studio

_CLOSE_TIMEOUT_SECONDS = 2.0


class WebSocketSession:
    """Read messages in order, and run their operations concurrently.

    Invalid messages, timeouts and a client disconnect resolve `_ended`; the
    session then cancels all tasks.
    """

    def __init__(
        self,
        websocket: WebSocket,
        studio: Studio,
        identity: Identity,
        options: AsgiOptions,
        clock: Clock,
        counts: ConnectionCounts,
        operation_counts: ConnectionCounts,
        turns: FairTurns,
        shared: SharedWork,
    ) -> None:
        self._websocket = websocket
        self._studio = studio
        self._identity = identity
        self._options = options
        self._clock = clock
        self._counts = counts
        self._operation_counts = operation_counts
        self._turns = turns
        self._shared = shared
        self._caller: Caller | None = None
        self._initialized = False
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending = asyncio.Lock()
        self._ended: asyncio.Future[Close | None] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Serve the connection until it closes."""
        self._start(self._read())
        self._start(self._await_init())
        try:
            close = await self._ended
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            if self._caller is not None:
                self._counts.release(self._caller.owner)
        if close is not None:
            # The client may have disconnected, or may not be reading.
            with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
                async with asyncio.timeout(_CLOSE_TIMEOUT_SECONDS):
                    await self._websocket.close(close.code, close.reason)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Close as close:
            self._end(close)
        except WebSocketDisconnect:
            self._end(None)
        except Exception as error:
            log_bug("A WebSocket session failed", error)
            self._end(Close(CloseCode.INTERNAL, "Internal error"))

    def _end(self, close: Close | None) -> None:
        if not self._ended.done():
            self._ended.set_result(close)

    async def _await_init(self) -> None:
        await self._clock.sleep(self._options.ws_init_timeout_seconds)
        if not self._initialized:
            raise Close(CloseCode.INIT_TIMEOUT, "Connection initialization timeout")

    async def _await_expiry(self, caller: Caller) -> None:
        await self._clock.sleep(max(caller.expires_at - self._clock.now().timestamp(), 0.0))
        raise Close(CloseCode.FORBIDDEN, "The access token has expired")

    async def _read(self) -> None:
        while True:
            received = await self._websocket.receive()
            if received["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(received.get("code", 1005))
            text = received.get("text")
            if text is None:
                raise Close(CloseCode.BAD_REQUEST, "A message must be text")
            if len(text) > self._options.ws_max_message_characters:
                raise Close(CloseCode.MESSAGE_TOO_BIG, "The message is too large")
            await self._handle(parse_message(text))

    async def _handle(self, message: ClientMessage) -> None:
        if isinstance(message, ConnectionInit):
            await self._initialize(message)
        elif isinstance(message, Ping):
            pong: dict[str, Any] = {"type": "pong"}
            await self._send(
                pong if message.payload is None else pong | {"payload": message.payload}
            )
        elif isinstance(message, Subscribe):
            await self._subscribe(message)
        elif isinstance(message, Complete):
            operation = self._operations.pop(message.id, None)
            if operation is not None:
                operation.cancel()

    async def _initialize(self, message: ConnectionInit) -> None:
        if self._initialized:
            raise Close(CloseCode.TOO_MANY_REQUESTS, "Too many initialization requests")
        self._initialized = True
        try:
            caller = await authenticate(
                _authorization(message.payload), self._identity, allow_bare_token=True
            )
        except Unauthenticated:
            raise Close(CloseCode.FORBIDDEN, "Forbidden") from None
        except StudioUnavailable:
            raise Close(
                CloseCode.TRY_AGAIN_LATER, "The access token cannot be verified at the moment"
            ) from None
        if not self._counts.acquire(caller.owner):
            raise Close(CloseCode.TOO_MANY_REQUESTS, "Too many connections")
        self._caller = caller
        authenticated(self._websocket.scope, caller.owner)
        self._start(self._await_expiry(caller))
        await self._send({"type": "connection_ack"})

    async def _subscribe(self, message: Subscribe) -> None:
        if self._caller is None:
            raise Close(CloseCode.UNAUTHORIZED, "Unauthorized")
        if message.id in self._operations:
            raise Close(CloseCode.SUBSCRIBER_EXISTS, "Subscriber already exists for this id")
        refused = self._refused_operation(self._caller)
        if refused is not None:
            error = {"message": refused, "extensions": {"code": "TOO_MANY_SUBSCRIPTIONS"}}
            await self._send({"id": message.id, "type": "error", "payload": [error]})
            return
        operation = self._start(self._run_operation(message, self._caller))
        owner = self._caller.owner
        # Also called for an operation that is canceled before it starts.
        operation.add_done_callback(lambda _: self._operation_counts.release(owner))
        self._operations[message.id] = operation

    def _refused_operation(self, caller: Caller) -> str | None:
        """Count an operation, or return why it is refused."""
        limit = self._options.ws_max_subscriptions
        if len(self._operations) >= limit:
            return f"A connection may run at most {limit} operations at a time."
        if not self._operation_counts.acquire(caller.owner):
            limit = self._options.ws_max_subscriptions_per_user
            return f"A user may run at most {limit} operations at a time on WebSockets."
        return None

    async def _run_operation(self, message: Subscribe, caller: Caller) -> None:
        try:
            last = await self._stream(message, caller)
        except (Close, WebSocketDisconnect):
            raise
        except Exception as error:
            reference = log_bug("A WebSocket operation failed", error)
            text = f"Internal error (reference {reference})."
            payload = [{"message": text, "extensions": {"code": "INTERNAL"}}]
            last = {"type": "error", "payload": payload}
        # Remove it first: the client may reuse the id as soon as it reads the message.
        self._operations.pop(message.id, None)
        await self._send({"id": message.id, **last})

    async def _stream(self, message: Subscribe, caller: Caller) -> dict[str, Any]:
        """Send every result, and return the final message."""
        context = StudioContext(
            self._studio,
            caller,
            base_url(self._websocket.scope),
            take_turn=partial(self._turns.take, caller.owner),
            shared=self._shared,
        )
        # Strawberry refuses an empty string; a blank document is a syntax error.
        query = message.query or " "
        await self._turns.start(caller.owner, query)
        results = await studio_schema.stream(
            query,
            variable_values=message.variables,
            context_value=context,
            operation_name=message.operation_name,
        )
        async with aclosing(results):
            async for result in results:
                response = response_map(result)
                if is_request_error(result):
                    return {"type": "error", "payload": response["errors"]}
                await self._send({"id": message.id, "type": "next", "payload": response})
        return {"type": "complete"}

    async def _send(self, message: dict[str, Any]) -> None:
        text = encode_json(message).decode()
        try:
            async with asyncio.timeout(self._options.ws_send_timeout_seconds), self._sending:
                await self._websocket.send_text(text)
        except TimeoutError:
            raise Close(CloseCode.TRY_AGAIN_LATER, "The client does not read fast enough") from None


def _authorization(payload: dict[str, Any]) -> str | None:
    for name, value in payload.items():
        if name.lower() == "authorization" and isinstance(value, str):
            return value
    return None
