"""Register the models that the settings name, without loading them."""

from __future__ import annotations

import importlib
import logging
from functools import partial, reduce
from pathlib import Path
from typing import Any

from genai_studio.inference.pipelines.diffusers.model_facts import read_model_facts
from genai_studio.inference.pipelines.diffusers.pipeline import DiffusersPipeline
from genai_studio.inference.pipelines.errors import PipelineUnavailable
from genai_studio.inference.pipelines.interface import Pipeline
from genai_studio.inference.sampling.execution import SamplingDefaults
from genai_studio.inference.sampling.served_model import ModelRegistry, ServedModel
from genai_studio.inference.settings import Settings

log = logging.getLogger(__name__)

_BUILTIN_DEFAULTS = SamplingDefaults(width=256, height=256, steps=20, guidance_scale=2.5)


def build_registry(settings: Settings) -> ModelRegistry:
    """Register every model that the settings name, pipelines first."""
    pipelines = [
        ServedModel(name, partial(_load_factory, factory), _BUILTIN_DEFAULTS)
        for name, factory in settings.pipelines.items()
    ]
    files = [
        ServedModel(name, partial(DiffusersPipeline.load, path), _defaults_of(path))
        for name, path in settings.model_paths.items()
    ]
    return ModelRegistry(*pipelines, *files)


def _defaults_of(path: Path) -> SamplingDefaults:
    try:
        facts = read_model_facts(path)
    except PipelineUnavailable as error:
        # The other models are served. Requests for this model get the error.
        log.error("%s", error)
        return SamplingDefaults()
    return SamplingDefaults(
        width=facts.side,
        height=facts.side,
        steps=facts.steps,
        guidance_scale=facts.guidance_scale,
    )


def _load_factory(factory: str) -> Pipeline[Any, Any]:
    module, _, attributes = factory.partition(":")
    make = reduce(getattr, attributes.split("."), importlib.import_module(module))
    pipeline = make()  # type: ignore[operator]
    if not isinstance(pipeline, Pipeline):
        raise TypeError(f"{factory} must return a Pipeline.")
    return pipeline
