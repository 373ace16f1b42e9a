"""The requests of `edit`, `vary` and `upscale`: sources by ID or upload, margins, variations."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from genai_studio.hosts.cli.client.edit_request import (
    image_id,
    parse_outpaint,
    source_fields,
    upload_file,
    variation_request,
)
from genai_studio.hosts.cli.output.failures import CommandFailed
from tests.fakes.studio_client import FakeStudioClient, generation_data

pytestmark = pytest.mark.anyio

ID = "019e0000-0000-7000-8000-000000000001"
PNG = b"\x89PNG\r\n\x1a\n and more"
UPLOAD = {
    "id": "u",
    "url": "/uploads/u",
    "method": "PUT",
    "headers": [{"name": "Content-Type", "value": "image/png"}],
    "fields": [],
}
CREATED = {"createUpload": {"upload": UPLOAD, "userErrors": []}}


def models(*ids: str) -> dict[str, Any]:
    defaults = {"subtleVariation": 0.25, "strongVariation": 0.75}
    return {"models": [{"id": one, "editDefaults": defaults} for one in ids]}


SOURCE = generation_data("SUCCEEDED", 3) | {
    "negativePrompt": "",
    "steps": 20,
    "guidanceScale": 4.0,
    "style": "flat",
}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (ID, f"{ID}/0"),
        (f"{ID}/0", f"{ID}/0"),
        (f"{ID}/3", f"{ID}/3"),
        (f"{ID}/", None),
        (f"{ID}.png", None),
        (f"./{ID}", None),
        ("photo.png", None),
        ("", None),
    ],
)
def test_an_id_is_an_image_and_everything_else_a_path(source: str, expected: str | None) -> None:
    assert image_id(source) == expected


def test_margins_are_given_per_side_or_for_all() -> None:
    assert parse_outpaint("right=256,top=64") == {"right": 256, "top": 64}
    assert parse_outpaint("left=8, bottom=0") == {"left": 8, "bottom": 0}
    assert parse_outpaint("32") == {"left": 32, "right": 32, "top": 32, "bottom": 32}


@pytest.mark.parametrize(
    "text", ["", "right", "right=", "right=-1", "right=1.5", "up=3", "left=1,left=2", "٣", "1,2"]
)
def test_other_margins_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(CommandFailed, match="right=256,top=64"):
        parse_outpaint(text)


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0 jpeg", "image/jpeg"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
    ],
)
async def test_a_file_is_declared_and_sent(tmp_path: Path, data: bytes, content_type: str) -> None:
    file = tmp_path / "no-suffix"
    file.write_bytes(data)
    client = FakeStudioClient(createUpload=[CREATED])

    assert await source_fields(client, str(file)) == {"sourceUploadId": "u"}

    declared = {
        "contentType": content_type,
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    assert client.sent == [("createUpload", {"input": declared})]
    assert client.sent_files == {"/uploads/u": data}


async def test_an_id_is_not_uploaded() -> None:
    client = FakeStudioClient()

    assert await source_fields(client, ID) == {"sourceImageId": f"{ID}/0"}
    assert client.sent == []


async def test_a_file_that_is_no_image_is_not_sent(tmp_path: Path) -> None:
    file = tmp_path / "text.png"
    file.write_bytes(b"GIF89a")
    client = FakeStudioClient()

    with pytest.raises(CommandFailed, match="not a PNG, JPEG or WebP"):
        await upload_file(client, file)
    assert client.sent == []


async def test_a_refused_upload_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(PNG)
    errors = [{"message": "Too large.", "path": ["input", "bytes"]}]
    client = FakeStudioClient(
        createUpload=[{"createUpload": {"upload": None, "userErrors": errors}}]
    )

    with pytest.raises(CommandFailed, match="Too large"):
        await upload_file(client, file)
    assert client.sent_files == {}


@pytest.mark.parametrize(("strong", "strength"), [(False, 0.25), (True, 0.75)])
async def test_a_variation_repeats_the_parameters_but_the_seed(
    strong: bool, strength: float
) -> None:
    client = FakeStudioClient(
        generation=[{"generation": SOURCE}], models=[models("other", "builtin")]
    )

    request = await variation_request(client, f"{ID}/2", strong=strong)

    assert request == {
        "operation": "IMAGE_TO_IMAGE",
        "sourceImageId": f"{ID}/2",
        "prompt": "a red apple",
        "negativePrompt": None,
        "model": "builtin",
        "steps": 20,
        "guidanceScale": 4.0,
        "style": "flat",
        "strength": strength,
    }
    assert client.sent[0] == ("generation", {"id": ID})


async def test_a_variation_of_nothing_is_refused() -> None:
    client = FakeStudioClient(generation=[{"generation": None}], models=[models("builtin")])
    with pytest.raises(CommandFailed, match="no generation"):
        await variation_request(client, f"{ID}/0", strong=False)


async def test_a_variation_needs_the_model_of_its_source() -> None:
    client = FakeStudioClient(generation=[{"generation": SOURCE}], models=[models("other")])
    with pytest.raises(CommandFailed, match="no longer offers the model “builtin”"):
        await variation_request(client, f"{ID}/0", strong=False)
