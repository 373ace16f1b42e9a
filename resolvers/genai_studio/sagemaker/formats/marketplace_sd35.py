"""Stable Diffusion 3.5 and Stable Image from the AWS Marketplace.

Request and answer as in Stability-AI/aws-jumpstart-examples and Amazon
Bedrock's page “Stable Image request and response”: `finish_reasons` holds null
for a finished image and “Filter reason: …” for one that was held back. Some
packages wrap the answer in `body`, as an object or as JSON text.
"""

from __future__ import annotations

import msgspec

from genai_studio.domain.failure import FailureCode
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EndpointImage
from genai_studio.sagemaker.errors import bad_response, failed
from genai_studio.sagemaker.formats.answered_image import image_from_base64
from genai_studio.sagemaker.formats.stability_seed import stability_seed
from genai_studio.sagemaker.formats.wire_format import Call

ASPECT_RATIOS = ("16:9", "1:1", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21")


class _Answer(msgspec.Struct):
    images: list[str] = []
    finish_reasons: list[str | None] = []


class _Wrapped(msgspec.Struct):
    body: _Answer | str | None = None


_answer = msgspec.json.Decoder(_Answer)
_wrapped = msgspec.json.Decoder(_Wrapped)


class MarketplaceSd35:
    """An aspect ratio instead of a size: the model makes about a megapixel."""

    def call(self, request: ImageRequest, index: int) -> Call:
        """Ask for one PNG in the nearest aspect ratio."""
        body = {
            "prompt": request.prompt,
            "mode": "text-to-image",
            "aspect_ratio": nearest_aspect_ratio(request.width, request.height),
            "seed": stability_seed(request.seed_of(index)),
            "output_format": "png",
        }
        if request.negative_prompt:
            body["negative_prompt"] = request.negative_prompt
        return Call(msgspec.json.encode(body))

    def parse(self, answer: bytes, request: ImageRequest, index: int) -> EndpointImage:
        """Read the one image, unless a filter held it back."""
        try:
            read = _unwrap(answer)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            raise bad_response("it is not Stability's JSON") from None
        reason = next((reason for reason in read.finish_reasons if reason), None)
        if reason is not None:
            if "filter" in reason.lower():
                raise failed(FailureCode.CONTENT_FILTERED)
            raise bad_response("the model says that it did not finish the image")
        if len(read.images) != 1:
            raise bad_response(f"it holds {len(read.images)} images instead of one")
        return image_from_base64(read.images[0], request.seed_of(index))


def _unwrap(answer: bytes) -> _Answer:
    body = _wrapped.decode(answer).body
    if body is None:
        return _answer.decode(answer)
    return _answer.decode(body) if isinstance(body, str) else body


def nearest_aspect_ratio(width: int, height: int) -> str:
    """The offered ratio that a shape comes closest to, as a quotient."""

    def distance(ratio: str) -> float:
        across, _, down = ratio.partition(":")
        offered, asked = int(across) / int(down), width / height
        return max(offered / asked, asked / offered)

    return min(ASPECT_RATIOS, key=distance)
