"""What only the adapter of Amazon Bedrock does: its errors, filters, region and editing."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from starlette.responses import Response

from genai_studio.bedrock.client import bedrock_client
from genai_studio.bedrock.endpoint import BedrockEndpoint
from genai_studio.catalog_file import read_models
from genai_studio.domain.catalog import Catalog, Model
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.errors import EndpointError, StudioUnavailable
from genai_studio.domain.failure import FailureCode as Code
from genai_studio.inference.http.app import create_app
from genai_studio.inference.sampling.served_model import ModelRegistry, ServedModel
from genai_studio.ports import EndpointProgress
from tests.builders import a_request
from tests.contract.endpoint.conftest import REGION, client_at
from tests.servers import bedrock
from tests.servers.bedrock import Bedrock, answer, failure
from tests.serving.live_server import live_server
from tests.serving.toy_catalog import a_model
from tests.serving.toy_pipeline import ToyPipeline
from tests.unit.sagemaker.recordings import a_request_for, inputs_for

pytestmark = pytest.mark.anyio

MODELS = {model.bedrock.model_id: model for model in read_models() if model.bedrock is not None}
SD35 = MODELS["stability.sd3-5-large-v1:0"]


@dataclass(frozen=True)
class Rig:
    endpoint: BedrockEndpoint
    service: Bedrock
    url: str

    async def generate(self, model: Model = SD35, **fields: Any) -> Image.Image:
        """Generate one image with a model of the shipped catalog."""
        defaults = {"width": 1024, "height": 1024, "steps": 40, "guidance_scale": 4.5}
        request = a_request(**(defaults | {"model": model.id} | fields))
        (made,) = await self.endpoint.generate(request, ignore, lambda: False)
        return Image.open(BytesIO(made.data))

    async def failure_of(self, respond: Callable[[], Response]) -> tuple[Code, bool, str]:
        """Return the failure of a call that the service answers with this response."""
        self.service.interceptor = lambda body: respond()
        with pytest.raises(EndpointError) as caught:
            await self.generate(prompt="a secret apple")
        found = caught.value.failure
        return found.code, found.retryable, found.message


async def ignore(progress: EndpointProgress) -> None:
    pass


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Bedrock, str]]:
    registry = ModelRegistry(*(ServedModel(model_id, ToyPipeline) for model_id in MODELS))
    service = Bedrock(create_app(registry, waiting=8))
    with live_server(service) as url:
        yield service, url


@pytest.fixture
def rig(served: tuple[Bedrock, str]) -> Rig:
    service, url = served
    service.interceptor = lambda body: None
    service.invocations.clear()
    return Rig(
        BedrockEndpoint(client_at(url, "any"), Catalog(tuple(MODELS.values()))), service, url
    )


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.id)
async def test_every_shipped_model_is_called_with_documented_fields(rig: Rig, model: Model) -> None:
    await rig.generate(model, seed=7, negative_prompt="a worm", width=1024, height=576)
    assert model.bedrock is not None
    assert [(call.model_id, call.region) for call in rig.service.invocations] == [
        (model.bedrock.model_id, REGION)
    ]
    assert rig.service.invocations[0].body == {
        "prompt": "a red apple",
        "negative_prompt": "a worm",
        "mode": "text-to-image",
        "aspect_ratio": "16:9",
        "seed": 7,
        "output_format": "png",
    }


async def test_a_source_is_sent_as_image_to_image(rig: Rig) -> None:
    operation = Operation.IMAGE_TO_IMAGE
    request = replace(a_request_for(operation), model=SD35.id, count=1)
    inputs = inputs_for(operation)
    (made,) = await rig.endpoint.generate(request, ignore, lambda: False, inputs)
    assert (made.width, made.height) == (request.width, request.height)
    body = rig.service.invocations[0].body
    assert request.edit is not None
    assert (body["mode"], body["strength"]) == ("image-to-image", request.edit.strength)
    assert "image" in body
    assert "aspect_ratio" not in body


async def test_an_operation_that_the_model_lacks_is_not_sent(rig: Rig) -> None:
    operation = Operation.INPAINT
    request = replace(a_request_for(operation), model=SD35.id)
    with pytest.raises(EndpointError) as caught:
        await rig.endpoint.generate(request, ignore, lambda: False, inputs_for(operation))
    assert caught.value.failure.code is Code.ENDPOINT_REJECTED
    assert rig.service.invocations == []


EXPECTED = {
    "AccessDeniedException": (Code.ENDPOINT_ACCESS_DENIED, False),
    "InternalServerException": (Code.ENDPOINT_UNAVAILABLE, True),
    "ModelErrorException": (Code.ENDPOINT_UNAVAILABLE, True),
    "ModelNotReadyException": (Code.ENDPOINT_WARMING, True),
    "ModelTimeoutException": (Code.ENDPOINT_TIMEOUT, True),
    "ResourceNotFoundException": (Code.MODEL_UNAVAILABLE, False),
    "ServiceQuotaExceededException": (Code.ENDPOINT_THROTTLED, True),
    "ServiceUnavailableException": (Code.ENDPOINT_UNAVAILABLE, True),
    "ThrottlingException": (Code.ENDPOINT_THROTTLED, True),
    "ValidationException": (Code.ENDPOINT_REJECTED, False),
}


def test_every_error_in_botocores_model_is_expected() -> None:
    assert set(EXPECTED) == set(bedrock.ERRORS)


@pytest.mark.parametrize("name", EXPECTED)
async def test_every_error_of_the_service_is_translated(rig: Rig, name: str) -> None:
    code, retryable, message = await rig.failure_of(lambda: failure(name, "No a secret apple."))
    assert (code, retryable) == EXPECTED[name]
    assert "secret" not in message


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, Code.ENDPOINT_REJECTED), (408, Code.ENDPOINT_TIMEOUT), (500, Code.ENDPOINT_UNAVAILABLE)],
)
async def test_an_error_of_a_model_has_its_original_status(
    rig: Rig, status: int, code: Code
) -> None:
    respond = partial(failure, "ModelErrorException", "It broke.", originalStatusCode=status)
    assert (await rig.failure_of(respond))[0] is code


@pytest.mark.parametrize("what", ["prompt", "output image", "input image"])
async def test_a_filtered_image_is_reported_as_such(rig: Rig, what: str) -> None:
    filtered = [f"Filter reason: {what}"]
    code, retryable, _ = await rig.failure_of(lambda: answer([], filtered))
    assert (code, retryable) == (Code.CONTENT_FILTERED, False)


@pytest.mark.parametrize(
    "respond",
    [
        lambda: answer([], ["Inference error"]),
        lambda: answer([], [None]),
        lambda: answer(["AAAA", "AAAA"], [None, None]),
        lambda: answer([base64.b64encode(b"no image").decode()], [None]),
        lambda: Response(b"<html>", media_type="text/html"),
    ],
)
async def test_an_invalid_response_may_be_retried(
    rig: Rig, respond: Callable[[], Response]
) -> None:
    code, retryable, _ = await rig.failure_of(respond)
    assert (code, retryable) == (Code.ENDPOINT_BAD_RESPONSE, True)


async def test_the_region_of_the_client_is_the_configured_one(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The studio itself is in another region."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", rig.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "any")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    elsewhere = BedrockEndpoint(bedrock_client("us-west-2"), Catalog((SD35,)))
    await Rig(elsewhere, rig.service, rig.url).generate()
    assert rig.service.invocations[0].region == "us-west-2"


def test_a_model_of_an_endpoint_is_refused(rig: Rig) -> None:
    with pytest.raises(StudioUnavailable, match="toy is not a model in Amazon Bedrock"):
        BedrockEndpoint(client_at(rig.url, "any"), Catalog((a_model("toy"),)))
