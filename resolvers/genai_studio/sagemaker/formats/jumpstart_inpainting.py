"""JumpStart's inpainting containers, such as Stable Diffusion 2 inpainting.

Request and response follow AWS's “Introduction to JumpStart - Inpainting”
(amazon-sagemaker-examples, jumpstart_inpainting), with models named `model-inpainting-…`.
White pixels of `mask_image` change.
There is no strength: the model draws the masked part anew. The images are base64 text
only with the content type `application/json;jpeg`; the container detects their format.
"""

from __future__ import annotations

from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EditInputs, EndpointImage
from genai_studio.sagemaker.formats.edit_payload import ImageFields, call_with_images
from genai_studio.sagemaker.formats.jumpstart_txt2img import jumpstart_image
from genai_studio.sagemaker.formats.wire_format import REAL_TIME_BYTES, Call

JPEG = "application/json;jpeg"


class JumpStartInpainting:
    """Inpainting of the size of the image."""

    operations = frozenset({Operation.INPAINT, Operation.OUTPAINT})

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
            ValueError: There is no source or no mask.
        """
        if inputs is None or inputs.mask is None:
            raise ValueError("Inpainting needs a source and a mask.")
        body = {
            "prompt": request.prompt,
            "negative_prompt": request.negative_prompt,
            "num_images_per_prompt": 1,
            "num_inference_steps": request.steps,
            "guidance_scale": request.guidance_scale,
            "seed": request.seed_of(index),
        }
        return call_with_images(body, inputs, ImageFields(), Call(b"", JPEG, JPEG), max_bytes)

    def parse(self, response: bytes, request: ImageRequest, index: int) -> EndpointImage:
        """Read `generated_images`."""
        return jumpstart_image(response, request.seed_of(index))
