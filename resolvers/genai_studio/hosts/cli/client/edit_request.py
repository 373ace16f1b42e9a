"""Build the request of an edit: find or upload its source and mask."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import anyio

from genai_studio.hosts.cli.client.api_types import ModelsAnswer, SourceAnswer, UploadAnswer
from genai_studio.hosts.cli.client.studio_client import StudioClient
from genai_studio.hosts.cli.output.failures import CommandFailed
from genai_studio.hosts.cli.output.user_errors import raise_user_errors

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_IMAGE_ID = re.compile(rf"({_UUID})(?:/([0-9]+))?")
_SIDES = ("left", "right", "top", "bottom")
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", b"", "image/png"),
    (b"\xff\xd8\xff", b"", "image/jpeg"),
    (b"RIFF", b"WEBP", "image/webp"),
)


def image_id(source: str) -> str | None:
    """Return the image ID that an argument means, or None if it is a path.

    The ID of a generation means its first image.
    """
    found = _IMAGE_ID.fullmatch(source)
    return found and f"{found[1]}/{found[2] or 0}"


def check_file(path: Path, option: str) -> None:
    """Check that a file exists before the client connects.

    Raises:
        CommandFailed: It does not.
    """
    if not path.is_file():
        raise CommandFailed(
            f"{option} {path}: there is no such file. Name a PNG, JPEG or WebP file, or the ID of "
            "an image or generation."
        )


def parse_outpaint(text: str) -> dict[str, int]:
    """Parse `--outpaint`: one number for all sides, or `right=256,top=64`.

    Raises:
        CommandFailed: The text has another form.
    """
    if text.isascii() and text.isdigit():
        return dict.fromkeys(_SIDES, int(text))
    margins: dict[str, int] = {}
    for part in text.split(","):
        side, _, pixels = part.strip().partition("=")
        if side not in _SIDES or side in margins or not (pixels.isascii() and pixels.isdigit()):
            raise CommandFailed(
                f"--outpaint {text}: give pixels per side, such as right=256,top=64, or one "
                "number for all sides."
            )
        margins[side] = int(pixels)
    return margins


async def source_fields(client: StudioClient, source: str) -> dict[str, Any]:
    """Return the field that names a source; upload it if it is a file.

    Raises:
        CommandFailed: The file cannot be read, or the studio rejected it.
    """
    named = image_id(source)
    if named is not None:
        return {"sourceImageId": named}
    return {"sourceUploadId": await upload_file(client, Path(source))}


async def upload_file(client: StudioClient, path: Path) -> str:
    """Upload a file and return the ID of the upload.

    Raises:
        Unreachable: The studio did not answer.
        CommandFailed: The file cannot be read, or the studio rejected it.
    """
    data = await anyio.Path(path).read_bytes()
    declared = {
        "contentType": _content_type(path, data),
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    answer = await client.fetch("createUpload", {"input": declared}, UploadAnswer)
    raise_user_errors(answer.create_upload.user_errors)
    upload = answer.create_upload.upload
    if upload is None:
        raise CommandFailed("The studio's answer contains no upload.")
    await client.send_file(upload, data)
    return upload.id


async def variation_request(client: StudioClient, image: str, *, strong: bool) -> dict[str, Any]:
    """Return the request for a variation: the parameters of the image, and a new seed.

    Args:
        image: `Image.id`.

    Raises:
        CommandFailed: The caller has no such image, or the studio no longer has its model.
    """
    answer = await client.fetch("generation", {"id": image.partition("/")[0]}, SourceAnswer)
    source = answer.generation
    if source is None:
        raise CommandFailed(f"{image}: you have no generation with this ID.")
    models = (await client.fetch("models", {}, ModelsAnswer)).models
    model = next((one for one in models if one.id == source.model), None)
    if model is None:
        raise CommandFailed(
            f"The studio no longer offers the model “{source.model}”. Use genai-studio edit with "
            "another model."
        )
    defaults = model.edit_defaults
    return {
        "operation": "IMAGE_TO_IMAGE",
        "sourceImageId": image,
        "prompt": source.prompt,
        "negativePrompt": source.negative_prompt or None,
        "model": source.model,
        "steps": source.steps,
        "guidanceScale": source.guidance_scale,
        "style": source.style,
        "strength": defaults.strong_variation if strong else defaults.subtle_variation,
    }


def _content_type(path: Path, data: bytes) -> str:
    for start, kind, content_type in _SIGNATURES:
        if data.startswith(start) and data[8:].startswith(kind):
            return content_type
    raise CommandFailed(f"{path}: this file is not a PNG, JPEG or WebP image.")
