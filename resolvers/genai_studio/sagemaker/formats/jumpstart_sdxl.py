"""JumpStart's Stable Diffusion XL base container.

Request and response follow AWS's notebook for
`model-imagegeneration-stabilityai-stable-diffusion-xl-base-1-0`.
"""

from __future__ import annotations

import msgspec

from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EditInputs, EndpointImage
from genai_studio.sagemaker.formats.jumpstart_txt2img import jumpstart_image
from genai_studio.sagemaker.formats.stability_fields import text_prompts
from genai_studio.sagemaker.formats.wire_format import Call


class JumpStartSdxl:
    """Stability's request fields with JumpStart's `generated_image` response."""

    def call(self, request: ImageRequest, index: int, inputs: EditInputs | None = None) -> Call:
        """Request one image from the base model, without the refiner."""
        body = {
            "text_prompts": text_prompts(request),
            "width": request.width,
            "height": request.height,
            "sampler": "DPMPP2MSampler",
            "cfg_scale": request.guidance_scale,
            "steps": request.steps,
            "seed": request.seed_of(index),
            "use_refiner": False,
        }
        return Call(msgspec.json.encode(body))

    def parse(self, response: bytes, request: ImageRequest, index: int) -> EndpointImage:
        """Read `generated_image`."""
        return jumpstart_image(response, request.seed_of(index))
