"""Print the simulation: `python -m benchmarks.scale`."""

from __future__ import annotations

import argparse
import sys

from benchmarks.scale.load import IMAGES_PER_USER, Population
from benchmarks.scale.report import USERS, report


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--users", type=int, nargs="*", default=USERS, help="numbers of users")
    parser.add_argument(
        "--images-per-user", type=float, default=IMAGES_PER_USER, help="images per day"
    )
    arguments = parser.parse_args()
    populations = [Population(users, arguments.images_per_user) for users in arguments.users]
    sys.stdout.write(report(populations) + "\n")


if __name__ == "__main__":
    main()
