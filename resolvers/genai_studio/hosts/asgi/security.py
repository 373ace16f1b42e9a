"""What holds for every request and response: which hosts, which headers."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
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
    """Adds to every response the headers that it does not bring itself.

    Args:
        shared: Whether pages of other origins may show the studio's images,
            as they must where `cors_origins` lets them use the API.
    """

    def __init__(self, app: ASGIApp, *, shared: bool = False) -> None:
        self._app = app
        self._headers = security_headers(shared=shared)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def security_headers(*, shared: bool = False) -> dict[str, str]:
    """The headers of a response that is no page."""
    policy = "cross-origin" if shared else "same-origin"
    return _HEADERS | {"Cross-Origin-Resource-Policy": policy}


class KnownHosts:
    """Refuses requests that name a host which is not this studio's.

    A page elsewhere can make its own name resolve to 127.0.0.1 and then talk
    to the studio as if it were of the same origin (DNS rebinding); the name it
    used is in the Host header.
    """

    def __init__(self, app: ASGIApp, *, allowed: Iterable[str] = ()) -> None:
        self._app = app
        self._allowed = _THIS_MACHINE | {name.lower().rstrip(".") for name in allowed}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        if scope["type"] == "lifespan" or self._knows(Headers(scope=scope).getlist("host")):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
        else:
            response = PlainTextResponse(
                "This studio does not answer to that host name. If it should, start it with "
                "--allowed-host NAME.\n",
                status_code=421,
            )
            await response(scope, receive, send)

    def _knows(self, hosts: list[str]) -> bool:
        if len(hosts) != 1:
            return False
        host = hosts[0].strip().lower()
        name, separator, port = host.rpartition(":")
        if not separator or not (port.isdecimal() or not port):
            name = host  # no port; an IPv6 address ends in “]”
        return "*" in self._allowed or host in self._allowed or name.rstrip(".") in self._allowed
