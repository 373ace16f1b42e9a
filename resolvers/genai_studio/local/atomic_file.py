"""Files that appear whole or not at all, and only where there was none."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path


def read_or_create(path: Path, make: Callable[[], bytes]) -> bytes:
    """The bytes at `path`; where there are none, those of `make`, written with mode 0600.

    Of several processes that start at once, all return the same bytes.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):  # another process was quicker: its secret counts
        create_file(path, make(), mode=0o600)
    return path.read_bytes()


def create_file(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write `data` to a new file at `path`, through a temporary name beside it.

    Whoever opens `path` finds nothing or all of `data`, also after a crash: the
    bytes are on the disk before the name is. Of several writers one wins.

    Raises:
        FileExistsError: There is a file at `path`; it stays as it is.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        _write_synced(temporary, data, mode)
        _name_if_absent(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_directory(path.parent)


def _write_synced(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _O_BINARY, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _name_if_absent(temporary: Path, path: Path) -> None:
    if os.name == "nt":
        # There a rename refuses a name that is taken, as only link does elsewhere.
        temporary.rename(path)
    else:
        path.hardlink_to(temporary)


def _sync_directory(directory: Path) -> None:
    """Make a new name last; Windows cannot, and needs no such call."""
    if os.name == "nt":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_O_BINARY: int = getattr(os, "O_BINARY", 0)
