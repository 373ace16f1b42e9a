"""JumpStart's Stable Diffusion XL base container.

Request and response follow AWS's notebook for
`model-imagegeneration-stabilityai-stable-diffusion-xl-base-1-0`. It describes
`image_strength` as the “extent to transform the reference image”: 1 ignores it, as in the
studio and unlike Stability's own API.
"""

from __future__ import annotations

import msgspec

from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EditInputs, EndpointImage
from genai_studio.sagemaker.formats.edit_payload import ImageFields, call_with_images, edit_of
from genai_studio.sagemaker.formats.jumpstart_txt2img import jumpstart_image
from genai_studio.sagemaker.formats.stability_fields import text_prompts
from genai_studio.sagemaker.formats.wire_format import REAL_TIME_BYTES, Call

_FIELDS = ImageFields(image="init_image")


class JumpStartSdxl:
    """Stability's request fields with JumpStart's `generated_image` response."""

    operations = frozenset({Operation.TEXT_TO_IMAGE, Operation.IMAGE_TO_IMAGE})

    def call(
        self,
        request: ImageRequest,
        index: int,
        inputs: EditInputs | None = None,
        *,
        max_bytes: int = REAL_TIME_BYTES,
    ) -> Call:
        """Request one image from the base model, without the refiner."""
        body: dict[str, object] = {
            "text_prompts": text_prompts(request),
            "width": request.width,
            "height": request.height,
            "sampler": "DPMPP2MSampler",
            "cfg_scale": request.guidance_scale,
            "steps": request.steps,
            "seed": request.seed_of(index),
            "use_refiner": False,
        }
        if inputs is None:
            return Call(msgspec.json.encode(body))
        body["image_strength"] = edit_of(request).strength
        return call_with_images(body, inputs, _FIELDS, Call(b""), max_bytes)

    def parse(self, response: bytes, request: ImageRequest, index: int) -> EndpointImage:
        """Read `generated_image`."""
        return jumpstart_image(response, request.seed_of(index))
