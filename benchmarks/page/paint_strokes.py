"""Frames per second while a mask of 2048 × 2048 pixels is painted for ten seconds, in Chromium.

The reference is the rate while the mouse moves in the same way without painting, which is that
of the screen on an idle machine.
"""

from __future__ import annotations

import json
import statistics
import subprocess
from pathlib import Path

from benchmarks.measurement import Measurement, median_ratio

TESTS = Path(__file__).parents[2] / "tests" / "web"

BOUND = 1.2
"""50 frames per second where the screen shows 60."""


def measure() -> list[Measurement]:
    """Paint strokes, and count the frames."""
    command = ["node", "--import", "tsx", "tools/paintStrokes.ts"]
    run = subprocess.run(command, cwd=TESTS, stdout=subprocess.PIPE, text=True, check=True)
    rates = json.loads(run.stdout.splitlines()[-1])
    painting, moving = rates["painting"], rates["moving"]
    return [
        Measurement(
            benchmark="paint_strokes",
            subject="mask painted in the edit mode, 2048² pixels",
            value=f"{statistics.median(painting):.0f} frames/s",
            reference=f"{statistics.median(moving):.0f} frames/s without strokes",
            ratio=median_ratio(moving, painting),
            bound=BOUND,
        )
    ]
