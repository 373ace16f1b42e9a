"""An access log without query strings.

uvicorn's access log writes query strings, which contain the signatures of image
links and documents sent by GET. Hosts disable it and use this one.
"""

from __future__ import annotations

import logging
import time
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger("genai_studio.access")

_MAX_PATH_CHARACTERS = 200


class AccessLog:
    """Log method, path, status and duration of each request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        if scope["type"] == "lifespan" or not _log.isEnabledFor(logging.INFO):
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status: object = "-"

        async def send_and_record(message: Message) -> None:
            nonlocal status
            if message["type"].endswith("response.start"):
                status = message["status"]
            elif message["type"] == "websocket.close":
                status = message.get("code", 1000)
            await send(message)

        try:
            await self._app(scope, receive, send_and_record)
        finally:
            _log.info(
                "%s %s %s %.0f ms",
                scope.get("method", "WEBSOCKET"),
                # Quoting prevents forged log lines.
                quote(scope["path"][:_MAX_PATH_CHARACTERS]),
                status,
                (time.perf_counter() - started) * 1000,
            )
