"""Who is subscribed to what, and whom a published value reaches."""

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
        field: Of `Subscription`.
        arguments: Those that were given, null ones too.
        execution: Makes of a value what was selected.
        tell: Passes it on to the client.
    """

    user: User
    field: str
    arguments: Mapping[str, Any]
    document: DocumentNode
    execution: Execution
    tell: Callable[[Response], None]

    def lets_through(self, value: Mapping[str, Any]) -> bool:
        """Whether the filters on the server match.

        That of the subscription's resolver: the owner is the caller. Besides,
        an argument filters by the field of its name; a null one by null.
        """
        if value.get("owner") != self.user.claims["sub"]:
            return False
        return all(value.get(name) == wanted for name, wanted in self.arguments.items())


class Subscriptions:
    """All of an API, of every connection."""

    def __init__(self) -> None:
        self._all: list[Subscription] = []

    def __len__(self) -> int:
        return len(self._all)

    def add(self, subscription: Subscription) -> None:
        self._all.append(subscription)

    def remove(self, subscription: Subscription) -> None:
        self._all.remove(subscription)

    async def push(self, fields: frozenset[str], value: Mapping[str, Any]) -> None:
        """Tell everybody whose subscription is one of `fields` and lets it through."""
        for one in list(self._all):
            if one.field in fields and one.lets_through(value):
                told = await one.execution.pushed(one.document, one.field, value)
                one.tell(told)
