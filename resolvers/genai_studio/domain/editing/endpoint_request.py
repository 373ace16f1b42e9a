"""The request that an endpoint receives for a stored request."""

from __future__ import annotations

from dataclasses import replace

from genai_studio.domain.request import ImageRequest


def endpoint_request(request: ImageRequest) -> ImageRequest:
    """Return the request in the size that the endpoint works in.

    The stored request of a masked edit has the size of the result. The size of an
    UPSCALE stays that of the result: the endpoint derives its factor from `edit`.
    """
    workspace = request.edit.workspace if request.edit else None
    if workspace is None:
        return request
    return replace(request, width=workspace.width, height=workspace.height)
