"""Edits with SageMaker Asynchronous Inference."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from PIL import Image

from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.errors import EndpointError
from genai_studio.ports import EditInputs, EndpointProgress
from genai_studio.sagemaker.client import loopback_client
from genai_studio.sagemaker.endpoint import SageMakerEndpoint
from genai_studio.sagemaker.formats import REAL_TIME_BYTES
from tests.contract.async_endpoint.conftest import SageMakerRig
from tests.contract.async_endpoint.test_async_endpoint import a_claim
from tests.contract.edits import MASK_PNG, SOURCE_PNG, an_edit
from tests.serving.live_server import live_server
from tests.serving.toy_catalog import a_catalog, a_model
from tests.unit.imaging.pngs import encoded

pytestmark = pytest.mark.anyio


async def ignore(progress: EndpointProgress) -> None:
    pass


async def test_edits_equal_those_of_a_real_time_call(sagemaker: SageMakerRig) -> None:
    inputs = EditInputs(SOURCE_PNG, MASK_PNG)
    claimed = a_claim(**an_edit(Operation.INPAINT), count=2)
    await sagemaker.endpoint.start(claimed, inputs)
    await sagemaker.wait_for_answers(claimed)

    with live_server(sagemaker.sagemaker) as url:
        runtime = loopback_client(url, "any")
        model = a_model("editing", streams=False, operations=tuple(Operation))
        real_time = SageMakerEndpoint(lambda model: runtime, a_catalog(model))
        waited_for = await real_time.generate(claimed.request, ignore, lambda: False, inputs)

    assert await sagemaker.endpoint.collect(claimed) == list(waited_for)


async def test_an_edit_above_the_real_time_limit_is_sent_unchanged(
    sagemaker: SageMakerRig,
) -> None:
    noise = np.random.default_rng(7).integers(0, 256, (1280, 1280, 3), np.uint8)
    source = encoded(Image.fromarray(noise), "PNG", compress_level=0)
    claimed = a_claim(**an_edit(Operation.IMAGE_TO_IMAGE, width=1280, height=1280, steps=1))

    await sagemaker.endpoint.start(claimed, EditInputs(source))
    await sagemaker.wait_for_answers(claimed)

    stored = sagemaker.bucket.keys()
    (key,) = (key for key in stored if key.endswith("0.json"))
    sent = await sagemaker.bucket.exchange.read(key)
    assert sent is not None
    assert len(sent) > REAL_TIME_BYTES
    assert base64.b64encode(source) in sent
    (image,) = await sagemaker.endpoint.collect(claimed) or ()
    assert (image.width, image.height) == (1280, 1280)


async def test_an_operation_that_the_format_lacks_is_refused(sagemaker: SageMakerRig) -> None:
    endpoint = sagemaker.with_exchange(
        sagemaker.bucket.exchange, a_model(format="huggingface", streams=False)
    )
    with pytest.raises(EndpointError, match="cannot perform INPAINT") as refused:
        await endpoint.start(a_claim(**an_edit(Operation.INPAINT) | {"model": "toy"}))

    assert not refused.value.failure.retryable
    assert sagemaker.sagemaker.accepted == []
