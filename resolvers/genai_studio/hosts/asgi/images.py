"""Serves the images of a studio on one machine, to whoever holds a signed link."""

from __future__ import annotations

import os
import stat
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from genai_studio.local.images.object_keys import content_type
from genai_studio.local.images.signed_urls import PATH, InvalidSignedUrl, SignedObject
from genai_studio.local.images.store import LocalImages
from genai_studio.ports import Clock

_NEVER_SNIFF = {"X-Content-Type-Options": "nosniff"}
_REFUSED = _NEVER_SNIFF | {"Cache-Control": "no-store"}


def image_route(images: LocalImages, clock: Clock) -> Route:
    """`GET` and `HEAD /images/{key}?…`: 403 unless the link is one of ours and alive.

    Knows ranges, conditional requests and downloads. What lies under a key
    never changes, so a browser may keep it as long as the link lives.
    """

    async def serve(request: Request) -> Response:
        try:
            # Not `request.url`: it reads a “?” in the path as the query's beginning,
            # and fails on bytes that are no UTF-8.
            query = request.scope["query_string"].decode("latin-1")
            found = images.verify(request.scope["path"], query)
        except InvalidSignedUrl as error:
            return PlainTextResponse(f"{error}\n", 403, headers=_REFUSED)
        path = images.path(found.key)
        stat_result = await anyio.to_thread.run_sync(_stat_file, path)
        if stat_result is None:
            return PlainTextResponse("The image was deleted.\n", 404, headers=_REFUSED)
        headers = _headers(found, stat_result, clock.now())
        if _is_known(request, headers["ETag"]):
            del headers["Content-Type"]
            return Response(status_code=304, headers=headers)
        return FileResponse(path, headers=headers, stat_result=stat_result)

    return Route(f"{PATH}{{key:path}}", serve, methods=["GET"])


def _stat_file(path: Path) -> os.stat_result | None:
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found if stat.S_ISREG(found.st_mode) else None


def _headers(found: SignedObject, file: os.stat_result, now: datetime) -> dict[str, str]:
    seconds_left = int((found.expires_at - now).total_seconds())
    headers = _NEVER_SNIFF | {
        "Content-Type": content_type(found.key),
        "Cache-Control": f"private, immutable, max-age={seconds_left}",
        "ETag": f'"{file.st_mtime_ns:x}-{file.st_size:x}"',
    }
    if found.download_name is not None:
        headers["Content-Disposition"] = content_disposition(found.download_name)
    return headers


def content_disposition(file_name: str) -> str:
    """An `attachment` header (RFC 6266): the name itself, and an ASCII form for old clients."""
    plain = "".join(
        character if character.isascii() and character.isprintable() else "_"
        for character in file_name
    ).translate(str.maketrans('"\\/%', "____"))
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def _is_known(request: Request, etag: str) -> bool:
    known = request.headers.get("if-none-match", "")
    return etag in {tag.strip().removeprefix("W/") for tag in known.split(",")}
