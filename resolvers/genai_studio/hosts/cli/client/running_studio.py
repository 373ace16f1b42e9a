"""Find the studio that runs on a data directory."""

from __future__ import annotations

from pathlib import Path

import msgspec

from genai_studio.local.data_dir import ADDRESS_FILE

_HEALTH_TIMEOUT_SECONDS = 5.0


class StudioAddress(msgspec.Struct):
    """Content of the address file, which a studio writes while it runs."""

    url: str
    pid: int


def read_address(data_dir: Path) -> StudioAddress | None:
    """Read the address file; return None if it is missing or invalid."""
    try:
        return msgspec.json.decode((data_dir / ADDRESS_FILE).read_bytes(), type=StudioAddress)
    except (OSError, msgspec.MsgspecError):
        return None


async def find_running_studio(data_dir: Path) -> str | None:
    """Return the base URL of the data directory's studio; None if it does not respond.

    A studio whose model is still loading counts as running.
    """
    import httpx

    address = read_address(data_dir)
    if address is None:
        return None
    url = address.url.rstrip("/")
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=_HEALTH_TIMEOUT_SECONDS) as client:
            response = await client.get(f"{url}/healthz")
            return url if "status" in response.json() else None
    except (httpx.HTTPError, ValueError, TypeError):
        # The studio is gone, or another program uses the port now.
        return None
