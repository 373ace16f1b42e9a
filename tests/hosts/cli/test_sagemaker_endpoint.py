"""`AWS_SM_EP=… genai-studio up`: a local studio with a SageMaker endpoint.

The project's own serving container on the loopback interface stands in for
SageMaker. An environment variable sets its URL, as for a private endpoint.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from genai_studio.hosts.local.server import RunningStudio, local_server
from genai_studio.inference.settings import BUILTIN_PIPELINE
from genai_studio.local.inference.process import InferenceProcess
from genai_studio.settings import read_settings

pytestmark = pytest.mark.anyio

ENDPOINT = "jumpstart-dft-sd21"
GENERATE = """mutation ($input: GenerateImageInput!) { generateImage(input: $input) {
    generation { id model } userErrors { message } } }"""
WATCH = """query ($id: ID!) { generation(id: $id) {
    status failure { code message } images { url width height } } }"""


@pytest.fixture
async def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RunningStudio]:
    container = InferenceProcess(
        log_file=tmp_path / "aws.log", builtin=False, pipelines={ENDPOINT: BUILTIN_PIPELINE}
    )
    async with container:
        while not await container.ready():  # noqa: ASYNC110 - another process loads its model
            await asyncio.sleep(0.05)
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME", container.base_url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", container.access_key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        environment = {
            "AWS_SM_EP": ENDPOINT,
            "AWS_REGION": "us-east-1",
            "GENAI_STUDIO_BUILTIN_MODEL": "false",
        }
        settings = read_settings(environment, port=0, data_dir=tmp_path / "data")
        async with local_server(settings) as running:
            yield running


async def test_the_sagemaker_endpoint_generates_the_image(
    studio: RunningStudio,
) -> None:
    headers = {"Authorization": f"Bearer {studio.token()}"}
    async with httpx.AsyncClient(base_url=studio.url, headers=headers) as client:
        requested = {"prompt": "a red apple", "width": 256, "height": 256, "steps": 4}
        body = {"query": GENERATE, "variables": {"input": requested}}
        submitted = (await client.post("/graphql", json=body)).json()["data"]["generateImage"]
        assert submitted["userErrors"] == []
        assert submitted["generation"]["model"] == "stable-diffusion-2-1-base"
        generation = await _until_final(client, submitted["generation"]["id"])
        assert generation["failure"] is None
        assert generation["status"] == "SUCCEEDED"
        image = Image.open(io.BytesIO((await client.get(generation["images"][0]["url"])).content))
        assert image.size == (256, 256)


async def _until_final(client: httpx.AsyncClient, generation_id: str) -> dict[str, Any]:
    body = {"query": WATCH, "variables": {"id": generation_id}}
    while True:
        answer = await client.post("/graphql", json=body)
        generation: dict[str, Any] = answer.json()["data"]["generation"]
        if generation["status"] not in {"QUEUED", "RUNNING"}:
            return generation
