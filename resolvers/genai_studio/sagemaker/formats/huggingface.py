"""Hugging Face's inference container (DLC) with a diffusers pipeline.

The request has `inputs` and `parameters`. The response is one JSON string, a base64 PNG.
The container passes the parameters to the diffusers pipeline unchanged, and the pipeline
does not accept a seed as JSON. Images of this format are therefore not reproducible. The
container always makes one image per request. Source: aws/
sagemaker-huggingface-inference-toolkit, diffusers_utils.py, decoder_encoder.py.
"""

from __future__ import annotations

import msgspec

from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EditInputs, EndpointImage
from genai_studio.sagemaker.errors import bad_response
from genai_studio.sagemaker.formats.image_payload import image_from_base64
from genai_studio.sagemaker.formats.wire_format import REAL_TIME_BYTES, TEXT_ONLY, Call

_text = msgspec.json.Decoder(str)


class HuggingFace:
    """Format of the DLC's default handler for the text-to-image task."""

    operations = TEXT_ONLY

    def call(
        self,
        request: ImageRequest,
        index: int,
        inputs: EditInputs | None = None,
        *,
        max_bytes: int = REAL_TIME_BYTES,
    ) -> Call:
        """Request one image. The seed is not sent."""
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

    def parse(self, response: bytes, request: ImageRequest, index: int) -> EndpointImage:
        """Read the JSON string."""
        try:
            text = _text.decode(response)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise bad_response("it is not a JSON string") from None
        return image_from_base64(text, request.seed_of(index))
