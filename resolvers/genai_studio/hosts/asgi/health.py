"""`/healthz`: whether the studio can take work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from genai_studio.failure_log import log_bug

Readiness = Callable[[], Awaitable[Sequence[str]]]
"""Names the parts that cannot take work now, such as `endpoint`; none means ready."""

_HEADERS = {"Cache-Control": "no-store"}


def health_route(ready: Readiness) -> Route:
    """200 when every part is ready; 503 with the names of those that are not."""

    async def answer(_: Request) -> Response:
        try:
            missing = list(await ready())
        except Exception as error:
            log_bug("The health check failed", error)
            missing = ["studio"]
        if missing:
            return JSONResponse({"status": "unavailable", "notReady": missing}, 503, _HEADERS)
        return JSONResponse({"status": "ok"}, headers=_HEADERS)

    return Route("/healthz", answer, methods=["GET"])
