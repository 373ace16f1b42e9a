"""The container as SageMaker starts and asks it: the same code as a studio's own inference.

No image is built here, for want of Docker; `container_process` says what stands in for it.
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


def test_without_a_model_archive_it_serves_the_model_in_the_box(tmp_path: Path) -> None:
    with sagemaker_container(tmp_path) as container:
        assert container.get("/ping").status_code == 200
        answer = container.post("/invocations", json=BODY, headers=PNG)
    (picture,) = answer.json()["generated_images"]
    assert Image.open(BytesIO(base64.b64decode(picture))).size == (256, 256)


def test_it_streams_what_the_studio_reads(tmp_path: Path) -> None:
    with sagemaker_container(tmp_path) as container:
        headers = {"Accept": "application/x-ndjson"}
        lines = container.post("/invocations", json=BODY, headers=headers).text.splitlines()
    assert '"progress"' in lines[0]
    assert lines[-1] == '{"type":"done"}'


def test_an_archive_without_a_model_is_named_and_never_healthy(tmp_path: Path) -> None:
    archive = tmp_path / "model.tar.gz"
    (tmp_path / "weights.bin").touch()
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(tmp_path / "weights.bin", "weights.bin")
    with sagemaker_container(tmp_path / "container", archive=archive) as container:
        ping = container.get("/ping")
        answer = container.post("/invocations", json=BODY)
    assert (ping.status_code, answer.status_code) == (503, 501)
    assert "is no text-to-image model" in ping.json()["failed"]
    assert answer.json()["code"] == "ModelUnavailable"


def test_variables_of_the_container_reach_it(tmp_path: Path) -> None:
    variables = {"GENAI_STUDIO_INFERENCE_ACCESS_KEY": "a-key"}
    with sagemaker_container(tmp_path, environment=variables) as container:
        refused: httpx.Response = container.post("/invocations", json=BODY)
    assert refused.status_code == 403
