"""Readiness of an inference server, by its `/ping` route."""

from __future__ import annotations

import httpx


def accepts_work(ping: httpx.Response) -> bool:
    """Return whether a `/ping` response says that the server accepts invocations.

    A default model that failed to load counts as ready: invocations of it fail
    at once, and the server's other models still work.
    """
    if ping.status_code == httpx.codes.OK:
        return True
    try:
        content = ping.json()
    except ValueError:
        return False
    return isinstance(content, dict) and content.get("failed") is not None


_PING_TIMEOUT_SECONDS = 5.0


class HealthProbe:
    """Checks the readiness of a server that the studio did not start (`--endpoint-url`).

    Args:
        base_url: Scheme, host and port.
    """

    def __init__(self, base_url: str) -> None:
        self._ping_url = f"{base_url.rstrip('/')}/ping"
        # Without keep-alive connections the client needs no closing.
        self._http = httpx.AsyncClient(
            trust_env=False,
            timeout=_PING_TIMEOUT_SECONDS,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def ready(self) -> bool:
        """Return whether the server responds and its default model is no longer loading."""
        try:
            response = await self._http.get(self._ping_url)
        except (httpx.HTTPError, httpx.InvalidURL):
            return False
        return accepts_work(response)
