"""GET /ping: whether this container can take work."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from genai_studio.inference.sampling.served_model import ServedModels


class Ping:
    """Answers 200 once the default model is loaded, 503 before.

    A 503 that names what `failed` will not become a 200 by waiting: the server
    works on invocations all the same, so that whoever asks for that model is
    told why, and the other models are served.
    """

    def __init__(self, models: ServedModels) -> None:
        self._models = models

    async def __call__(self, request: Request) -> Response:
        """Answer `GET /ping`."""
        default = self._models.default
        content: dict[str, object] = {"ready": default.ready}
        if not default.ready and default.failure is not None:
            content["failed"] = default.failure.message
        return JSONResponse(content, 200 if default.ready else 503)
