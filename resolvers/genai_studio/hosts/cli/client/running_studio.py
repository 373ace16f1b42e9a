"""Find the studio that runs on a data directory."""

from __future__ import annotations

from pathlib import Path

import msgspec

from genai_studio.local import proof
from genai_studio.local.data_dir import ADDRESS_FILE
from genai_studio.local.directory_lock import is_locked

_PROOF_TIMEOUT_SECONDS = 5.0


class StudioAddress(msgspec.Struct):
    """Content of the address file, which a studio writes while it runs.

    Attributes:
        key: Secret with which the studio proves that it wrote the file.
    """

    url: str
    pid: int
    key: str


def read_address(data_dir: Path) -> StudioAddress | None:
    """Read the address file; return None if it is missing or invalid."""
    try:
        return msgspec.json.decode((data_dir / ADDRESS_FILE).read_bytes(), type=StudioAddress)
    except (OSError, msgspec.MsgspecError):
        return None


async def find_running_studio(data_dir: Path) -> str | None:
    """Return the base URL of the data directory's studio; None if it does not run.

    A studio whose model is still loading counts as running. The address file alone
    proves nothing: a killed studio leaves it behind, and another program may use its
    port. The lock must be held, and the server must know the key in the file.
    """
    address = read_address(data_dir)
    if address is None or not is_locked(data_dir):
        return None
    url = address.url.rstrip("/")
    return url if await knows_key(url, address.key) else None


async def is_studio_of(url: str, data_dir: Path) -> bool:
    """Return whether the server at a URL is the running studio of a data directory.

    Raises:
        ConnectionError: No server listens at the URL.
    """
    address = read_address(data_dir)
    key = address.key if address is not None and is_locked(data_dir) else proof.new_key()
    return await _knows_key(url, key)


async def knows_key(url: str, key: str) -> bool:
    """Challenge a server to prove that it knows the key of an address file."""
    try:
        return await _knows_key(url, key)
    except ConnectionError:
        return False


async def _knows_key(url: str, key: str) -> bool:
    import httpx

    challenge = proof.new_challenge()
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=_PROOF_TIMEOUT_SECONDS) as client:
            response = await client.get(
                f"{url.rstrip('/')}{proof.ROUTE}", params={"challenge": challenge}
            )
    except httpx.ConnectError as error:
        raise ConnectionError from error
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
    return response.status_code == httpx.codes.OK and proof.is_answer(response.text, key, challenge)
