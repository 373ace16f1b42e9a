"""Kept-alive HTTP connections that cost the measuring process as little as possible."""

from __future__ import annotations

import json
import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

RECEIVE_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds from the request until the first byte and until the end of the response."""

    first_byte: float
    end: float


class Connection:
    """One connection; sends the same request again and again."""

    def __init__(self, port: int, request: bytes) -> None:
        self._port = port
        self._request = request
        self.socket = self._connect()
        self._parts: list[bytes] = []
        self._length = 0
        self._expected: int | None = None

    def _connect(self) -> socket.socket:
        connected = socket.create_connection(("127.0.0.1", self._port), timeout=60)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def renew(self) -> None:
        """Connect again and send one request: servers close connections idle for 5 seconds."""
        self.socket.close()
        self.socket = self._connect()
        self.timed()

    def send(self) -> None:
        self._parts, self._length, self._expected = [], 0, None
        self.socket.sendall(self._request)

    def receive(self) -> bool:
        """Read what has arrived; return whether the response is complete."""
        part = self.socket.recv(RECEIVE_BYTES)
        assert part, "The server closed the connection."
        self._parts.append(part)
        self._length += len(part)
        if self._expected is None:
            self._expected = _total_length(b"".join(self._parts))
        return self._expected is not None and self._length >= self._expected

    def timed(self) -> Timing:
        """Send one request and wait for its response."""
        began = time.perf_counter()
        self.send()
        complete = self.receive()
        first_byte = time.perf_counter()
        while not complete:
            complete = self.receive()
        return Timing(first_byte - began, time.perf_counter() - began)

    def body(self) -> object:
        """Return the last response's JSON."""
        head, _, body = b"".join(self._parts).partition(b"\r\n\r\n")
        assert b" 200 " in head.split(b"\r\n")[0], head
        return json.loads(body)

    def close(self) -> None:
        self.socket.close()


def _total_length(received: bytes) -> int | None:
    head, separator, _ = received.partition(b"\r\n\r\n")
    if not separator:
        return None
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return len(head) + 4 + int(value)
    raise AssertionError(f"The response has no Content-Length: {head!r}")


def graphql_request(query: str, variables: dict[str, Any], token: str) -> bytes:
    """Return an HTTP request as bytes."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    head = (
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Accept: application/json\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def seconds_per_request(connections: Sequence[Connection], rounds: int) -> float:
    """Send `rounds` requests on each of many connections at once; return the mean interval."""
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        left = dict.fromkeys(connections, rounds)
        began = time.perf_counter()
        for connection in connections:
            connection.send()
        while left:
            for key, _ in selector.select():
                connection = key.data
                if not connection.receive():
                    continue
                left[connection] -= 1
                if left[connection]:
                    connection.send()
                else:
                    del left[connection]
    return (time.perf_counter() - began) / (rounds * len(connections))
