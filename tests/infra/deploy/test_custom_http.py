"""Tests that a page served by Amplify has the same security headers as one served by the studio."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from botocore.credentials import Credentials

from genai_studio.aws.client import s3_client
from genai_studio.aws.images.store import S3Images
from studio_deploy.custom_http import InvalidOutputs, Origins, custom_http
from tests.builders import ManualClock
from tests.fakes.app import an_app
from tests.infra.assembly import ROOT

BUCKET = "https://images-1a2b.s3.eu-central-1.amazonaws.com"
API = "https://ab12cd.appsync-api.eu-central-1.amazonaws.com"
REALTIME = "wss://ab12cd.appsync-realtime-api.eu-central-1.amazonaws.com"
USER_POOL = "https://cognito-idp.eu-central-1.amazonaws.com"

OUTPUTS: dict[str, Any] = {
    "version": "1.4",
    "auth": {
        "user_pool_id": "eu-central-1_Ab12Cd34E",
        "user_pool_client_id": "1a2b3c",
        "aws_region": "eu-central-1",
    },
    "data": {"url": f"{API}/graphql", "aws_region": "eu-central-1"},
    "storage": {"bucket_name": "images-1a2b", "aws_region": "eu-central-1"},
}


def headers_by_pattern(content: str) -> dict[str, dict[str, str]]:
    return {
        entry["pattern"]: {header["key"]: header["value"] for header in entry["headers"]}
        for entry in json.loads(content)["customHeaders"]
    }


def directives(policy: str) -> dict[str, list[str]]:
    parts = (directive.split() for directive in policy.split("; "))
    return {name: sources for name, *sources in parts}


def policies(outputs: dict[str, Any] = OUTPUTS) -> dict[str, dict[str, list[str]]]:
    found = headers_by_pattern(custom_http(outputs))
    return {
        pattern: directives(headers["Content-Security-Policy"])
        for pattern, headers in found.items()
    }


def test_policy_allows_only_the_bucket_appsync_and_cognito() -> None:
    for policy in policies().values():
        assert policy["connect-src"] == ["'self'", API, REALTIME, USER_POOL, BUCKET]
        assert policy["img-src"] == ["'self'", "data:", "blob:", BUCKET]
        assert policy["default-src"] == ["'none'"]


def test_only_own_scripts_run_and_only_graphiql_has_inline_styles() -> None:
    page, editor = policies()["**"], policies()["/graphiql*"]

    assert page["script-src"] == editor["script-src"] == ["'self'"]
    assert page["style-src"] == ["'self'"]
    assert editor["style-src"] == ["'self'", "'unsafe-inline'"]
    assert editor["worker-src"] == ["'self'", "blob:"]


@pytest.mark.anyio
async def test_headers_match_those_of_the_studio_except_for_origins(tmp_path: Path) -> None:
    for name in ("index.html", "graphiql.html"):
        (tmp_path / name).write_text("")
    transport = httpx.ASGITransport(app=an_app(web_dir=tmp_path).app)
    generated = headers_by_pattern(custom_http(OUTPUTS))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        for path, pattern in (("/", "**"), ("/graphiql", "/graphiql*")):
            response = await client.get(path)
            local = dict(response.headers)
            deployed = {name.lower(): value for name, value in generated["**"].items()}
            deployed["content-security-policy"] = generated[pattern]["Content-Security-Policy"]
            for origin in (BUCKET, API, REALTIME, USER_POOL):
                deployed["content-security-policy"] = deployed["content-security-policy"].replace(
                    f" {origin}", ""
                )
            # Only the deployed page sets HSTS: it is always served over TLS.
            assert deployed.pop("strict-transport-security")
            assert deployed.items() <= local.items()


def test_custom_domain_serves_subscriptions_at_the_same_host() -> None:
    url = "https://api.example.com/graphql"

    policy = policies(OUTPUTS | {"data": {"url": url}})["**"]

    assert policy["connect-src"][1:3] == ["https://api.example.com", "wss://api.example.com"]


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "ap-southeast-2", "cn-north-1"])
def test_policy_allows_the_origin_of_presigned_urls(region: str) -> None:
    client = s3_client(region, aws_access_key_id="AK", aws_secret_access_key="SK")
    images = S3Images(client, "images-1a2b", Credentials("AK", "SK"), ManualClock())
    signed = urlsplit(images.sign("owner/generation/1/0.png").url)
    location = {"aws_region": region}
    outputs = OUTPUTS | {"storage": location | {"bucket_name": "images-1a2b"}}

    assert Origins.from_outputs(outputs).bucket == f"{signed.scheme}://{signed.netloc}"


def test_china_regions_use_their_own_domain() -> None:
    region = {"aws_region": "cn-north-1"}

    policy = policies(
        {
            "auth": region,
            "data": {"url": "https://ab12.appsync-api.cn-north-1.amazonaws.com.cn/graphql"},
            "storage": region | {"bucket_name": "images"},
        }
    )["**"]

    assert policy["img-src"][-1] == "https://images.s3.cn-north-1.amazonaws.com.cn"
    assert policy["connect-src"][2] == "wss://ab12.appsync-realtime-api.cn-north-1.amazonaws.com.cn"


@pytest.mark.parametrize(
    "wrong",
    [
        {"storage": {}},
        {"auth": None},
        {"data": {"url": 7}},
        {"data": {"url": "http://api.example.com/graphql"}},
        {"data": {"url": "https://api.example.com;script-src */graphql"}},
        {"storage": {"bucket_name": "a 'unsafe-inline'", "aws_region": "eu-central-1"}},
        {"storage": {"bucket_name": "a", "aws_region": "eu; script-src *"}},
    ],
)
def test_outputs_that_would_weaken_the_policy_are_rejected(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidOutputs):
        custom_http(OUTPUTS | wrong)


def test_command_writes_the_headers_to_standard_output(tmp_path: Path) -> None:
    outputs = tmp_path / "amplify_outputs.json"
    outputs.write_text(json.dumps(OUTPUTS))

    run = subprocess.run(
        [sys.executable, "-m", "studio_deploy.custom_http", str(outputs)],
        cwd=ROOT / "infra" / "deploy",
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout == custom_http(OUTPUTS)
