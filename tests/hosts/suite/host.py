"""One way to serve the schema, as the host suite sees it.

A new host joins the suite by one class with these methods and one line in
`HOSTS` of `conftest.py`; the cases stay as they are.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, cast, runtime_checkable

Response = dict[str, Any]


class Host(Protocol):
    """A client of one host, over a studio that the test has arranged."""

    @property
    def base_url(self) -> str:
        """What the host's links begin with."""

    async def execute(self, document: str, variables: Mapping[str, Any], token: str) -> Response:
        """The response to a query or mutation."""


@runtime_checkable
class PushingHost(Host, Protocol):
    """A host with subscriptions."""

    def subscribe(
        self, document: str, variables: Mapping[str, Any], token: str
    ) -> AbstractAsyncContextManager[AsyncIterator[Response]]:
        """The responses of a subscription, which has begun when the block is entered."""


def without_base(response: Response, host: Host) -> Response:
    """The response with links as they would be on any host."""
    return cast("Response", json.loads(json.dumps(response).replace(host.base_url, "")))
