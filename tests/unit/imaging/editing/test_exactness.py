"""Outside the feathered mask, an edited image is equal to its source, byte for byte."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image, ImageChops

from genai_studio.domain.editing.edit import Box, EditInput, Margins
from genai_studio.domain.editing.endpoint_request import endpoint_request
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.editing.plan import plan_edit
from genai_studio.domain.errors import EndpointError
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.request import ImageRequest, ImageRequestInput
from genai_studio.domain.validation import validate
from genai_studio.imaging.editing.masks import feathered
from genai_studio.imaging.editing.prepare import prepare_edit
from genai_studio.imaging.encode_image import encode_image
from genai_studio.ports import EndpointImage, KeptInputs
from tests.builders import a_generation
from tests.unit.domain.models import a_model
from tests.unit.imaging.pngs import a_gradient, encoded

MODEL = a_model(operations=tuple(Operation))  # sides 64…512, step 8, at most 65,536 pixels
SIZES = [(64, 64), (101, 77), (20, 30), (700, 500), (900, 40)]
"""Accepted by the model; to be padded; too small; too large; too large and too small."""


def an_edit(
    operation: Operation,
    size: tuple[int, int],
    white: tuple[int, int, int, int] | None = None,
    **fields: Any,
) -> tuple[ImageRequest, KeptInputs]:
    """Return a validated request and its inputs."""
    width, height = size
    source = EditInput(key="s", image_id="a/0", width=width, height=height)
    image = a_gradient(width, height)
    mask, mask_image = None, None
    if white is not None:
        left, top, right, bottom = white
        box = Box(left=left, top=top, right=right, bottom=bottom)
        mask = replace(source, image_id=None, upload_id="m", white=box)
        mask_image = Image.new("L", size)
        mask_image.paste(255, white)
    requested = ImageRequestInput(
        prompt="a fox", operation=operation, source_image_id="a/0", count=1, **fields
    )
    request = validate(requested, MODEL, 7, plan_edit(requested, MODEL, source, mask))
    return request, KeptInputs(
        encoded(image, "PNG"), None if mask_image is None else encoded(mask_image, "PNG")
    )


def generated(request: ImageRequest, size: tuple[int, int] | None = None) -> EndpointImage:
    """Return an image in which every pixel differs from the source: the inverted input."""
    sent = endpoint_request(request)
    width, height = size or (sent.width, sent.height)
    data = ImageChops.invert(a_gradient(width, height)).tobytes()
    return EndpointImage(data, "image/x-rgb", width, height, seed=7)


def result(request: ImageRequest, kept: KeptInputs, image: EndpointImage) -> Image.Image:
    encoded_image = encode_image(image, a_generation(request=request), 0, kept)
    stored = Image.open(io.BytesIO(encoded_image.png))
    assert stored.size == (encoded_image.width, encoded_image.height)
    return stored.convert("RGB")


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("feather", [0, 1, 4, 64])
def test_inpainting_keeps_everything_outside_the_soft_mask(
    size: tuple[int, int], feather: int
) -> None:
    width, height = size
    white = (width // 3, height // 3, width // 2, height // 2)
    request, kept = an_edit(Operation.INPAINT, size, white, mask_feather=feather)

    edited = result(request, kept, generated(request))

    assert edited.size == size
    assert_equal_outside(edited, a_gradient(*size), feathered(decoded(kept.mask), feather))


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize(
    "margins",
    [Margins(left=24), Margins(bottom=40), Margins(left=3, right=5, top=7, bottom=11)],
    ids=["left", "bottom", "all"],
)
def test_outpainting_keeps_the_source_beyond_the_feather(
    size: tuple[int, int], margins: Margins
) -> None:
    request, kept = an_edit(Operation.OUTPAINT, size, outpaint=margins, mask_feather=8)

    edited = result(request, kept, generated(request))

    width, height = size
    assert edited.size == (
        width + margins.left + margins.right,
        height + margins.top + margins.bottom,
    )
    canvas, mask = Image.new("RGB", edited.size), Image.new("L", edited.size, 255)
    canvas.paste(a_gradient(*size), (margins.left, margins.top))
    mask.paste(0, (margins.left, margins.top, margins.left + width, margins.top + height))
    assert_equal_outside(edited, canvas, feathered(mask, 8))


def assert_equal_outside(edited: Image.Image, source: Image.Image, alpha: Image.Image) -> None:
    outside = alpha.point(lambda value: 255 if value == 0 else 0)
    black = Image.new("RGB", edited.size)
    kept = Image.composite(edited, black, outside)
    assert kept.tobytes() == Image.composite(source, black, outside).tobytes()
    # The endpoint's image differs from the source, so something inside did change.
    inside = alpha.point(lambda value: 255 if value == 255 else 0)
    changed = Image.composite(edited, black, inside)
    assert changed.tobytes() != Image.composite(source, black, inside).tobytes()


def decoded(png: bytes | None) -> Image.Image:
    assert png is not None
    return Image.open(io.BytesIO(png))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_endpoint_receives_the_announced_size(size: tuple[int, int]) -> None:
    width, height = size
    white = (width // 3, height // 3, width // 2, height // 2)
    for request, kept in (
        an_edit(Operation.INPAINT, size, white),
        an_edit(Operation.OUTPAINT, size, outpaint=Margins(top=9)),
        an_edit(Operation.IMAGE_TO_IMAGE, size),
    ):
        inputs, sent = prepare_edit(request, kept), endpoint_request(request)
        image = decoded(inputs.image)
        assert (image.size, image.mode) == ((sent.width, sent.height), "RGB")
        assert sent.width in MODEL.limits.width
        assert sent.height in MODEL.limits.height
        assert (inputs.mask is None) == (request.operation is Operation.IMAGE_TO_IMAGE)
        if inputs.mask is not None:
            mask = decoded(inputs.mask)
            assert (mask.size, mask.mode) == (image.size, "L")
            _low, high = mask.getextrema()
            assert high == 255


def test_an_unscaled_workspace_sends_the_pixels_of_the_source() -> None:
    request, kept = an_edit(Operation.INPAINT, (101, 77), (0, 0, 5, 5))

    image = decoded(prepare_edit(request, kept).image)

    assert image.size == (104, 80)
    assert image.crop((0, 0, 101, 77)).tobytes() == a_gradient(101, 77).tobytes()
    edge = image.crop((100, 0, 101, 80))
    assert image.crop((103, 0, 104, 80)).tobytes() == edge.tobytes()


def test_an_upscale_sends_the_source_and_has_the_exact_size() -> None:
    request, kept = an_edit(Operation.UPSCALE, (33, 21), upscale_factor=2)

    assert decoded(prepare_edit(request, kept).image).tobytes() == a_gradient(33, 21).tobytes()
    # A model that always enlarges by 4.
    assert result(request, kept, generated(request, (132, 84))).size == (66, 42)
    # One that does as it is told is left alone.
    image = generated(request)
    assert result(request, kept, image).tobytes() == image.data


def test_a_workspace_image_of_another_size_is_scaled() -> None:
    request, kept = an_edit(Operation.INPAINT, (64, 64), (8, 8, 16, 16), mask_feather=0)

    edited = result(request, kept, generated(request, (128, 128)))

    mask = decoded(kept.mask)
    assert_equal_outside(edited, a_gradient(64, 64), feathered(mask, 0))


def test_metadata_of_the_source_does_not_reach_the_endpoint() -> None:
    request, _kept = an_edit(Operation.UPSCALE, (33, 21))
    stored = encode_image(
        EndpointImage(a_gradient(33, 21).tobytes(), "image/x-rgb", 33, 21, 7),
        a_generation(prompt="a secret"),
        0,
    )

    assert b"secret" in stored.png
    assert b"secret" not in prepare_edit(request, KeptInputs(stored.png)).image


@pytest.mark.parametrize("damaged", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a"])
def test_a_damaged_input_is_a_typed_failure(damaged: bytes) -> None:
    request, kept = an_edit(Operation.INPAINT, (64, 64), (0, 0, 8, 8))
    for broken in (KeptInputs(damaged, kept.mask), KeptInputs(kept.source, damaged)):
        with pytest.raises(EndpointError) as caught:
            prepare_edit(request, broken)
        assert caught.value.failure.code is FailureCode.SOURCE_MISSING
        assert not caught.value.failure.retryable
