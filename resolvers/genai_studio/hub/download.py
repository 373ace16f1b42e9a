"""One file from a hub to the disk: resumed where it stopped, and checked."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from genai_studio.hub.errors import DownloadDamaged
from genai_studio.hub.repository import RemoteFile, raise_for, unreachable

ATTEMPTS = 5
_CHUNK = 1024 * 1024
_RETRIED = {408, 429, 500, 502, 503, 504}

OnBytes = Callable[[int], None]


class _Broken(Exception):
    """This attempt ended early; what arrived stays for the next one."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a file comes from: its URL, and names for messages."""

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
    """Bring a file to `target`, which appears only when it is whole and right.

    What has arrived lies beside it with the suffix `.part` and is continued by
    the next attempt, of this call or of a later one.

    Args:
        on_bytes: Told how many bytes of this file are there, after every chunk.

    Raises:
        HubUnreachable: The connection broke `ATTEMPTS` times without a byte more.
        DownloadDamaged: Size or checksum is wrong; the part is thrown away.
        HubError: The hub refuses the file.
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
        except (httpx.TransportError, _Broken) as error:
            attempt = 0 if _size(part) > before else attempt + 1
            if attempt >= ATTEMPTS:
                raise unreachable(source.hub) from error
            sleep(min(2.0**attempt, 30.0))
    _check(part, file, source)
    part.replace(target)
    on_bytes(file.size)


def _fetch(
    client: httpx.Client, source: Source, file: RemoteFile, part: Path, on_bytes: OnBytes
) -> None:
    have = _size(part)
    # identity: a compressed answer could be neither continued nor measured.
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    with client.stream("GET", source.url, headers=headers) as answer:
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.unlink()
            raise _Broken
        if answer.status_code in _RETRIED:
            raise _Broken
        raise_for(answer.status_code, source.hub, source.model_id)
        continued = answer.status_code == httpx.codes.PARTIAL_CONTENT
        with part.open("ab" if continued else "wb") as out:
            have = have if continued else 0
            # In the pieces that arrive: a larger one would be lost when the connection breaks.
            for chunk in answer.iter_bytes():
                have += len(chunk)
                if have > file.size:
                    break
                out.write(chunk)
                on_bytes(have)
    if have > file.size:
        part.unlink()
        raise _damaged(file, source)
    if have < file.size:
        raise _Broken


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _check(part: Path, file: RemoteFile, source: Source) -> None:
    if file.sha256 is not None:
        right = _digest(hashlib.sha256(), part) == file.sha256.lower()
    elif file.git_sha1 is not None:
        blob = hashlib.sha1(f"blob {file.size}\0".encode(), usedforsecurity=False)
        right = _digest(blob, part) == file.git_sha1.lower()
    else:
        right = False
    if not right:
        part.unlink()
        raise _damaged(file, source)


def _digest(digest: hashlib._Hash, path: Path) -> str:
    with path.open("rb") as content:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _damaged(file: RemoteFile, source: Source) -> DownloadDamaged:
    return DownloadDamaged(
        f"{file.path} did not arrive as {source.hub} promised it; it was thrown away. Try again."
    )
