"""The URL under which a client reached this host."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from starlette.requests import HTTPConnection
from starlette.types import Scope

_HTTP_SCHEMES = {"ws": "http", "wss": "https"}


def base_url(scope: Scope) -> str:
    """Return scheme, host and base path without a trailing slash, with an HTTP scheme.

    The host comes from the request or a trusted proxy; `security.AllowedHosts` has checked it.
    """
    host = next((value for name, value in scope["headers"] if name == b"host"), None)
    server = scope.get("server")
    return _base_url(
        scope["scheme"],
        host,
        None if server is None else tuple(server),
        scope.get("app_root_path", scope.get("root_path", "")),
    )


@lru_cache(64)
def _base_url(
    scheme: str, host: bytes | None, server: tuple[Any, ...] | None, root_path: str
) -> str:
    scope: dict[str, Any] = {
        "type": "http",
        "scheme": scheme,
        "headers": [] if host is None else [(b"host", host)],
        "server": server,
        "root_path": root_path,
        "path": "/",
        "query_string": b"",
    }
    url = HTTPConnection(scope).base_url  # `url` fails if the query is not UTF-8
    return f"{_HTTP_SCHEMES.get(url.scheme, url.scheme)}://{url.netloc}{url.path.rstrip('/')}"
