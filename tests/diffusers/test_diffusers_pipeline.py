"""Diffusers pipelines with tiny random models, through the `Pipeline` interface."""

import json
import logging
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from genai_studio.inference.pipelines.diffusers.model_facts import read_model_facts
from genai_studio.inference.pipelines.diffusers.pipeline import DiffusersPipeline
from genai_studio.inference.pipelines.errors import ContentFiltered, PipelineUnavailable
from genai_studio.inference.pipelines.interface import SamplingCanceled, SamplingParameters, Step
from tests.diffusers.checkpoint import save_checkpoint
from tests.diffusers.tiny_models import (
    LAYERS,
    SIDE,
    save_stable_diffusion,
    save_stable_diffusion_xl,
)

# These libraries emit deprecation warnings about each other.
pytestmark = [
    pytest.mark.filterwarnings("ignore:::diffusers"),
    pytest.mark.filterwarnings("ignore:::torch"),
    pytest.mark.filterwarnings("ignore:::transformers"),
]

SAVE: dict[str, Callable[[Path], Path]] = {
    "sd": save_stable_diffusion,
    "sdxl": save_stable_diffusion_xl,
}


@pytest.fixture(scope="module", params=sorted(SAVE))
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return SAVE[request.param](tmp_path_factory.mktemp(request.param) / "tiny")


@pytest.fixture(scope="module")
def pipeline(folder: Path) -> DiffusersPipeline:
    return DiffusersPipeline.load(folder)


def draw(
    pipeline: DiffusersPipeline,
    prompt: str = "a red apple",
    negative: str = "",
    on_step: Callable[[Step], None] = lambda step: None,
    canceled: Callable[[], bool] = lambda: False,
    **fields: Any,
) -> Image.Image:
    standard = {"width": SIDE, "height": SIDE, "steps": 3, "guidance_scale": 5.0, "seed": 7}
    parameters = SamplingParameters(**(standard | fields))
    conditioning = pipeline.encode_text(prompt, negative)
    return pipeline.decode(
        pipeline.denoise(conditioning, parameters, on_step, canceled), parameters
    )


def test_facts_are_read_from_the_files(folder: Path) -> None:
    facts = read_model_facts(folder)
    index = json.loads((folder / "model_index.json").read_text())
    assert (facts.pipeline_class, facts.side) == (index["_class_name"], SIDE)


def test_an_image_has_the_requested_size(pipeline: DiffusersPipeline) -> None:
    image = draw(pipeline, width=80, height=48)
    assert (image.mode, image.size) == ("RGB", (80, 48))


def test_the_same_seed_gives_the_same_pixels(pipeline: DiffusersPipeline) -> None:
    assert draw(pipeline).tobytes() == draw(pipeline).tobytes()


@pytest.mark.parametrize(
    "other",
    [
        {"prompt": "a blue car"},
        {"negative": "a worm"},
        {"seed": 8},
        {"steps": 4},
        {"guidance_scale": 9.0},
        {"guidance_scale": 0.0},
    ],
    ids=str,
)
def test_every_parameter_changes_the_image(
    pipeline: DiffusersPipeline, other: dict[str, Any]
) -> None:
    assert draw(pipeline, **other).tobytes() != draw(pipeline).tobytes()


def test_every_step_is_reported_with_a_small_preview(pipeline: DiffusersPipeline) -> None:
    reported: list[tuple[int, int]] = []
    previews: list[Image.Image] = []

    def on_step(step: Step) -> None:
        reported.append((step.step, step.steps))
        previews.append(step.preview())

    draw(pipeline, on_step=on_step, steps=4)
    assert reported == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert {preview.mode for preview in previews} == {"RGB"}
    assert max(max(preview.size) for preview in previews) <= 256
    assert len({preview.tobytes() for preview in previews}) == 4


@pytest.mark.parametrize("after", [0, 1, 2])
def test_cancellation_stops_before_the_next_step(pipeline: DiffusersPipeline, after: int) -> None:
    reported: list[int] = []
    with pytest.raises(SamplingCanceled):
        draw(
            pipeline,
            on_step=lambda step: reported.append(step.step),
            canceled=lambda: len(reported) >= after,
        )
    assert reported == list(range(1, after + 1))
    assert draw(pipeline).size == (SIDE, SIDE)


def test_a_long_prompt_is_truncated_and_never_logged(
    pipeline: DiffusersPipeline, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        draw(pipeline, prompt="secret " * 500)
    captured = capfd.readouterr()
    assert "secret" not in caplog.text + captured.out + captured.err


def test_a_flagged_image_raises_content_filtered(
    pipeline: DiffusersPipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Flagged:
        images = (Image.new("RGB", (SIDE, SIDE)),)
        nsfw_content_detected = (True,)

    monkeypatch.setattr(pipeline._pipes, "get", lambda operation: lambda **arguments: Flagged())
    with pytest.raises(ContentFiltered):
        draw(pipeline)


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(folder, tmp_path / "copy")


def test_pickled_weights_are_rejected_without_reading_them(copy: Path, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "ran",)

    for weights in (copy / "unet").glob("*.safetensors"):
        weights.unlink()
    (copy / "unet" / "diffusion_pytorch_model.bin").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(PipelineUnavailable, match="pickled weights"):
        DiffusersPipeline.load(copy)
    assert not (tmp_path / "ran").exists()


def test_custom_code_is_rejected_without_running_it(copy: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    (copy / "unet" / "trap.py").write_text(f"open({str(ran)!r}, 'w')\nclass UNet: pass\n")
    index = json.loads((copy / "model_index.json").read_text())
    index["unet"] = ["trap", "UNet"]
    (copy / "model_index.json").write_text(json.dumps(index))
    with pytest.raises(PipelineUnavailable, match="requires custom code"):
        DiffusersPipeline.load(copy)
    assert not ran.exists()


def test_a_missing_component_is_named(copy: Path) -> None:
    shutil.rmtree(copy / "vae")
    with pytest.raises(PipelineUnavailable, match=r"Model copy: vae/ is missing"):
        DiffusersPipeline.load(copy)


def test_weights_in_half_precision_files_are_found(copy: Path) -> None:
    for weights in copy.glob("*/*.safetensors"):
        weights.rename(weights.with_suffix(".fp16.safetensors"))
    assert draw(DiffusersPipeline.load(copy)).size == (SIDE, SIDE)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A `.safetensors` file beside a folder with its tokenizer and configuration."""
    folder = save_stable_diffusion(tmp_path_factory.mktemp("checkpoint") / "tiny")
    file = save_checkpoint(folder, LAYERS, folder.parent / "tiny.safetensors")
    whole = shutil.copytree(folder, folder.parent / "whole")
    for weights in folder.glob("*/*.safetensors"):
        weights.unlink()
    assert whole.is_dir()
    return file


def test_a_checkpoint_gives_the_same_image_as_its_folder(checkpoint: Path) -> None:
    alone = draw(DiffusersPipeline.load(checkpoint))
    whole = draw(DiffusersPipeline.load(checkpoint.parent / "whole"))
    assert alone.tobytes() == whole.tobytes()


def test_a_checkpoint_without_configuration_needs_the_hub(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    alone = shutil.copy(checkpoint, tmp_path / "alone.safetensors")
    with pytest.raises(PipelineUnavailable, match="folder"):
        DiffusersPipeline.load(Path(alone))
