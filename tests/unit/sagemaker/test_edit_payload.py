"""Requests with images stay within the endpoint's size limit, or are refused with a reason."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.errors import EndpointError
from genai_studio.domain.failure import FailureCode
from genai_studio.ports import EditInputs, EndpointImage
from genai_studio.sagemaker.formats import ASYNC_BYTES, FORMATS
from genai_studio.sagemaker.formats.image_payload import image_of_size
from genai_studio.sagemaker.formats.marketplace_sdxl import IMAGE_SIZES, nearest_image_size
from genai_studio.sagemaker.streaming import streaming_call
from tests.unit.imaging.pngs import a_gradient, encoded
from tests.unit.sagemaker.recordings import IMAGE_FIELDS, a_request_for

EDITS = [
    (name, operation)
    for name, wire_format in sorted(FORMATS.items())
    for operation in sorted(wire_format.operations - {Operation.TEXT_TO_IMAGE})
]
every_edit = pytest.mark.parametrize(("name", "operation"), EDITS)


def a_photo(width: int, height: int) -> Image.Image:
    """Draw a gradient with the noise of a camera, which PNG compresses badly."""
    noise = np.random.default_rng(7).normal(0, 6, (height, width, 3))
    pixels = np.asarray(a_gradient(width, height), np.float64) + noise
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def inputs_of(image: Image.Image, operation: Operation) -> EditInputs:
    mask = Image.linear_gradient("L").resize(image.size)
    return EditInputs(encoded(image, "PNG"), encoded(mask, "PNG") if operation.masked else None)


def images_of(body: bytes) -> dict[str, Image.Image]:
    content = json.loads(body)
    return {
        field: Image.open(BytesIO(base64.b64decode(content[field])))
        for field in IMAGE_FIELDS
        if field in content
    }


def call(name: str, operation: Operation, inputs: EditInputs, **options: Any) -> bytes:
    return FORMATS[name].call(a_request_for(operation), 0, inputs, **options).body


@every_edit
def test_a_request_that_fits_contains_the_images_unchanged(name: str, operation: Operation) -> None:
    if name == "marketplace_sdxl":
        return  # scales the image
    inputs = inputs_of(a_photo(128, 192), operation)
    content = json.loads(call(name, operation, inputs))
    expected = {base64.b64encode(inputs.image).decode()}
    if inputs.mask is not None:
        expected.add(base64.b64encode(inputs.mask).decode())
    assert {content[field] for field in IMAGE_FIELDS if field in content} == expected


@every_edit
def test_a_request_above_the_limit_is_encoded_smaller(name: str, operation: Operation) -> None:
    image = a_photo(256, 384)
    inputs = inputs_of(image, operation)
    size = len(call(name, operation, inputs))
    limit = size * 3 // 4
    smaller = call(name, operation, inputs, max_bytes=limit)
    assert len(smaller) <= limit
    assert json.loads(smaller).keys() == json.loads(call(name, operation, inputs)).keys()
    source, *masks = images_of(smaller).values()
    assert source.format == "JPEG"
    assert [mask.format for mask in masks] == ["PNG"] * operation.masked
    original = image.resize(source.size, Image.Resampling.LANCZOS)
    difference = np.abs(np.asarray(source, np.float64) - np.asarray(original, np.float64))
    assert difference.mean() < 5


@every_edit
def test_a_request_that_cannot_fit_is_refused_with_the_limit(
    name: str, operation: Operation
) -> None:
    with pytest.raises(EndpointError) as refused:
        call(name, operation, inputs_of(a_photo(256, 384), operation), max_bytes=12_345)
    failure = refused.value.failure
    assert (failure.code, failure.retryable) == (FailureCode.ENDPOINT_REJECTED, False)
    assert "the limit is 12,345" in failure.message
    assert "asynchronous endpoint" in failure.message


def test_lossless_webp_comes_before_jpeg_where_it_is_accepted() -> None:
    image = a_gradient(256, 384)
    inputs = EditInputs(encoded(image, "PNG", compress_level=0))
    for name, form in (
        ("studio", "WEBP"),
        ("marketplace_sd35", "WEBP"),
        ("jumpstart_sdxl", "JPEG"),
    ):
        limit = len(inputs.image)
        (source,) = images_of(
            call(name, Operation.IMAGE_TO_IMAGE, inputs, max_bytes=limit)
        ).values()
        assert source.format == form
        if form == "WEBP":
            assert source.convert("RGB").tobytes() == image.tobytes()


def test_an_asynchronous_request_is_never_encoded_again() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1024, 1600, 3), np.uint8)
    inputs = EditInputs(encoded(Image.fromarray(noise), "PNG", compress_level=1))
    body = call("studio", Operation.IMAGE_TO_IMAGE, inputs, max_bytes=ASYNC_BYTES)
    assert len(body) > 6_291_456
    assert base64.b64encode(inputs.image) in body


def test_a_streamed_request_obeys_the_limit_too() -> None:
    operation = Operation.INPAINT
    inputs, request = inputs_of(a_photo(256, 384), operation), a_request_for(operation)
    limit = len(streaming_call(request, inputs).body) * 3 // 4
    assert len(streaming_call(request, inputs, max_bytes=limit).body) <= limit
    with pytest.raises(EndpointError, match="the limit is 999"):
        streaming_call(request, inputs, max_bytes=999)


def test_a_streamed_edit_has_the_fields_of_the_whole_one() -> None:
    for operation in (Operation.IMAGE_TO_IMAGE, Operation.INPAINT, Operation.UPSCALE):
        inputs, request = inputs_of(a_photo(128, 192), operation), a_request_for(operation)
        streamed = json.loads(streaming_call(request, inputs).body)
        whole = json.loads(FORMATS["studio"].call(request, 0, inputs).body)
        assert streamed.pop("previews") is True
        differing = {"num_images_per_prompt": request.count, "seed": request.seed}
        assert streamed == whole | differing


@pytest.mark.parametrize(("side", "kind"), [(1024, "png"), (1536, "jpeg")])
def test_a_result_that_may_exceed_the_limit_is_requested_as_jpeg(side: int, kind: str) -> None:
    request = replace(a_request_for(Operation.UPSCALE), width=side, height=side)
    inputs = inputs_of(a_photo(128, 128), Operation.UPSCALE)
    assert FORMATS["studio"].call(request, 0, inputs).accept == f"application/json;{kind}"
    unlimited = FORMATS["studio"].call(request, 0, inputs, max_bytes=ASYNC_BYTES)
    assert unlimited.accept == "application/json;png"


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_the_studio_and_stability_agree_on_strength(name: str) -> None:
    """A request that almost keeps the source must say so in the format's own direction."""
    if Operation.IMAGE_TO_IMAGE not in FORMATS[name].operations:
        return
    request = a_request_for(Operation.IMAGE_TO_IMAGE)
    assert request.edit is not None
    inputs = inputs_of(a_photo(64, 64), Operation.IMAGE_TO_IMAGE)
    fields = []
    for strength in (0.0, 0.1, 1.0):
        edit = replace(request.edit, strength=strength)
        content = json.loads(FORMATS[name].call(replace(request, edit=edit), 0, inputs).body)
        fields.append(content.get("strength", content.get("image_strength")))
    assert fields == ([1.0, 0.9, 0.0] if name == "marketplace_sdxl" else [0.0, 0.1, 1.0])


