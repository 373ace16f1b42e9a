"""Build the bundles of the Lambda functions (`make lambda`).

The exit code is 1 if a bundle exceeds the size limit in `bundles.toml`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lambda_bundles.build import build
from lambda_bundles.bytecode import find_python
from lambda_bundles.distributions import Architecture
from lambda_bundles.plan import ROOT, read_plan

OUT = ROOT / "dist" / "lambda"


def main() -> int:
    """Build the requested bundles and return the exit code of the process."""
    plan = read_plan()
    names = [bundle.name for bundle in plan.bundles]
    parser = argparse.ArgumentParser(prog="python -m lambda_bundles", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"bundles to build: {', '.join(names)} (default: all)",
    )
    parser.add_argument(
        "--arch",
        type=Architecture,
        action="append",
        choices=list(Architecture),
        help="architecture to build for; repeat for several (default: all)",
    )
    parser.add_argument(
        "--out", type=Path, default=OUT, help="output directory (default: dist/lambda)"
    )
    options = parser.parse_args()
    if unknown := set(options.names) - set(names):
        parser.error(
            f"unknown bundle: {', '.join(sorted(unknown))} (choose from {', '.join(names)})"
        )
    compiler = find_python(plan.python)
    if compiler is None:
        print(
            f"Warning: Python {plan.python} not found. The bundles will contain sources without "
            "bytecode, which slows down cold starts. Install it by pyenv or uv, put it on the "
            "PATH, or set LAMBDA_PYTHON to its path.",
            file=sys.stderr,
        )
    too_large = []
    built: dict[str, Path] = {}
    first = Architecture.of_this_machine()
    for architecture in sorted(options.arch or Architecture, key=lambda one: one is not first):
        for bundle in plan.bundles:
            if options.names and bundle.name not in options.names:
                continue
            archive = options.out / architecture / f"{bundle.name}.zip"
            here = built.get(bundle.name)
            build(bundle, architecture, archive, python=plan.python, compiler=compiler, here=here)
            built.setdefault(bundle.name, archive)
            megabytes = archive.stat().st_size / 1e6
            if megabytes > bundle.max_megabytes:
                too_large.append(str(archive))
            print(
                f"{architecture:7} {bundle.name:10} {megabytes:6.2f} MB "
                f"(limit {bundle.max_megabytes:g} MB)  {archive}",
                flush=True,
            )
    if too_large:
        print(f"Larger than bundles.toml allows: {', '.join(too_large)}", file=sys.stderr)
    return 1 if too_large else 0


if __name__ == "__main__":
    sys.exit(main())
