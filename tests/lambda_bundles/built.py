"""Build each bundle once per test run, shared by all pytest-xdist workers."""

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

HERE = Architecture.of_this_machine()
"""The architecture of this machine."""

OTHER = next(architecture for architecture in Architecture if architecture is not HERE)


@cache
def runtime() -> tuple[str, str | None]:
    """Return the Python version to build for, and the path of its interpreter.

    Prefer the version of Lambda. If this machine does not have it, use the
    interpreter of the tests, which covers the same build steps.
    """
    found = find_python(PLAN.python)
    if found is not None:
        return PLAN.python, found
    return f"{sys.version_info.major}.{sys.version_info.minor}", sys.executable


def archive(bundle: Bundle, architecture: Architecture) -> Path:
    """Return the zip archive of a bundle, and build it if needed."""
    target = _directory() / architecture / f"{bundle.name}.zip"
    python, compiler = runtime()
    here = None if architecture is HERE else archive(bundle, HERE)
    with FileLock(target.parent.parent / f"{architecture}-{bundle.name}.lock"):
        if not target.exists():
            build(bundle, architecture, target, python=python, compiler=compiler, here=here)
    return target


def unpacked(bundle: Bundle) -> Path:
    """Unpack the bundle for this machine as Lambda does, and return the directory."""
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
    """Return the bundle that contains a function."""
    handler = f"genai_studio.hosts.aws.functions.{function}"
    return next(bundle for bundle in plan.bundles if handler in bundle.handlers)


def _directory() -> Path:
    directory = Path(os.environ[DIRECTORY]) / "lambda"
    directory.mkdir(exist_ok=True)
    return directory
