"""The settings of `infra/pipeline.json`, with shorter timeouts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.servers.processes.server import ROOT

SPEEDUP = 360
"""Factor by which visibility timeout and sweep interval are shorter: an hour takes ten
seconds. Backoff and leases of a generation keep their real duration."""


@dataclass(frozen=True)
class Pipeline:
    """The settings of pipe, queue and functions.

    Attributes:
        definition: The content of `infra/pipeline.json`.
        visibility_timeout: Seconds until SQS redelivers a message that was not deleted.
        sweep_interval: Seconds between two sweeps.
    """

    definition: dict[str, Any]
    visibility_timeout: float
    sweep_interval: float

    def __getitem__(self, part: str) -> Any:
        return self.definition[part]


def pipeline() -> Pipeline:
    """Read the deployed settings, and shorten the timeouts by `SPEEDUP`."""
    definition = json.loads((ROOT / "infra" / "pipeline.json").read_text("utf-8"))
    return Pipeline(
        definition,
        visibility_timeout=definition["queue"]["visibilityTimeoutSeconds"] / SPEEDUP,
        sweep_interval=definition["sweeper"]["rateMinutes"] * 60 / SPEEDUP,
    )
