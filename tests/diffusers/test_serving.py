"""A tiny Stable Diffusion model through server, event stream, boto3 and endpoint adapter."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from genai_studio.domain.editing.operation import Operation
from genai_studio.inference.http.app import create_app
from genai_studio.inference.sampling.loading import build_registry
from genai_studio.inference.settings import read_settings
from genai_studio.ports import EditInputs, EndpointProgress
from genai_studio.sagemaker.client import loopback_client
from genai_studio.sagemaker.endpoint import SageMakerEndpoint
from tests.builders import a_request
from tests.contract.edits import MASK_PNG, SIZE, SOURCE, SOURCE_PNG, an_edit
from tests.diffusers.tiny_models import SIDE, save_stable_diffusion
from tests.serving.live_server import live_server
from tests.serving.toy_catalog import a_catalog, a_model
from tests.unit.imaging.pngs import encoded

# These libraries emit deprecation warnings about each other.
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore:::diffusers"),
    pytest.mark.filterwarnings("ignore:::torch"),
    pytest.mark.filterwarnings("ignore:::transformers"),
]


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SageMakerEndpoint]:
    folder: Path = save_stable_diffusion(tmp_path_factory.mktemp("models") / "Tiny SD")
    models = build_registry(read_settings(["--model-dir", str(folder)], {}))
    with live_server(create_app(models)) as url:
        client = loopback_client(url, "any")
        model = a_model("tiny-sd", operations=tuple(Operation))
        yield SageMakerEndpoint(lambda model: client, a_catalog(model))


async def test_a_request_returns_images_and_progress(endpoint: SageMakerEndpoint) -> None:
    reported: list[EndpointProgress] = []

    async def on_progress(progress: EndpointProgress) -> None:
        reported.append(progress)

    request = a_request(model="tiny-sd", width=SIDE, height=SIDE, steps=3, count=2, seed=7)
    first, second = await endpoint.generate(request, on_progress, lambda: False)
    assert [first.seed, second.seed] == [7, 8]
    assert first.data != second.data
    assert Image.open(BytesIO(first.data)).size == (SIDE, SIDE)
    assert reported[-1].step == reported[-1].steps == 6


async def test_edits_and_upscaling_pass_through_the_server(endpoint: SageMakerEndpoint) -> None:
    reported: list[EndpointProgress] = []

    async def on_progress(progress: EndpointProgress) -> None:
        reported.append(progress)

    inputs = EditInputs(SOURCE_PNG, MASK_PNG)
    fields = an_edit(Operation.INPAINT, strength=0.5, model="tiny-sd", steps=4)
    (edited,) = await endpoint.generate(a_request(**fields), on_progress, lambda: False, inputs)
    assert Image.open(BytesIO(edited.data)).size == SIZE
    assert (reported[-1].step, reported[-1].steps) == (2, 2)
    fields = an_edit(Operation.UPSCALE, model="tiny-sd", width=64, height=48)
    small = EditInputs(encoded(SOURCE.resize((32, 24)), "PNG"))
    (enlarged,) = await endpoint.generate(a_request(**fields), on_progress, lambda: False, small)
    assert Image.open(BytesIO(enlarged.data)).size == (64, 48)
    assert reported[-1].step == reported[-1].steps
