"""Stability AI's SDXL 1.0 from the AWS Marketplace.

Request and answer as in Stability-AI/aws-jumpstart-examples and the
stability-sdk-sagemaker package (GenerationRequest, GenerationResponse).
"""

from __future__ import annotations

import msgspec

from genai_studio.domain.failure import FailureCode
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EndpointImage
from genai_studio.sagemaker.errors import bad_response, failed
from genai_studio.sagemaker.formats.answered_image import image_from_base64
from genai_studio.sagemaker.formats.stability_seed import stability_seed
from genai_studio.sagemaker.formats.text_prompts import text_prompts
from genai_studio.sagemaker.formats.wire_format import Call


class _Artifact(msgspec.Struct, rename="camel"):
    base64: str | None = None
    finish_reason: str | None = None


class _Answer(msgspec.Struct):
    artifacts: list[_Artifact]


_answer = msgspec.json.Decoder(_Answer)


class MarketplaceSdxl:
    """Stability's fields and `artifacts`."""

    def call(self, request: ImageRequest, index: int) -> Call:
        """Ask for one image."""
        body = {
            "text_prompts": text_prompts(request),
            "width": request.width,
            "height": request.height,
            "cfg_scale": request.guidance_scale,
            "steps": request.steps,
            "seed": stability_seed(request.seed_of(index)),
        }
        return Call(msgspec.json.encode(body))

    def parse(self, answer: bytes, request: ImageRequest, index: int) -> EndpointImage:
        """Read the one artifact, unless the content filter held it back."""
        try:
            artifacts = _answer.decode(answer).artifacts
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise bad_response("it is not Stability's JSON") from None
        if len(artifacts) != 1:
            raise bad_response(f"it holds {len(artifacts)} images instead of one")
        (artifact,) = artifacts
        if artifact.finish_reason == "CONTENT_FILTERED":
            raise failed(FailureCode.CONTENT_FILTERED)
        if artifact.finish_reason not in (None, "SUCCESS"):
            raise bad_response("the model says that it did not finish the image")
        return image_from_base64(artifact.base64, request.seed_of(index))
