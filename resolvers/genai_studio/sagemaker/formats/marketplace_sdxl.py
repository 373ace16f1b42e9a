"""Stability AI's SDXL 1.0 from the AWS Marketplace.

Request and response follow Stability-AI/aws-jumpstart-examples and the
stability-sdk-sagemaker package (GenerationRequest, GenerationResponse).
"""

from __future__ import annotations

import msgspec

from genai_studio.domain.failure import FailureCode
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EditInputs, EndpointImage
from genai_studio.sagemaker.errors import bad_response, endpoint_failure
from genai_studio.sagemaker.formats.image_payload import image_from_base64
from genai_studio.sagemaker.formats.stability_fields import stability_seed, text_prompts
from genai_studio.sagemaker.formats.wire_format import Call


class _Artifact(msgspec.Struct, rename="camel"):
    base64: str | None = None
    finish_reason: str | None = None


class _Response(msgspec.Struct):
    artifacts: list[_Artifact]


_response = msgspec.json.Decoder(_Response)


class MarketplaceSdxl:
    """Stability's request fields and `artifacts` response."""

    def call(self, request: ImageRequest, index: int, inputs: EditInputs | None = None) -> Call:
        """Request one image."""
        body = {
            "text_prompts": text_prompts(request),
            "width": request.width,
            "height": request.height,
            "cfg_scale": request.guidance_scale,
            "steps": request.steps,
            "seed": stability_seed(request.seed_of(index)),
        }
        return Call(msgspec.json.encode(body))

    def parse(self, response: bytes, request: ImageRequest, index: int) -> EndpointImage:
        """Read the artifact, or raise if the content filter blocked it."""
        try:
            artifacts = _response.decode(response).artifacts
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise bad_response("it is not Stability's JSON") from None
        if len(artifacts) != 1:
            raise bad_response(f"it contains {len(artifacts)} images instead of one")
        (artifact,) = artifacts
        if artifact.finish_reason == "CONTENT_FILTERED":
            raise endpoint_failure(FailureCode.CONTENT_FILTERED)
        if artifact.finish_reason not in (None, "SUCCESS"):
            raise bad_response("the model reports an unfinished image")
        return image_from_base64(artifact.base64, request.seed_of(index))
