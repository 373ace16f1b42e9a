"""A short campaign against a studio: `make chaos` runs a long one."""

from __future__ import annotations

import random
from pathlib import Path

from tests.chaos.campaign import Campaign, Plan, listed


def test_killed_studio_loses_and_doubles_nothing(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 - repeats a failure
    plan = Plan(kills=5, seconds=10, users=2, seed=seed)
    campaign = Campaign(plan, tmp_path, print)

    result = campaign.run()

    print(listed(campaign.faults))  # noqa: T201 - same
    log = (tmp_path / "studio.log").read_text()
    assert result.problems == (), log[-5000:]
    assert result.counts["accepted requests"] > 0
