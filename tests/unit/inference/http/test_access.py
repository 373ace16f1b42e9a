"""Authentication with the access key on a loopback port."""

from collections.abc import Iterator
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from genai_studio.inference.http.app import create_app
from genai_studio.inference.sampling.served_model import ModelRegistry, ServedModel
from tests.serving.live_server import live_server
from tests.serving.toy_pipeline import ToyPipeline

BODY = b'{"prompt": "x", "width": 64, "height": 64, "num_inference_steps": 1}'
KEY = "AKIA-made-up-for-this-run"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    models = ModelRegistry(ServedModel("toy", ToyPipeline))
    with live_server(create_app(models, access_key=KEY)) as url:
        yield url


def invoke(url: str, access_key: str) -> int:
    client = boto3.client(
        "sagemaker-runtime",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=access_key,
        aws_secret_access_key="any",
        config=Config(retries={"total_max_attempts": 1}),
    )
    answer = client.invoke_endpoint(EndpointName="toy", Body=BODY, ContentType="application/json")
    status: int = answer["ResponseMetadata"]["HTTPStatusCode"]
    return status


def test_requests_with_the_access_key_succeed(url: str) -> None:
    assert invoke(url, KEY) == 200


@pytest.mark.parametrize("key", ["AKIA-of-another-process", KEY[:-1], KEY + "x", KEY.lower()])
def test_another_key_raises_access_denied_in_boto3(url: str, key: str) -> None:
    with pytest.raises(ClientError) as denied:
        invoke(url, key)
    assert denied.value.response["Error"]["Code"] == "AccessDeniedException"


@pytest.mark.parametrize("path", ["/invocations", "/endpoints/toy/invocations", "/anything"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": f"Bearer {KEY}"},
        {"Authorization": f"Credential={KEY}/x"},
        {"Authorization": "AWS4-HMAC-SHA256 Credential=/20260101/us-east-1/sagemaker"},
        {"Authorization": b"AWS4-HMAC-SHA256 Credential=\xff/x"},
    ],
)
def test_unsigned_requests_are_rejected_on_every_path_except_ping(
    url: str, path: str, headers: dict[str, Any]
) -> None:
    json = {"Content-Type": "application/json"}
    assert httpx.post(url + path, content=BODY, headers=json | headers).status_code == 403
    assert httpx.get(f"{url}/ping", headers=headers).status_code in (200, 503)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "10.0.0.1", ""])
def test_other_host_names_are_rejected(url: str, host: str) -> None:
    assert httpx.get(f"{url}/ping", headers={"Host": host}).status_code == 400


def test_preflight_requests_from_browsers_are_rejected(url: str) -> None:
    preflight = httpx.options(
        f"{url}/endpoints/toy/invocations",
        headers={
            "Origin": "http://evil.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization",
        },
    )
    assert preflight.status_code == 403
    assert "access-control-allow-origin" not in preflight.headers
