"""Save generated images to files."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread

from genai_studio.hosts.cli.client.api_types import Image
from genai_studio.hosts.cli.output.failures import CommandFailed

_JPEG = frozenset({".jpg", ".jpeg"})
_SUFFIXES = _JPEG | {".png"}
_JPEG_QUALITY = 95
_EXIF_IFD, _USER_COMMENT = 0x8769, 0x9286


@dataclass(frozen=True, slots=True)
class SavedImage:
    """A file that was written.

    Attributes:
        sha256: Checksum of the file.
    """

    path: Path
    sha256: str


def image_paths(out: Path, count: int) -> list[Path]:
    """Return `out` for one image; for more, add -1, -2 … before the suffix."""
    if count == 1:
        return [out]
    return [out.with_name(f"{out.stem}-{number}{out.suffix}") for number in range(1, count + 1)]


def check_output_path(out: Path) -> None:
    """Check that a file can be created at `out`, before images are generated.

    Raises:
        CommandFailed: `out` is a directory or of another type than PNG and JPEG, or its
            directory does not exist.
    """
    if out.is_dir():
        raise CommandFailed(f"--out {out}: this is a directory. Add a file name.")
    if out.suffix.lower() not in _SUFFIXES:
        raise CommandFailed(
            f"--out {out}: this file type is not supported. Use .png, .jpg or .jpeg."
        )
    if not out.absolute().parent.is_dir():
        raise CommandFailed(f"--out {out}: the directory {out.absolute().parent} does not exist.")


async def save_images(
    images: Sequence[Image], out: Path, download: Callable[[str], Awaitable[bytes]]
) -> list[SavedImage]:
    """Download images, verify their checksums and write them to files.

    Images are converted to JPEG if the suffix of `out` says so.

    Raises:
        CommandFailed: A download failed, or its checksum is wrong.
    """
    saved = []
    paths = image_paths(out, len(images))
    for image, path in zip(images, paths, strict=True):
        data = await download(image.url)
        if hashlib.sha256(data).hexdigest() != image.sha256:
            raise CommandFailed(f"The image for {path} is damaged: its checksum does not match.")
        if path.suffix.lower() in _JPEG:
            data = await anyio.to_thread.run_sync(_to_jpeg, data)
        await anyio.Path(path).write_bytes(data)
        saved.append(SavedImage(path, hashlib.sha256(data).hexdigest()))
    return saved


def _to_jpeg(png: bytes) -> bytes:
    """Convert a PNG to JPEG. Keeps the parameters (EXIF) and the provenance marks (XMP)."""
    from PIL import Image as PillowImage

    with PillowImage.open(io.BytesIO(png)) as image:
        image.load()
        exif = image.getexif()
        parameters = image.info.get("parameters")
        if isinstance(parameters, str):
            comment = b"UNICODE\0" + parameters.encode("utf-16-be")
            exif.get_ifd(_EXIF_IFD)[_USER_COMMENT] = comment
        options = {"xmp": _xmp(image.info)} if _xmp(image.info) else {}
        output = io.BytesIO()
        image.convert("RGB").save(output, "JPEG", quality=_JPEG_QUALITY, exif=exif, **options)
    return output.getvalue()


def _xmp(info: dict[str | tuple[int, int], Any]) -> bytes | None:
    found = info.get("xmp") or info.get("XML:com.adobe.xmp")
    return found.encode() if isinstance(found, str) else found
