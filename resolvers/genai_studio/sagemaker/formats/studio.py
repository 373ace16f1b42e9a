"""The project's own container (`genai_studio.inference`) without streaming.

It uses JumpStart's request and response with PNG, which is lossless.
"""

from __future__ import annotations

from dataclasses import replace

from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EditInputs
from genai_studio.sagemaker.formats.jumpstart_txt2img import JumpStartTxt2Img
from genai_studio.sagemaker.formats.wire_format import Call


class Studio(JumpStartTxt2Img):
    """JumpStart's format with lossless images."""

    def call(self, request: ImageRequest, index: int, inputs: EditInputs | None = None) -> Call:
        """Request one PNG."""
        return replace(super().call(request, index, inputs), accept="application/json;png")
