"""Download one file from a hub, with resume and verification."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from genai_studio.hub.errors import DownloadDamaged
from genai_studio.hub.repository import (
    RemoteFile,
    raise_for_status,
    too_many_redirects,
    unreachable,
)

ATTEMPTS = 5
_CHUNK = 1024 * 1024
_RETRIED = {408, 429, 500, 502, 503, 504}

OnBytes = Callable[[int], None]


class _Interrupted(Exception):
    """The attempt ended early. The next one resumes from the downloaded part."""


@dataclass(frozen=True, slots=True)
class Source:
    """URL of a file, with the names of hub and model for error messages."""

    url: str
    hub: str
    model_id: str


def download_file(
    client: httpx.Client,
    source: Source,
    file: RemoteFile,
    target: Path,
    on_bytes: OnBytes,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Download a file to `target`, which is created only after verification.

    The partial download is kept in a file with the suffix `.part` and resumed by
    the next attempt, also in a later call.

    Args:
        on_bytes: Called after each chunk with the number of downloaded bytes.

    Raises:
        HubUnreachable: `ATTEMPTS` attempts in a row downloaded nothing.
        DownloadDamaged: Size or checksum is wrong. The partial file is deleted.
        HubError: The hub refused the file.
    """
    if target.exists() and target.stat().st_size == file.size:
        on_bytes(file.size)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    attempt = 0
    while _size(part) != file.size or not part.exists():
        before = _size(part)
        try:
            _fetch(client, source, file, part, on_bytes)
        except httpx.TooManyRedirects as error:
            raise too_many_redirects(source.hub) from error
        except (httpx.TransportError, _Interrupted) as error:
            attempt = 0 if _size(part) > before else attempt + 1
            if attempt >= ATTEMPTS:
                raise unreachable(source.hub) from error
            sleep(min(2.0**attempt, 30.0))
    _verify(part, file, source)
    part.replace(target)
    on_bytes(file.size)


def _fetch(
    client: httpx.Client, source: Source, file: RemoteFile, part: Path, on_bytes: OnBytes
) -> None:
    received = _size(part)
    # identity: a compressed response can neither be resumed nor compared with the size.
    headers = {"Accept-Encoding": "identity"}
    if received:
        headers["Range"] = f"bytes={received}-"
    with client.stream("GET", source.url, headers=headers) as response:
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.unlink()
            raise _Interrupted
        if response.status_code in _RETRIED:
            raise _Interrupted
        raise_for_status(response.status_code, source.hub, source.model_id)
        resumed = response.status_code == httpx.codes.PARTIAL_CONTENT
        with part.open("ab" if resumed else "wb") as out:
            received = received if resumed else 0
            # Without a chunk size: a buffered chunk would be lost with the connection.
            for chunk in response.iter_bytes():
                received += len(chunk)
                if received > file.size:
                    break
                out.write(chunk)
                on_bytes(received)
    if received > file.size:
        part.unlink()
        raise _damaged(file, source)
    if received < file.size:
        raise _Interrupted


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _verify(part: Path, file: RemoteFile, source: Source) -> None:
    if file.sha256 is not None:
        valid = _digest(hashlib.sha256(), part) == file.sha256.lower()
    elif file.git_sha1 is not None:
        blob = hashlib.sha1(f"blob {file.size}\0".encode(), usedforsecurity=False)
        valid = _digest(blob, part) == file.git_sha1.lower()
    else:
        valid = False
    if not valid:
        part.unlink()
        raise _damaged(file, source)


def _digest(digest: hashlib._Hash, path: Path) -> str:
    with path.open("rb") as content:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _damaged(file: RemoteFile, source: Source) -> DownloadDamaged:
    return DownloadDamaged(
        f"{file.path} does not match the size or checksum that {source.hub} lists. "
        "The download was deleted. Try again."
    )
