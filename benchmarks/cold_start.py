"""Measure how long the deployed bundles of Lambda functions take to load.

The runtime's Python imports each handler in a separate process, with only its bundle
and the standard library, configured as in Lambda. The result is CPU time. The reference
is `plain_handler`, measured alternately: the same API behind Lambda as the libraries'
guides recommend, installed by pip for Lambda's platform. The bound compares both with
bytecode. They are also measured without, because pip compiles none for another platform.

The worker is measured with C2PA in three states: absent from the bundle, present, and loaded,
as the first image or validation does. `tests/hosts/aws/test_handler_imports.py` checks that the
imports load none of it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks.measurement import Measurement, median_ratio, milliseconds

sys.path.insert(0, str(Path(__file__).parents[1] / "infra" / "lambda"))

from lambda_bundles.build import assemble, precompile
from lambda_bundles.bytecode import compile_all, find_python
from lambda_bundles.distributions import Architecture, install
from lambda_bundles.generated_code import VARIABLES
from lambda_bundles.modules import copy_modules
from lambda_bundles.plan import read_plan

ROUNDS = 11
BOUND = 0.6
"""Maximum ratio of the AppSync handler to the plain handler."""

WITHOUT_C2PA, LOADED_C2PA = "worker without C2PA", "worker that loads C2PA"
SIGNING = ("c2pa", "cryptography", "cryptography.libs")
"""Packages that only sign images and validate signatures."""

_IMPORT = """
import sys, time
sys.path[:] = [{directory!r}, *(path for path in sys.path if "site-packages" not in path)]
sys.dont_write_bytecode = True
began = time.process_time()
import {module}
{then}
print(time.process_time() - began)
"""
_LOAD_C2PA = """
from genai_studio.content_credentials.library import load_c2pa
load_c2pa()
"""


@dataclass(frozen=True, slots=True)
class ColdStart:
    """A module to import from a directory.

    Attributes:
        then: Statements to run after the import.
    """

    python: str
    directory: Path
    module: str
    then: str = ""

    def seconds(self) -> float:
        """Return the CPU time of the import."""
        program = _IMPORT.format(directory=str(self.directory), module=self.module, then=self.then)
        return _run(self.python, program)


Times = Mapping[tuple[str, bool], list[float]]
"""CPU times by name of the handler and whether it has bytecode."""


def measure() -> list[Measurement]:
    """Assemble the bundles, import each once, then measure alternately."""
    version = read_plan().python
    python = find_python(version)
    if python is None:
        subject = f"skipped: Python {version} is not installed"
        return [Measurement(benchmark="cold start", subject=subject, value="")]
    with tempfile.TemporaryDirectory() as directory:
        starts = _starts(python, version, Path(directory))
        times: dict[tuple[str, bool], list[float]] = {key: [] for key in starts}
        bare: list[float] = []
        for _ in range(ROUNDS + 1):
            bare.append(_run(python, "import time; print(time.process_time())"))
            for key, start in starts.items():
                times[key].append(start.seconds())
    warm = {key: seconds[1:] for key, seconds in times.items()}
    nothing = Measurement(
        benchmark="cold start", subject="bare Python", value=milliseconds(bare[1:])
    )
    return [nothing, *_rows(warm)]


def _rows(times: Times) -> Iterator[Measurement]:
    def row(name: str, own: bool, other: bool, bound: float | None = None) -> Measurement:
        mine, plain = times[name, own], times["plain", other]
        return Measurement(
            benchmark="cold start",
            subject=f"{name}, {_with(own)}",
            value=milliseconds(mine),
            reference=f"plain handler {_with(other)}: {milliseconds(plain)}",
            ratio=median_ratio(mine, plain),
            bound=bound,
        )

    other = ("plain", WITHOUT_C2PA, LOADED_C2PA)
    names = [name for name, bytecode in times if bytecode and name not in other]
    for name in names:
        yield row(name, own=True, other=True, bound=BOUND if name == "appsync" else None)
    yield row("appsync", own=True, other=False)
    for name in names:
        yield row(name, own=False, other=False)
    without = times[WITHOUT_C2PA, True]
    for name in ("worker", LOADED_C2PA):
        yield Measurement(
            benchmark="cold start",
            subject=f"{name}, with bytecode",
            value=milliseconds(times[name, True]),
            reference=f"{WITHOUT_C2PA}: {milliseconds(without)}",
            ratio=median_ratio(times[name, True], without),
        )


def _with(bytecode: bool) -> str:
    return "with bytecode" if bytecode else "without bytecode"


def _starts(python: str, version: str, directory: Path) -> dict[tuple[str, bool], ColdStart]:
    """Prepare every import, by name and whether it has bytecode."""
    here = Architecture.of_this_machine()
    starts: dict[tuple[str, bool], ColdStart] = {}

    def add(sources: Path, modules: Mapping[str, str], prepare: Callable[[Path], None]) -> None:
        compiled = sources.with_suffix(".compiled")
        shutil.copytree(sources, compiled)
        prepare(compiled)
        for name, module in modules.items():
            starts[name, False] = ColdStart(python, sources, module)
            starts[name, True] = ColdStart(python, compiled, module)

    plain = directory / "plain"
    install(Path(__file__).with_name("plain_handler.lock"), version, here, plain)
    copy_modules(["genai_studio.schema.studio_schema"], plain)
    shutil.copy(Path(__file__).with_name("plain_handler.py"), plain)
    add(plain, {"plain": "plain_handler"}, lambda compiled: compile_all(compiled, python))
    for bundle in read_plan().bundles:
        sources = directory / bundle.name
        assemble(bundle, here, sources, python=version)
        add(
            sources,
            {handler.rpartition(".")[2]: handler for handler in bundle.handlers},
            partial(precompile, bundle, here, python=version, compiler=python),
        )
    worker = starts["worker", True]
    without = directory / "worker-without-c2pa"
    shutil.copytree(worker.directory, without, ignore=shutil.ignore_patterns(*SIGNING))
    starts[WITHOUT_C2PA, True] = replace(worker, directory=without)
    starts[LOADED_C2PA, True] = replace(worker, then=_LOAD_C2PA)
    return starts


def _run(python: str, program: str) -> float:
    """Run a program with the standard library only and return the number it prints."""
    ended = subprocess.run(
        [python, "-I", "-S", "-c", program],
        env={"PATH": os.environ["PATH"], **VARIABLES},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(ended.stdout.splitlines()[-1])
