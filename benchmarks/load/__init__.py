"""Measure what load by others costs one user: history pages and pushes, as p95.

The studio has a queue of 2,000 generations of 5 users throughout. Each load runs in a
process of its own, alternately with none:

- subscribers: 2,000 subscriptions of 10 users, 500 of which do not read, and a change of
  each user every second
- pages: 200 concurrent requests for history pages
- searches, large pages, documents: one user with as many connections, subscriptions and
  requests as allowed, who searches for 16 terms, reads pages of 100 queued generations with
  their positions, or sends a document of maximum cost that no cache contains
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from benchmarks.load.clients import execute, open_socket, subscribe, with_headers
from benchmarks.measurement import Measurement
from genai_studio.local.identity import LocalIdentity
from genai_studio.system_clock import SystemClock
from tests.serving.studio_process import TOY_PROGRAM, StudioProcess, environment

BOUND = 2.0
LOADS = ("subscribers", "pages", "searches", "large pages", "documents")
NEIGHBORS = ("searches", "large pages", "documents")
QUEUE = 2_000
QUEUE_USERS = 5
SAMPLES = 40
ROUNDS = 3
WARM_UP_SECONDS = 3.0
REQUEST = {"width": 128, "height": 128, "steps": 100, "seed": 7}


def measure() -> list[Measurement]:
    """Measure each load."""
    with tempfile.TemporaryDirectory() as directory:
        studio = StudioProcess(
            Path(directory),
            program=TOY_PROGRAM,
            TOY_STEP_SECONDS="0.05",
            GENAI_STUDIO_UNFINISHED_PER_USER=str(QUEUE // QUEUE_USERS + 10),
        )
        studio.start()
        try:
            studio.until_ready()
            identity = LocalIdentity.open(Path(directory), SystemClock())
            return asyncio.run(_measure(studio.url, identity))
        finally:
            studio.close()


async def _measure(url: str, identity: LocalIdentity) -> list[Measurement]:
    def token(name: str) -> str:
        return identity.issue(name, timedelta(hours=2))

    async with with_headers(url, token("victim")) as victim:
        await _fill_queue(url, [token(f"queue{number}") for number in range(QUEUE_USERS)])
        generation = await execute(
            victim, "generateImage", input={"prompt": "a red apple", **REQUEST}
        )
        generation_id = generation["generation"]["id"]
        rows = []
        for load in LOADS:
            # A neighbor has generations of their own: those of a user in the queue.
            name = "queue" if load in NEIGHBORS else load
            tokens = [token(f"{name}{number}") for number in range(10)]
            alone, loaded = Samples(), Samples()
            for _ in range(ROUNDS):
                await alone.take(url, token("victim"), victim, generation_id)
                with running(load, url, tokens):
                    await asyncio.sleep(WARM_UP_SECONDS)
                    await loaded.take(url, token("victim"), victim, generation_id)
            rows += [
                row("page", load, loaded.pages, alone.pages),
                row("push", load, loaded.pushes, alone.pushes),
            ]
        return rows


class Samples:
    """Durations in seconds of one user's requests."""

    def __init__(self) -> None:
        self.pages: list[float] = []
        self.pushes: list[float] = []

    async def take(
        self, url: str, token: str, client: httpx.AsyncClient, generation_id: str
    ) -> None:
        """Measure pages, and the time from a change to its push."""
        async with open_socket(url, token) as socket:
            await subscribe(socket, 1)
            for number in range(SAMPLES):
                began = time.perf_counter()
                await execute(client, "generations", first=24)
                self.pages.append(time.perf_counter() - began)
                began = time.perf_counter()
                await execute(client, "setFavorite", ids=[generation_id], value=number % 2 == 0)
                await asyncio.wait_for(socket.recv(), 60)
                self.pushes.append(time.perf_counter() - began)
            await execute(client, "setFavorite", ids=[generation_id], value=False)


async def _fill_queue(url: str, tokens: list[str]) -> None:
    async def fill(token: str) -> None:
        async with with_headers(url, token) as client:
            for number in range(QUEUE // len(tokens)):
                requested: dict[str, Any] = {"prompt": f"apple {number}", **REQUEST}
                await execute(client, "generateImage", input=requested)

    await asyncio.gather(*map(fill, tokens))


@contextmanager
def running(load: str, url: str, tokens: list[str]) -> Iterator[None]:
    """Run a load in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.load.clients", load, url],
        env=environment(LOAD_TOKENS=" ".join(tokens), PATH=os.environ["PATH"]),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n", "the load did not start"
        yield
    finally:
        process.kill()
        process.wait()


def row(what: str, load: str, loaded: list[float], alone: list[float]) -> Measurement:
    """Compare the p95 with and without a load."""
    with_load, without = p95(loaded), p95(alone)
    return Measurement(
        benchmark="load",
        subject=f"{what} of another user, p95, beside {load}",
        value=f"{with_load * 1000:.1f} ms",
        reference=f"without: {without * 1000:.1f} ms",
        ratio=with_load / without,
        # 200 clients in parallel use the whole processor, unlike a single one.
        bound=None if load == "pages" else BOUND,
    )


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]
