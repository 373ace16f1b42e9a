"""The whole ASGI host, put together from its parts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Lifespan

from genai_studio.hosts.asgi.access_log import AccessLog
from genai_studio.hosts.asgi.graphql.http_endpoint import GraphQLOverHttp
from genai_studio.hosts.asgi.health import Readiness, health_route
from genai_studio.hosts.asgi.options import AsgiOptions
from genai_studio.hosts.asgi.pages import page_routes
from genai_studio.hosts.asgi.security import KnownHosts, SecurityHeaders, security_headers
from genai_studio.hosts.asgi.websocket.endpoint import GraphQLOverWebSocket
from genai_studio.ports import Clock, Identity
from genai_studio.services.studio import Studio


def create_app(
    studio: Studio,
    identity: Identity,
    options: AsgiOptions,
    *,
    clock: Clock,
    ready: Readiness,
    web_dir: Path | None = None,
    images_routes: Sequence[BaseRoute] = (),
    lifespan: Lifespan[Starlette] | None = None,
) -> Starlette:
    """Serve a studio: GraphQL over HTTP and WebSocket, images, the page, health.

    Run it without uvicorn's access log (`access_log=False`), which would keep
    signatures of image links; `genai_studio.access` logs in its place.

    Args:
        clock: Ends WebSockets whose token expires, and those that never begin.
        ready: Names the parts that cannot take work now, for `/healthz`.
        web_dir: Where the built page lies; without it a page says how to build it.
        images_routes: What serves `/images/…`, where the store is on this machine.
        lifespan: Starts and stops whatever the studio needs around serving.
    """
    http = GraphQLOverHttp(studio, identity, options)
    websocket = GraphQLOverWebSocket(studio, identity, options, clock)
    shared = bool(options.cors_origins)
    return Starlette(
        routes=[
            Route("/graphql", http.respond, methods=["GET", "POST"]),
            WebSocketRoute("/graphql", websocket.serve),
            health_route(ready),
            *images_routes,
            *page_routes(web_dir, options),
        ],
        middleware=[
            Middleware(AccessLog),
            Middleware(SecurityHeaders, shared=shared),
            Middleware(KnownHosts, allowed=options.allowed_hosts),
            *_cors(options),
        ],
        exception_handlers={Exception: _server_error},
        lifespan=lifespan,
    )


def _cors(options: AsgiOptions) -> list[Middleware]:
    if not options.cors_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=list(options.cors_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["authorization", "content-type"],
        )
    ]


async def _server_error(_: Request, __: Exception) -> Response:
    # Made outside of all middleware, so it brings its headers along.
    return PlainTextResponse("Internal server error.\n", 500, headers=security_headers())
