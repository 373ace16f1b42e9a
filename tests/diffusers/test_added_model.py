"""Download a model from a hub, add it, load it and draw an image."""

from pathlib import Path

import pytest

from genai_studio.hub import HuggingFace, add_model, model_folder
from genai_studio.inference.pipelines.diffusers.pipeline import DiffusersPipeline
from genai_studio.inference.pipelines.interface import SamplingParameters
from tests.diffusers.tiny_models import SIDE, save_stable_diffusion
from tests.hub.fake_hub import MODEL, FakeHub
from tests.serving.live_server import live_server

# These libraries emit deprecation warnings about each other.
pytestmark = [
    pytest.mark.filterwarnings("ignore:::diffusers"),
    pytest.mark.filterwarnings("ignore:::torch"),
    pytest.mark.filterwarnings("ignore:::transformers"),
]


def draw(folder: Path) -> bytes:
    pipeline = DiffusersPipeline.load(folder)
    parameters = SamplingParameters(width=SIDE, height=SIDE, steps=2, guidance_scale=5.0, seed=7)
    conditioning = pipeline.encode_text("a red apple", "")
    latents = pipeline.denoise(conditioning, parameters, lambda step: None, lambda: False)
    return pipeline.decode(latents, parameters).tobytes()


def test_an_added_model_draws_the_same_image_as_the_original(tmp_path: Path) -> None:
    original = save_stable_diffusion(tmp_path / "original")
    files = {
        file.relative_to(original).as_posix(): file.read_bytes()
        for file in original.rglob("*")
        if file.is_file()
    }
    directory = tmp_path / "models"
    with live_server(FakeHub(files=files).app()) as url:
        added = add_model(MODEL, directory, HuggingFace(url))
    assert added.model.defaults.width == SIDE
    assert draw(model_folder(directory, added)) == draw(original)
