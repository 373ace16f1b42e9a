"""`infra/pipeline.json`, with its clock sped up."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.servers.processes.server import ROOT

FASTER = 360
"""An hour of the queue and of the schedule passes in ten seconds here. What a
generation itself waits for, its back-offs and leases, keeps its real time."""


@dataclass(frozen=True)
class Pipeline:
    """How records become messages, and messages become work.

    Attributes:
        visibility: Seconds until a message that was not deleted comes again.
        sweeps: Seconds from one sweep to the next.
    """

    definition: dict[str, Any]
    visibility: float
    sweeps: float

    def __getitem__(self, part: str) -> Any:
        return self.definition[part]


def pipeline() -> Pipeline:
    """The deployed definition, `FASTER`."""
    definition = json.loads((ROOT / "infra" / "pipeline.json").read_text("utf-8"))
    return Pipeline(
        definition,
        visibility=definition["queue"]["visibilityTimeoutSeconds"] / FASTER,
        sweeps=definition["sweeper"]["rateMinutes"] * 60 / FASTER,
    )
