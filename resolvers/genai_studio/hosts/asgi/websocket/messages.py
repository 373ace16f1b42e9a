"""Client messages and close codes of `graphql-transport-ws`.

The protocol is specified at https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from genai_studio.hosts.asgi.graphql.strict_json import parse_json

SUBPROTOCOL = "graphql-transport-ws"
MAX_ID_CHARACTERS = 256
"""Every message of an operation repeats its ID."""


class CloseCode(IntEnum):
    """Why the server closes a connection. Codes from 4400 are defined by the protocol.

    A missing, invalid or expired token closes with FORBIDDEN, like the graphql-ws
    server when `onConnect` returns false: its client then reconnects with a new
    token. On UNAUTHORIZED, which the protocol reserves for a `subscribe` before
    the acknowledgement, that client does not reconnect.
    """

    MESSAGE_TOO_BIG = 1009
    TRY_AGAIN_LATER = 1013
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL_NOT_ACCEPTABLE = 4406
    INIT_TIMEOUT = 4408
    SUBSCRIBER_EXISTS = 4409
    TOO_MANY_REQUESTS = 4429
    INTERNAL = 4500


class Close(Exception):
    """Close the connection with this code and reason (at most 123 bytes of ASCII)."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ConnectionInit:
    """The first message. Its payload contains the access token."""

    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ping:
    """A request for a pong with the same payload."""

    payload: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Pong:
    """A response to a ping, or an unsolicited heartbeat."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """A request to start a query, mutation or subscription."""

    id: str
    query: str
    variables: dict[str, Any] | None
    operation_name: str | None


@dataclass(frozen=True, slots=True)
class Complete:
    """A request to stop an operation."""

    id: str


ClientMessage = ConnectionInit | Ping | Pong | Subscribe | Complete


def parse_message(text: str) -> ClientMessage:
    """Parse a client message.

    Raises:
        Close: The message does not follow the protocol (4400).
    """
    try:
        message = parse_json(text)
    except ValueError:
        raise _bad_request("A message must be JSON") from None
    if not isinstance(message, dict):
        raise _bad_request("A message must be a JSON object")
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
    raise _bad_request("Unknown message type")


def _subscribe(message: dict[str, Any]) -> Subscribe:
    payload = _object(message, "payload")
    if payload is None:
        raise _bad_request("A subscribe message must have a payload")
    query = payload.get("query")
    if not isinstance(query, str):
        raise _bad_request("The query must be a string")
    operation_name = payload.get("operationName")
    if not isinstance(operation_name, str | None):
        raise _bad_request("The operationName must be a string or null")
    _object(payload, "extensions")
    return Subscribe(_id(message), query, _object(payload, "variables"), operation_name or None)


def _id(message: dict[str, Any]) -> str:
    id_ = message.get("id")
    if not isinstance(id_, str) or not id_:
        raise _bad_request("The message must have a non-empty id")
    if len(id_) > MAX_ID_CHARACTERS:
        raise _bad_request(f"The id must be at most {MAX_ID_CHARACTERS} characters")
    return id_


def _object(container: dict[str, Any], name: str) -> dict[str, Any] | None:
    value = container.get(name)
    if not isinstance(value, dict | None):
        raise _bad_request(f"The {name} must be an object or null")
    return value


def _bad_request(reason: str) -> Close:
    return Close(CloseCode.BAD_REQUEST, reason)
