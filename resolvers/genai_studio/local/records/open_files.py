"""Detect that files which are open were removed or replaced by name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

_FileId = tuple[int, int]


class OpenFiles:
    """Compares the files at some paths with the files that were there at the start.

    A process that has a file open keeps the file after another program removed or
    replaced it. What it then writes is lost when it closes the file. An inode number
    is not reused while the file is open.

    Args:
        paths: Paths of open files. Paths without a file are ignored.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        # Do not open the files for this: closing any descriptor of a file releases
        # the process's POSIX locks on it, which SQLite uses.
        found = ((path, _file_id(path)) for path in paths)
        self._ids = {path: file_id for path, file_id in found if file_id is not None}

    def missing(self) -> Path | None:
        """Return a path that no longer leads to the open file, or None."""
        return next((path for path in self._ids if not self.has(path)), None)

    def has(self, path: Path) -> bool:
        """Return whether a path still leads to the open file."""
        return _file_id(path) == self._ids.get(path)


def _file_id(path: Path) -> _FileId | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
