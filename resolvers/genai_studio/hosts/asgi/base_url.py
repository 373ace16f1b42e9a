"""The URL under which a client reached this host."""

from __future__ import annotations

from starlette.requests import HTTPConnection

_HTTP_SCHEMES = {"ws": "http", "wss": "https"}


def base_url(connection: HTTPConnection) -> str:
    """Return scheme, host and base path without a trailing slash, with an HTTP scheme.

    The host comes from the request or a trusted proxy; `security.AllowedHosts` has checked it.
    """
    url = connection.base_url  # `connection.url` fails if the query is not UTF-8
    return f"{_HTTP_SCHEMES.get(url.scheme, url.scheme)}://{url.netloc}{url.path.rstrip('/')}"
