"""The project's own container (`genai_studio.inference`), when it does not stream.

JumpStart's fields and answer, but PNG, which loses nothing.
"""

from __future__ import annotations

from dataclasses import replace

from genai_studio.domain.request import ImageRequest
from genai_studio.sagemaker.formats.jumpstart_txt2img import JumpStartTxt2Img
from genai_studio.sagemaker.formats.wire_format import Call


class Studio(JumpStartTxt2Img):
    """JumpStart's format with lossless images."""

    def call(self, request: ImageRequest, index: int) -> Call:
        """Ask for one PNG."""
        return replace(super().call(request, index), accept="application/json;png")
