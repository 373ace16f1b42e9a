"""JumpStart's text-to-image containers, such as Stable Diffusion 2.1 base.

Request and response follow AWS's “Introduction to JumpStart - Text to Image”
(amazon-sagemaker-examples, jumpstart_text_to_image). The container uses one seed for
all images of a batch. Without `accept: …;jpeg` it returns nested RGB arrays: 4.1 MB of
JSON at 512 × 512 instead of about 50 kB.
"""

from __future__ import annotations

from itertools import chain
from typing import Annotated

import msgspec
from msgspec import Meta, Raw

from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EditInputs, EndpointImage
from genai_studio.sagemaker.errors import bad_response
from genai_studio.sagemaker.formats.image_payload import RAW_RGB, check_size, image_from_base64
from genai_studio.sagemaker.formats.wire_format import REAL_TIME_BYTES, TEXT_ONLY, Call

_Byte = Annotated[int, Meta(ge=0, le=255)]
_rows = msgspec.json.Decoder(list[Raw])
_row = msgspec.json.Decoder(list[tuple[_Byte, _Byte, _Byte]])
_values = msgspec.json.Decoder(list[int])
_text = msgspec.json.Decoder(str)

MAX_REGULAR_BYTES = 20_000_000
"""Longer texts are decoded row by row, which takes less memory. 1024 × 1024 pixels have 17 MB."""

_NUMBERS_AND_SPACES = b"0123456789 \t\r\n"


class _Response(msgspec.Struct):
    generated_images: list[Raw] = []
    generated_image: Raw = Raw()


_response = msgspec.json.Decoder(_Response)


class JumpStartTxt2Img:
    """The JSON request with all parameters."""

    operations = TEXT_ONLY

    def call(
        self,
        request: ImageRequest,
        index: int,
        inputs: EditInputs | None = None,
        *,
        max_bytes: int = REAL_TIME_BYTES,
    ) -> Call:
        """Request one JPEG."""
        body = {
            "prompt": request.prompt,
            "negative_prompt": request.negative_prompt,
            "width": request.width,
            "height": request.height,
            "num_images_per_prompt": 1,
            "num_inference_steps": request.steps,
            "guidance_scale": request.guidance_scale,
            "seed": request.seed_of(index),
        }
        return Call(msgspec.json.encode(body), accept="application/json;jpeg")

    def parse(self, response: bytes, request: ImageRequest, index: int) -> EndpointImage:
        """Read `generated_images` or `generated_image`: base64 or RGB rows."""
        return jumpstart_image(response, request.seed_of(index))


def jumpstart_image(response: bytes, seed: int) -> EndpointImage:
    """Return the image of a JumpStart response.

    Raises:
        EndpointError: The response does not contain exactly one valid image.
    """
    try:
        read = _response.decode(response)
        found = read.generated_images or [one for one in (read.generated_image,) if bytes(one)]
        if len(found) != 1:
            raise bad_response(f"it contains {len(found)} images instead of one")
        if bytes(found[0]).lstrip().startswith(b'"'):
            return image_from_base64(_text.decode(found[0]), seed)
        regular = _from_regular_rows(bytes(found[0]), seed)
        return regular or _from_rows(_rows.decode(found[0]), seed)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise bad_response("it is not JumpStart's JSON") from None


def _from_regular_rows(text: bytes, seed: int) -> EndpointImage | None:
    """Return the image if all rows have the same length and all values are bytes.

    It takes half the time of `_from_rows`, which finds out what is wrong otherwise. Without
    its numbers, the text of an image consists of equal rows of `[,,]`. What remains without
    the brackets is decoded as one list, which takes 8 bytes per value.
    """
    if len(text) > MAX_REGULAR_BYTES:
        return None
    form = text.translate(None, _NUMBERS_AND_SPACES)
    row = form[1 : form.find(b"]]") + 2]
    width = (len(row) - 1) // len(b"[,,],")
    height = (len(form) - 1) // (len(row) + 1)
    expected_row = b"[" + b",".join([b"[,,]"] * width) + b"]"
    if form != b"[" + b",".join([expected_row] * height) + b"]":
        return None
    try:
        values = _values.decode(b"[" + text.translate(None, b"[]") + b"]")
        pixels = bytes(values)
    except ValueError:  # msgspec's errors are ValueErrors too
        return None
    check_size(width, height)
    return EndpointImage(pixels, RAW_RGB, width, height, seed)


def _from_rows(rows: list[Raw], seed: int) -> EndpointImage:
    # Decode row by row: Python integers take 30 times the memory of the bytes.
    pixels = [bytes(chain.from_iterable(_row.decode(row))) for row in rows]
    width = len(pixels[0]) // 3 if pixels else 0
    check_size(width, len(pixels))
    if any(len(row) != 3 * width for row in pixels):
        raise bad_response("the rows of an image differ in length")
    return EndpointImage(b"".join(pixels), RAW_RGB, width, len(pixels), seed)
