"""An endpoint of inference components is called by the name of one."""

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


def test_a_slash_parts_the_endpoint_from_its_component() -> None:
    assert target_of("studio") == {"EndpointName": "studio"}
    assert target_of("studio/sd21") == {
        "EndpointName": "studio",
        "InferenceComponentName": "sd21",
    }


@pytest.mark.parametrize("streams", [True, False])
async def test_the_component_is_named_in_each_call(streams: bool) -> None:
    asked: list[tuple[str, Any]] = []

    async def answer(request: Request) -> JSONResponse:
        component = request.headers.get("x-amzn-sagemaker-inference-component")
        asked.append((request.path_params["name"], component))
        return JSONResponse({}, 400, headers={"x-amzn-errortype": "ValidationError"})

    async def ignore(_: EndpointProgress) -> None:
        return None

    app = Starlette(routes=[Route("/endpoints/{name}/{how:path}", answer, methods=["POST"])])
    catalog = a_catalog(a_model("toy", endpoint="studio/sd21", streams=streams))
    with live_server(app) as url:
        client = loopback_client(url, "any")
        endpoint = SageMakerEndpoint(lambda model: client, catalog)
        with pytest.raises(EndpointError):
            await endpoint.generate(a_request(model="toy"), ignore, lambda: False)
        client.close()
    assert asked == [("studio", "sd21")]
