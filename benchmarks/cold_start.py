"""How long a Lambda function takes to load, from the bundle that is deployed.

Each handler is imported by the runtime's Python in a process of its own, with
its bundle and the standard library alone, and wired as in Lambda; what is
counted is processor time. Beside it, in turns, `plain_handler`: the same API as
the libraries' guides put it behind Lambda, installed by pip for Lambda's
platform. Both are measured with bytecode and without. pip writes none for
another machine's Python, so without is how a plain bundle starts.
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

from benchmarks.figures import Figure, milliseconds, ratio

sys.path.insert(0, str(Path(__file__).parents[1] / "infra" / "lambda"))

from lambda_bundles.build import assemble
from lambda_bundles.bytecode import compile_all, find_python
from lambda_bundles.distributions import Architecture, install
from lambda_bundles.modules import copy_modules
from lambda_bundles.plan import read_plan

ROUNDS = 11
BOUND = 0.6
"""The AppSync handler's, in terms of the plain one."""

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
class Start:
    """A module to load, with what lies in a directory."""

    python: str
    directory: Path
    module: str

    def seconds(self) -> float:
        """Processor time of its import."""
        program = _IMPORT.format(directory=str(self.directory), module=self.module)
        return _printed(self.python, program)


Times = Mapping[tuple[str, bool], list[float]]
"""By what was loaded, and whether with bytecode."""


def measure() -> list[Figure]:
    """Put all together, load each once, then measure in turns."""
    version = read_plan().python
    python = find_python(version)
    if python is None:
        what = f"nothing: Python {version} is not on this machine"
        return [Figure(benchmark="cold start", what=what, measured="")]
    with tempfile.TemporaryDirectory() as directory:
        starts = _starts(python, version, Path(directory))
        times: dict[tuple[str, bool], list[float]] = {key: [] for key in starts}
        bare: list[float] = []
        for _ in range(ROUNDS + 1):
            bare.append(_printed(python, "import time; print(time.process_time())"))
            for key, start in starts.items():
                times[key].append(start.seconds())
    warm = {key: seconds[1:] for key, seconds in times.items()}
    nothing = Figure(benchmark="cold start", what="bare Python", measured=milliseconds(bare[1:]))
    return [nothing, *_figures(warm)]


def _figures(times: Times) -> Iterator[Figure]:
    def figure(name: str, own: bool, other: bool, bound: float | None = None) -> Figure:
        mine, plain = times[name, own], times["plain", other]
        return Figure(
            benchmark="cold start",
            what=f"{name}, {_with(own)}",
            measured=milliseconds(mine),
            beside=f"{milliseconds(plain)} for a plain handler {_with(other)}",
            ratio=ratio(mine, plain),
            bound=bound,
        )

    names = [name for name, bytecode in times if bytecode and name != "plain"]
    yield figure("appsync", own=True, other=False, bound=BOUND)
    for name in names:
        yield figure(name, own=True, other=True)
    for name in names:
        yield figure(name, own=False, other=False)


def _with(bytecode: bool) -> str:
    return "with bytecode" if bytecode else "without"


def _starts(python: str, version: str, directory: Path) -> dict[tuple[str, bool], Start]:
    """Everything to load, by its name and whether there is bytecode."""
    arm = os.uname().machine in {"aarch64", "arm64"}
    here = Architecture.ARM64 if arm else Architecture.X86_64
    starts: dict[tuple[str, bool], Start] = {}

    def add(sources: Path, modules: Mapping[str, str]) -> None:
        compiled = sources.with_suffix(".compiled")
        shutil.copytree(sources, compiled)
        compile_all(compiled, python)
        for name, module in modules.items():
            starts[name, False] = Start(python, sources, module)
            starts[name, True] = Start(python, compiled, module)

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


def _printed(python: str, program: str) -> float:
    """The number that a program writes, run with the standard library alone."""
    ended = subprocess.run(
        [python, "-I", "-S", "-c", program],
        env={"PATH": os.environ["PATH"], **_VARIABLES},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(ended.stdout.splitlines()[-1])
