"""The route that serves images of a studio on one machine by signed URL."""

from __future__ import annotations

import logging
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

_log = logging.getLogger(__name__)

_NO_SNIFF = {"X-Content-Type-Options": "nosniff"}
_ERROR_HEADERS = _NO_SNIFF | {"Cache-Control": "no-store"}


def image_route(images: LocalImages, clock: Clock) -> Route:
    """Serve `GET` and `HEAD /images/{key}?…`; 403 if the signed URL is invalid or expired.

    Supports range requests, conditional requests and downloads. The content of a
    key never changes, so browsers may cache it until the URL expires.
    """

    async def serve(request: Request) -> Response:
        try:
            # `request.url` treats an encoded “?” in the path as the start of the query, and
            # fails if the query is not UTF-8.
            query = request.scope["query_string"].decode("latin-1")
            signed = images.verify(f"{PATH}{request.path_params['key']}", query)
        except InvalidSignedUrl as error:
            return PlainTextResponse(f"{error}\n", 403, headers=_ERROR_HEADERS)
        path = images.path(signed.key)
        try:
            stat_result = await anyio.to_thread.run_sync(_stat_file, path)
        except OSError as error:
            _log.error("An image cannot be read: %s", os.strerror(error.errno or 0))
            message = "The image cannot be read. Details are in the studio's log.\n"
            return PlainTextResponse(message, 503, headers=_ERROR_HEADERS)
        if stat_result is None:
            return PlainTextResponse(
                "Image not found. It was deleted.\n", 404, headers=_ERROR_HEADERS
            )
        headers = _headers(signed, stat_result, clock.now())
        if _is_cached(request, headers["ETag"]):
            del headers["Content-Type"]
            return Response(status_code=304, headers=headers)
        return FileResponse(path, headers=headers, stat_result=stat_result)

    return Route(f"{PATH}{{key:path}}", serve, methods=["GET"])


def _stat_file(path: Path) -> os.stat_result | None:
    try:
        result = path.stat()
        if stat.S_ISREG(result.st_mode):
            path.open("rb").close()  # The response starts before its file is opened.
    except (FileNotFoundError, NotADirectoryError):
        return None
    return result if stat.S_ISREG(result.st_mode) else None


def _headers(signed: SignedObject, file: os.stat_result, now: datetime) -> dict[str, str]:
    seconds_left = int((signed.expires_at - now).total_seconds())
    headers = _NO_SNIFF | {
        "Content-Type": content_type(signed.key),
        "Cache-Control": f"private, immutable, max-age={seconds_left}",
        "ETag": f'"{file.st_mtime_ns:x}-{file.st_size:x}"',
    }
    if signed.download_name is not None:
        headers["Content-Disposition"] = content_disposition(signed.download_name)
    return headers


def content_disposition(file_name: str) -> str:
    """Return an `attachment` header (RFC 6266) with the file name and an ASCII fallback."""
    ascii_name = "".join(
        character if character.isascii() and character.isprintable() else "_"
        for character in file_name
    ).translate(str.maketrans('"\\/%', "____"))
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def _is_cached(request: Request, etag: str) -> bool:
    cached = request.headers.get("if-none-match", "")
    return etag in {tag.strip().removeprefix("W/") for tag in cached.split(",")}
