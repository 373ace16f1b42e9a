"""Run the benchmarks and print one table: `python -m benchmarks [NAME ...]`.

Every bound limits the ratio to a reference that is measured alternately, so that a
slow or busy machine changes the values but not the result. The exit code is 1 if a
ratio exceeds its bound.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from typing import Protocol, cast

from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmarks.measurement import Measurement

BENCHMARKS = (
    *(
        "graphql_http",
        "history",
        "submit",
        "push_latency",
        "subscribers",
        "load",
        "answer_to_stored",
    ),
    *("first_image", "open_library", "paint_strokes"),
    *("startup", "cold_start", "builtin_model"),
)
PAGE_BENCHMARKS = frozenset({"first_image", "open_library", "paint_strokes"})
"""Those in the folder `page/`."""


class Benchmark(Protocol):
    """A benchmark module of this folder or of `page/`."""

    def measure(self) -> list[Measurement]:
        """Run the benchmark and return its measurements."""


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    arguments.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    names = arguments.parse_args().names or BENCHMARKS
    if unknown := set(names) - set(BENCHMARKS):
        arguments.error(
            f"unknown benchmark: {', '.join(sorted(unknown))}; available: {', '.join(BENCHMARKS)}"
        )
    measurements: list[Measurement] = []
    for name in names:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        module = f"benchmarks.page.{name}" if name in PAGE_BENCHMARKS else f"benchmarks.{name}"
        benchmark = cast("Benchmark", import_module(module))
        measurements += benchmark.measure()
    console = Console(width=None if sys.stdout.isatty() else 150)
    console.print(table(measurements))
    exceeded = [row for row in measurements if not row.within_bound]
    console.print(
        f"{len(exceeded)} bounds exceeded" if exceeded else "All ratios are within bounds."
    )
    return int(bool(exceeded))


def table(measurements: list[Measurement]) -> Table:
    rendered = Table(box=None, pad_edge=False)
    for title in ("Benchmark", "Subject", "Median", "Reference"):
        rendered.add_column(title)
    for title in ("Ratio", "Bound"):
        rendered.add_column(title, justify="right")
    for row in measurements:
        rendered.add_row(
            row.benchmark,
            row.subject,
            row.value,
            row.reference,
            Text(
                "" if row.ratio is None else f"{row.ratio:.2f}",
                style="" if row.within_bound else "bold red",
            ),
            "" if row.bound is None else f"{row.bound:.2f}",
        )
    return rendered


if __name__ == "__main__":
    sys.exit(main())
