"""JumpStart's text-to-image containers with a plain-text request: the prompt.

The container chooses size, steps, guidance and seed, so images are not reproducible.
Use it only for endpoints that do not accept JSON. Source: see `jumpstart_txt2img`.
"""

from __future__ import annotations

from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EditInputs, EndpointImage
from genai_studio.sagemaker.formats.jumpstart_txt2img import jumpstart_image
from genai_studio.sagemaker.formats.wire_format import REAL_TIME_BYTES, TEXT_ONLY, Call


class JumpStartText:
    """`application/x-text`: the prompt only."""

    operations = TEXT_ONLY

    def call(
        self,
        request: ImageRequest,
        index: int,
        inputs: EditInputs | None = None,
        *,
        max_bytes: int = REAL_TIME_BYTES,
    ) -> Call:
        """Request one JPEG."""
        return Call(request.prompt.encode(), "application/x-text", "application/json;jpeg")

    def parse(self, response: bytes, request: ImageRequest, index: int) -> EndpointImage:
        """Read `generated_image`: base64 or RGB rows."""
        return jumpstart_image(response, request.seed_of(index))
