"""ASGI application of the serving container."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from anyio import to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from genai_studio.inference.errors import InferenceError, error_response, http_error_response
from genai_studio.inference.http.access import RequireAccessKey
from genai_studio.inference.http.ping import Ping
from genai_studio.inference.http.routes import Invocations
from genai_studio.inference.sampling.admission import AdmissionQueue, Sampler
from genai_studio.inference.sampling.served_model import ModelRegistry, ServedModel

log = logging.getLogger(__name__)

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def create_app(
    models: ModelRegistry,
    *,
    slots: int = 1,
    waiting: int = 32,
    access_key: str | None = None,
) -> Starlette:
    """Create the application.

    Args:
        models: The served models. The default model is loaded at startup.
        slots: Number of concurrent invocations.
        waiting: Number of callers that may wait for a slot.
        access_key: If set, callers must sign their requests with it and use a
            loopback host name. If None, the container trusts its network, as
            SageMaker's contract requires.
    """
    sampler = Sampler(AdmissionQueue(slots, waiting))
    invocations = Invocations(models, sampler)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_load, models.default)
            yield
            tasks.cancel_scope.cancel()

    middleware = []
    if access_key is not None:
        middleware = [
            Middleware(TrustedHostMiddleware, allowed_hosts=LOOPBACK_HOSTS, www_redirect=False),
            Middleware(RequireAccessKey, access_key=access_key),
        ]
    return Starlette(
        routes=[
            Route("/ping", Ping(models).__call__, methods=["GET"]),
            Route("/invocations", invocations.container, methods=["POST"]),
            Route("/endpoints/{name}/invocations", invocations.runtime, methods=["POST"]),
            Route(
                "/endpoints/{name}/invocations-response-stream",
                invocations.runtime_stream,
                methods=["POST"],
            ),
        ],
        middleware=middleware,
        exception_handlers={
            InferenceError: error_response,
            HTTPException: http_error_response,
            ClientDisconnect: _client_disconnected,
        },
        lifespan=lifespan,
    )


async def _load(model: ServedModel) -> None:
    try:
        await to_thread.run_sync(_borrow, model)
    except InferenceError as error:
        log.error("%s /ping responds with status 503.", error.message)


def _borrow(model: ServedModel) -> None:
    with model.borrow():
        pass


def _client_disconnected(request: Request, error: Exception) -> Response:
    return Response(status_code=499)
