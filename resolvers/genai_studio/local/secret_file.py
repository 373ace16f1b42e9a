"""Secrets of this data directory: made once, readable by their owner alone."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from genai_studio.local.atomic_file import create_file


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
