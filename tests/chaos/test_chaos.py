"""A short campaign against a studio: `make chaos` runs a long one."""

from __future__ import annotations

import random
from pathlib import Path

from tests.chaos.campaign import Campaign, Plan, listed

STEPS = (
    *("locked database", "full disk", "child", "clock jump", "stopped studio"),
    *("studio", "stopped inference process"),
)
"""Each kind of fault once. A restart takes seconds, so random faults would make the test
long or miss a kind."""


def test_killed_studio_loses_and_doubles_nothing(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 - repeats a failure
    plan = Plan(kills=len(STEPS), seconds=60, users=2, seed=seed, steps=STEPS)
    campaign = Campaign(plan, tmp_path, print)

    result = campaign.run()

    print(listed(campaign.faults))  # noqa: T201 - same
    log = (tmp_path / "studio.log").read_text()
    assert result.problems == (), log[-5000:]
    assert result.counts["accepted requests"] > 0
    assert campaign.faults["SIGKILL of the studio"] == 1
    assert campaign.faults["locked database"] == 1
