"""A zip that depends on its files alone."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can name."""
_UNIX = 3
_READABLE = 0o100644 << 16
_SMALLEST = 9


def write_archive(directory: Path, archive: Path) -> None:
    """Zip all files below `directory`: in order, without times, readable by everybody."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(archive, "w") as zipped:
        for path in sorted(path for path in directory.rglob("*") if path.is_file()):
            entry = ZipInfo(path.relative_to(directory).as_posix(), _EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = _READABLE
            zipped.writestr(entry, path.read_bytes(), ZIP_DEFLATED, _SMALLEST)
