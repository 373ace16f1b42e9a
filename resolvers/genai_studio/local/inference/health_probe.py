"""An inference server that somebody else started (`--endpoint-url`)."""

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


_PING_SECONDS = 5.0


class HealthProbe:
    """Asks a server whether it takes work, as `InferenceProcess` asks its child.

    Args:
        base_url: Scheme, host and port.
    """

    def __init__(self, base_url: str) -> None:
        self._ping = f"{base_url.rstrip('/')}/ping"
        # No connection is kept, so there is nothing to close at the end.
        self._http = httpx.AsyncClient(
            trust_env=False,
            timeout=_PING_SECONDS,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def ready(self) -> bool:
        """Whether it answers, and its default model is loaded or cannot be."""
        try:
            answer = await self._http.get(self._ping)
        except (httpx.HTTPError, httpx.InvalidURL):
            return False
        return takes_work(answer)
