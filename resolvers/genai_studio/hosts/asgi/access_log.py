"""One line for each request, without anything that must not be kept.

uvicorn's own access log writes query strings, and with them the signatures of
image links and documents sent by GET: hosts switch it off and use this.
"""

from __future__ import annotations

import logging
import time
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger("genai_studio.access")

_MAX_PATH = 200


class AccessLog:
    """Logs method, path, status and milliseconds when a response is done."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        outcome: object = "-"

        async def watch(message: Message) -> None:
            nonlocal outcome
            if message["type"].endswith("response.start"):
                outcome = message["status"]
            elif message["type"] == "websocket.close":
                outcome = message.get("code", 1000)
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            _log.info(
                "%s %s %s %.0f ms",
                scope.get("method", "WEBSOCKET"),
                # Quoted, so that nobody can write lines of their own into the log.
                quote(scope["path"][:_MAX_PATH]),
                outcome,
                (time.perf_counter() - begun) * 1000,
            )
