"""Lets everything happen in one cloud, and notes what came of it."""

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
    """What came of a rehearsal.

    Attributes:
        failures: How a scenario failed, by its name; of others nothing.
        operations: What each function asked of AWS.
    """

    failures: dict[str, str]
    operations: dict[str, list[str]]


async def rehearse(
    directory: Path, mode: str, together: Sequence[Scenario], alone: Sequence[Scenario]
) -> Outcome:
    """Start a cloud, let the scenarios happen, and stop it.

    Args:
        mode: How the endpoint is called.
        together: What happens at the same time.
        alone: What happens afterwards, one by one.
    """
    failures: dict[str, str] = {}

    async def attempt(scenario: Scenario) -> None:
        try:
            await scenario(cloud)
        except Exception:
            failures[scenario.__name__] = traceback.format_exc()

    async with running_cloud(directory, mode) as cloud:
        await asyncio.gather(*(attempt(scenario) for scenario in together))
        for scenario in alone:
            await attempt(scenario)
        if cloud.lost:
            failures["publisher"] = f"{len(cloud.lost)} records of the stream were given up."
    return {"failures": failures, "operations": _operations(directory)}


def _operations(directory: Path) -> dict[str, list[str]]:
    return {
        file.stem: sorted(set(file.read_text("utf-8").split()))
        for file in sorted(directory.glob("*.operations"))
    }
