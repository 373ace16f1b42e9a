"""Who may call, when the process serves one machine instead of SageMaker.

On loopback every program and every web page of the machine can reach the port.
The studio gives its child an access key made for that run; requests must be
signed with it, as boto3 does anyway. The signature itself is not computed again:
knowing the key is the proof, and a browser can neither know it nor set the header
without a preflight that is never answered.
"""

from __future__ import annotations

import hmac
import re

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from genai_studio.inference.errors import AccessDenied, answer

_CREDENTIAL = re.compile(r"AWS4-HMAC-SHA256 .*?Credential=([^/,\s]+)/")


class RequireAccessKey:
    """Lets only `/ping` and requests signed with the access key through."""

    def __init__(self, app: ASGIApp, access_key: str) -> None:
        self._app = app
        self._access_key = access_key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] == "http" and scope["path"] != "/ping":
            request = Request(scope)
            found = _CREDENTIAL.match(request.headers.get("authorization", ""))
            given = found.group(1) if found else ""
            if not hmac.compare_digest(given.encode(), self._access_key):
                denied = AccessDenied("The request is not signed with this process's access key.")
                await answer(request, denied)(scope, receive, send)
                return
        await self._app(scope, receive, send)
