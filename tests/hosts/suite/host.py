"""The interface of a host in the host suite.

To add a host, implement this interface and add a line to `HOSTS` in
`conftest.py`.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, cast, runtime_checkable

Response = dict[str, Any]


class Host(Protocol):
    """A client of a host whose studio the test has arranged."""

    @property
    def base_url(self) -> str:
        """Return the base URL of the host's links."""

    async def execute(self, document: str, variables: Mapping[str, Any], token: str) -> Response:
        """Execute a query or mutation and return the response."""


@runtime_checkable
class SubscriptionHost(Host, Protocol):
    """A host with subscriptions."""

    def subscribe(
        self, document: str, variables: Mapping[str, Any], token: str
    ) -> AbstractAsyncContextManager[AsyncIterator[Response]]:
        """Yield the responses of a subscription that is active when the block starts."""


def without_base(response: Response, host: Host) -> Response:
    """Return the response with the base URL removed from links."""
    return cast("Response", json.loads(json.dumps(response).replace(host.base_url, "")))
