"""Time from opening the library with 10,000 images until one is visible, in Chromium.

The reference is a library with one page of images, opened alternately. Each round uses a
new browser context without caches, on the same machine as the studio.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from benchmarks.measurement import Measurement, median_ratio, milliseconds

TESTS = Path(__file__).parents[2] / "tests" / "web"
BOUND = 1.5


def measure() -> list[Measurement]:
    """Open the library repeatedly."""
    command = ["node", "--import", "tsx", "tools/openLibrary.ts"]
    run = subprocess.run(command, cwd=TESTS, stdout=subprocess.PIPE, text=True, check=True)
    times = json.loads(run.stdout.splitlines()[-1])
    large, small = (
        [time / 1000 for time in times["large"]],
        [time / 1000 for time in times["small"]],
    )
    return [
        Measurement(
            benchmark="open_library",
            subject="library with 10,000 images opened to image visible",
            value=milliseconds(large),
            reference=f"{milliseconds(small)} with 48 images",
            ratio=median_ratio(large, small),
            bound=BOUND,
        )
    ]
