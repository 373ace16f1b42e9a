"""Image-to-image, inpainting and upscaling with tiny random models."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from genai_studio.inference.pipelines.diffusers.edit_pipes import one_step
from genai_studio.inference.pipelines.diffusers.pipeline import DiffusersPipeline
from genai_studio.inference.pipelines.errors import ContentFiltered
from genai_studio.inference.pipelines.interface import (
    EditSource,
    Operation,
    SamplingCanceled,
    SamplingParameters,
    Step,
)
from tests.diffusers.tiny_models import (
    SIDE,
    save_flux,
    save_stable_diffusion,
    save_stable_diffusion_3,
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
    "sd3": save_stable_diffusion_3,
    "flux": save_flux,
}
STEPS = 4
SOURCE = Image.merge(
    "RGB", [Image.linear_gradient("L").rotate(turn).resize((SIDE, SIDE)) for turn in (0, 90, 180)]
)
OTHER = SOURCE.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
RIGHT = Image.new("L", (SIDE, SIDE))
RIGHT.paste(255, (SIDE // 2, 0, SIDE, SIDE))


@pytest.fixture(scope="module", params=sorted(SAVE))
def pipeline(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> DiffusersPipeline:
    folder = SAVE[request.param](tmp_path_factory.mktemp(request.param) / "tiny")
    return DiffusersPipeline.load(folder)


def edit(
    pipeline: DiffusersPipeline,
    strength: float,
    mask: Image.Image | None = None,
    on_step: Callable[[Step], None] = lambda step: None,
    canceled: Callable[[], bool] = lambda: False,
    source: Image.Image = SOURCE,
    prompt: str = "a red apple",
    **fields: Any,
) -> Image.Image:
    standard = {
        "width": source.width,
        "height": source.height,
        "steps": STEPS,
        "guidance_scale": 5.0,
        "seed": 7,
    }
    parameters = SamplingParameters(**(standard | fields))
    conditioning = pipeline.encode_text(prompt, "a worm")
    latents = pipeline.denoise(
        conditioning, parameters, on_step, canceled, EditSource(source, mask, strength)
    )
    return pipeline.decode(latents, parameters)


def change(first: Image.Image, second: Image.Image, columns: slice = slice(None)) -> float:
    before, after = (np.asarray(one, np.float64)[:, columns] for one in (first, second))
    return float(np.abs(before - after).mean())


def test_every_operation_is_offered(pipeline: DiffusersPipeline) -> None:
    assert pipeline.operations == frozenset(Operation)


def test_an_edit_reproduces_counts_its_steps_and_follows_strength_and_seed(
    pipeline: DiffusersPipeline,
) -> None:
    reported: list[tuple[int, int]] = []
    previews: list[Image.Image] = []

    def on_step(step: Step) -> None:
        reported.append((step.step, step.steps))
        previews.append(step.preview())

    half = edit(pipeline, 0.5, on_step=on_step)
    assert reported == [(1, 2), (2, 2)]
    assert {max(preview.size) <= 256 for preview in previews} == {True}
    assert (half.mode, half.size) == ("RGB", SOURCE.size)
    assert edit(pipeline, 0.5).tobytes() == half.tobytes()
    assert edit(pipeline, 0.5, seed=8).tobytes() != half.tobytes()
    influence = [
        change(edit(pipeline, strength), edit(pipeline, strength, source=OTHER))
        for strength in (0.0, 1.0)
    ]
    assert influence[1] < influence[0]


@pytest.mark.parametrize(("color", "same"), [(0, True), (255, False)], ids=["black", "white"])
def test_the_prompt_changes_the_white_part_of_the_mask_only(
    pipeline: DiffusersPipeline, color: int, same: bool
) -> None:
    """The tiny decoder spreads every change over the image, so the mask has one color."""
    mask = Image.new("L", SOURCE.size, color)
    first = edit(pipeline, 1.0, mask)
    second = edit(pipeline, 1.0, mask, prompt="a blue car")
    assert first.size == SOURCE.size
    assert (first.tobytes() == second.tobytes()) is same


def test_an_edit_of_another_shape_has_that_shape(pipeline: DiffusersPipeline) -> None:
    wide = SOURCE.resize((80, 48))
    assert edit(pipeline, 0.5, source=wide).size == (80, 48)
    assert edit(pipeline, 0.5, RIGHT.resize((80, 48)), source=wide).size == (80, 48)


@pytest.mark.parametrize("mask", [None, RIGHT], ids=["image-to-image", "inpaint"])
def test_a_canceled_edit_stops_before_the_next_step(
    pipeline: DiffusersPipeline, mask: Image.Image | None
) -> None:
    reported: list[int] = []
    with pytest.raises(SamplingCanceled):
        edit(
            pipeline,
            1.0,
            mask,
            on_step=lambda step: reported.append(step.step),
            canceled=lambda: len(reported) >= 2,
        )
    assert reported == [1, 2]


def test_edits_share_the_networks(pipeline: DiffusersPipeline) -> None:
    """A second copy would double the memory of the model."""
    original = networks(pipeline, Operation.TEXT_TO_IMAGE)
    for operation in (Operation.IMAGE_TO_IMAGE, Operation.INPAINT):
        derived = networks(pipeline, operation)
        assert derived == {name: original[name] for name in derived}
        assert pipeline._pipes.get(operation) is pipeline._pipes.get(operation)


def networks(pipeline: DiffusersPipeline, operation: Operation) -> dict[str, tuple[int, ...]]:
    """Return where the weights of each network are in memory."""
    return {
        name: tuple(parameter.data_ptr() for parameter in part.parameters())
        for name, part in pipeline._pipes.get(operation).components.items()
        if isinstance(part, torch.nn.Module)
    }


def test_text_to_image_is_unchanged_after_an_edit(pipeline: DiffusersPipeline) -> None:
    """The pipelines also share the scheduler, which holds the state of a run."""
    parameters = SamplingParameters(SIDE, SIDE, STEPS, 5.0, 7)
    conditioning = pipeline.encode_text("a red apple", "a worm")

    def draw() -> bytes:
        latents = pipeline.denoise(conditioning, parameters, lambda step: None, lambda: False)
        return pipeline.decode(latents, parameters).tobytes()

    before = draw()
    edit(pipeline, 0.5)
    assert draw() == before


def test_a_flagged_edit_raises_content_filtered(
    pipeline: DiffusersPipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Flagged:
        images = (SOURCE,)
        nsfw_content_detected = (True,)

    monkeypatch.setattr(pipeline._pipes, "get", lambda operation: lambda **arguments: Flagged())
    with pytest.raises(ContentFiltered):
        edit(pipeline, 0.5)


def test_one_step_is_left_whichever_way_a_pipeline_rounds() -> None:
    for steps in range(1, 501):
        product = steps * one_step(steps)
        assert int(product) == 1
        assert int(steps - product) == steps - 1


@pytest.fixture(scope="module")
def xl(tmp_path_factory: pytest.TempPathFactory) -> DiffusersPipeline:
    return DiffusersPipeline.load(save_stable_diffusion_xl(tmp_path_factory.mktemp("xl") / "tiny"))


def test_upscaling_multiplies_the_size_in_tiles(xl: DiffusersPipeline) -> None:
    reported: list[tuple[int, int]] = []
    enlarged = xl.upscale(
        SOURCE.resize((40, 38)),
        2,
        None,
        lambda step: reported.append((step.step, step.steps)),
        lambda: False,
    )
    assert (enlarged.mode, enlarged.size) == ("RGB", (80, 76))
    (total,) = {steps for _, steps in reported}
    assert total % 4 == 0
    assert [step for step, _ in reported] == list(range(1, total + 1))


def test_upscaling_follows_the_prompt_and_can_be_canceled(xl: DiffusersPipeline) -> None:
    source = SOURCE.resize((15, 13))

    def enlarge(prompt: str, canceled: Callable[[], bool] = lambda: False) -> bytes:
        conditioning = xl.encode_text(prompt, "")
        enlarged = xl.upscale(source, 4, conditioning, lambda step: None, canceled)
        assert enlarged.size == (60, 52)
        return enlarged.tobytes()

    first = enlarge("a red apple")
    assert enlarge("a red apple") == first
    assert enlarge("a blue car") != first
    with pytest.raises(SamplingCanceled):
        enlarge("a red apple", lambda: True)


def test_a_vae_in_float32_encodes_for_float16_networks(tmp_path: Path) -> None:
    """Only for pipelines without `upcast_vae`, such as that of Stable Diffusion 1 and 2."""
    from genai_studio.inference.pipelines.diffusers.vae_precision import upcast_vae

    pipe = DiffusersPipeline.load(save_stable_diffusion(tmp_path / "tiny"))._pipe
    pipe.vae.to(torch.float16)
    pipe.vae.register_to_config(force_upcast=True)
    upcast_vae(pipe, torch)
    pixels = torch.zeros((1, 3, SIDE, SIDE), dtype=torch.float16)
    latents = pipe.vae.encode(pixels).latent_dist.sample()
    assert pipe.vae.dtype == torch.float32
    assert latents.dtype == torch.float16
    assert pipe.vae.decode(latents).sample.dtype == torch.float32
