"""The open connections of a server, and which of them to close first."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Callable, Iterable, MutableMapping
from typing import Any

from genai_studio.http_server.limits import ConnectionLimits

STATE = "connection"
"""Key of the connection in the `state` of an ASGI scope."""


class Connection:
    """One open connection.

    Attributes:
        address: IP address of the client.
        user: The authenticated user; None until the first authenticated request.
        waiting: Whether the server waits for bytes of the client.
        abort: Closes the connection at once. None until it has a transport.
    """

    __slots__ = ("_table", "abort", "address", "user", "waiting")

    def __init__(self, table: ConnectionTable, address: str) -> None:
        self._table = table
        self.address = address
        self.user: str | None = None
        self.waiting = True
        self.abort: Callable[[], None] | None = None

    def touch(self, *, waiting: bool) -> None:
        """Record activity of the client."""
        self.waiting = waiting
        self._table.move_to_end(self)

    def authenticate(self, user: str) -> None:
        """Record the user of an authenticated request."""
        if self.user != user:
            self._table.set_user(self, user)

    def close(self) -> None:
        """Remove the connection. Safe to call more than once."""
        self._table.remove(self)


class ConnectionTable:
    """All open connections, the longest silent first.

    If a limit is reached, a new connection replaces one that waits for its client:
    first one without an authenticated user, then one of the users.
    """

    def __init__(self, limits: ConnectionLimits) -> None:
        self._limits = limits
        # Dictionaries keep the order of insertion.
        self._strangers: dict[Connection, None] = {}
        self._users: dict[Connection, None] = {}
        self._by_address: Counter[str] = Counter()
        self._by_user: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._strangers) + len(self._users)

    def open(self, address: str) -> Connection | None:
        """Add a connection. Return None if every connection is in use."""
        if self._by_address[address] >= self._limits.per_address and not self._is_proxy(address):
            same_address = (each for each in self._strangers if each.address == address)
            if not self._evict(same_address):
                return None
        if len(self) >= self._limits.total and not self.evict():
            return None
        connection = Connection(self, address)
        self._strangers[connection] = None
        self._by_address[address] += 1
        return connection

    def _is_proxy(self, text: str) -> bool:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return False
        # A server that listens on `::` sees IPv4 clients as ::ffff:10.0.0.1.
        address = getattr(address, "ipv4_mapped", None) or address
        return address.is_loopback or any(address in network for network in self._limits.proxies)

    def evict(self) -> bool:
        """Close the connection that has waited longest for its client, if there is one."""
        return self._evict(self._strangers) or self._evict(self._users)

    def _evict(self, candidates: Iterable[Connection]) -> bool:
        for connection in candidates:
            if connection.waiting and connection.abort is not None:
                connection.abort()
                connection.close()
                return True
        return False

    def move_to_end(self, connection: Connection) -> None:
        """Make the connection the last one to close."""
        group = self._strangers if connection.user is None else self._users
        if connection in group:
            del group[connection]
            group[connection] = None

    def set_user(self, connection: Connection, user: str) -> None:
        """Record the user of a connection. At the user's limit, close their oldest one."""
        if connection not in self._strangers and connection not in self._users:
            return
        if self._by_user[user] >= self._limits.per_user:
            oldest = next(each for each in self._users if each.user == user)
            if oldest.abort is not None:
                oldest.abort()
            oldest.close()
        self._forget_user(connection)
        self._strangers.pop(connection, None)
        self._users[connection] = None
        connection.user = user
        self._by_user[user] += 1

    def remove(self, connection: Connection) -> None:
        """Remove a connection. Safe to call more than once."""
        if connection in self._strangers:
            del self._strangers[connection]
        elif connection in self._users:
            del self._users[connection]
        else:
            return
        self._forget_user(connection)
        _decrement(self._by_address, connection.address)

    def _forget_user(self, connection: Connection) -> None:
        if connection.user is not None:
            _decrement(self._by_user, connection.user)


def authenticated(scope: MutableMapping[str, Any], user: str) -> None:
    """Record the user of a request, so that its connection is closed last.

    Has no effect on a server without `ConnectionTable`, such as a Lambda function.
    """
    connection = scope.get("state", {}).get(STATE)
    if isinstance(connection, Connection):
        connection.authenticate(user)
        if scope["type"] == "websocket":
            connection.touch(waiting=False)


def _decrement(counts: Counter[str], key: str) -> None:
    counts[key] -= 1
    if counts[key] <= 0:
        del counts[key]
