"""Fields of an invocation that edit or upscale an image."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from genai_studio.inference.edit_images import decode_image
from genai_studio.inference.errors import InvalidInvocation
from genai_studio.inference.invocation import DEFAULT_STRENGTH, Invocation, parse_invocation
from tests.unit.imaging.pngs import a_gradient, encoded

SOURCE = encoded(a_gradient(64, 72), "PNG")


def mask_of(width: int = 64, height: int = 72, mode: str = "L") -> bytes:
    return encoded(Image.new(mode, (width, height)), "PNG")


def parse(**fields: Any) -> Invocation:
    encoded_fields = {
        name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in ({"prompt": "a red apple"} | fields).items()
    }
    return parse_invocation(json.dumps(encoded_fields).encode())


def refusal(**fields: Any) -> tuple[str | None, str]:
    with pytest.raises(InvalidInvocation) as rejected:
        parse(**fields)
    assert rejected.value.message.startswith(f"{rejected.value.field}: ")
    return rejected.value.field, rejected.value.message


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_an_image_determines_the_size(form: str) -> None:
    invocation = parse(image=encoded(a_gradient(64, 72), form))
    assert (invocation.width, invocation.height) == (64, 72)
    assert invocation.strength == DEFAULT_STRENGTH


def test_size_and_mask_may_match_the_image() -> None:
    mask = mask_of()
    invocation = parse(image=SOURCE, mask_image=mask, width=64, height=72, strength=0)
    assert (invocation.mask_image, invocation.strength) == (mask, 0)


def test_an_upscale_needs_no_prompt_and_has_no_size() -> None:
    invocation = parse(prompt="", image=encoded(a_gradient(33, 17), "PNG"), upscale=4)
    assert (invocation.width, invocation.height, invocation.strength) == (None, None, None)


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"strength": 0.5}, "strength", "Requires the field `image`"),
        ({"mask_image": mask_of()}, "mask_image", "Requires the field `image`"),
        ({"upscale": 2}, "upscale", "Requires the field `image`"),
        ({"image": ""}, "image", "not be empty"),
        ({"image": "%%%%"}, "image", "base64"),
        ({"image": 7}, "image", "`bytes | null`"),
        ({"image": b"GIF89a"}, "image", "PNG, JPEG or WebP"),
        ({"image": encoded(a_gradient(64, 64), "GIF")}, "image", "PNG, JPEG or WebP"),
        ({"image": encoded(a_gradient(64, 65), "PNG")}, "image", "not 64 × 65"),
        ({"image": encoded(a_gradient(56, 64), "PNG")}, "image", "from 64 to 2048"),
        ({"image": encoded(Image.new("L", (2056, 64)), "PNG")}, "image", "from 64 to 2048"),
        ({"image": SOURCE, "width": 72}, "width", "64 × 72"),
        ({"image": SOURCE, "height": 64}, "height", "64 × 72"),
        ({"image": SOURCE, "mask_image": ""}, "mask_image", "PNG, JPEG or WebP"),
        ({"image": SOURCE, "mask_image": mask_of(72)}, "mask_image", "not 72 × 72"),
        ({"image": SOURCE, "mask_image": mask_of(mode="RGBA")}, "mask_image", "White pixels"),
        ({"image": SOURCE, "mask_image": mask_of(mode="LA")}, "mask_image", "opaque"),
        ({"image": SOURCE, "strength": 1.01}, "strength", "<= 1.0"),
        ({"image": SOURCE, "strength": -0.1}, "strength", ">= 0.0"),
        ({"image": SOURCE, "upscale": 3}, "upscale", "2 or 4"),
        ({"image": SOURCE, "upscale": 2, "strength": 1}, "strength", "omitted with `upscale`"),
        ({"image": SOURCE, "upscale": 2, "width": 64}, "width", "omitted with `upscale`"),
        ({"image": SOURCE, "upscale": 2, "mask_image": mask_of()}, "mask_image", "omitted"),
        ({"image": encoded(Image.new("L", (4104, 8)), "PNG"), "upscale": 2}, "image", "8208 × 16"),
        (
            {"image": encoded(Image.new("L", (2048, 1024)), "PNG"), "upscale": 4},
            "image",
            "8192 × 4096",
        ),
        ({"prompt": "", "image": SOURCE}, "prompt", "one character"),
    ],
)
def test_an_invalid_edit_names_the_field_and_the_reason(
    fields: dict[str, Any], field: str, reason: str
) -> None:
    found, message = refusal(**fields)
    assert found == field
    assert reason in message


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_an_animation_is_refused(form: str) -> None:
    frames = [Image.new("RGB", (64, 64), color) for color in ("red", "green")]
    animation = encoded(frames[0], form, save_all=True, append_images=frames[1:])
    assert refusal(image=animation)[1] == "image: Must have one frame, not 2."


def test_a_palette_with_transparency_is_no_mask() -> None:
    mask = Image.new("P", (64, 72))
    assert "opaque" in refusal(image=SOURCE, mask_image=encoded(mask, "PNG", transparency=0))[1]


def test_a_bomb_is_refused_without_decoding_it() -> None:
    header = bytearray(encoded(Image.new("L", (64, 64)), "PNG"))
    header[16:24] = (60_000).to_bytes(4, "big") * 2
    assert refusal(image=bytes(header))[0] == "image"


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_truncated_image_is_refused_when_it_is_decoded(form: str) -> None:
    whole = encoded(a_gradient(128, 128), form)
    data = whole[: len(whole) * 2 // 3]
    with pytest.raises(InvalidInvocation, match="image: Must be a complete"):
        decode_image(data, "image", "RGB")


def test_decoding_keeps_the_pixels() -> None:
    decoded = decode_image(SOURCE, "image", "RGB")
    assert decoded.tobytes() == Image.open(BytesIO(SOURCE)).tobytes()
