"""Wire formats by the name in a model's catalog entry, one file each."""

from __future__ import annotations

from collections.abc import Mapping

from genai_studio.domain.catalog import Model
from genai_studio.domain.errors import StudioUnavailable
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


def format_of(model: Model) -> WireFormat:
    """Return the wire format of a model's endpoint.

    Raises:
        StudioUnavailable: The model's format is not supported.
    """
    try:
        return FORMATS[model.format]
    except KeyError:
        raise StudioUnavailable(
            f"Model {model.id} has the unsupported format “{model.format}”. "
            f"Supported formats: {', '.join(FORMATS)}."
        ) from None


__all__ = ["FORMATS", "Call", "WireFormat", "format_of"]
