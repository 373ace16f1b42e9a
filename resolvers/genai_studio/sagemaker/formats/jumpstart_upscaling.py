"""JumpStart's upscaling container, the Stable Diffusion x4 upscaler.

Request and response follow AWS's “Introduction to JumpStart - Upscaling”
(amazon-sagemaker-examples, jumpstart_upscaling), with models named `model-upscaling-…`.
The factor is always 4. The caller scales the result to the requested size.
"""

from __future__ import annotations

from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EditInputs, EndpointImage
from genai_studio.sagemaker.formats.edit_payload import ImageFields, call_with_images
from genai_studio.sagemaker.formats.jumpstart_inpainting import JPEG
from genai_studio.sagemaker.formats.jumpstart_txt2img import jumpstart_image
from genai_studio.sagemaker.formats.wire_format import REAL_TIME_BYTES, Call


class JumpStartUpscaling:
    """Upscaling of an image, guided by the prompt."""

    operations = frozenset({Operation.UPSCALE})

    def call(
        self,
        request: ImageRequest,
        index: int,
        inputs: EditInputs | None = None,
        *,
        max_bytes: int = REAL_TIME_BYTES,
    ) -> Call:
        """Request one JPEG.

        Raises:
            ValueError: There is no source.
        """
        if inputs is None:
            raise ValueError("Upscaling needs a source.")
        body = {
            "prompt": request.prompt,
            "negative_prompt": request.negative_prompt,
            "num_inference_steps": request.steps,
            "guidance_scale": request.guidance_scale,
            "seed": request.seed_of(index),
        }
        return call_with_images(body, inputs, ImageFields(), Call(b"", JPEG, JPEG), max_bytes)

    def parse(self, response: bytes, request: ImageRequest, index: int) -> EndpointImage:
        """Read `generated_images`."""
        return jumpstart_image(response, request.seed_of(index))
