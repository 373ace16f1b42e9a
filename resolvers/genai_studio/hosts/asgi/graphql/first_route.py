"""The shortest way of a GraphQL request through the application."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

_METHODS = frozenset({"GET", "POST"})


class GraphQLFirst:
    """Call the GraphQL endpoint without the router, whose work is noticeable in a short request.

    Everything else goes to the router, such as other methods of the same path.

    Args:
        app: The wrapped application.
        path: Path of the endpoint, below the base path.
        endpoint: Serves GET and POST requests of this path. It must handle its exceptions.
    """

    def __init__(self, app: ASGIApp, *, path: str, endpoint: ASGIApp) -> None:
        self._app = app
        self._path = path
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        if (
            scope["type"] == "http"
            and scope["path"] == scope.get("root_path", "") + self._path
            and scope["method"] in _METHODS
        ):
            await self._endpoint(scope, receive, send)
        else:
            await self._app(scope, receive, send)
