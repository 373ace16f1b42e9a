"""Sample requests, sent to the project's own inference server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from PIL import Image

from genai_studio.catalog_file import BUILT_IN
from genai_studio.inference.http.app import create_app
from genai_studio.inference.sampling.served_model import ModelRegistry, ServedModel
from studio_endpoint.errors import InvalidOption, NotFound, RequestRejected, WaitTimeout
from studio_endpoint.invocation import (
    ASYNC_TIMEOUT_SECONDS,
    generate_image,
    invocation_calls,
    sample_request,
)
from studio_endpoint.specification.deployment import Mode
from tests.serving.live_server import live_server
from tests.serving.toy_pipeline import ToyPipeline

BUILTIN, SD = "builtin-emoji", "stable-diffusion-2-1-base"
BUCKET = "our-images"


@pytest.fixture(scope="module")
def clients() -> Iterator[Any]:
    models = ModelRegistry(ServedModel("studio", ToyPipeline))
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
def test_the_image_has_the_format_that_the_studio_receives(
    clients: Any, model: str, kind: str, mode: Mode
) -> None:
    data = generate_image(sample_request("studio", mode, model, "x", seed=7, bucket=None), clients)
    assert Image.open(BytesIO(data)).format == kind


def test_a_missing_endpoint_is_not_found(clients: Any) -> None:
    sample = sample_request("nowhere", Mode.REAL_TIME, BUILTIN, "x", seed=7, bucket=None)
    with pytest.raises(NotFound, match="nowhere"):
        generate_image(sample, clients)


def test_an_inference_component_is_invoked_by_name() -> None:
    sample = sample_request("studio", Mode.SCALE_TO_ZERO, SD, "x", seed=7, bucket=None)
    (call,) = invocation_calls(sample, "")
    assert call.parameters["InferenceComponentName"] == "studio"


def test_an_unknown_model_is_rejected_with_the_known_ones() -> None:
    with pytest.raises(InvalidOption, match=SD):
        sample_request("studio", Mode.REAL_TIME, "dall-e", "x", seed=7, bucket=None)


@pytest.mark.parametrize("model", ["stable-diffusion-2-inpainting", "stable-diffusion-x4-upscaler"])
def test_a_model_that_only_edits_images_is_rejected(model: str) -> None:
    with pytest.raises(InvalidOption, match="Test it in the studio"):
        sample_request("studio", Mode.REAL_TIME, model, "a fox", seed=7, bucket=None)


def test_a_model_of_the_operators_catalog_defines_the_format(clients: Any, tmp_path: Path) -> None:
    entries = BUILT_IN.read_text("utf-8").split("[[models]]\n")
    (entry,) = (one for one in entries if one.startswith(f'id = "{BUILTIN}"'))
    file = tmp_path / "catalog.toml"
    file.write_text("[[models]]\n" + entry.replace(f'"{BUILTIN}"', '"own"'), "utf-8")
    sample = sample_request("studio", Mode.REAL_TIME, "own", "x", seed=7, bucket=None, catalog=file)
    assert Image.open(BytesIO(generate_image(sample, clients))).format == "PNG"
    file.write_text("[[models]]\nid = 1\n", "utf-8")
    with pytest.raises(InvalidOption, match=r"--catalog .*catalog\.toml, line 1"):
        sample_request("studio", Mode.REAL_TIME, "own", "x", seed=7, bucket=None, catalog=file)


def test_an_async_request_goes_through_the_studio_bucket() -> None:
    with pytest.raises(InvalidOption, match="OUT_S3_BUCKET_NAME"):
        sample_request("studio", Mode.ASYNC, SD, "x", seed=7, bucket=None)
    sample = sample_request("studio", Mode.ASYNC, SD, "x", seed=7, bucket=BUCKET)
    put, invoke = invocation_calls(sample, "trials/1.json")
    assert put.parameters["Key"] == "async/trials/1.json"
    assert invoke.parameters["InputLocation"] == f"s3://{BUCKET}/async/trials/1.json"


class FakeAsyncEndpoint:
    """S3 and the runtime API of an async endpoint, for one request.

    Args:
        objects: The objects in S3, by key.
        after: Number of reads before the objects exist.
    """

    def __init__(self, objects: dict[str, bytes], *, after: int) -> None:
        self._objects = objects
        self._reads_left = after
        self.slept = 0.0

    def __call__(self, service: str) -> FakeAsyncEndpoint:
        return self

    def put_object(self, **_: object) -> dict[str, Any]:
        return {}

    def invoke_endpoint_async(self, **_: object) -> dict[str, str]:
        return {
            "OutputLocation": f"s3://{BUCKET}/async/out",
            "FailureLocation": f"s3://{BUCKET}/async/failures/out",
        }

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self._reads_left -= 1
        if self._reads_left >= 0 or Key not in self._objects:
            raise ClientError({"Error": {"Code": "NoSuchKey", "Message": ""}}, "GetObject")
        return {"Body": BytesIO(self._objects[Key])}

    def sleep(self, seconds: float) -> None:
        self.slept += seconds

    def now(self) -> float:
        return self.slept


def test_an_async_result_is_polled(clients: Any) -> None:
    runtime = clients("sagemaker-runtime")
    sample = sample_request("studio", Mode.ASYNC, SD, "x", seed=7, bucket=BUCKET)
    (call,) = invocation_calls(
        sample_request("studio", Mode.REAL_TIME, SD, "x", seed=7, bucket=None), ""
    )
    body = runtime.invoke_endpoint(**call.parameters)["Body"].read()
    endpoint = FakeAsyncEndpoint({"async/out": body}, after=6)
    data = generate_image(sample, endpoint, sleep=endpoint.sleep, now=endpoint.now)
    assert Image.open(BytesIO(data)).format == "JPEG"
    assert endpoint.slept > 0


def test_an_async_failure_is_reported(clients: Any) -> None:
    endpoint = FakeAsyncEndpoint({"async/failures/out": b"CUDA out of memory"}, after=0)
    sample = sample_request("studio", Mode.ASYNC, SD, "x", seed=7, bucket=BUCKET)
    with pytest.raises(RequestRejected, match="CUDA out of memory"):
        generate_image(sample, endpoint, sleep=endpoint.sleep, now=endpoint.now)


def test_polling_gives_up_after_timeout() -> None:
    endpoint = FakeAsyncEndpoint({}, after=0)
    sample = sample_request("studio", Mode.ASYNC, SD, "x", seed=7, bucket=BUCKET)
    with pytest.raises(WaitTimeout, match="No result"):
        generate_image(sample, endpoint, sleep=endpoint.sleep, now=endpoint.now)
    assert endpoint.slept >= ASYNC_TIMEOUT_SECONDS


def test_a_result_in_another_format_suggests_to_check_the_model() -> None:
    endpoint = FakeAsyncEndpoint({"async/out": b"[]"}, after=0)
    sample = sample_request("studio", Mode.ASYNC, SD, "x", seed=7, bucket=BUCKET)
    with pytest.raises(RequestRejected, match="--model"):
        generate_image(sample, endpoint, sleep=endpoint.sleep, now=endpoint.now)