@pytest.mark.parametrize("width", range(512, 1537, 128))
def test_every_size_has_an_accepted_size_for_sdxl(width: int) -> None:
    assert nearest_image_size(width, 1024) in IMAGE_SIZES


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "RGB"])
def test_a_result_of_another_size_is_scaled(form: str) -> None:
    image = a_gradient(64, 48)
    data = image.tobytes() if form == "RGB" else encoded(image, form)
    kind = "image/x-rgb" if form == "RGB" else f"image/{form.lower()}"
    result = EndpointImage(data, kind, 64, 48, 7)
    assert image_of_size(result, 64, 48) is result
    scaled = image_of_size(result, 32, 24)
    assert (scaled.content_type, scaled.width, scaled.height, scaled.seed) == (
        "image/png",
        32,
        24,
        7,
    )
    assert Image.open(BytesIO(scaled.data)).size == (32, 24)


def test_a_damaged_result_of_another_size_is_a_bad_response() -> None:
    data = encoded(a_gradient(64, 48), "JPEG")
    damaged = EndpointImage(data[:200], "image/jpeg", 64, 48, 7)
    with pytest.raises(EndpointError) as refused:
        image_of_size(damaged, 32, 24)
    assert refused.value.failure.code is FailureCode.ENDPOINT_BAD_RESPONSE
