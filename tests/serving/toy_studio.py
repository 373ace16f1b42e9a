"""Run `genai-studio` with the toy pipeline instead of the built-in model.

Usage: `python -m tests.serving.toy_studio up …`. The variable TOY_STEP_SECONDS sets
the duration of a step.
"""

from __future__ import annotations

from genai_studio.hosts.cli import main
from genai_studio.local.inference import process

if __name__ == "__main__":
    vars(process)["BUILTIN_PIPELINE"] = "tests.serving.toy_pipeline:slow"
    main()
