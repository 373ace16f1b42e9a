"""Middleware for all requests: allowed hosts and security headers."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from genai_studio.hosts.asgi.content_security import NOTHING

_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "[::1]"})

_HEADERS = {
    "Content-Security-Policy": NOTHING,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SecurityHeaders:
    """Add the security headers that a response does not set itself.

    Args:
        app: The wrapped application.
        cross_origin: Whether pages of other origins may embed images. Required if
            `cors_origins` permits other origins to use the API.
    """

    def __init__(self, app: ASGIApp, *, cross_origin: bool = False) -> None:
        self._app = app
        self._headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in security_headers(cross_origin=cross_origin).items()
        ]
        self._names = {name for name, _ in self._headers}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                own = list(message.get("headers", ()))
                names = {name.lower() for name, _ in own}
                added = self._headers
                if not names.isdisjoint(self._names):
                    added = [header for header in added if header[0] not in names]
                message["headers"] = own + added
            await send(message)

        await self._app(scope, receive, send_with_headers)


def security_headers(*, cross_origin: bool = False) -> dict[str, str]:
    """Return the security headers of a response that is not a page."""
    policy = "cross-origin" if cross_origin else "same-origin"
    return _HEADERS | {"Cross-Origin-Resource-Policy": policy}


class AllowedHosts:
    """Reject requests whose Host header is not an allowed name.

    This prevents DNS rebinding: a foreign page can let its own name resolve to
    127.0.0.1 and then reach the studio as same-origin, but the Host header
    contains that name.
    """

    def __init__(self, app: ASGIApp, *, allowed: Iterable[str] = ()) -> None:
        self._app = app
        self._allowed = _THIS_MACHINE | {name.lower().rstrip(".") for name in allowed}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        if scope["type"] == "lifespan" or self._has_allowed_host(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
        else:
            response = PlainTextResponse(
                "Host name not allowed. To allow it, start the studio with --allowed-host NAME.\n",
                status_code=421,
            )
            await response(scope, receive, send)

    def _has_allowed_host(self, scope: Scope) -> bool:
        # Before any other work, so that it is fast: no headers are decoded.
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        return len(hosts) == 1 and self._is_allowed(hosts[0].decode("latin-1"))

    def _is_allowed(self, header: str) -> bool:
        host = header.strip().lower()
        name, separator, port = host.rpartition(":")
        if not separator or not (port.isdecimal() or not port):
            name = host  # no port: an IPv6 address ends with “]”
        return "*" in self._allowed or host in self._allowed or name.rstrip(".") in self._allowed
