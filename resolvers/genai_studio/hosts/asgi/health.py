"""`/healthz`: whether the studio can process requests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from genai_studio.failure_log import log_bug

Readiness = Callable[[], Awaitable[Sequence[str]]]
"""Returns the names of unavailable components, such as `inference`; empty if ready."""

_HEADERS = {"Cache-Control": "no-store"}


def health_route(ready: Readiness) -> Route:
    """Return 200 if every component is ready, else 503 with the names of the others."""

    async def respond(_: Request) -> Response:
        try:
            not_ready = list(await ready())
        except Exception as error:
            log_bug("The health check failed", error)
            not_ready = ["studio"]
        if not_ready:
            return JSONResponse({"status": "unavailable", "notReady": not_ready}, 503, _HEADERS)
        return JSONResponse({"status": "ok"}, headers=_HEADERS)

    return Route("/healthz", respond, methods=["GET"])
