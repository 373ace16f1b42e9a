"""Build the bundles of the Lambda functions: `make lambda`.

Ends with 1 when one is larger than `bundles.toml` allows.
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
    plan = read_plan()
    names = [bundle.name for bundle in plan.bundles]
    arguments = argparse.ArgumentParser(prog="python -m lambda_bundles", description=__doc__)
    arguments.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    arguments.add_argument(
        "--arch",
        type=Architecture,
        action="append",
        choices=list(Architecture),
        help="default: all",
    )
    arguments.add_argument("--out", type=Path, default=OUT, help="default: dist/lambda")
    asked = arguments.parse_args()
    if unknown := set(asked.names) - set(names):
        arguments.error(f"there is no bundle {', '.join(sorted(unknown))}")
    compiler = find_python(plan.python)
    if compiler is None:
        print(
            f"No Python {plan.python} was found (on the PATH, of pyenv or of uv, or named by "
            "LAMBDA_PYTHON): the bundles hold sources without bytecode and start slower.",
            file=sys.stderr,
        )
    too_large = False
    for architecture in asked.arch or Architecture:
        for bundle in plan.bundles:
            if asked.names and bundle.name not in asked.names:
                continue
            archive = asked.out / architecture / f"{bundle.name}.zip"
            build(bundle, architecture, archive, python=plan.python, compiler=compiler)
            megabytes = archive.stat().st_size / 1e6
            too_large |= megabytes > bundle.at_most
            print(
                f"{architecture:7} {bundle.name:10} {megabytes:6.2f} MB "
                f"(at most {bundle.at_most:g} MB)  {archive}",
                flush=True,
            )
    if too_large:
        print("A bundle is larger than bundles.toml allows.", file=sys.stderr)
    return int(too_large)


if __name__ == "__main__":
    sys.exit(main())
