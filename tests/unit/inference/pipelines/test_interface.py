"""The `Pipeline` interface: what a pipeline that only generates from text refuses."""

from __future__ import annotations

import pytest
from PIL import Image

from genai_studio.inference.pipelines.errors import OperationUnsupported
from genai_studio.inference.pipelines.interface import EditSource, Operation, SamplingParameters
from tests.serving.toy_pipeline import ToyPipeline

PARAMETERS = SamplingParameters(width=64, height=64, steps=2, guidance_scale=1.0, seed=1)
IMAGE = Image.new("RGB", (64, 64))


def test_a_pipeline_supports_text_to_image_unless_it_says_more() -> None:
    assert ToyPipeline().operations == {Operation.TEXT_TO_IMAGE}


@pytest.mark.parametrize(
    ("mask", "operation"), [(None, "image-to-image"), (Image.new("L", (64, 64)), "inpaint")]
)
def test_a_source_without_support_is_refused(mask: Image.Image | None, operation: str) -> None:
    pipeline = ToyPipeline()
    conditioning = pipeline.encode_text("a fox", "")
    with pytest.raises(OperationUnsupported, match=operation) as caught:
        pipeline.denoise(
            conditioning,
            PARAMETERS,
            lambda step: None,
            lambda: False,
            source=EditSource(IMAGE, mask, 0.5),
        )
    assert caught.value.operation == operation
    assert caught.value.supported == ("text-to-image",)


def test_upscaling_without_support_is_refused() -> None:
    with pytest.raises(OperationUnsupported, match=r"does not support upscale.*text-to-image"):
        ToyPipeline().upscale(IMAGE, 2, None, lambda step: None, lambda: False)
