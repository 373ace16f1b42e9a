"""The inference server with an unmodified boto3 client."""

import base64
import json
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from PIL import Image

from genai_studio.inference.http.app import create_app
from genai_studio.inference.sampling.served_model import ModelRegistry, ServedModel
from tests.serving.live_server import live_server
from tests.serving.toy_pipeline import ToyPipeline

STEPS = 20
TWO_SECONDS = {"prompt": "x", "width": 64, "height": 64, "num_inference_steps": STEPS}


@pytest.fixture(scope="module")
def runtime() -> Iterator[Any]:
    model = ServedModel("builtin", lambda: ToyPipeline(lambda step: time.sleep(2 / STEPS)))
    with live_server(create_app(ModelRegistry(model))) as url:
        client = boto3.client(
            "sagemaker-runtime",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id="any",
            aws_secret_access_key="any",
        )
        yield client
        client.close()


def test_progress_events_arrive_as_they_happen(runtime: Any) -> None:
    answer = runtime.invoke_endpoint_with_response_stream(
        EndpointName="builtin",
        Body=json.dumps(TWO_SECONDS | {"previews": True}),
        ContentType="application/json",
    )
    parts = [part["PayloadPart"]["Bytes"] for part in answer["Body"]]
    events = [json.loads(line) for line in b"".join(parts).splitlines()]
    steps = [event["step"] for event in events if event["type"] == "progress"]
    assert steps == sorted(steps)
    assert set(steps) == set(range(STEPS + 1))
    # Each event arrived in its own part, not all at the end.
    assert len(parts) == len(events)
    previews = [event for event in events if event["type"] == "preview"]
    assert previews
    assert base64.b64decode(previews[0]["data"])[8:12] == b"WEBP"
    assert [event["type"] for event in events[-2:]] == ["image", "done"]


def test_a_response_contains_the_image(runtime: Any) -> None:
    answer = runtime.invoke_endpoint(
        EndpointName="builtin",
        Body=json.dumps(TWO_SECONDS | {"num_inference_steps": 2}),
        ContentType="application/json",
        Accept="application/json;png",
    )
    (text,) = json.load(answer["Body"])["generated_images"]
    assert Image.open(BytesIO(base64.b64decode(text))).size == (64, 64)


@pytest.mark.parametrize("operation", ["invoke_endpoint", "invoke_endpoint_with_response_stream"])
def test_boto3_exceptions_are_raised(runtime: Any, operation: str) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(runtime, operation)(
            EndpointName="builtin", Body=b'{"width": 64}', ContentType="application/json"
        )
    assert refused.value.response["Error"]["Code"] == "ValidationError"
    assert "prompt" in refused.value.response["Error"]["Message"]
