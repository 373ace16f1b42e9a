"""Prevent a second studio on a path whose data directory was removed under the first."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
from pathlib import Path

from genai_studio.domain.errors import StudioUnavailable

if sys.platform != "win32":
    import fcntl


class PathLock:
    """A lock on the path of a data directory, kept outside the directory.

    `DirectoryLock` is a file in the directory. If the directory is removed or
    replaced, another studio could lock the new directory while the first one still
    runs. This lock is in a directory of the current user, so other users cannot hold
    it. Windows does not allow the removal of open files and needs no such lock.
    """

    def __init__(self, descriptor: int | None, path: Path | None) -> None:
        self._descriptor = descriptor
        self._path = path

    @classmethod
    def acquire(cls, directory: Path) -> PathLock:
        """Acquire the lock without waiting.

        Args:
            directory: Absolute path of the data directory.

        Raises:
            StudioUnavailable: Another studio was started on this path.
        """
        folder = _runtime_directory()
        if sys.platform == "win32" or folder is None:
            return cls(None, None)
        path = folder / f"{hashlib.sha256(os.fsencode(directory)).hexdigest()[:32]}.lock"
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                owner = os.read(descriptor, 20).decode("ascii", "replace").strip()
                os.close(descriptor)
                raise StudioUnavailable(
                    f"A studio that was started on {directory} is still running (process {owner}), "
                    "but the directory was removed or replaced since. Stop that studio first."
                ) from None
            if _is_at(descriptor, path):
                os.truncate(descriptor, 0)
                os.write(descriptor, f"{os.getpid()}\n".encode())
                return cls(descriptor, path)
            # The previous holder removed the file before it released the lock.
            os.close(descriptor)

    def release(self) -> None:
        """Release the lock and remove its file. Safe to call more than once."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None and self._path is not None:
            self._path.unlink(missing_ok=True)
            os.close(descriptor)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _runtime_directory() -> Path | None:
    """Return a directory that only the current user can write; None if there is none."""
    if sys.platform == "win32":
        return None
    base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    folder = Path(base) / f"genai-studio-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    # In a shared temporary directory, another user may have created the name first.
    own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    return folder if own and not found.st_mode & 0o022 else None
