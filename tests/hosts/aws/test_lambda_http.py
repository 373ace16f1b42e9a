"""HTTP behavior specific to API Gateway and Lambda, beyond the suite of all hosts."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator

import pytest

from tests.fakes.identity import ALICES_TOKEN
from tests.fakes.studio import a_studio
from tests.hosts.suite.lambda_http_host import LambdaHttpHost, api_gateway_event

pytestmark = pytest.mark.anyio

VIEWER = json.dumps({"query": "{ viewer { username } }"})


@pytest.fixture
async def function() -> AsyncIterator[LambdaHttpHost]:
    async with LambdaHttpHost.over(a_studio()) as opened:
        yield opened


async def test_base64_body_is_decoded(function: LambdaHttpHost) -> None:
    event = api_gateway_event(
        "POST",
        "/graphql",
        body=base64.b64encode(VIEWER.encode()).decode(),
        authorization=f"Bearer {ALICES_TOKEN}",
        content_type="application/json",
    )

    response = await function.call(event | {"isBase64Encoded": True})

    assert json.loads(response["body"]) == {"data": {"viewer": {"username": "alice"}}}


async def test_get_query_is_supported(function: LambdaHttpHost) -> None:
    event = api_gateway_event(
        "GET",
        "/graphql",
        query="query=%7B%20viewer%20%7B%20username%20%7D%20%7D",
        authorization=f"Bearer {ALICES_TOKEN}",
    )

    response = await function.call(event)

    assert json.loads(response["body"]) == {"data": {"viewer": {"username": "alice"}}}


@pytest.mark.parametrize("token", [None, "Bearer forged", "Basic YWxpY2U6eA=="])
async def test_api_requires_token(function: LambdaHttpHost, token: str | None) -> None:
    headers = {"content_type": "application/json"} | ({"authorization": token} if token else {})

    response = await function.call(api_gateway_event("POST", "/graphql", body=VIEWER, **headers))

    assert response["statusCode"] == 401
    assert response["headers"]["www-authenticate"].startswith("Bearer")


async def test_graphiql_requires_no_token(function: LambdaHttpHost) -> None:
    response = await function.call(api_gateway_event("GET", "/graphiql"))

    assert response["statusCode"] == 503, "the page is not built in this test"
    assert response["headers"]["content-type"].startswith("text/html")
    assert "content-security-policy" in response["headers"]


async def test_foreign_host_name_is_rejected(function: LambdaHttpHost) -> None:
    event = api_gateway_event("POST", "/graphql", body=VIEWER, host="elsewhere.example")

    assert (await function.call(event))["statusCode"] in (400, 403, 421)


async def test_repeated_calls_share_one_loop(function: LambdaHttpHost) -> None:
    for _ in range(3):
        response = await function.execute("{ viewer { username } }", {}, ALICES_TOKEN)
        assert response == {"data": {"viewer": {"username": "alice"}}}
