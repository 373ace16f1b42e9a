"""Read and create the key files of a data directory."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.local.atomic_file import read_or_create
from genai_studio.local.data_dir import RESTORE

KEY_BYTES = 32


def read_or_create_key(path: Path, remedy: str) -> bytes:
    """Return the random bytes in a key file; create the file if it does not exist.

    Args:
        remedy: What to do if the file is damaged.

    Raises:
        StudioUnavailable: The file is damaged or cannot be read.
    """
    key = read_or_create_secret(path, lambda: secrets.token_bytes(KEY_BYTES))
    if len(key) != KEY_BYTES:
        raise damaged(path, f"it has {len(key)} bytes instead of {KEY_BYTES}", remedy)
    return key


def read_or_create_secret(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the content of a file; create it from `make()` if it does not exist.

    Raises:
        StudioUnavailable: The file cannot be read or created.
    """
    try:
        return read_or_create(path, make)
    except OSError as error:
        raise StudioUnavailable(
            f"{path} cannot be read: {error.strerror}. Fix its permissions, or restore a backup. "
            f"{RESTORE}"
        ) from error


def check_fingerprint(key: Path, fingerprint: Path, remedy: str) -> None:
    """Raise if a key file is missing or has other content than when it was first used.

    A key of the right length but with wrong content cannot be detected otherwise.

    Args:
        fingerprint: File with a digest of the key. If it exists, so must the key.
        remedy: What to do if the key is missing or was replaced.

    Raises:
        StudioUnavailable: The key is missing or was replaced.
    """
    try:
        expected = fingerprint.read_bytes().strip()
    except FileNotFoundError:
        return
    except OSError as error:
        raise StudioUnavailable(f"{fingerprint} cannot be read: {error.strerror}.") from error
    try:
        found = key.read_bytes()
    except FileNotFoundError:
        raise StudioUnavailable(f"{key} is missing. {remedy} {RESTORE}") from None
    except OSError:
        return  # `read_or_create_secret` reports it.
    if secrets.compare_digest(digest(found), expected):
        return
    raise damaged(key, "it is not the key that this directory was used with", remedy)


def digest(key: bytes) -> bytes:
    """Return the content of a fingerprint file. It does not reveal the key."""
    return hashlib.sha256(b"genai-studio key fingerprint\0" + key).hexdigest().encode()


def damaged(path: Path, reason: str, remedy: str) -> StudioUnavailable:
    """Return the exception to raise for a damaged key file."""
    return StudioUnavailable(f"{path} is damaged: {reason}. {remedy} {RESTORE}")
