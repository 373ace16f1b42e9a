"""Compare the latency of the studio with that of a direct boto3 call.

Each round calls the same endpoint twice: directly with boto3, until the body has been
read; and through the studio, from the HTTP request to the arrival of the image's URL at
a WebSocket subscriber. The difference is the studio's overhead: accept, queue, claim,
store, push. One endpoint sleeps at each step, which leaves the CPU idle; the other runs
the built-in model.
"""

from __future__ import annotations

import base64
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measurement import Measurement, median_ratio, milliseconds
from benchmarks.servers.inference_server import TOY_PIPELINE, bare_client, inference_server
from genai_studio.inference.settings import BUILTIN, BUILTIN_PIPELINE
from tests.serving.studio_process import StudioProcess
from tests.serving.wire_client import WireClient

BOUND = 1.05
ROUNDS = 15
PROMPT = "a red apple"


@dataclass(frozen=True)
class Task:
    """A request that takes at least a second."""

    name: str
    pipeline: str
    side: int
    steps: int
    count: int
    step_seconds: float
    bound: float | None


TASKS = (
    Task("sleeping endpoint", TOY_PIPELINE, 512, 24, 1, 0.05, BOUND),
    # Several short images instead of one long image: reported without a bound.
    Task("4 images of the built-in model", BUILTIN_PIPELINE, 512, 100, 4, 0.0, None),
)


def measure() -> list[Measurement]:
    """Measure each task."""
    return [row for task in TASKS for row in compare(task)]


def compare(task: Task) -> list[Measurement]:
    variables = {"TOY_STEP_SECONDS": str(task.step_seconds)}
    with (
        tempfile.TemporaryDirectory() as directory,
        inference_server(task.pipeline, **variables) as endpoint,
    ):
        studio = StudioProcess(Path(directory), "--endpoint-url", endpoint)
        studio.start()
        client = WireClient(studio.url, studio.token)
        try:
            studio.until_ready()
            with client.subscription() as pushes:
                alone, whole = rounds(task, bare_call(endpoint, task), client, pushes)
        finally:
            client.close()
            studio.close()
    difference = (statistics.median(whole) - statistics.median(alone)) * 1000
    return [
        Measurement(
            benchmark="push_latency",
            subject=f"request to pushed URL, {task.name}",
            value=milliseconds(whole),
            reference=f"boto3 alone: {milliseconds(alone)}; difference {difference:+.0f} ms",
            ratio=median_ratio(whole, alone),
            bound=task.bound,
        )
    ]


def rounds(
    task: Task,
    call: Callable[[int], None],
    client: WireClient,
    pushes: Iterator[dict[str, Any]],
) -> tuple[list[float], list[float]]:
    alone: list[float] = []
    whole: list[float] = []
    for seed in range(ROUNDS + 1):
        began = time.perf_counter()
        call(seed)
        alone.append(time.perf_counter() - began)
        began = time.perf_counter()
        requested = {
            "width": task.side,
            "height": task.side,
            "steps": task.steps,
            "count": task.count,
        }
        generation_id = client.submit(PROMPT, seed=seed, **requested)["id"]
        url = next(
            state["images"][0]["url"]
            for state in pushes
            if state["id"] == generation_id and state["finishedAt"] is not None
        )
        whole.append(time.perf_counter() - began)
        assert url.startswith("http")
    # The first round warms up connections, codecs and caches.
    return alone[1:], whole[1:]


def bare_call(endpoint: str, task: Task) -> Callable[[int], None]:
    client = bare_client(endpoint)

    def call(seed: int) -> None:
        body = {
            "prompt": PROMPT,
            "width": task.side,
            "height": task.side,
            "num_inference_steps": task.steps,
            "num_images_per_prompt": task.count,
            "guidance_scale": 2.5,
            "seed": seed,
        }
        answer = client.invoke_endpoint(
            EndpointName=BUILTIN,
            Body=json.dumps(body).encode(),
            ContentType="application/json",
            Accept="application/json;png",
        )
        images = json.loads(answer["Body"].read())["generated_images"]
        assert len(images) == task.count
        assert all(base64.b64decode(image).startswith(b"\x89PNG") for image in images)

    return call
