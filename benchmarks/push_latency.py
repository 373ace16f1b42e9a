"""From the request to the pushed URL through the whole studio, in terms of a bare boto3 call.

The same endpoint is called twice in each round: by boto3 alone, until the body
is read; and by the studio, from the submit over HTTP to the image's URL at a
WebSocket subscriber. What is more is the studio's own: accept, queue, claim,
store, push. One endpoint waits at each step, so that its time is known and the
processor is free; the other is the model in the box, which computes.
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

from benchmarks.figures import Figure, milliseconds, ratio
from benchmarks.inference_server import TOY_PIPELINE, bare_client, inference_server
from genai_studio.inference.settings import BUILTIN, BUILTIN_PIPELINE
from tests.serving.studio_process import StudioProcess
from tests.serving.wire_client import WireClient

BOUND = 1.05
ROUNDS = 15
PROMPT = "a red apple"


@dataclass(frozen=True)
class Task:
    """A request that takes a second or more."""

    name: str
    pipeline: str
    side: int
    steps: int
    count: int
    step_seconds: float
    bound: float | None


TASKS = (
    Task("endpoint that waits", TOY_PIPELINE, 512, 24, 1, 0.05, BOUND),
    # Several quick images, not one that takes a second: shown, not bound.
    Task("4 images by the model in the box", BUILTIN_PIPELINE, 512, 100, 4, 0.0, None),
)


def measure() -> list[Figure]:
    """Each task, and how long the studio takes after the endpoint's answer."""
    return [figure for task in TASKS for figure in compare(task)]


def compare(task: Task) -> list[Figure]:
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
    more = (statistics.median(whole) - statistics.median(alone)) * 1000
    return [
        Figure(
            benchmark="push_latency",
            what=f"wish to pushed URL, {task.name}",
            measured=milliseconds(whole),
            beside=f"{milliseconds(alone)} by boto3 alone; {more:+.0f} ms",
            ratio=ratio(whole, alone),
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
        wanted = client.submit(PROMPT, seed=seed, **requested)["id"]
        url = next(
            state["images"][0]["url"]
            for state in pushes
            if state["id"] == wanted and state["finishedAt"] is not None
        )
        whole.append(time.perf_counter() - began)
        assert url.startswith("http")
    # The first round loads what is loaded once: connections, codecs, caches.
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
