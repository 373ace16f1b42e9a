"""Wire formats by the name in a model's catalog entry, one file each."""

from __future__ import annotations

from collections.abc import Mapping

from genai_studio.domain.catalog import Model
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.request import ImageRequest
from genai_studio.sagemaker.errors import endpoint_failure
from genai_studio.sagemaker.formats.huggingface import HuggingFace
from genai_studio.sagemaker.formats.jumpstart_inpainting import JumpStartInpainting
from genai_studio.sagemaker.formats.jumpstart_sdxl import JumpStartSdxl
from genai_studio.sagemaker.formats.jumpstart_text import JumpStartText
from genai_studio.sagemaker.formats.jumpstart_txt2img import JumpStartTxt2Img
from genai_studio.sagemaker.formats.jumpstart_upscaling import JumpStartUpscaling
from genai_studio.sagemaker.formats.marketplace_sd35 import MarketplaceSd35
from genai_studio.sagemaker.formats.marketplace_sdxl import MarketplaceSdxl
from genai_studio.sagemaker.formats.studio import Studio
from genai_studio.sagemaker.formats.wire_format import (
    ASYNC_BYTES,
    REAL_TIME_BYTES,
    Call,
    WireFormat,
)

FORMATS: Mapping[str, WireFormat] = {
    "studio": Studio(),
    "jumpstart_txt2img": JumpStartTxt2Img(),
    "jumpstart_text": JumpStartText(),
    "jumpstart_sdxl": JumpStartSdxl(),
    "jumpstart_inpainting": JumpStartInpainting(),
    "jumpstart_upscaling": JumpStartUpscaling(),
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


def check_model(model: Model) -> None:
    """Check that the format of a model exists and can perform the model's operations.

    Raises:
        StudioUnavailable: It does not. The message names the model and what is accepted.
    """
    supported = format_of(model).operations
    rejected = [operation for operation in model.operations if operation not in supported]
    if rejected or not model.operations:
        found = ", ".join(rejected) or "nothing"
        raise StudioUnavailable(
            f"Model {model.id} cannot offer {found}: `operations` must name at least one of "
            f"what its format “{model.format}” supports: {', '.join(sorted(supported))}."
        )


def check_operation(model: Model, request: ImageRequest) -> None:
    """Check that the endpoint of a model can perform a request that was accepted earlier.

    The catalog may have changed since.

    Raises:
        EndpointError: It cannot. A retry would not help.
    """
    if request.operation not in format_of(model).operations:
        message = f"The endpoint of model {model.id} cannot perform {request.operation}."
        raise endpoint_failure(FailureCode.ENDPOINT_REJECTED, message)


__all__ = [
    "ASYNC_BYTES",
    "FORMATS",
    "REAL_TIME_BYTES",
    "Call",
    "WireFormat",
    "check_model",
    "check_operation",
    "format_of",
]
