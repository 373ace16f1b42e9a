"""The messages of `graphql-transport-ws` that a client may send, and its close codes.

See the protocol at https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from genai_studio.hosts.asgi.graphql.strict_json import parse_json

SUBPROTOCOL = "graphql-transport-ws"


class CloseCode(IntEnum):
    """Why the server ends a connection; those from 4400 on are the protocol's.

    A missing, bad or expired token is FORBIDDEN: it is what graphql-ws' own
    server sends when `onConnect` refuses, and its client then takes a fresh
    token and connects again, while it gives up for good on UNAUTHORIZED, which
    the protocol keeps for a `subscribe` before the acknowledgement.
    """

    MESSAGE_TOO_BIG = 1009
    TRY_AGAIN_LATER = 1013
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL_NOT_ACCEPTABLE = 4406
    INIT_TIMEOUT = 4408
    SUBSCRIBER_EXISTS = 4409
    TOO_MANY = 4429
    INTERNAL = 4500


class Close(Exception):
    """The connection ends with this code and reason (at most 123 bytes of ASCII)."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ConnectionInit:
    """The first message; its payload carries the token."""

    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ping:
    """Answered by a pong with the same payload."""

    payload: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Pong:
    """An answer to a ping, or a sign of life."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Starts an operation of any kind."""

    id: str
    query: str
    variables: dict[str, Any] | None
    operation_name: str | None


@dataclass(frozen=True, slots=True)
class Complete:
    """The client wants no more of an operation."""

    id: str


ClientMessage = ConnectionInit | Ping | Pong | Subscribe | Complete


def read_message(text: str) -> ClientMessage:
    """What a client sent.

    Raises:
        Close: With 4400, for anything that the protocol does not have.
    """
    try:
        message = parse_json(text)
    except ValueError:
        raise _bad("A message must be JSON") from None
    if not isinstance(message, dict):
        raise _bad("A message must be a JSON object")
    kind = message.get("type")
    if kind == "connection_init":
        return ConnectionInit(_object(message, "payload") or {})
    if kind == "ping":
        return Ping(_object(message, "payload"))
    if kind == "pong":
        _object(message, "payload")
        return Pong()
    if kind == "subscribe":
        return _subscribe(message)
    if kind == "complete":
        return Complete(_id(message))
    raise _bad("Unknown message type")


def _subscribe(message: dict[str, Any]) -> Subscribe:
    payload = _object(message, "payload")
    if payload is None:
        raise _bad("A subscribe message needs a payload")
    query = payload.get("query")
    if not isinstance(query, str):
        raise _bad("The query must be a string")
    operation_name = payload.get("operationName")
    if not isinstance(operation_name, str | None):
        raise _bad("The operationName must be a string or null")
    _object(payload, "extensions")
    return Subscribe(_id(message), query, _object(payload, "variables"), operation_name or None)


def _id(message: dict[str, Any]) -> str:
    id_ = message.get("id")
    if not isinstance(id_, str) or not id_:
        raise _bad("The message needs an id")
    return id_


def _object(container: dict[str, Any], name: str) -> dict[str, Any] | None:
    value = container.get(name)
    if not isinstance(value, dict | None):
        raise _bad(f"The {name} must be an object or null")
    return value


def _bad(reason: str) -> Close:
    return Close(CloseCode.BAD_REQUEST, reason)
