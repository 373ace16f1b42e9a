"""The project's own container (`genai_studio.inference`).

Without streaming it uses JumpStart's request and response, with PNG, which is lossless.
`sagemaker.streaming` reads its streamed response.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EditInputs
from genai_studio.sagemaker.formats.edit_payload import ImageFields, call_with_images, edit_of
from genai_studio.sagemaker.formats.jumpstart_txt2img import JumpStartTxt2Img
from genai_studio.sagemaker.formats.wire_format import REAL_TIME_BYTES, Call

_FIELDS = ImageFields(webp=True)
_BASE64_BYTES_PER_PIXEL = 4


class Studio(JumpStartTxt2Img):
    """JumpStart's format with all operations and with lossless images."""

    operations = frozenset(Operation)

    def call(
        self,
        request: ImageRequest,
        index: int,
        inputs: EditInputs | None = None,
        *,
        max_bytes: int = REAL_TIME_BYTES,
    ) -> Call:
        """Request one PNG, or a JPEG if a PNG might exceed the limit, which holds both ways."""
        largest = request.width * request.height * _BASE64_BYTES_PER_PIXEL
        kind = "png" if largest <= max_bytes else "jpeg"
        fields = {"num_images_per_prompt": 1, "seed": request.seed_of(index)}
        return studio_call(request, fields, f"application/json;{kind}", inputs, max_bytes)


def studio_call(
    request: ImageRequest,
    fields: Mapping[str, object],
    accept: str,
    inputs: EditInputs | None,
    max_bytes: int,
) -> Call:
    """Build a call of the project's own container.

    Args:
        request: The request.
        fields: Fields that the kind of the call determines.
        accept: Requested media type of the response.
        inputs: Source and mask, if any.
        max_bytes: Maximum size of the body.

    Raises:
        EndpointError: The images do not fit into `max_bytes`.
    """
    body: dict[str, object] = {
        "prompt": request.prompt,
        "negative_prompt": request.negative_prompt,
        "num_inference_steps": request.steps,
        "guidance_scale": request.guidance_scale,
        **fields,
    }
    if inputs is None:
        body |= {"width": request.width, "height": request.height}
        return Call(msgspec.json.encode(body), accept=accept)
    edit = edit_of(request)
    if request.operation is Operation.UPSCALE:
        body["upscale"] = edit.upscale_factor
    else:
        body["strength"] = edit.strength
    return call_with_images(body, inputs, _FIELDS, Call(b"", accept=accept), max_bytes)
