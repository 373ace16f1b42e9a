"""`genai-studio` with the toy in place of the model in the box.

`python -m tests.serving.toy_studio up …` is the real program in every other
respect; TOY_STEP_SECONDS of its environment says how long a step takes.
"""

from __future__ import annotations

from genai_studio.hosts.cli import main
from genai_studio.local.inference import process

if __name__ == "__main__":
    process.BUILTIN_PIPELINE = "tests.serving.toy_pipeline:slow"
    main()
