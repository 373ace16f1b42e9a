"""Run scenarios in one emulated cloud and collect their outcomes."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypedDict

from tests.rehearsal.system.cloud import Cloud
from tests.rehearsal.system.start import running_cloud

Scenario = Callable[[Cloud], Awaitable[None]]


class Outcome(TypedDict):
    """The outcome of a rehearsal.

    Attributes:
        failures: Tracebacks of failed scenarios, by scenario name.
        operations: The AWS operations that each function called.
    """

    failures: dict[str, str]
    operations: dict[str, list[str]]


async def rehearse(
    directory: Path, mode: str, together: Sequence[Scenario], alone: Sequence[Scenario]
) -> Outcome:
    """Start a cloud, run the scenarios, and stop it.

    Args:
        mode: Invocation mode of the endpoint.
        together: Scenarios to run concurrently.
        alone: Scenarios to run one after the other, after the others.
    """
    failures: dict[str, str] = {}

    async def run(scenario: Scenario) -> None:
        try:
            await scenario(cloud)
        except Exception:
            failures[scenario.__name__] = traceback.format_exc()

    async with running_cloud(directory, mode) as cloud:
        await asyncio.gather(*(run(scenario) for scenario in together))
        for scenario in alone:
            await run(scenario)
        if cloud.unpublished:
            count = len(cloud.unpublished)
            failures["publisher"] = f"The publisher failed to process {count} stream records."
    return {"failures": failures, "operations": _operations(directory)}


def _operations(directory: Path) -> dict[str, list[str]]:
    return {
        file.stem: sorted(set(file.read_text("utf-8").split()))
        for file in sorted(directory.glob("*.operations"))
    }
