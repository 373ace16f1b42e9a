"""Time from opening the page until the newest image is visible, in Chromium.

Each round uses a new browser context without caches, on the same machine as the studio.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from benchmarks.measurement import Measurement, milliseconds

TESTS = Path(__file__).parents[2] / "tests" / "web"


def measure() -> list[Measurement]:
    """Open the page repeatedly."""
    command = ["node", "--import", "tsx", "tools/firstImage.ts"]
    run = subprocess.run(command, cwd=TESTS, stdout=subprocess.PIPE, text=True, check=True)
    times = json.loads(run.stdout.splitlines()[-1])
    return [
        Measurement(
            benchmark="first_image",
            subject="page opened to image visible",
            value=milliseconds([time / 1000 for time in times]),
        )
    ]
