"""Assembly of the ASGI application."""

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
from genai_studio.hosts.asgi.fair_turns import FairTurns
from genai_studio.hosts.asgi.graphql.first_route import GraphQLFirst
from genai_studio.hosts.asgi.graphql.http_endpoint import GraphQLOverHttp
from genai_studio.hosts.asgi.health import Readiness, health_route
from genai_studio.hosts.asgi.options import AsgiOptions
from genai_studio.hosts.asgi.pages import page_routes
from genai_studio.hosts.asgi.reverse_proxy import BasePath, ForwardedHeaders
from genai_studio.hosts.asgi.security import AllowedHosts, SecurityHeaders, security_headers
from genai_studio.hosts.asgi.websocket.endpoint import GraphQLOverWebSocket
from genai_studio.ports import Clock, Identity
from genai_studio.services.studio import Studio

GRAPHQL_PATH = "/graphql"


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
    """Create the application: GraphQL over HTTP and WebSocket, images, the web page, health.

    Disable uvicorn's access log (`access_log=False`), which would record the
    signatures of image links. The logger `genai_studio.access` replaces it.

    Args:
        studio: The services.
        identity: Verifies access tokens.
        options: Limits and addresses.
        clock: Times out WebSockets without `connection_init` or with an expired token.
        ready: Returns the names of unavailable components, for `/healthz`.
        web_dir: Directory of the built web page. If it does not exist, the host serves
            instructions to build it.
        images_routes: Routes of `/images/…` and others of a studio on one machine.
        lifespan: Starts and stops the resources of the application.
    """
    turns = FairTurns()
    http = GraphQLOverHttp(studio, identity, options, turns)
    websocket = GraphQLOverWebSocket(studio, identity, options, clock, turns)
    cross_origin = bool(options.cors_origins)
    return Starlette(
        routes=[
            Route(GRAPHQL_PATH, http, methods=["GET", "POST"]),
            WebSocketRoute(GRAPHQL_PATH, websocket.serve),
            health_route(ready),
            *images_routes,
            *page_routes(web_dir, options),
        ],
        middleware=[
            Middleware(AccessLog),
            Middleware(SecurityHeaders, cross_origin=cross_origin),
            *_reverse_proxy(options),
            Middleware(AllowedHosts, allowed=options.allowed_hosts),
            *_cors(options),
            Middleware(GraphQLFirst, path=GRAPHQL_PATH, endpoint=http),
        ],
        exception_handlers={Exception: _server_error},
        lifespan=lifespan,
    )


def _reverse_proxy(options: AsgiOptions) -> list[Middleware]:
    middleware: list[Middleware] = []
    if options.trusted_proxies:
        middleware.append(Middleware(ForwardedHeaders, trusted=options.trusted_proxies))
    if options.base_path:
        middleware.append(Middleware(BasePath, path=options.base_path))
    return middleware


def _cors(options: AsgiOptions) -> list[Middleware]:
    if not options.cors_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=list(options.cors_origins),
            allow_methods=["GET", "POST", "PUT"],
            allow_headers=["authorization", "content-type"],
        )
    ]


async def _server_error(_: Request, __: Exception) -> Response:
    # Starlette sends this response outside the middleware, so it sets the headers itself.
    return PlainTextResponse("Internal server error.\n", 500, headers=security_headers())
