"""The routes of the built web page, GraphiQL and their configuration."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import anyio
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from genai_studio.hosts.asgi.amplify_outputs import amplify_outputs
from genai_studio.hosts.asgi.content_security import content_security_policy
from genai_studio.hosts.asgi.options import AsgiOptions

WEB_DIR = Path(__file__).parents[2] / "web"
"""Output directory of the web build, inside the package."""

_IMMUTABLE = "public, max-age=31536000, immutable"

_NOT_BUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>genai-studio: web page not built</title>
<h1>The web page is not built</h1>
<p>The studio is running, and its API is available at <code>/graphql</code>. To build the page,
run <code>make web</code> in the project folder, then reload.</p>
</html>
"""


def page_routes(web_dir: Path | None, options: AsgiOptions) -> list[BaseRoute]:
    """Return the routes of the web page. Add them last: they match every path."""
    outputs = amplify_outputs(options.version, options.user_pool, options.base_path)
    connect = () if options.user_pool is None else (options.user_pool.endpoint,)

    async def serve_outputs(_: Request) -> Response:
        return JSONResponse(outputs, headers={"Cache-Control": "no-store"})

    return [
        Route("/amplify_outputs.json", serve_outputs, methods=["GET"]),
        # Pages contain no secrets, so compression is safe from BREACH. API responses
        # are not compressed.
        Mount("/", GZipMiddleware(WebBundle(web_dir, connect, options.base_path), compresslevel=6)),
    ]


class WebBundle(StaticFiles):
    """Serve the built files. The page's own routes are in the URL fragment (ADR 0014).

    Args:
        web_dir: Directory of the built files; it need not exist yet.
        connect: Additional origins that the page may connect to.
        base_path: Path of the studio behind a reverse proxy. The pages are built for
            the root, so it is added to the URLs in their attributes.
    """

    def __init__(
        self, web_dir: Path | None, connect: Sequence[str] = (), base_path: str = ""
    ) -> None:
        self._base_path = base_path.encode()
        super().__init__(directory=web_dir, check_dir=False)
        self._headers = _page_headers(connect, editor=False)
        self._editor_headers = _page_headers(connect, editor=True)
        self.config_checked = True  # the directory may be built while the studio runs

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a page or a file.

        Raises:
            HTTPException: 404, no file has this path.
        """
        if path in {".", "index.html"}:
            return await self._page("index.html", self._headers, scope)
        if path in {"graphiql", "graphiql.html"}:
            return await self._page("graphiql.html", self._editor_headers, scope)
        if not path.startswith("assets/"):
            response = await super().get_response(path, scope)
            response.headers["Cache-Control"] = "no-cache"
            return response
        response = await self._compressed(path, scope) or await super().get_response(path, scope)
        response.headers["Cache-Control"] = _IMMUTABLE
        return response

    async def _compressed(self, path: str, scope: Scope) -> Response | None:
        """Return the compressed form of a file if the build made one and the client accepts it."""
        if not _accepts_brotli(Headers(scope=scope).get("Accept-Encoding", "")):
            return None
        try:
            response = await super().get_response(f"{path}.br", scope)
        except HTTPException as error:
            if error.status_code != 404:
                raise
            return None
        response.headers["Content-Encoding"] = "br"
        response.headers.add_vary_header("Accept-Encoding")
        return response

    async def _page(self, name: str, headers: dict[str, str], scope: Scope) -> Response:
        try:
            response = await super().get_response(name, scope)
        except HTTPException as error:
            if error.status_code != 404:
                raise
            return HTMLResponse(_NOT_BUILT, 503, headers=headers)
        if self._base_path and isinstance(response, FileResponse):
            page = await anyio.Path(response.path).read_bytes()
            return HTMLResponse(
                page.replace(b'="/', b'="' + self._base_path + b"/"), headers=headers
            )
        response.headers.update(headers)
        return response


def _accepts_brotli(accepted: str) -> bool:
    """Report whether an `Accept-Encoding` header (RFC 9110, section 12.5.3) lists `br`."""
    for entry in accepted.split(","):
        coding, _, weight = entry.partition(";")
        if coding.strip().lower() == "br":
            return re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight) is None
    return False


def _page_headers(connect: Sequence[str], *, editor: bool) -> dict[str, str]:
    policy = content_security_policy(connect=connect, editor=editor)
    return {"Content-Security-Policy": policy, "Cache-Control": "no-cache"}
