"""The route that receives uploads of a studio on one machine at signed URLs."""

from __future__ import annotations

import logging
import os

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from genai_studio.disk_full import is_disk_full
from genai_studio.domain.errors import InvalidUpload
from genai_studio.local.images.signed_uploads import PATH, InvalidUploadUrl
from genai_studio.local.images.uploads import LocalUploads, UploadInProgress

_log = logging.getLogger(__name__)

_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def upload_route(uploads: LocalUploads) -> Route:
    """Serve `PUT /uploads/{owner}/{id}?…`, whose body is the declared file.

    The body is written to disk as it arrives. The HTTP server limits its duration.

    Responses: 204 if the file is stored; 400 if the body is incomplete or differs from the
    declaration; 403 if the URL is invalid or expired; 409 if another request is sending
    the file; 413 and 415 for a wrong size or type; 507 if the disk is full.
    """

    async def receive(request: Request) -> Response:
        try:
            query = request.scope["query_string"].decode("latin-1")
            signed = uploads.verify(f"{PATH}{request.path_params['path']}", query)
        except InvalidUploadUrl as error:
            return _refusal(403, str(error))
        upload = signed.upload
        if request.headers.get("content-type", "") != upload.content_type:
            return _refusal(415, f"The Content-Type must be {upload.content_type}, as declared.")
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            return _refusal(415, "The body must not have a Content-Encoding.")
        length = request.headers.get("content-length")
        if length is not None and length != str(upload.bytes):
            return _refusal(413, f"The file must have the declared {upload.bytes} bytes.")
        try:
            await uploads.receive(signed, request.stream())
        except UploadInProgress as error:
            return _refusal(409, str(error))
        except InvalidUpload as error:
            return _refusal(400, str(error))
        except ClientDisconnect:
            return _refusal(400, "The body is incomplete.")
        except OSError as error:
            _log.error("An upload cannot be stored: %s", os.strerror(error.errno or 0))
            if is_disk_full(error):
                return _refusal(507, "The disk of the studio is full.")
            return _refusal(503, "The file cannot be stored. Details are in the studio's log.")
        return Response(status_code=204, headers=_HEADERS)

    return Route(f"{PATH}{{path:path}}", receive, methods=["PUT"])


def _refusal(status: int, message: str) -> Response:
    # The body may be unread, so the connection cannot be used again.
    return PlainTextResponse(f"{message}\n", status, headers=_HEADERS | {"Connection": "close"})
