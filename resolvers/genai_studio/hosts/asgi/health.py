"""`/healthz`: whether the studio can process requests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from genai_studio.failure_log import log_bug

Readiness = Callable[[], Awaitable[Mapping[str, str]]]
"""Returns the unavailable components, such as `inference`, with the reasons; empty if ready."""

_HEADERS = {"Cache-Control": "no-store"}


def health_route(ready: Readiness) -> Route:
    """Return 200 if every component is ready, else 503 with the others and the reasons."""

    async def respond(_: Request) -> Response:
        try:
            not_ready = dict(await ready())
        except Exception as error:
            log_bug("The health check failed", error)
            not_ready = {"studio": "The health check failed. Details are in the studio's log."}
        if not_ready:
            content = {
                "status": "unavailable",
                "notReady": list(not_ready),
                "reasons": not_ready,
            }
            return JSONResponse(content, 503, _HEADERS)
        return JSONResponse({"status": "ok"}, headers=_HEADERS)

    return Route("/healthz", respond, methods=["GET"])
