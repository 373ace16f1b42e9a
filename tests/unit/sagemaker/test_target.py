"""Invocations of an endpoint with inference components name the component."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from genai_studio.domain.errors import EndpointError
from genai_studio.ports import EndpointProgress
from genai_studio.sagemaker.client import loopback_client
from genai_studio.sagemaker.endpoint import SageMakerEndpoint
from genai_studio.sagemaker.target import target_of
from tests.builders import a_request
from tests.serving.live_server import live_server
from tests.serving.toy_catalog import a_catalog, a_model

pytestmark = pytest.mark.anyio


def test_slash_separates_endpoint_and_component() -> None:
    assert target_of("studio") == {"EndpointName": "studio"}
    assert target_of("studio/sd21") == {
        "EndpointName": "studio",
        "InferenceComponentName": "sd21",
    }


@pytest.mark.parametrize("streams", [True, False])
async def test_component_is_sent_with_each_call(streams: bool) -> None:
    targets: list[tuple[str, Any]] = []

    async def respond(request: Request) -> JSONResponse:
        component = request.headers.get("x-amzn-sagemaker-inference-component")
        targets.append((request.path_params["name"], component))
        return JSONResponse({}, 400, headers={"x-amzn-errortype": "ValidationError"})

    async def ignore(_: EndpointProgress) -> None:
        return None

    app = Starlette(routes=[Route("/endpoints/{name}/{how:path}", respond, methods=["POST"])])
    catalog = a_catalog(a_model("toy", endpoint="studio/sd21", streams=streams))
    with live_server(app) as url:
        client = loopback_client(url, "any")
        endpoint = SageMakerEndpoint(lambda model: client, catalog)
        with pytest.raises(EndpointError):
            await endpoint.generate(a_request(model="toy"), ignore, lambda: False)
        client.close()
    assert targets == [("studio", "sd21")]
