"""JumpStart's text-to-image containers: Stable Diffusion 2.1 base and its kin.

Fields and answers as in AWS's “Introduction to JumpStart - Text to Image”
(amazon-sagemaker-examples, jumpstart_text_to_image). The container draws every
image of a batch from one seed, and answers with nested RGB arrays unless
JPEG is asked for: 4.1 MB of JSON at 512 × 512, against some 50 kB.
"""

from __future__ import annotations

from itertools import chain
from typing import Annotated

import msgspec
from msgspec import Meta, Raw

from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EndpointImage
from genai_studio.sagemaker.errors import bad_response
from genai_studio.sagemaker.formats.answered_image import check_size, image_from_base64
from genai_studio.sagemaker.formats.wire_format import Call

_Byte = Annotated[int, Meta(ge=0, le=255)]
_rows = msgspec.json.Decoder(list[Raw])
_row = msgspec.json.Decoder(list[tuple[_Byte, _Byte, _Byte]])
_text = msgspec.json.Decoder(str)


class _Answer(msgspec.Struct):
    generated_images: list[Raw] = []
    generated_image: Raw = Raw()


_answer = msgspec.json.Decoder(_Answer)


class JumpStartTxt2Img:
    """The JSON form of the request, with every parameter."""

    def call(self, request: ImageRequest, index: int) -> Call:
        """Ask for one JPEG."""
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

    def parse(self, answer: bytes, request: ImageRequest, index: int) -> EndpointImage:
        """Read `generated_images` or `generated_image`, base64 or RGB rows."""
        return jumpstart_image(answer, request.seed_of(index))


def jumpstart_image(answer: bytes, seed: int) -> EndpointImage:
    """The one image of a JumpStart answer.

    Raises:
        EndpointError: The answer holds none, more than one, or a broken one.
    """
    try:
        read = _answer.decode(answer)
        found = read.generated_images or [one for one in (read.generated_image,) if bytes(one)]
        if len(found) != 1:
            raise bad_response(f"it holds {len(found)} images instead of one")
        if bytes(found[0]).lstrip().startswith(b'"'):
            return image_from_base64(_text.decode(found[0]), seed)
        return _from_rows(_rows.decode(found[0]), seed)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise bad_response("it is not JumpStart's JSON") from None


def _from_rows(rows: list[Raw], seed: int) -> EndpointImage:
    # Row by row: as Python's numbers a whole image would take 30 times its bytes.
    pixels = [bytes(chain.from_iterable(_row.decode(row))) for row in rows]
    width = len(pixels[0]) // 3 if pixels else 0
    check_size(width, len(pixels))
    if any(len(row) != 3 * width for row in pixels):
        raise bad_response("the rows of an image differ in length")
    return EndpointImage(b"".join(pixels), "image/x-rgb", width, len(pixels), seed)
