"""Write finished images where they were asked for."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import anyio

from genai_studio.hosts.cli.client.studio_client import StudioClient
from genai_studio.hosts.cli.output.failures import CommandFailed


def image_paths(out: Path, count: int) -> list[Path]:
    """`out` alone, or `out` with -1, -2 … before its suffix."""
    if count == 1:
        return [out]
    return [out.with_name(f"{out.stem}-{number}{out.suffix}") for number in range(1, count + 1)]


def demand_writable(out: Path) -> None:
    """Nothing, where `out` can become a file; asked before anything is drawn.

    Raises:
        CommandFailed: Its folder does not exist, or it is a folder itself.
    """
    if out.is_dir():
        raise CommandFailed(f"--out {out}: this is a folder; name a file in it.")
    if not out.absolute().parent.is_dir():
        raise CommandFailed(f"--out {out}: the folder {out.absolute().parent} does not exist.")


async def save_images(client: StudioClient, images: list[dict[str, Any]], out: Path) -> list[Path]:
    """Download every image, check that it is whole, and write it.

    Raises:
        CommandFailed: One cannot be had, or is not what the studio stored.
    """
    paths = image_paths(out, len(images))
    for image, path in zip(images, paths, strict=True):
        data = await client.download(image["url"])
        if hashlib.sha256(data).hexdigest() != image["sha256"]:
            raise CommandFailed(f"The image for {path} came damaged: its checksum is another.")
        await anyio.Path(path).write_bytes(data)
    return paths
