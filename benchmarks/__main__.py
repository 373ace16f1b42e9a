"""Run the benchmarks and print one table: `python -m benchmarks [NAME ...]`.

Every bound is on a ratio to something measured beside it in turns, so that a
slow or busy machine changes the figures but not the verdict. Ends with 1 when
a bound is broken.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from typing import Protocol, cast

from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmarks.figures import Figure

BENCHMARKS = ("history", "push_latency", "startup", "cold_start", "builtin_model")


class Benchmark(Protocol):
    """A module of this folder."""

    def measure(self) -> list[Figure]:
        """Take its time; what it found."""


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    arguments.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    names = arguments.parse_args().names or BENCHMARKS
    if unknown := set(names) - set(BENCHMARKS):
        arguments.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    figures: list[Figure] = []
    for name in names:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        benchmark = cast("Benchmark", import_module(f"benchmarks.{name}"))
        figures += benchmark.measure()
    console = Console(width=None if sys.stdout.isatty() else 150)
    console.print(table(figures))
    broken = [figure for figure in figures if not figure.kept]
    console.print(f"{len(broken)} bounds broken" if broken else "every bound is kept")
    return int(bool(broken))


def table(figures: list[Figure]) -> Table:
    drawn = Table(box=None, pad_edge=False)
    for title in ("Benchmark", "What", "Median", "Beside it"):
        drawn.add_column(title)
    for title in ("Ratio", "At most"):
        drawn.add_column(title, justify="right")
    for figure in figures:
        drawn.add_row(
            figure.benchmark,
            figure.what,
            figure.measured,
            figure.beside,
            Text(
                "" if figure.ratio is None else f"{figure.ratio:.2f}",
                style="" if figure.kept else "bold red",
            ),
            "" if figure.bound is None else f"{figure.bound:.2f}",
        )
    return drawn


if __name__ == "__main__":
    sys.exit(main())
