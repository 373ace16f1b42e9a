"""One picture from an endpoint: here, from the project's own inference server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from PIL import Image

from genai_studio.inference.http.app import create_app
from genai_studio.inference.sampling.served_model import ServedModel, ServedModels
from studio_endpoint.deployment import Mode
from studio_endpoint.errors import InvalidChoice, NotFound, Refused, Unreachable
from studio_endpoint.invoke import ASYNC_PATIENCE_SECONDS, picture_of, trial, trial_calls
from tests.serving.live_server import live_server
from tests.serving.toy_pipeline import ToyPipeline

BUILTIN, SD = "builtin-emoji", "stable-diffusion-2-1-base"
BUCKET = "our-pictures"


@pytest.fixture(scope="module")
def clients() -> Iterator[Any]:
    models = ServedModels(ServedModel("studio", ToyPipeline))
    with live_server(create_app(models)) as url:
        runtime: Any = boto3.client(
            "sagemaker-runtime",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id="any",
            aws_secret_access_key="any",
        )
        yield lambda service: runtime
        runtime.close()


@pytest.mark.parametrize(("model", "kind"), [(BUILTIN, "PNG"), (SD, "JPEG")])
@pytest.mark.parametrize("mode", [Mode.REAL_TIME, Mode.SCALE_TO_ZERO])
def test_a_picture_comes_as_the_studio_would_get_it(
    clients: Any, model: str, kind: str, mode: Mode
) -> None:
    data = picture_of(trial("studio", mode, model, "x", seed=7, bucket=None), clients)
    assert Image.open(BytesIO(data)).format == kind


def test_an_endpoint_that_is_not_there_says_so(clients: Any) -> None:
    asked = trial("nowhere", Mode.REAL_TIME, BUILTIN, "x", seed=7, bucket=None)
    with pytest.raises(NotFound, match="nowhere"):
        picture_of(asked, clients)


def test_an_inference_component_is_called_by_its_name() -> None:
    asked = trial("studio", Mode.SCALE_TO_ZERO, SD, "x", seed=7, bucket=None)
    (call,) = trial_calls(asked, "")
    assert call.parameters["InferenceComponentName"] == "studio"


def test_the_catalogue_says_how_a_model_is_spoken_to() -> None:
    with pytest.raises(InvalidChoice, match=SD):
        trial("studio", Mode.REAL_TIME, "dall-e", "x", seed=7, bucket=None)


def test_an_async_endpoint_is_asked_through_the_studios_bucket() -> None:
    with pytest.raises(InvalidChoice, match="OUT_S3_BUCKET_NAME"):
        trial("studio", Mode.ASYNC, SD, "x", seed=7, bucket=None)
    asked = trial("studio", Mode.ASYNC, SD, "x", seed=7, bucket=BUCKET)
    put, invoke = trial_calls(asked, "trials/1.json")
    assert put.parameters["Key"] == "async/trials/1.json"
    assert invoke.parameters["InputLocation"] == f"s3://{BUCKET}/async/trials/1.json"


class AsyncWorld:
    """S3 and the runtime of an async endpoint, as far as one trial meets them."""

    def __init__(self, answers: dict[str, bytes], *, after: int) -> None:
        self._answers = answers
        self._looks_left = after
        self.slept = 0.0

    def __call__(self, service: str) -> AsyncWorld:
        return self

    def put_object(self, **_: object) -> dict[str, Any]:
        return {}

    def invoke_endpoint_async(self, **_: object) -> dict[str, str]:
        return {
            "OutputLocation": f"s3://{BUCKET}/async/out",
            "FailureLocation": f"s3://{BUCKET}/async/failures/out",
        }

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self._looks_left -= 1
        if self._looks_left >= 0 or Key not in self._answers:
            raise ClientError({"Error": {"Code": "NoSuchKey", "Message": ""}}, "GetObject")
        return {"Body": BytesIO(self._answers[Key])}

    def sleep(self, seconds: float) -> None:
        self.slept += seconds

    def now(self) -> float:
        return self.slept


def test_an_async_answer_is_waited_for(clients: Any) -> None:
    runtime = clients("sagemaker-runtime")
    asked = trial("studio", Mode.ASYNC, SD, "x", seed=7, bucket=BUCKET)
    (call,) = trial_calls(trial("studio", Mode.REAL_TIME, SD, "x", seed=7, bucket=None), "")
    body = runtime.invoke_endpoint(**call.parameters)["Body"].read()
    world = AsyncWorld({"async/out": body}, after=6)
    data = picture_of(asked, world, sleep=world.sleep, now=world.now)
    assert Image.open(BytesIO(data)).format == "JPEG"
    assert world.slept > 0


def test_an_async_failure_is_told(clients: Any) -> None:
    world = AsyncWorld({"async/failures/out": b"CUDA out of memory"}, after=0)
    asked = trial("studio", Mode.ASYNC, SD, "x", seed=7, bucket=BUCKET)
    with pytest.raises(Refused, match="CUDA out of memory"):
        picture_of(asked, world, sleep=world.sleep, now=world.now)


def test_an_async_answer_is_not_waited_for_for_ever() -> None:
    world = AsyncWorld({}, after=0)
    asked = trial("studio", Mode.ASYNC, SD, "x", seed=7, bucket=BUCKET)
    with pytest.raises(Unreachable, match="No answer"):
        picture_of(asked, world, sleep=world.sleep, now=world.now)
    assert world.slept >= ASYNC_PATIENCE_SECONDS


def test_an_answer_in_another_format_asks_whether_the_model_is_the_right_one() -> None:
    world = AsyncWorld({"async/out": b"[]"}, after=0)
    asked = trial("studio", Mode.ASYNC, SD, "x", seed=7, bucket=BUCKET)
    with pytest.raises(Refused, match="--model"):
        picture_of(asked, world, sleep=world.sleep, now=world.now)
