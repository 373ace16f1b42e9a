"""Measure the studio's second start: from the command until `/healthz` reports readiness.

The reference is the inference server alone, from the command until `/ping` reports
readiness.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.measurement import Measurement, median_ratio, milliseconds
from benchmarks.servers.inference_server import inference_server
from tests.serving.studio_process import StudioProcess

ROUNDS = 5


def measure() -> list[Measurement]:
    """Start the studio once to warm up, then measure both alternately."""
    studio_times: list[float] = []
    model_times: list[float] = []
    with tempfile.TemporaryDirectory() as directory:
        for _ in range(ROUNDS + 1):
            studio_times.append(start_studio(Path(directory)))
            model_times.append(start_model())
    return [
        Measurement(
            benchmark="startup",
            subject="second start until ready",
            value=milliseconds(studio_times[1:]),
            reference=f"inference process alone: {milliseconds(model_times[1:])}",
            ratio=median_ratio(studio_times[1:], model_times[1:]),
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
