"""Stable Diffusion 3.5 and Stable Image from the AWS Marketplace.

Request and response follow Stability-AI/aws-jumpstart-examples and Amazon Bedrock's
page “Stable Image request and response”. An entry of `finish_reasons` is null for a
finished image and “Filter reason: …” for a blocked one. Some packages wrap the response
in `body`, as an object or as JSON text.
"""

from __future__ import annotations

import msgspec

from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EditInputs, EndpointImage
from genai_studio.sagemaker.errors import bad_response, endpoint_failure
from genai_studio.sagemaker.formats.edit_payload import ImageFields, call_with_images, edit_of
from genai_studio.sagemaker.formats.image_payload import image_from_base64
from genai_studio.sagemaker.formats.stability_fields import stability_seed
from genai_studio.sagemaker.formats.wire_format import REAL_TIME_BYTES, Call

ASPECT_RATIOS = ("16:9", "1:1", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21")

_FIELDS = ImageFields(webp=True)


class _Response(msgspec.Struct):
    images: list[str] = []
    finish_reasons: list[str | None] = []


class _Wrapped(msgspec.Struct):
    body: _Response | str | None = None


_response = msgspec.json.Decoder(_Response)
_wrapped = msgspec.json.Decoder(_Wrapped)


class MarketplaceSd35:
    """Requests with an aspect ratio instead of a size. Images have about one megapixel.

    An edit has the size of its image. Its strength has the studio's meaning: 1 ignores the
    image.
    """

    operations = frozenset({Operation.TEXT_TO_IMAGE, Operation.IMAGE_TO_IMAGE})

    def call(
        self,
        request: ImageRequest,
        index: int,
        inputs: EditInputs | None = None,
        *,
        max_bytes: int = REAL_TIME_BYTES,
    ) -> Call:
        """Request one PNG, without a source in the nearest aspect ratio."""
        body: dict[str, object] = {
            "prompt": request.prompt,
            "seed": stability_seed(request.seed_of(index)),
            "output_format": "png",
        }
        if request.negative_prompt:
            body["negative_prompt"] = request.negative_prompt
        if inputs is None:
            ratio = nearest_aspect_ratio(request.width, request.height)
            return Call(
                msgspec.json.encode({**body, "mode": "text-to-image", "aspect_ratio": ratio})
            )
        body |= {"mode": "image-to-image", "strength": edit_of(request).strength}
        return call_with_images(body, inputs, _FIELDS, Call(b""), max_bytes)

    def parse(self, response: bytes, request: ImageRequest, index: int) -> EndpointImage:
        """Read the image, or raise if the content filter blocked it."""
        try:
            read = _unwrap(response)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            raise bad_response("it is not Stability's JSON") from None
        reason = next((reason for reason in read.finish_reasons if reason), None)
        if reason is not None:
            if "filter" in reason.lower():
                raise endpoint_failure(FailureCode.CONTENT_FILTERED)
            raise bad_response("the model reports an unfinished image")
        if len(read.images) != 1:
            raise bad_response(f"it contains {len(read.images)} images instead of one")
        return image_from_base64(read.images[0], request.seed_of(index))


def _unwrap(response: bytes) -> _Response:
    body = _wrapped.decode(response).body
    if body is None:
        return _response.decode(response)
    return _response.decode(body) if isinstance(body, str) else body


def nearest_aspect_ratio(width: int, height: int) -> str:
    """Return the supported ratio whose quotient to `width / height` is closest to 1."""

    def distance(ratio: str) -> float:
        across, _, down = ratio.partition(":")
        supported, requested = int(across) / int(down), width / height
        return max(supported / requested, requested / supported)

    return min(ASPECT_RATIOS, key=distance)
