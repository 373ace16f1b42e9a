"""Parse the body of an invocation: JumpStart's fields for text-to-image and inpainting.

Field names and meanings follow JumpStart's Stable Diffusion containers
(https://sagemaker.readthedocs.io, "Introduction to JumpStart - Text to Image" and
"… - Inpainting"). `strength`, `upscale`, `previews` and `model` are extensions of this
project.
"""

from __future__ import annotations

import re
import secrets
from typing import Annotated

import msgspec
from msgspec import Meta

from genai_studio.inference.edit_images import image_size
from genai_studio.inference.errors import InvalidInvocation
from genai_studio.inference.limits import (
    MAX_SIDE,
    MAX_UPSCALED_PIXELS,
    MAX_UPSCALED_SIDE,
    MIN_SIDE,
    SIDE_STEP,
)

DEFAULT_STRENGTH = 0.75
"""Strength of an edit that omits it, the default of Stable Diffusion's own tools."""

UPSCALE_FACTORS = (2, 4)

_Side = Annotated[int, Meta(ge=MIN_SIDE, le=MAX_SIDE, multiple_of=SIDE_STEP)]
_WHERE = re.compile(r" - at `\$\.(?P<field>\w+)`$")
_UNKNOWN = re.compile(r"unknown field `(?P<field>[^`]*)`$")
_MISSING = re.compile(r"missing required field `(?P<field>[^`]*)`$")


class Invocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One validated request.

    Attributes:
        prompt: What to draw; 1 to 20,000 characters. May be empty with `upscale`.
        negative_prompt: What to avoid; at most 20,000 characters.
        width: Pixels, a multiple of 8 from 64 to 2048. None selects the image's width, or
            without an image the model's default. Must be None with `upscale`.
        height: Pixels, as for `width`.
        num_images_per_prompt: Number of images. Image `i` uses `seed + i`.
        num_inference_steps: Denoising steps. None selects the model's default.
        guidance_scale: Classifier-free guidance. None selects the model's default.
        seed: Unsigned 32-bit number. Random if omitted.
        image: The image to edit or to upscale: PNG, JPEG or WebP, base64 in JSON.
        mask_image: Which part of the image to change: an opaque image of the same size.
            White changes, black is kept, gray blends. None changes the whole image.
        strength: How much of the image changes: 1 ignores it, small values keep it. None
            selects `DEFAULT_STRENGTH` if there is an image.
        upscale: Factor by which to enlarge the image: 2 or 4.
        previews: Whether a stream also carries small previews.
        model: Endpoint name of the model; only for `/invocations`.
    """

    prompt: Annotated[str, Meta(max_length=20_000)] = ""
    negative_prompt: Annotated[str, Meta(max_length=20_000)] = ""
    width: _Side | None = None
    height: _Side | None = None
    num_images_per_prompt: Annotated[int, Meta(ge=1, le=16)] = 1
    num_inference_steps: Annotated[int, Meta(ge=1, le=500)] | None = None
    guidance_scale: Annotated[float, Meta(ge=0, le=50)] | None = None
    seed: Annotated[int, Meta(ge=0, le=2**32 - 1)] = msgspec.field(
        default_factory=lambda: secrets.randbelow(2**32)
    )
    image: bytes | None = None
    mask_image: bytes | None = None
    strength: Annotated[float, Meta(ge=0, le=1)] | None = None
    upscale: int | None = None
    previews: bool = False
    model: Annotated[str, Meta(max_length=63)] | None = None

    def seed_of(self, index: int) -> int:
        """Return the seed of image `index`, counted from 0."""
        return (self.seed + index) % 2**32


_decoder = msgspec.json.Decoder(Invocation)


def parse_invocation(body: bytes) -> Invocation:
    """Parse a JSON body.

    Raises:
        InvalidInvocation: The body is not JSON, lacks the prompt, contains an unknown
            field, an invalid value or fields that exclude each other. `field` names the
            field.
    """
    try:
        invocation = _decoder.decode(body)
    except msgspec.ValidationError as error:
        text = str(error)
        field = next(
            (
                found["field"]
                for pattern in (_WHERE, _UNKNOWN, _MISSING)
                if (found := pattern.search(text))
            ),
            None,
        )
        reason = _WHERE.sub("", text)
        message = reason if field is None else f"{field}: {reason}"
        raise InvalidInvocation(f"{message}.", field) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidInvocation("The body must be a JSON object.") from None
    if not invocation.prompt and invocation.upscale is None:
        raise InvalidInvocation("prompt: Must have at least one character.", "prompt")
    return _with_image_size(invocation) if invocation.image else _without_image(invocation)


def _without_image(invocation: Invocation) -> Invocation:
    for field in ("mask_image", "strength", "upscale"):
        if getattr(invocation, field) is not None:
            raise InvalidInvocation(f"{field}: Requires the field `image`.", field)
    if invocation.image is not None:
        raise InvalidInvocation("image: Must not be empty.", "image")
    return invocation


def _with_image_size(invocation: Invocation) -> Invocation:
    """Check the image and the fields that belong to it, and set width and height.

    With `upscale`, width and height remain None.
    """
    assert invocation.image is not None  # noqa: S101 - for mypy
    size = image_size(invocation.image, "image")
    if invocation.upscale is not None:
        _check_upscale(invocation, size, invocation.upscale)
        return invocation
    if any(not MIN_SIDE <= side <= MAX_SIDE or side % SIDE_STEP for side in size):
        raise InvalidInvocation(
            f"image: Width and height must be multiples of {SIDE_STEP} from {MIN_SIDE} to "
            f"{MAX_SIDE} pixels, not {_text(size)}.",
            "image",
        )
    for field, side in zip(("width", "height"), size, strict=True):
        if getattr(invocation, field) not in (None, side):
            raise InvalidInvocation(
                f"{field}: Must be omitted or match the image, which has {_text(size)} pixels.",
                field,
            )
    if invocation.mask_image is not None:
        mask_size = image_size(invocation.mask_image, "mask_image")
        if mask_size != size:
            raise InvalidInvocation(
                f"mask_image: Must have the image's size of {_text(size)} pixels, not "
                f"{_text(mask_size)}.",
                "mask_image",
            )
    strength = DEFAULT_STRENGTH if invocation.strength is None else invocation.strength
    return msgspec.structs.replace(invocation, width=size[0], height=size[1], strength=strength)


def _check_upscale(invocation: Invocation, size: tuple[int, int], factor: int) -> None:
    if factor not in UPSCALE_FACTORS:
        raise InvalidInvocation("upscale: Must be 2 or 4.", "upscale")
    for field in ("mask_image", "strength", "width", "height"):
        if getattr(invocation, field) is not None:
            raise InvalidInvocation(f"{field}: Must be omitted with `upscale`.", field)
    width, height = (side * factor for side in size)
    if max(width, height) > MAX_UPSCALED_SIDE or width * height > MAX_UPSCALED_PIXELS:
        raise InvalidInvocation(
            f"image: The result must have at most {MAX_UPSCALED_SIDE} pixels per side and "
            f"{MAX_UPSCALED_PIXELS} in total, not {_text((width, height))}.",
            "image",
        )


def _text(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]}"
