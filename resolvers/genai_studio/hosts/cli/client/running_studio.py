"""The studio that runs on a data directory, by the note it leaves there."""

from __future__ import annotations

from pathlib import Path

import msgspec

from genai_studio.local.data_dir import ADDRESS_FILE

_PATIENCE_SECONDS = 5.0


class StudioNote(msgspec.Struct):
    """What a running studio writes into its data directory."""

    url: str
    pid: int


def read_note(data_dir: Path) -> StudioNote | None:
    """The note, or None where there is none to be understood."""
    try:
        return msgspec.json.decode((data_dir / ADDRESS_FILE).read_bytes(), type=StudioNote)
    except (OSError, msgspec.MsgspecError):
        return None


async def running_studio(data_dir: Path) -> str | None:
    """Base URL of the data directory's studio; None when it does not answer.

    A studio whose model is still loading answers too, if only that it is busy.
    """
    import httpx

    note = read_note(data_dir)
    if note is None:
        return None
    url = note.url.rstrip("/")
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=_PATIENCE_SECONDS) as client:
            answer = await client.get(f"{url}/healthz")
            return url if "status" in answer.json() else None
    except (httpx.HTTPError, ValueError, TypeError):
        # Nobody there, or another program that took the port since.
        return None
