"""GET /ping: whether this container can take work."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from genai_studio.inference.served_model import ServedModels


class Ping:
    """Answers 200 once the default model is loaded, 503 before."""

    def __init__(self, models: ServedModels) -> None:
        self._models = models

    async def __call__(self, request: Request) -> Response:
        """Answer `GET /ping`."""
        ready = self._models.default.ready
        return JSONResponse({"ready": ready}, 200 if ready else 503)
