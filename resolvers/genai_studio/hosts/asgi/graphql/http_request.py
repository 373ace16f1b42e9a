"""An HTTP request to the GraphQL endpoint."""

from __future__ import annotations

from starlette.datastructures import QueryParams
from starlette.types import Receive, Scope


class IncompleteBody(Exception):
    """The client disconnected before the end of the body."""


class BodyTooLarge(Exception):
    """The body exceeds the limit."""


class HttpRequest:
    """What the endpoint needs of a request.

    Starlette's class searches all headers for each one that is read, and reads the body through
    a generator. Both are noticeable in a short request.

    Attributes:
        scope: The ASGI scope.
        receive: Receives the next message of the connection.
        method: The HTTP method.
    """

    __slots__ = ("_headers", "method", "receive", "scope")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self.receive = receive
        self.method: str = scope["method"]
        # The first of several headers with the same name counts, as in Starlette.
        self._headers: dict[bytes, bytes] = dict(reversed(list(scope["headers"])))

    def header(self, name: bytes) -> str | None:
        """Return the value of a header; None if it is missing.

        Args:
            name: In lowercase.
        """
        value = self._headers.get(name)
        return None if value is None else value.decode("latin-1")

    def query(self) -> QueryParams:
        """Return the parameters in the URL."""
        return QueryParams(self.scope.get("query_string", b""))

    async def body(self, limit: int) -> bytes:
        """Receive the body. The server closes the connection of a client that sends too slowly.

        Args:
            limit: Maximum size in bytes.

        Raises:
            BodyTooLarge: The body, or the length that the client declares, exceeds the limit.
            IncompleteBody: The client has disconnected.
        """
        declared = self.header(b"content-length") or ""
        if declared.isdecimal() and int(declared[:20]) > limit:
            raise BodyTooLarge
        chunks: list[bytes] = []
        length = 0
        while True:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise IncompleteBody
            chunk: bytes = message.get("body", b"")
            length += len(chunk)
            if length > limit:
                raise BodyTooLarge
            chunks.append(chunk)
            if not message.get("more_body", False):
                return chunks[0] if len(chunks) == 1 else b"".join(chunks)
