"""The serving container, started and invoked like SageMaker does.

These tests do not build an image. `container_process` describes the substitute.
"""

from __future__ import annotations

import base64
import tarfile
from io import BytesIO
from pathlib import Path

import httpx
from PIL import Image

from tests.serving.container_process import sagemaker_container

BODY = {"prompt": "a red apple", "num_inference_steps": 2, "seed": 7}
PNG = {"Accept": "application/json;png"}


def test_without_a_model_archive_it_serves_the_built_in_model(tmp_path: Path) -> None:
    with sagemaker_container(tmp_path) as container:
        assert container.get("/ping").status_code == 200
        response = container.post("/invocations", json=BODY, headers=PNG)
    (image,) = response.json()["generated_images"]
    assert Image.open(BytesIO(base64.b64decode(image))).size == (256, 256)


def test_it_streams_the_events_that_the_studio_reads(tmp_path: Path) -> None:
    with sagemaker_container(tmp_path) as container:
        headers = {"Accept": "application/x-ndjson"}
        lines = container.post("/invocations", json=BODY, headers=headers).text.splitlines()
    assert '"progress"' in lines[0]
    assert lines[-1] == '{"type":"done"}'


def test_an_archive_without_a_model_is_reported_and_never_healthy(tmp_path: Path) -> None:
    archive = tmp_path / "model.tar.gz"
    (tmp_path / "weights.bin").touch()
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(tmp_path / "weights.bin", "weights.bin")
    with sagemaker_container(tmp_path / "container", archive=archive) as container:
        ping = container.get("/ping")
        response = container.post("/invocations", json=BODY)
    assert (ping.status_code, response.status_code) == (503, 501)
    assert "is not a text-to-image model" in ping.json()["failed"]
    assert response.json()["code"] == "ModelUnavailable"


def test_environment_variables_reach_the_container(tmp_path: Path) -> None:
    variables = {"GENAI_STUDIO_INFERENCE_ACCESS_KEY": "a-key"}
    with sagemaker_container(tmp_path, environment=variables) as container:
        forbidden: httpx.Response = container.post("/invocations", json=BODY)
    assert forbidden.status_code == 403
