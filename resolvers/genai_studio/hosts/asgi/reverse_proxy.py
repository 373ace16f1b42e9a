"""Middleware for a host behind a reverse proxy: forwarded headers and a base path."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from genai_studio.domain.errors import StudioUnavailable

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_WEBSOCKET_SCHEMES = {"http": "ws", "https": "wss"}


class ForwardedHeaders:
    """Use the protocol, host and client address that a trusted proxy forwards.

    The values are those of `X-Forwarded-Proto`, `X-Forwarded-Host` and
    `X-Forwarded-For`. Requests from other addresses keep their own values, because
    any client can send these headers.

    Args:
        trusted: Addresses and networks of the proxies.

    Raises:
        StudioUnavailable: A value is not an IP address or network.
    """

    def __init__(self, app: ASGIApp, *, trusted: Iterable[str]) -> None:
        self._app = app
        self._trusted = networks(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        client = scope.get("client")
        if scope["type"] != "lifespan" and client is not None and self._is_trusted(client[0]):
            scope = self._forwarded(scope)
        await self._app(scope, receive, send)

    def _forwarded(self, scope: Scope) -> Scope:
        sent = Headers(scope=scope)
        forwarded = dict(scope)
        # The nearest proxy appends its value at the end.
        protocol = _values(sent, "x-forwarded-proto")[-1:]
        if protocol and protocol[0].lower() in _WEBSOCKET_SCHEMES:
            scheme = protocol[0].lower()
            is_websocket = scope["type"] == "websocket"
            forwarded["scheme"] = _WEBSOCKET_SCHEMES[scheme] if is_websocket else scheme
        host = _values(sent, "x-forwarded-host")[-1:]
        if host:
            headers = MutableHeaders(raw=list(scope["headers"]))
            headers["host"] = host[0]
            forwarded["headers"] = headers.raw
        for address in reversed(_values(sent, "x-forwarded-for")):
            if not _is_address(address):
                break
            forwarded["client"] = (address, 0)
            if not self._is_trusted(address):
                break
        return forwarded

    def _is_trusted(self, host: str) -> bool:
        if not _is_address(host):
            return False
        address = ipaddress.ip_address(host)
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self._trusted)


class BasePath:
    """Serve the application under a path such as `/studio`.

    Works with proxies that pass the path on and with proxies that remove it.

    Args:
        path: Begins with a slash and does not end with one.
    """

    def __init__(self, app: ASGIApp, *, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if path == self._path and scope["type"] == "http":
            await RedirectResponse(f"{self._path}/")(scope, receive, send)
            return
        if not path.startswith(f"{self._path}/"):
            path = self._path + path
        under_base = {**scope, "path": path, "root_path": self._path}
        await self._app(under_base, receive, send)


def _values(headers: Headers, name: str) -> list[str]:
    joined = ",".join(headers.getlist(name))
    return [value for part in joined.split(",") if (value := part.strip())]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def networks(trusted: Iterable[str]) -> tuple[Network, ...]:
    """Return the networks of trusted proxies.

    Raises:
        StudioUnavailable: A value is not an IP address or network.
    """
    return tuple(map(_network, trusted))


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise StudioUnavailable(
            f"`trusted_proxies` contains {text!r}. Enter IP addresses or networks, "
            "such as 127.0.0.1 or 10.0.0.0/8."
        ) from None
