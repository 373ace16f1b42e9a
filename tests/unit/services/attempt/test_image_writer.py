"""The objects of an image with and without a visible label."""

from __future__ import annotations

from dataclasses import replace

import pytest

from genai_studio.domain.generation import Generation
from genai_studio.domain.image import attempt_prefix
from genai_studio.ports import EncodedImage, EndpointImage, KeptInputs
from genai_studio.services.attempt.edit_inputs import EditInputKeeper
from genai_studio.services.attempt.image_writer import ImageWriter
from tests.builders import ManualClock, a_generation
from tests.fakes.images import FakeImages
from tests.unit.imaging.pngs import an_endpoint_image
from tests.unit.services.attempt.runner_harness import encode_image_double, prepare_edit_double

pytestmark = pytest.mark.anyio


def labeled_double(
    image: EndpointImage, generation: Generation, index: int, kept: KeptInputs | None
) -> EncodedImage:
    return replace(encode_image_double(image, generation, index, kept), labeled=b"labeled")


@pytest.mark.parametrize("on", [False, True], ids=["off", "on"])
async def test_the_labeled_copy_is_a_separate_object(on: bool) -> None:
    images, generation = FakeImages(ManualClock()), a_generation()
    encoder = labeled_double if on else encode_image_double
    writer = ImageWriter(images, encoder, EditInputKeeper(images, prepare_edit_double))

    [image] = await writer.write(generation, [an_endpoint_image()])

    prefix = attempt_prefix(generation.owner, generation.id, generation.fence)
    assert image.labeled_key == (f"{prefix}0-labeled.png" if on else None)
    assert set(images.objects) == set(image.keys)
    assert len(image.keys) == (3 if on else 2)
    assert image.bytes == len(images.objects[image.key]) != len(b"labeled")
    if image.labeled_key is not None:
        assert images.objects[image.labeled_key] == b"labeled"
