"""Create files atomically, without overwriting existing ones."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path


def read_or_create(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the content of `path`; if the file does not exist, create it from `make()`.

    The file is created with mode 0600. Processes that call this concurrently all
    return the same bytes.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):  # another process created it first
        create_file(path, make(), mode=0o600)
    return path.read_bytes()


def create_file(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write `data` to a new file at `path`, through a temporary file in the same directory.

    The data is synced before the file gets its name, so after a crash `path`
    either does not exist or has the complete content.

    Raises:
        FileExistsError: `path` already exists. Its content is unchanged.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        _write_synced(temporary, data, mode)
        _rename_if_absent(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_directory(path.parent)


def _write_synced(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _O_BINARY, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _rename_if_absent(temporary: Path, path: Path) -> None:
    if os.name == "nt":
        # On Windows, rename fails if the target exists. On POSIX it overwrites; link fails.
        temporary.rename(path)
    else:
        path.hardlink_to(temporary)


def sync_directory(directory: Path) -> None:
    """Sync a directory entry. Windows cannot open directories and does not need this."""
    if os.name == "nt":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_O_BINARY: int = getattr(os, "O_BINARY", 0)
