"""Measure how long the deployed bundles of Lambda functions take to load.

The runtime's Python imports each handler in a separate process, with only its bundle
and the standard library, configured as in Lambda. The result is CPU time. The reference
is `plain_handler`, measured alternately: the same API behind Lambda as the libraries'
guides recommend, installed by pip for Lambda's platform. Both are measured with and
without bytecode. pip compiles none for another platform, so a plain bundle starts
without bytecode.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measurement import Measurement, median_ratio, milliseconds

sys.path.insert(0, str(Path(__file__).parents[1] / "infra" / "lambda"))

from lambda_bundles.build import assemble
from lambda_bundles.bytecode import compile_all, find_python
from lambda_bundles.distributions import Architecture, install
from lambda_bundles.modules import copy_modules
from lambda_bundles.plan import read_plan

ROUNDS = 11
BOUND = 0.6
"""Maximum ratio of the AppSync handler to the plain handler."""

_IMPORT = """
import sys, time
sys.path[:] = [{directory!r}, *(path for path in sys.path if "site-packages" not in path)]
sys.dont_write_bytecode = True
began = time.process_time()
import {module}
print(time.process_time() - began)
"""

_VARIABLES = {
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_SM_EP": "an-endpoint",
    "OUT_S3_BUCKET_NAME": "a-bucket",
    "GENAI_STUDIO_RECORDS_TABLE": "a-table",
    "GENAI_STUDIO_APPSYNC_URL": "https://abc.appsync-api.eu-central-1.amazonaws.com/graphql",
    "GENAI_STUDIO_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/123456789012/work",
    "GENAI_STUDIO_DEAD_LETTER_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/123456789012/dead",
    "GENAI_STUDIO_COGNITO_USER_POOL": "eu-central-1_Ab12Cd34E",
    "GENAI_STUDIO_COGNITO_CLIENT": "abc123",
}


@dataclass(frozen=True, slots=True)
class ColdStart:
    """A module to import from a directory."""

    python: str
    directory: Path
    module: str

    def seconds(self) -> float:
        """Return the CPU time of the import."""
        program = _IMPORT.format(directory=str(self.directory), module=self.module)
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

    names = [name for name, bytecode in times if bytecode and name != "plain"]
    yield row("appsync", own=True, other=False, bound=BOUND)
    for name in names:
        yield row(name, own=True, other=True)
    for name in names:
        yield row(name, own=False, other=False)


def _with(bytecode: bool) -> str:
    return "with bytecode" if bytecode else "without bytecode"


def _starts(python: str, version: str, directory: Path) -> dict[tuple[str, bool], ColdStart]:
    """Prepare every import, by name and whether it has bytecode."""
    arm = os.uname().machine in {"aarch64", "arm64"}
    here = Architecture.ARM64 if arm else Architecture.X86_64
    starts: dict[tuple[str, bool], ColdStart] = {}

    def add(sources: Path, modules: Mapping[str, str]) -> None:
        compiled = sources.with_suffix(".compiled")
        shutil.copytree(sources, compiled)
        compile_all(compiled, python)
        for name, module in modules.items():
            starts[name, False] = ColdStart(python, sources, module)
            starts[name, True] = ColdStart(python, compiled, module)

    plain = directory / "plain"
    install(Path(__file__).with_name("plain_handler.lock"), version, here, plain)
    copy_modules(["genai_studio.schema.studio_schema"], plain)
    shutil.copy(Path(__file__).with_name("plain_handler.py"), plain)
    add(plain, {"plain": "plain_handler"})
    for bundle in read_plan().bundles:
        sources = directory / bundle.name
        assemble(bundle, here, sources, python=version)
        add(sources, {handler.rpartition(".")[2]: handler for handler in bundle.handlers})
    return starts


def _run(python: str, program: str) -> float:
    """Run a program with the standard library only and return the number it prints."""
    ended = subprocess.run(
        [python, "-I", "-S", "-c", program],
        env={"PATH": os.environ["PATH"], **_VARIABLES},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(ended.stdout.splitlines()[-1])
