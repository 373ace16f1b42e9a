"""Run `genai-studio` with the toy pipeline instead of the built-in model.

Usage: `python -m tests.serving.toy_studio up …`. The variable TOY_STEP_SECONDS sets
the duration of a step, and TOY_PIPELINE another pipeline.
"""

from __future__ import annotations

import os
from dataclasses import replace

from genai_studio.bootstrap import local_catalog
from genai_studio.catalog_file import read_models
from genai_studio.domain.catalog import Model
from genai_studio.domain.editing.operation import Operation
from genai_studio.hosts.cli import main
from genai_studio.local.inference import process


def _editing_models() -> tuple[Model, ...]:
    """Return the shipped models, whose built-in model can edit like the toy."""
    return tuple(replace(model, operations=tuple(Operation)) for model in read_models())


if __name__ == "__main__":
    toy = os.environ.get("TOY_PIPELINE", "tests.serving.toy_pipeline:slow")
    vars(process)["BUILTIN_PIPELINE"] = toy
    if "editing" in toy:
        vars(local_catalog)["read_models"] = _editing_models
    main()
