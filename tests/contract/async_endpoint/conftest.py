"""The tested adapters: SageMaker's, with S3 and the serving container, and the fake."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import pytest

from genai_studio.domain.catalog import Model
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.errors import EndpointError
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation
from genai_studio.inference.pipelines.errors import ContentFiltered
from genai_studio.inference.sampling.served_model import ModelRegistry, ServedModel
from genai_studio.ports import AsyncEndpoint
from genai_studio.sagemaker.async_endpoint import SageMakerAsyncEndpoint
from genai_studio.sagemaker.client import loopback_client
from genai_studio.sagemaker.exchange import Exchange
from tests.builders import ManualClock
from tests.fakes.async_endpoint import FakeAsyncEndpoint
from tests.servers.async_inference import AsyncInference
from tests.servers.resources.exchange_bucket import ExchangeBucket, exchange_bucket
from tests.serving.editing_toy_pipeline import EditingToyPipeline
from tests.serving.gate import Gate
from tests.serving.live_server import live_server
from tests.serving.toy_catalog import a_catalog, a_model
from tests.serving.toy_pipeline import Colors, ToyPipeline

if TYPE_CHECKING:
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

MODELS = ("toy", "held", "failing", "filtered", "editing")


class Failing(ToyPipeline):
    def encode_text(self, prompt: str, negative_prompt: str) -> Colors:
        raise ValueError(prompt)


class Filtered(ToyPipeline):
    def encode_text(self, prompt: str, negative_prompt: str) -> Colors:
        raise ContentFiltered


class Rig(Protocol):
    """An adapter with the models `toy`, `held`, `failing`, `filtered` and `editing`."""

    @property
    def endpoint(self) -> AsyncEndpoint: ...

    async def wait_for_answers(self, claimed: Generation) -> None:
        """Return when the endpoint has processed a claim. Releases held images."""


@dataclass
class FakeRig:
    endpoint: FakeAsyncEndpoint = field(default_factory=FakeAsyncEndpoint)

    async def wait_for_answers(self, claimed: Generation) -> None:
        refusals = {
            "failing": EndpointError(FailureCode.ENDPOINT_UNAVAILABLE, "It broke.", retryable=True),
            "filtered": EndpointError(FailureCode.CONTENT_FILTERED, "Not that.", retryable=False),
        }
        self.endpoint.store_result(claimed, refusals.get(claimed.request.model))


@dataclass
class SageMakerRig:
    """The SageMaker adapter with access to the services behind it."""

    sagemaker: AsyncInference
    runtime: SageMakerRuntimeClient
    bucket: ExchangeBucket
    gate: Gate
    clock: ManualClock

    @cached_property
    def endpoint(self) -> SageMakerAsyncEndpoint:
        return self.with_exchange(self.bucket.exchange)

    def with_exchange(self, exchange: Exchange, *models: Model) -> SageMakerAsyncEndpoint:
        """Create the adapter with another exchange, and with other models if any are given."""
        standard = (a_model(name, streams=False, operations=tuple(Operation)) for name in MODELS)
        catalog = a_catalog(*(models or standard))
        return SageMakerAsyncEndpoint(lambda model: self.runtime, catalog, exchange, self.clock)

    async def wait_for_answers(self, claimed: Generation) -> None:
        self.gate.open()
        for _ in range(claimed.request.count):
            await asyncio.to_thread(self.sagemaker.event)


@contextmanager
def sagemaker_rig() -> Iterator[SageMakerRig]:
    gate, clock = Gate(), ManualClock()
    loaders: dict[str, Callable[[], ToyPipeline]] = {
        "toy": ToyPipeline,
        "held": lambda: ToyPipeline(gate),
        "failing": Failing,
        "filtered": Filtered,
        "editing": EditingToyPipeline,
    }
    served = ModelRegistry(*(ServedModel(name, loaders[name]) for name in MODELS))
    with ExitStack() as stack:
        bucket = stack.enter_context(exchange_bucket())
        sagemaker = AsyncInference(served, bucket.s3, bucket.name)
        url = stack.enter_context(live_server(sagemaker))
        stack.callback(gate.open)
        yield SageMakerRig(sagemaker, loopback_client(url, "any"), bucket, gate, clock)


@pytest.fixture(params=["sagemaker", "fake"])
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    if request.param == "fake":
        yield FakeRig()
        return
    with sagemaker_rig() as made:
        yield made


@pytest.fixture
def sagemaker() -> Iterator[SageMakerRig]:
    with sagemaker_rig() as made:
        yield made
