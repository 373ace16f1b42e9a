"""Time from opening the library with 10,000 images until one is visible, in Chromium.

The library is opened as the first page of a new browser context, without caches, and by a
click on the Create page. The reference is a library with one page of images, opened
alternately. Browser and studio share the machine.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from benchmarks.measurement import Measurement, median_ratio, milliseconds

TESTS = Path(__file__).parents[2] / "tests" / "web"
BOUND = 1.5
WAYS = {"openFirst": "as the first page", "openFromCreate": "by a click on the Create page"}


def measure() -> list[Measurement]:
    """Open the library repeatedly."""
    command = ["node", "--import", "tsx", "tools/openLibrary.ts"]
    run = subprocess.run(command, cwd=TESTS, stdout=subprocess.PIPE, text=True, check=True)
    times = json.loads(run.stdout.splitlines()[-1])
    return [
        Measurement(
            benchmark="open_library",
            subject=f"library with 10,000 images {way} to image visible",
            value=milliseconds(_seconds(times[name]["large"])),
            reference=f"{milliseconds(_seconds(times[name]['small']))} with 48 images",
            ratio=median_ratio(times[name]["large"], times[name]["small"]),
            bound=BOUND,
        )
        for name, way in WAYS.items()
    ]


def _seconds(times: list[float]) -> list[float]:
    return [time / 1000 for time in times]
