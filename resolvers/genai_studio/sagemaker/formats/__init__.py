"""Wire formats by the name a model's catalogue entry gives: one file for each."""

from __future__ import annotations

from collections.abc import Mapping

from genai_studio.sagemaker.formats.huggingface import HuggingFace
from genai_studio.sagemaker.formats.jumpstart_sdxl import JumpStartSdxl
from genai_studio.sagemaker.formats.jumpstart_text import JumpStartText
from genai_studio.sagemaker.formats.jumpstart_txt2img import JumpStartTxt2Img
from genai_studio.sagemaker.formats.marketplace_sd35 import MarketplaceSd35
from genai_studio.sagemaker.formats.marketplace_sdxl import MarketplaceSdxl
from genai_studio.sagemaker.formats.studio import Studio
from genai_studio.sagemaker.formats.wire_format import Call, WireFormat

FORMATS: Mapping[str, WireFormat] = {
    "studio": Studio(),
    "jumpstart_txt2img": JumpStartTxt2Img(),
    "jumpstart_text": JumpStartText(),
    "jumpstart_sdxl": JumpStartSdxl(),
    "marketplace_sdxl": MarketplaceSdxl(),
    "marketplace_sd35": MarketplaceSd35(),
    "huggingface": HuggingFace(),
}

__all__ = ["FORMATS", "Call", "WireFormat"]
