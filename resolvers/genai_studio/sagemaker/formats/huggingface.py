"""Hugging Face's inference container (DLC) with a diffusers pipeline.

`inputs` and `parameters`, and the image as one JSON string of base64 PNG.
The container hands the parameters to the diffusers pipeline as they are, which
takes no seed by JSON, and it makes one image a request whatever is asked:
images of this format cannot be made again. Source: aws/
sagemaker-huggingface-inference-toolkit, diffusers_utils.py, decoder_encoder.py.
"""

from __future__ import annotations

import msgspec

from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EndpointImage
from genai_studio.sagemaker.errors import bad_response
from genai_studio.sagemaker.formats.answered_image import image_from_base64
from genai_studio.sagemaker.formats.wire_format import Call

_text = msgspec.json.Decoder(str)


class HuggingFace:
    """The DLC's default handler for the task text-to-image."""

    def call(self, request: ImageRequest, index: int) -> Call:
        """Ask for one image; the seed stays with us."""
        body = {
            "inputs": request.prompt,
            "parameters": {
                "negative_prompt": request.negative_prompt,
                "width": request.width,
                "height": request.height,
                "num_inference_steps": request.steps,
                "guidance_scale": request.guidance_scale,
            },
        }
        return Call(msgspec.json.encode(body))

    def parse(self, answer: bytes, request: ImageRequest, index: int) -> EndpointImage:
        """Read the JSON string."""
        try:
            text = _text.decode(answer)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise bad_response("it is not one JSON string") from None
        return image_from_base64(text, request.seed_of(index))
