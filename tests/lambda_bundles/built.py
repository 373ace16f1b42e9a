"""Bundles as `make lambda` builds them, each once for all workers of a test run."""

from __future__ import annotations

import os
import shutil
import sys
from functools import cache
from pathlib import Path
from zipfile import ZipFile

from filelock import FileLock

from lambda_bundles.build import build
from lambda_bundles.bytecode import find_python
from lambda_bundles.distributions import Architecture
from lambda_bundles.plan import Bundle, Plan, read_plan
from tests.servers.processes.running import DIRECTORY

PLAN = read_plan()
BUNDLES = {bundle.name: bundle for bundle in PLAN.bundles}

HERE = Architecture.ARM64 if os.uname().machine in {"aarch64", "arm64"} else Architecture.X86_64
"""What this machine can run."""

OTHER = next(architecture for architecture in Architecture if architecture is not HERE)


@cache
def runtime() -> tuple[str, str | None]:
    """The Python to build for, by its minor version, and what compiles for it.

    Lambda's where this machine has one, else the one that runs the tests: then
    the same steps are proven with its wheels and its bytecode.
    """
    found = find_python(PLAN.python)
    if found is not None:
        return PLAN.python, found
    return f"{sys.version_info.major}.{sys.version_info.minor}", sys.executable


def archive(bundle: Bundle, architecture: Architecture) -> Path:
    """The zip of a bundle."""
    target = _directory() / architecture / f"{bundle.name}.zip"
    python, compiler = runtime()
    with FileLock(target.parent.parent / f"{architecture}-{bundle.name}.lock"):
        if not target.exists():
            build(bundle, architecture, target, python=python, compiler=compiler)
    return target


def unpacked(bundle: Bundle) -> Path:
    """The directory of a bundle that this machine can run, as Lambda unpacks it."""
    target = _directory() / bundle.name
    zipped = archive(bundle, HERE)
    with FileLock(f"{target}.lock"):
        if not target.exists():
            unfinished = target.with_suffix(".part")
            with ZipFile(zipped) as content:
                content.extractall(unfinished)
            shutil.move(unfinished, target)
    return target


def bundle_of(plan: Plan, function: str) -> Bundle:
    """The bundle that holds a function, named as its module is."""
    handler = f"genai_studio.hosts.aws.functions.{function}"
    return next(bundle for bundle in plan.bundles if handler in bundle.handlers)


def _directory() -> Path:
    directory = Path(os.environ[DIRECTORY]) / "lambda"
    directory.mkdir(exist_ok=True)
    return directory
