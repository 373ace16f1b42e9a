"""On loopback only the holder of the access key is served."""

from collections.abc import Iterator

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from genai_studio.inference.http.app import create_app
from genai_studio.inference.sampling.served_model import ServedModel, ServedModels
from tests.serving.live_server import live_server
from tests.serving.toy_pipeline import ToyPipeline

BODY = b'{"prompt": "x", "width": 64, "height": 64, "num_inference_steps": 1}'
KEY = "AKIA-made-up-for-this-run"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    models = ServedModels(ServedModel("toy", ToyPipeline))
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


def test_the_key_opens(url: str) -> None:
    assert invoke(url, KEY) == 200


@pytest.mark.parametrize("key", ["AKIA-of-somebody-else", KEY[:-1], KEY + "x", KEY.lower()])
def test_another_key_is_denied_as_boto3_knows_it(url: str, key: str) -> None:
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
def test_unsigned_requests_are_denied_on_every_path_but_ping(
    url: str, path: str, headers: dict[str, str | bytes]
) -> None:
    json = {"Content-Type": "application/json"}
    assert httpx.post(url + path, content=BODY, headers=json | headers).status_code == 403
    assert httpx.get(f"{url}/ping", headers=headers).status_code in (200, 503)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "10.0.0.1", ""])
def test_a_foreign_host_name_is_refused(url: str, host: str) -> None:
    assert httpx.get(f"{url}/ping", headers={"Host": host}).status_code == 400


def test_a_page_gets_no_leave_to_call_from_the_browser(url: str) -> None:
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
