"""The studio's second start: from the command to `/healthz` saying that it takes work.

Beside it the inference server alone, from the command to `/ping` saying the
same: the part of the time that is the model's.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.figures import Figure, milliseconds, ratio
from benchmarks.inference_server import inference_server
from tests.serving.studio_process import StudioProcess

ROUNDS = 5


def measure() -> list[Figure]:
    """A first start, then both in turns."""
    studio_times: list[float] = []
    model_times: list[float] = []
    with tempfile.TemporaryDirectory() as directory:
        for _ in range(ROUNDS + 1):
            studio_times.append(start_studio(Path(directory)))
            model_times.append(start_model())
    return [
        Figure(
            benchmark="startup",
            what="second start, until it takes work",
            measured=milliseconds(studio_times[1:]),
            beside=f"{milliseconds(model_times[1:])} for the model's process alone",
            ratio=ratio(studio_times[1:], model_times[1:]),
        )
    ]


def start_studio(data_dir: Path) -> float:
    studio = StudioProcess(data_dir)
    began = time.perf_counter()
    try:
        studio.start()
        studio.until_ready()
        return time.perf_counter() - began
    finally:
        studio.close()


def start_model() -> float:
    began = time.perf_counter()
    with inference_server():
        return time.perf_counter() - began
