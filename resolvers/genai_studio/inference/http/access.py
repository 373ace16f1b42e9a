"""Authentication of callers on the local machine, outside SageMaker.

Every program and every web page on the machine can reach a loopback port. The
studio generates an access key for each run of the process, and boto3 signs
requests with it. Only the key is compared; the signature is not verified. A
browser does not know the key, and it cannot set the header without a preflight
request, which is always rejected.
"""

from __future__ import annotations

import hmac
import re

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from genai_studio.http_server.connections import authenticated
from genai_studio.inference.errors import AccessDenied, error_response

_MAX_HEADER_CHARACTERS = 2_048
_CREDENTIAL = re.compile(r"AWS4-HMAC-SHA256 .*?Credential=([^/,\s]+)/")


class RequireAccessKey:
    """Middleware that rejects requests without the access key, except for `/ping`."""

    def __init__(self, app: ASGIApp, access_key: str) -> None:
        self._app = app
        self._access_key = access_key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward the request, or respond with status 403."""
        if scope["type"] == "http" and scope["path"] != "/ping":
            request = Request(scope)
            header = request.headers.get("authorization", "")[:_MAX_HEADER_CHARACTERS]
            found = _CREDENTIAL.match(header)
            presented = found.group(1) if found else ""
            if not hmac.compare_digest(presented.encode(), self._access_key):
                denied = AccessDenied(
                    "The request must be signed with the access key of this process."
                )
                await error_response(request, denied)(scope, receive, send)
                return
            authenticated(scope, "studio")
        await self._app(scope, receive, send)
