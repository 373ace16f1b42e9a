"""Reproducible zip archives."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest timestamp of the zip format."""
_UNIX = 3
_FILE_MODE = 0o100644 << 16
_MAX_COMPRESSION = 9


def write_archive(directory: Path, archive: Path) -> None:
    """Zip all files below `directory`, sorted, with fixed timestamps and file modes."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(archive, "w") as zipped:
        for path in sorted(path for path in directory.rglob("*") if path.is_file()):
            entry = ZipInfo(path.relative_to(directory).as_posix(), _EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = _FILE_MODE
            zipped.writestr(entry, path.read_bytes(), ZIP_DEFLATED, _MAX_COMPRESSION)
