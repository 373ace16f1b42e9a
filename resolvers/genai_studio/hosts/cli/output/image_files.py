"""Save generated images to files."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import anyio

from genai_studio.hosts.cli.client.api_types import Image
from genai_studio.hosts.cli.output.failures import CommandFailed


def image_paths(out: Path, count: int) -> list[Path]:
    """Return `out` for one image; for more, add -1, -2 … before the suffix."""
    if count == 1:
        return [out]
    return [out.with_name(f"{out.stem}-{number}{out.suffix}") for number in range(1, count + 1)]


def check_output_path(out: Path) -> None:
    """Check that a file can be created at `out`, before images are generated.

    Raises:
        CommandFailed: `out` is a directory, or its directory does not exist.
    """
    if out.is_dir():
        raise CommandFailed(f"--out {out}: this is a directory. Add a file name.")
    if not out.absolute().parent.is_dir():
        raise CommandFailed(f"--out {out}: the directory {out.absolute().parent} does not exist.")


async def save_images(
    images: Sequence[Image], out: Path, download: Callable[[str], Awaitable[bytes]]
) -> list[Path]:
    """Download images, verify their checksums and write them to files.

    Raises:
        CommandFailed: A download failed, or its checksum is wrong.
    """
    paths = image_paths(out, len(images))
    for image, path in zip(images, paths, strict=True):
        data = await download(image.url)
        if hashlib.sha256(data).hexdigest() != image.sha256:
            raise CommandFailed(f"The image for {path} is damaged: its checksum does not match.")
        await anyio.Path(path).write_bytes(data)
    return paths
