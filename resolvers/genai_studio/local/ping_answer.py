"""What an inference server's answer to `GET /ping` means for a studio."""

from __future__ import annotations

import httpx


def takes_work(answer: httpx.Response) -> bool:
    """Whether an invocation sent now would be answered without a wait for a model.

    A default model that cannot be loaded is no reason to wait: its callers are
    told so at once, and the server's other models are not concerned.
    """
    if answer.status_code == httpx.codes.OK:
        return True
    try:
        content = answer.json()
    except ValueError:
        return False
    return isinstance(content, dict) and content.get("failed") is not None
