"""From settings to the models that are served; nothing is loaded yet."""

from __future__ import annotations

import importlib
from functools import partial, reduce
from typing import Any

from genai_studio.inference.pipelines.pipeline import Pipeline
from genai_studio.inference.sampling import Defaults
from genai_studio.inference.served_model import ServedModel, ServedModels
from genai_studio.inference.settings import Settings

_BUILTIN_DEFAULTS = Defaults(width=256, height=256, steps=20, guidance_scale=2.5)


def served_models(settings: Settings) -> ServedModels:
    """Every model the settings name, pipelines first."""
    pipelines = [
        ServedModel(name, partial(_load_factory, factory), _BUILTIN_DEFAULTS)
        for name, factory in settings.pipelines.items()
    ]
    return ServedModels(*pipelines)


def _load_factory(factory: str) -> Pipeline[Any, Any]:
    module, _, attributes = factory.partition(":")
    make = reduce(getattr, attributes.split("."), importlib.import_module(module))
    pipeline = make()  # type: ignore[operator]
    if not isinstance(pipeline, Pipeline):
        raise TypeError(f"{factory} made no Pipeline.")
    return pipeline
