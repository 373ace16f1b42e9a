"""Catalog entries of local model folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.inference.pipelines.diffusers.model_facts import ModelFacts
from genai_studio.local.inference.model_folder import folder_model, model_entry


def test_limits_follow_the_training_resolution() -> None:
    facts = ModelFacts("StableDiffusionXLPipeline", side=1024, steps=30, guidance_scale=7.0)
    model = model_entry(facts, "sdxl", "SDXL", "")
    assert (model.defaults.width, model.defaults.height) == (1024, 1024)
    assert 2048 in model.limits.width
    assert model.uses_guidance


def test_a_distilled_model_has_few_steps_and_no_guidance() -> None:
    facts = ModelFacts("StableDiffusionPipeline", side=512, steps=1, guidance_scale=0.0)
    model = model_entry(facts, "sd-turbo", "SD Turbo", "")
    assert model.defaults.steps == 1
    assert not model.uses_guidance


def test_a_folder_without_a_model_is_rejected_by_name(tmp_path: Path) -> None:
    with pytest.raises(StudioUnavailable, match=tmp_path.name):
        folder_model(tmp_path, "model")
