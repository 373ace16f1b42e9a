"""Under which address a client reached this host."""

from __future__ import annotations

from starlette.requests import HTTPConnection

_HTTP = {"ws": "http", "wss": "https"}


def base_url(connection: HTTPConnection) -> str:
    """Scheme and host, without a slash at the end; of a WebSocket, its page's.

    The host is the request's own word; `security.KnownHosts` has checked it.
    """
    url = connection.base_url  # not `url`, which fails on a query that is no UTF-8
    return f"{_HTTP.get(url.scheme, url.scheme)}://{url.netloc}"
