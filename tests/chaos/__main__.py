"""Kill a studio many times while users use it, then audit it: `make chaos`."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.campaign import Campaign, Plan, listed


def main() -> int:
    """Run a campaign and print its audit. Returns 1 if something does not hold."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000, help="end after this many SIGKILLs")
    parser.add_argument(
        "--minutes", type=float, default=60, help="end after this time at the latest"
    )
    parser.add_argument("--users", type=int, default=4)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument(
        "--only-kills", action="store_true", help="no locks, full disks, stops, jumps"
    )
    options = parser.parse_args()
    plan = Plan(
        kills=options.kills,
        seconds=options.minutes * 60,
        users=options.users,
        seed=options.seed,
        disturbances=not options.only_kills,
    )
    print(f"Seed {plan.seed}", flush=True)  # noqa: T201 - the output of a command
    directory = Path(tempfile.mkdtemp(prefix="genai-studio-chaos-"))
    started = time.monotonic()
    campaign = Campaign(plan, directory, lambda line: print(line, flush=True))  # noqa: T201 - same
    result = campaign.run()
    minutes = (time.monotonic() - started) / 60
    print(f"{minutes:.1f} minutes; faults: {listed(campaign.faults)}")  # noqa: T201 - same
    print(f"audit: {listed(result.counts)}")  # noqa: T201 - same
    for problem in result.problems:
        print(f"PROBLEM: {problem}")  # noqa: T201 - same
    print(f"{len(result.problems)} problems")  # noqa: T201 - same
    if result.problems:
        print(f"The studio's log is in {directory}.", file=sys.stderr)  # noqa: T201 - same
        return 1
    shutil.rmtree(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
