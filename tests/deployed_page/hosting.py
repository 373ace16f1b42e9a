"""Emulate Amplify Hosting: the uploaded archive, `customHttp.yml` and the rewrite rules."""

from __future__ import annotations

import io
import json
import mimetypes
import zipfile
from fnmatch import fnmatchcase
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.servers.processes.server import ROOT

RULES: list[dict[str, str]] = json.loads((ROOT / "infra" / "page-rules.json").read_text("utf-8"))


class Hosting:
    """One deployed page.

    If several patterns match, the last one wins, as users of Amplify report.

    Args:
        archive: The zip archive that `make deploy` uploads.
        custom_http: The response headers that `make deploy` sets.
    """

    def __init__(self, archive: bytes, custom_http: str) -> None:
        with zipfile.ZipFile(io.BytesIO(archive)) as reader:
            self._files = {f"/{name}": reader.read(name) for name in reader.namelist()}
        self._headers: list[dict[str, Any]] = json.loads(custom_http)["customHeaders"]
        self.app = Starlette(routes=[Route("/{path:path}", self._serve)])

    async def _serve(self, request: Request) -> Response:
        name = self._target(request.url.path)
        headers = self._headers_of(request.url.path)
        if name not in self._files:
            return Response("Not found", 404, headers)
        kind, _ = mimetypes.guess_type(name)
        return Response(self._files[name], headers=headers, media_type=kind)

    def _target(self, path: str) -> str:
        """Apply the rewrite rules."""
        targets = {rule["source"]: rule["target"] for rule in RULES}
        return targets.get(path, "/index.html" if path == "/" else path)

    def _headers_of(self, path: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for entry in self._headers:
            if fnmatchcase(path, entry["pattern"]):
                found |= {header["key"]: header["value"] for header in entry["headers"]}
        return found
