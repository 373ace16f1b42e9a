"""The tested adapters: SageMaker's and Bedrock's, with the real inference server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from botocore.session import Session, get_session

from genai_studio.bedrock.endpoint import BedrockEndpoint
from genai_studio.domain.catalog import BedrockModel
from genai_studio.inference.http.app import create_app
from genai_studio.inference.pipelines.errors import ContentFiltered, PipelineUnavailable
from genai_studio.inference.sampling.served_model import ModelRegistry, ServedModel
from genai_studio.ports import Endpoint
from genai_studio.sagemaker.client import call_config, loopback_client
from genai_studio.sagemaker.endpoint import SageMakerEndpoint
from tests.servers import bedrock
from tests.serving.gate import Gate
from tests.serving.live_server import live_server
from tests.serving.toy_catalog import a_catalog, a_model
from tests.serving.toy_pipeline import Colors, ToyPipeline

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient

KEY = "access-key-of-this-test"
REGION = "us-west-2"
# Nothing listens on port 9, the discard service.
NOWHERE = "http://127.0.0.1:9"


class Failing(ToyPipeline):
    def encode_text(self, prompt: str, negative_prompt: str) -> Colors:
        raise ValueError(prompt)


class Filtered(ToyPipeline):
    def encode_text(self, prompt: str, negative_prompt: str) -> Colors:
        raise ContentFiltered


def uninstalled() -> ToyPipeline:
    raise PipelineUnavailable("Install genai-studio[diffusers].")


@dataclass(frozen=True, kw_only=True)
class Rig:
    """An adapter with the models `toy`, `held`, `failing`, `uninstalled` and `filtered`.

    Attributes:
        streams: Whether the models report progress.
        unauthorized: The same endpoint with unknown credentials.
        unreachable: An adapter whose endpoint is unreachable.
        ignored: Request fields that the models ignore.
        fixed_steps: Steps per image, if a request cannot choose them.
        size: Returns the size of the image for a requested size.
        invalid: Name and invalid value of a request field.
    """

    endpoint: Endpoint
    held: ToyPipeline
    gate: Gate
    streams: bool
    unauthorized: Endpoint
    unreachable: Endpoint
    ignored: frozenset[str] = frozenset()
    fixed_steps: int | None = None
    size: Callable[[int, int], tuple[int, int]] = lambda width, height: (width, height)
    invalid: tuple[str, Any] = ("width", 65)


@pytest.fixture(params=["streaming", "whole", "bedrock"])
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    gate = Gate()
    held = ToyPipeline(gate)
    loaders: dict[str, Callable[[], ToyPipeline]] = {
        "toy": ToyPipeline,
        "held": lambda: held,
        "failing": Failing,
        "uninstalled": uninstalled,
        "filtered": Filtered,
    }
    with ExitStack() as stack:
        build = _bedrock_rig if request.param == "bedrock" else _sagemaker_rig
        made = build(stack, loaders, held, gate, streams=request.param == "streaming")
        stack.callback(gate.open)
        yield made


def _sagemaker_rig(
    stack: ExitStack,
    loaders: Mapping[str, Callable[[], ToyPipeline]],
    held: ToyPipeline,
    gate: Gate,
    *,
    streams: bool,
) -> Rig:
    catalog = a_catalog(*(a_model(name, streams=streams) for name in loaders))
    served = ModelRegistry(*(ServedModel(name, load) for name, load in loaders.items()))
    url = stack.enter_context(live_server(create_app(served, waiting=0, access_key=KEY)))

    def adapter(url: str, key: str) -> Endpoint:
        client = loopback_client(url, key)
        return SageMakerEndpoint(lambda model: client, catalog)

    return Rig(
        endpoint=adapter(url, KEY),
        held=held,
        gate=gate,
        streams=streams,
        unauthorized=adapter(url, "other"),
        unreachable=adapter(NOWHERE, KEY),
    )


def _bedrock_rig(
    stack: ExitStack,
    loaders: Mapping[str, Callable[[], ToyPipeline]],
    held: ToyPipeline,
    gate: Gate,
    *,
    streams: bool,
) -> Rig:
    ids = {name: f"stability.{name}-v1:0" for name in loaders}
    catalog = a_catalog(
        *(
            a_model(
                name,
                streams=False,
                format="marketplace_sd35",
                bedrock=BedrockModel(model_id=model_id, regions=(REGION,)),
            )
            for name, model_id in ids.items()
        )
    )
    served = ModelRegistry(*(ServedModel(ids[name], load) for name, load in loaders.items()))
    service = bedrock.Bedrock(create_app(served, waiting=0), KEY)
    url = stack.enter_context(live_server(service))

    def adapter(url: str, key: str) -> Endpoint:
        return BedrockEndpoint(client_at(url, key), catalog)

    return Rig(
        endpoint=adapter(url, KEY),
        held=held,
        gate=gate,
        streams=streams,
        unauthorized=adapter(url, "other"),
        unreachable=adapter(NOWHERE, KEY),
        # Stability's models choose steps and guidance themselves.
        ignored=frozenset({"steps", "guidance_scale"}),
        fixed_steps=bedrock.STEPS,
        # The square is the nearest of the supported ratios to those that the tests request.
        size=lambda width, height: (bedrock.SIDE, bedrock.SIDE),
        invalid=("prompt", "x" * (bedrock.MAX_PROMPT + 1)),
    )


@cache
def _session() -> Session:
    """Return one session for all tests: it caches the models of services."""
    return get_session()


def client_at(url: str, key: str) -> BedrockRuntimeClient:
    """Create a client with the configuration of the studio's for another URL."""
    client: Any = _session().create_client(
        "bedrock-runtime",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=key,
        aws_secret_access_key=key,
        config=call_config(32, proxies={}),
    )
    made: BedrockRuntimeClient = client
    return made
