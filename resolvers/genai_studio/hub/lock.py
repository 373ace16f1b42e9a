"""Allow one `models add` or `models remove` per directory of models at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from genai_studio.hub.errors import HubError


@contextmanager
def models_lock(directory: Path) -> Iterator[None]:
    """Hold the lock of a directory of models. It is released when the process ends.

    Raises:
        HubError: Another process changes the models, or the directory is not writable.
    """
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(_path(directory), timeout=0, isolation_level=None)
    except (OSError, sqlite3.OperationalError) as error:
        raise HubError(f"The directory {directory} is not writable.") from error
    with closing(connection):
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            raise HubError(
                "Another genai-studio models command is running. Run this one again when it has "
                "finished."
            ) from error
        yield


def _path(directory: Path) -> Path:
    # Beside the directory, which contains only models.
    return directory.with_name(f".{directory.name}.lock")
