"""JumpStart's text-to-image containers, asked the short way: the prompt is the body.

The container chooses size, steps, guidance and seed, so the image cannot be
made again; meant for endpoints that take nothing else. Source: as for
`jumpstart_txt2img`.
"""

from __future__ import annotations

from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EndpointImage
from genai_studio.sagemaker.formats.jumpstart_txt2img import jumpstart_image
from genai_studio.sagemaker.formats.wire_format import Call


class JumpStartText:
    """`application/x-text`: the prompt, nothing else."""

    def call(self, request: ImageRequest, index: int) -> Call:
        """Send the prompt and ask for one JPEG."""
        return Call(request.prompt.encode(), "application/x-text", "application/json;jpeg")

    def parse(self, answer: bytes, request: ImageRequest, index: int) -> EndpointImage:
        """Read `generated_image`, base64 or RGB rows."""
        return jumpstart_image(answer, request.seed_of(index))
