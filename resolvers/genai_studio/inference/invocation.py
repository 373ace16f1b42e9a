"""Parse the body of an invocation: JumpStart's text-to-image fields.

Field names and meanings follow JumpStart's Stable Diffusion containers
(https://sagemaker.readthedocs.io, "Introduction to JumpStart - Text to Image").
`previews` and `model` are extensions of this project.
"""

from __future__ import annotations

import re
import secrets
from typing import Annotated

import msgspec
from msgspec import Meta

from genai_studio.inference.errors import InvalidInvocation

MAX_BODY_BYTES = 6_291_456
"""SageMaker's limit for real-time inference (boto3's service model, BodyBlob)."""

_Side = Annotated[int, Meta(ge=64, le=2048, multiple_of=8)]
_WHERE = re.compile(r" - at `\$\.(?P<field>\w+)`$")
_UNKNOWN = re.compile(r"unknown field `(?P<field>[^`]*)`$")
_MISSING = re.compile(r"missing required field `(?P<field>[^`]*)`$")


class Invocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One validated request.

    Attributes:
        prompt: What to draw; 1 to 20,000 characters.
        negative_prompt: What to avoid; at most 20,000 characters.
        width: Pixels, a multiple of 8 from 64 to 2048. None selects the model's default.
        height: Pixels, as for `width`.
        num_images_per_prompt: Number of images. Image `i` uses `seed + i`.
        num_inference_steps: Denoising steps. None selects the model's default.
        guidance_scale: Classifier-free guidance. None selects the model's default.
        seed: Unsigned 32-bit number. Random if omitted.
        previews: Whether a stream also carries small previews.
        model: Endpoint name of the model; only for `/invocations`.
    """

    prompt: Annotated[str, Meta(min_length=1, max_length=20_000)]
    negative_prompt: Annotated[str, Meta(max_length=20_000)] = ""
    width: _Side | None = None
    height: _Side | None = None
    num_images_per_prompt: Annotated[int, Meta(ge=1, le=16)] = 1
    num_inference_steps: Annotated[int, Meta(ge=1, le=500)] | None = None
    guidance_scale: Annotated[float, Meta(ge=0, le=50)] | None = None
    seed: Annotated[int, Meta(ge=0, le=2**32 - 1)] = msgspec.field(
        default_factory=lambda: secrets.randbelow(2**32)
    )
    previews: bool = False
    model: Annotated[str, Meta(max_length=63)] | None = None

    def seed_of(self, index: int) -> int:
        """Return the seed of image `index`, counted from 0."""
        return (self.seed + index) % 2**32


_decoder = msgspec.json.Decoder(Invocation)


def parse_invocation(body: bytes) -> Invocation:
    """Parse a JSON body.

    Raises:
        InvalidInvocation: The body is not JSON, lacks the prompt, contains an
            unknown field or an invalid value. `field` names the field.
    """
    try:
        return _decoder.decode(body)
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
