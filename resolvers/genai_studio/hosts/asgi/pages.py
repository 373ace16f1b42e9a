"""The page and GraphiQL, as the web project built them, and what they need to know."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from genai_studio.hosts.asgi.amplify_outputs import amplify_outputs
from genai_studio.hosts.asgi.content_security import content_security_policy
from genai_studio.hosts.asgi.options import AsgiOptions

WEB_DIR = Path(__file__).parents[2] / "web"
"""Where the build puts the page's files, in the package itself."""

_FOR_EVER = "public, max-age=31536000, immutable"

_NEVER_A_PAGE = ("graphql", "images", "healthz", "assets", "amplify_outputs.json")

_NOT_BUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>genai-studio: the page is not built</title>
<h1>The page is not built</h1>
<p>The studio runs and its API answers at <code>/graphql</code>, but the files of the page
are missing. Run <code>make web</code> in the project's folder, then load this again.</p>
</html>
"""


def page_routes(web_dir: Path | None, options: AsgiOptions) -> list[BaseRoute]:
    """Everything a browser loads; goes last, since it answers whatever is left."""
    outputs = amplify_outputs(options.version, options.user_pool)
    connect = () if options.user_pool is None else (options.user_pool.endpoint,)

    async def tell(_: Request) -> Response:
        return JSONResponse(outputs, headers={"Cache-Control": "no-store"})

    return [
        Route("/amplify_outputs.json", tell, methods=["GET"]),
        # Pages hold nothing secret, so their length tells nothing (BREACH); answers
        # of the API are left as they are.
        Mount("/", GZipMiddleware(WebBundle(web_dir, connect), compresslevel=6)),
    ]


class WebBundle(StaticFiles):
    """Files of the built page; client-side routes get `index.html`.

    Args:
        web_dir: Where the build put them; it need not exist.
        connect: Origins, besides its own, that the page may talk to.
    """

    def __init__(self, web_dir: Path | None, connect: Sequence[str] = ()) -> None:
        super().__init__(directory=web_dir, check_dir=False)
        self._headers = _page_headers(connect, editor=False)
        self._editor_headers = _page_headers(connect, editor=True)
        self.config_checked = True  # the directory may appear while the studio runs

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or the page, or 404."""
        if path in {".", "index.html"}:
            return await self._page("index.html", self._headers, scope)
        if path in {"graphiql", "graphiql.html"}:
            return await self._page("graphiql.html", self._editor_headers, scope)
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or path.partition("/")[0] in _NEVER_A_PAGE or "." in path:
                raise
            return await self._page("index.html", self._headers, scope)
        response.headers["Cache-Control"] = _FOR_EVER if path.startswith("assets/") else "no-cache"
        return response

    async def _page(self, name: str, headers: dict[str, str], scope: Scope) -> Response:
        try:
            response = await super().get_response(name, scope)
        except HTTPException as error:
            if error.status_code != 404:
                raise
            return HTMLResponse(_NOT_BUILT, 503, headers=headers)
        response.headers.update(headers)
        return response


def _page_headers(connect: Sequence[str], *, editor: bool) -> dict[str, str]:
    policy = content_security_policy(connect=connect, editor=editor)
    return {"Content-Security-Policy": policy, "Cache-Control": "no-cache"}
