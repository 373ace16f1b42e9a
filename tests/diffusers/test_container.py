"""Serve a tiny Stable Diffusion model from a model archive, as SageMaker does."""

from __future__ import annotations

import base64
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.diffusers.tiny_models import SIDE, save_stable_diffusion
from tests.serving.container_process import sagemaker_container

BODY = {"prompt": "a red apple", "num_inference_steps": 2, "width": SIDE, "height": SIDE}


@pytest.mark.parametrize("inside", [".", "tiny-sd"])
def test_the_archives_model_is_served(tmp_path: Path, inside: str) -> None:
    folder = save_stable_diffusion(tmp_path / "model")
    archive = tmp_path / "model.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(folder, inside)
    with sagemaker_container(tmp_path / "container", archive=archive) as container:
        ping = container.get("/ping")
        answer = container.post(
            "/invocations", json=BODY, headers={"Accept": "application/json;png"}
        )
    assert ping.json() == {"ready": True}
    (image,) = answer.json()["generated_images"]
    assert Image.open(BytesIO(base64.b64decode(image))).size == (SIDE, SIDE)
