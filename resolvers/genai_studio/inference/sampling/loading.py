"""From settings to the models that are served; nothing is loaded yet."""

from __future__ import annotations

import importlib
import logging
from functools import partial, reduce
from pathlib import Path
from typing import Any

from genai_studio.inference.pipelines.diffusers.model_facts import read_model_facts
from genai_studio.inference.pipelines.diffusers.pipeline import DiffusersPipeline
from genai_studio.inference.pipelines.errors import PipelineUnavailable
from genai_studio.inference.pipelines.pipeline import Pipeline
from genai_studio.inference.sampling.sampling_run import Defaults
from genai_studio.inference.sampling.served_model import ServedModel, ServedModels
from genai_studio.inference.settings import Settings

log = logging.getLogger(__name__)

_BUILTIN_DEFAULTS = Defaults(width=256, height=256, steps=20, guidance_scale=2.5)


def served_models(settings: Settings) -> ServedModels:
    """Every model the settings name, pipelines first."""
    pipelines = [
        ServedModel(name, partial(_load_factory, factory), _BUILTIN_DEFAULTS)
        for name, factory in settings.pipelines.items()
    ]
    files = [
        ServedModel(name, partial(DiffusersPipeline.load, path), _defaults_of(path))
        for name, path in settings.model_paths.items()
    ]
    return ServedModels(*pipelines, *files)


def _defaults_of(path: Path) -> Defaults:
    try:
        facts = read_model_facts(path)
    except PipelineUnavailable as error:
        # The others are served all the same; whoever asks for this one is told.
        log.error("%s", error)
        return Defaults()
    return Defaults(
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
        raise TypeError(f"{factory} made no Pipeline.")
    return pipeline
