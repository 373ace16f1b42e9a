"""The tested adapter: SageMaker's, with the real inference server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from genai_studio.inference.http.app import create_app
from genai_studio.inference.pipelines.errors import ContentFiltered, PipelineUnavailable
from genai_studio.inference.sampling.served_model import ModelRegistry, ServedModel
from genai_studio.ports import Endpoint
from genai_studio.sagemaker.client import loopback_client
from genai_studio.sagemaker.endpoint import SageMakerEndpoint
from tests.serving.gate import Gate
from tests.serving.live_server import live_server
from tests.serving.toy_catalog import a_catalog, a_model
from tests.serving.toy_pipeline import Colors, ToyPipeline

KEY = "access-key-of-this-test"


class Failing(ToyPipeline):
    def encode_text(self, prompt: str, negative_prompt: str) -> Colors:
        raise ValueError(prompt)


class Filtered(ToyPipeline):
    def encode_text(self, prompt: str, negative_prompt: str) -> Colors:
        raise ContentFiltered


def uninstalled() -> ToyPipeline:
    raise PipelineUnavailable("Install genai-studio[diffusers].")


@dataclass(frozen=True)
class Rig:
    """An adapter with the models `toy`, `held`, `failing`, `uninstalled` and `filtered`."""

    endpoint: Endpoint
    held: ToyPipeline
    gate: Gate
    streams: bool
    unauthorized: Endpoint
    """The same endpoint with unknown credentials."""
    unreachable: Endpoint
    """An adapter whose endpoint is unreachable."""


@pytest.fixture(params=["streaming", "whole"])
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    streams = request.param == "streaming"
    gate = Gate()
    held = ToyPipeline(gate)
    loaders: dict[str, Callable[[], ToyPipeline]] = {
        "toy": ToyPipeline,
        "held": lambda: held,
        "failing": Failing,
        "uninstalled": uninstalled,
        "filtered": Filtered,
    }
    catalog = a_catalog(*(a_model(name, streams=streams) for name in loaders))
    served = ModelRegistry(*(ServedModel(name, load) for name, load in loaders.items()))

    def adapter(url: str, key: str) -> Endpoint:
        client = loopback_client(url, key)
        return SageMakerEndpoint(lambda model: client, catalog)

    with ExitStack() as stack:
        url = stack.enter_context(live_server(create_app(served, waiting=0, access_key=KEY)))
        stack.callback(gate.open)
        # Nothing listens on port 9, the discard service.
        unreachable = adapter("http://127.0.0.1:9", KEY)
        yield Rig(adapter(url, KEY), held, gate, streams, adapter(url, "other"), unreachable)
