"""`GET /ping`: report whether the container accepts work."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from genai_studio.inference.sampling.served_model import ModelRegistry


class Ping:
    """Respond with status 200 once the default model is loaded, otherwise 503.

    A response with the field `failed` means that loading the model failed and that
    waiting does not help. The server still accepts invocations: those of the
    failed model get the error, and the other models work.
    """

    def __init__(self, models: ModelRegistry) -> None:
        self._models = models

    async def __call__(self, request: Request) -> Response:
        """Handle `GET /ping`."""
        default = self._models.default
        content: dict[str, object] = {"ready": default.ready}
        if not default.ready and default.failure is not None:
            content["failed"] = default.failure.message
        return JSONResponse(content, 200 if default.ready else 503)
