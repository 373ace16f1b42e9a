"""Stability AI's SDXL 1.0 from the AWS Marketplace.

Request and response follow Stability-AI/aws-jumpstart-examples and the
stability-sdk-sagemaker package (GenerationRequest, GenerationResponse). The mode
`IMAGE_STRENGTH` is explicit, because `STEP_SCHEDULE` ignores `image_strength`
(api_request_to_proto). A value near 1 keeps the image, contrary to the studio's strength.
"""

from __future__ import annotations

import msgspec

from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EditInputs, EndpointImage
from genai_studio.sagemaker.errors import bad_response, endpoint_failure
from genai_studio.sagemaker.formats.edit_payload import (
    ImageFields,
    call_with_images,
    edit_of,
    resized_png,
)
from genai_studio.sagemaker.formats.image_payload import image_from_base64
from genai_studio.sagemaker.formats.stability_fields import stability_seed, text_prompts
from genai_studio.sagemaker.formats.wire_format import REAL_TIME_BYTES, Call


class _Artifact(msgspec.Struct, rename="camel"):
    base64: str | None = None
    finish_reason: str | None = None


class _Response(msgspec.Struct):
    artifacts: list[_Artifact]


_response = msgspec.json.Decoder(_Response)

_FIELDS = ImageFields(image="init_image")

IMAGE_SIZES = (
    (1024, 1024),
    (1152, 896),
    (896, 1152),
    (1216, 832),
    (832, 1216),
    (1344, 768),
    (768, 1344),
    (1536, 640),
    (640, 1536),
)
"""Accepted sizes of an image to edit."""


class MarketplaceSdxl:
    """Stability's request fields and `artifacts` response."""

    operations = frozenset({Operation.TEXT_TO_IMAGE, Operation.IMAGE_TO_IMAGE})

    def call(
        self,
        request: ImageRequest,
        index: int,
        inputs: EditInputs | None = None,
        *,
        max_bytes: int = REAL_TIME_BYTES,
    ) -> Call:
        """Request one image.

        An image to edit is scaled to the accepted size of the nearest shape.
        """
        body: dict[str, object] = {
            "text_prompts": text_prompts(request),
            "width": request.width,
            "height": request.height,
            "cfg_scale": request.guidance_scale,
            "steps": request.steps,
            "seed": stability_seed(request.seed_of(index)),
        }
        if inputs is None:
            return Call(msgspec.json.encode(body))
        width, height = nearest_image_size(request.width, request.height)
        body |= {
            "width": width,
            "height": height,
            "init_image_mode": "IMAGE_STRENGTH",
            "image_strength": round(1 - edit_of(request).strength, 6),
        }
        scaled = EditInputs(resized_png(inputs.image, width, height))
        return call_with_images(body, scaled, _FIELDS, Call(b""), max_bytes)

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


def nearest_image_size(width: int, height: int) -> tuple[int, int]:
    """Return the accepted size whose shape is closest to `width` × `height`."""

    def distance(size: tuple[int, int]) -> float:
        accepted, requested = size[0] / size[1], width / height
        return max(accepted / requested, requested / accepted)

    return min(IMAGE_SIZES, key=distance)
