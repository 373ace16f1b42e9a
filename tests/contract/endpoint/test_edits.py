"""The contract of `ports.Endpoint` for edits and upscaling."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import anyio
import numpy as np
import pytest
from PIL import Image

from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.errors import EndpointCanceled, EndpointError
from genai_studio.domain.failure import FailureCode
from genai_studio.inference.http.app import create_app
from genai_studio.inference.limits import MAX_BODY_BYTES
from genai_studio.inference.sampling.served_model import ModelRegistry, ServedModel
from genai_studio.ports import EditInputs, Endpoint, EndpointImage, EndpointProgress
from genai_studio.sagemaker.client import loopback_client
from genai_studio.sagemaker.endpoint import SageMakerEndpoint
from genai_studio.sagemaker.formats import REAL_TIME_BYTES
from tests.builders import a_request
from tests.contract.edits import MASK_PNG, SIZE, SOURCE, SOURCE_PNG, an_edit
from tests.serving.editing_toy_pipeline import EditingToyPipeline
from tests.serving.gate import Gate
from tests.serving.live_server import live_server
from tests.serving.toy_catalog import a_catalog, a_model
from tests.serving.toy_pipeline import ToyPipeline
from tests.unit.imaging.pngs import encoded

pytestmark = pytest.mark.anyio

KEY = "access-key-of-this-test"


@dataclass(frozen=True)
class Rig:
    """An adapter with the models `editing` and `held`, and `toy`, which cannot edit."""

    endpoint: Endpoint
    held: EditingToyPipeline
    gate: Gate
    streams: bool


@pytest.fixture(params=["streaming", "whole"])
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    streams = request.param == "streaming"
    gate = Gate()
    held = EditingToyPipeline(gate)
    loaders: dict[str, Callable[[], ToyPipeline]] = {
        "editing": EditingToyPipeline,
        "held": lambda: held,
        "toy": ToyPipeline,
    }
    models = (a_model(name, streams=streams, operations=tuple(Operation)) for name in loaders)
    served = ModelRegistry(*(ServedModel(name, load) for name, load in loaders.items()))
    with live_server(create_app(served, access_key=KEY)) as url:
        client = loopback_client(url, KEY)
        endpoint = SageMakerEndpoint(
            lambda model: client, a_catalog(*models), max_bytes=lambda model: MAX_BODY_BYTES
        )
        yield Rig(endpoint, held, gate, streams)
        gate.open()


masked = pytest.mark.parametrize("operation", [Operation.INPAINT, Operation.OUTPAINT])


def inputs_for(operation: Operation) -> EditInputs:
    return EditInputs(SOURCE_PNG, MASK_PNG if operation.masked else None)


async def edited(
    rig: Rig,
    operation: Operation,
    inputs: EditInputs | None = None,
    updates: list[EndpointProgress] | None = None,
    **fields: Any,
) -> list[EndpointImage]:
    async def on_progress(progress: EndpointProgress) -> None:
        if updates is not None:
            updates.append(progress)

    request = a_request(**an_edit(operation, **fields))
    images = await rig.endpoint.generate(
        request, on_progress, lambda: False, inputs or inputs_for(operation)
    )
    assert {(image.width, image.height) for image in images} == {(request.width, request.height)}
    return list(images)


def change(image: EndpointImage, columns: slice = slice(None)) -> float:
    """Return the mean difference from the source in some columns."""
    after = Image.open(BytesIO(image.data)).convert("RGB")
    before, changed = (np.asarray(one, np.float64)[:, columns] for one in (SOURCE, after))
    return float(np.abs(before - changed).mean())


async def test_strength_1_ignores_the_source_and_small_values_keep_it(rig: Rig) -> None:
    changes = [
        change((await edited(rig, Operation.IMAGE_TO_IMAGE, strength=strength))[0])
        for strength in (0.1, 0.5, 1.0)
    ]
    assert changes == sorted(changes)
    assert changes[0] < changes[2] / 5


@masked
async def test_white_pixels_of_the_mask_change(rig: Rig, operation: Operation) -> None:
    (image,) = await edited(rig, operation, strength=1.0)
    assert change(image, slice(0, SIZE[0] // 2)) < 1
    assert change(image, slice(SIZE[0] // 2, SIZE[0])) > 20


@pytest.mark.parametrize("operation", [Operation.IMAGE_TO_IMAGE, Operation.INPAINT])
async def test_seeds_reproduce_edits(rig: Rig, operation: Operation) -> None:
    batch = await edited(rig, operation, count=2, seed=7)
    assert batch[1:] == await edited(rig, operation, seed=8)
    assert batch[0].data != batch[1].data


@pytest.mark.parametrize("factor", [2, 4])
async def test_upscaling_multiplies_the_size(rig: Rig, factor: int) -> None:
    (image,) = await edited(rig, Operation.UPSCALE, factor=factor)
    assert (image.width, image.height) == (SIZE[0] * factor, SIZE[1] * factor)


async def test_progress_counts_the_steps_that_the_strength_leaves(rig: Rig) -> None:
    updates: list[EndpointProgress] = []
    await edited(rig, Operation.IMAGE_TO_IMAGE, updates=updates, strength=0.3, count=2)
    steps = [update.step for update in updates]
    assert steps == sorted(steps)
    assert {update.steps for update in updates} == ({6} if rig.streams else set())
    assert steps[-1:] == ([6] if rig.streams else [])


@pytest.mark.parametrize(
    "operation", [Operation.IMAGE_TO_IMAGE, Operation.INPAINT, Operation.UPSCALE]
)
async def test_a_model_that_cannot_edit_rejects_the_request(rig: Rig, operation: Operation) -> None:
    with pytest.raises(EndpointError) as refused:
        await edited(rig, operation, model="toy")
    failure = refused.value.failure
    assert (failure.code, failure.retryable) == (FailureCode.ENDPOINT_REJECTED, False)
    assert "does not support" in failure.message


async def test_a_source_of_another_size_is_rejected(rig: Rig) -> None:
    other = EditInputs(SOURCE_PNG, encoded(Image.new("L", (64, 64)), "PNG"))
    with pytest.raises(EndpointError, match="mask_image: Must have the image's size") as refused:
        await edited(rig, Operation.INPAINT, other)
    assert refused.value.failure.code is FailureCode.ENDPOINT_REJECTED


async def test_a_local_endpoint_accepts_more_than_sagemaker(rig: Rig) -> None:
    noise = np.random.default_rng(7).integers(0, 256, (1280, 1280, 3), np.uint8)
    source = encoded(Image.fromarray(noise), "PNG", compress_level=0)
    assert len(source) * 4 // 3 > REAL_TIME_BYTES
    (image,) = await edited(
        rig, Operation.IMAGE_TO_IMAGE, EditInputs(source), width=1280, height=1280, strength=0.0
    )
    assert Image.open(BytesIO(image.data)).tobytes() == noise.tobytes()


async def test_a_canceled_edit_stops(rig: Rig) -> None:
    canceled = threading.Event()

    async def cancel() -> None:
        await asyncio.to_thread(rig.gate.wait_until_held)
        canceled.set()
        if not rig.streams:
            rig.gate.open()
            return
        while not rig.held.canceled.is_set():
            rig.gate.let_through()
            await asyncio.to_thread(rig.held.canceled.wait, 0.05)

    fields = an_edit(Operation.INPAINT, model="held", steps=250, strength=1.0, count=2)
    request = a_request(**fields)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(cancel)
        with pytest.raises(EndpointCanceled):
            await rig.endpoint.generate(
                request, ignore, canceled.is_set, inputs_for(Operation.INPAINT)
            )
    assert rig.held.steps_done < 500


async def ignore(progress: EndpointProgress) -> None:
    pass
