"""Open subscriptions, and the delivery of published values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode

from tests.servers.appsync.callers import User
from tests.servers.appsync.execution import Execution, Response


@dataclass(frozen=True, eq=False)
class Subscription:
    """One subscription on one connection.

    Attributes:
        field: Field of the type `Subscription`.
        arguments: The arguments in the document, including null ones.
        execution: Applies the selection to a published value.
        send: Sends a response to the client.
    """

    user: User
    field: str
    arguments: Mapping[str, Any]
    document: DocumentNode
    execution: Execution
    send: Callable[[Response], None]

    def matches(self, value: Mapping[str, Any]) -> bool:
        """Return whether a value passes the server-side filters.

        The resolver's filter requires that the caller is the owner. In addition,
        each argument must equal the field of the same name; null equals null.
        """
        if value.get("owner") != self.user.claims["sub"]:
            return False
        return all(value.get(name) == expected for name, expected in self.arguments.items())


class Subscriptions:
    """The subscriptions of all connections of an API."""

    def __init__(self) -> None:
        self._all: list[Subscription] = []

    def __len__(self) -> int:
        return len(self._all)

    def add(self, subscription: Subscription) -> None:
        self._all.append(subscription)

    def remove(self, subscription: Subscription) -> None:
        self._all.remove(subscription)

    async def push(self, fields: frozenset[str], value: Mapping[str, Any]) -> None:
        """Send a value to all matching subscriptions to one of the fields."""
        for one in list(self._all):
            if one.field in fields and one.matches(value):
                one.send(await one.execution.pushed(one.document, one.field, value))
