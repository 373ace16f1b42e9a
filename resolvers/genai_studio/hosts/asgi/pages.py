"""The page and GraphiQL, as the web project built them, and what they need to know."""

from __future__ import annotations

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from genai_studio.hosts.asgi.content_security import content_security_policy
from genai_studio.hosts.asgi.options import AsgiOptions

_PAGE = {"Content-Security-Policy": content_security_policy(), "Cache-Control": "no-cache"}
_EDITOR = _PAGE | {"Content-Security-Policy": content_security_policy(editor=True)}
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

    async def amplify_outputs(_: Request) -> Response:
        return JSONResponse(
            _amplify_outputs(options.version), headers={"Cache-Control": "no-store"}
        )

    return [
        Route("/amplify_outputs.json", amplify_outputs, methods=["GET"]),
        Mount("/", WebBundle(web_dir)),
    ]


def _amplify_outputs(version: str) -> dict[str, object]:
    # The file that Amplify writes on AWS, so that the same page runs on both.
    return {
        "version": "1.4",
        "custom": {
            "studio": {
                "mode": "local",
                "graphqlUrl": "/graphql",
                "subscriptionUrl": "/graphql",
                "version": version,
            }
        },
    }


class WebBundle(StaticFiles):
    """Files of the built page; client-side routes get `index.html`.

    Args:
        web_dir: Where the build put them; it need not exist.
    """

    def __init__(self, web_dir: Path | None) -> None:
        super().__init__(directory=web_dir, check_dir=False)
        self.config_checked = True  # the directory may appear while the studio runs

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or the page, or 404."""
        if path in {".", "index.html"}:
            return await self._page("index.html", _PAGE, scope)
        if path in {"graphiql", "graphiql.html"}:
            return await self._page("graphiql.html", _EDITOR, scope)
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or path.partition("/")[0] in _NEVER_A_PAGE or "." in path:
                raise
            return await self._page("index.html", _PAGE, scope)
        response.headers["Cache-Control"] = _FOR_EVER if path.startswith("assets/") else "no-cache"
        return response

    async def _page(self, name: str, headers: dict[str, str], scope: Scope) -> Response:
        try:
            response = await super().get_response(name, scope)
        except HTTPException as error:
            if error.status_code != 404:
                raise
            return HTMLResponse(_NOT_BUILT, 503, headers=_PAGE)
        response.headers.update(headers)
        return response
