"""The HTTP response of the GraphQL endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.types import Send

from genai_studio.hosts.asgi.graphql.json_encoding import encode_json


class HttpResponse:
    """A response map as JSON, sent without Starlette's conversions of headers.

    Args:
        body: The response map.
        status: The HTTP status.
        media_type: The format that was negotiated.
        headers: Additional headers.
    """

    __slots__ = ("_body", "_headers", "_status")

    def __init__(
        self,
        body: dict[str, Any],
        status: int,
        media_type: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._body = encode_json(body)
        self._status = status
        self._headers = [
            (b"content-length", b"%d" % len(self._body)),
            (b"content-type", b"%b; charset=utf-8" % media_type.encode("latin-1")),
            (b"cache-control", b"no-store"),
        ]
        for name, value in (headers or {}).items():
            self._headers.append((name.lower().encode("latin-1"), value.encode("latin-1")))

    async def send(self, send: Send) -> None:
        """Send the response."""
        await send(
            {"type": "http.response.start", "status": self._status, "headers": self._headers}
        )
        await send({"type": "http.response.body", "body": self._body})
