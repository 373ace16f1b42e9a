"""Compile bytecode for the Lambda runtime, so that a cold start compiles nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

LAMBDA_ROOT = "/var/task"
"""Directory where Lambda unpacks a bundle. Tracebacks show paths below it."""


def find_python(minor: str) -> str | None:
    """Find a Python of the runtime's version, whose bytecode Lambda can load.

    Candidates in order: the variable LAMBDA_PYTHON, this interpreter, the PATH,
    and installations by pyenv and uv.
    """
    return next((path for path in _candidates(minor) if _has_version(path, minor)), None)


def compile_all(directory: Path, python: str) -> None:
    """Replace every source below `directory` by its bytecode.

    Keeping both would double the size. Tracebacks still show file and line.
    """
    command = [
        *(python, "-m", "compileall", "-q", "-f", "-b", "-j", "1"),
        *("-s", str(directory), "-p", LAMBDA_ROOT),
        # The bundle has no sources to compare the bytecode with.
        *("--invalidation-mode", "unchecked-hash", str(directory)),
    ]
    # A fixed hash seed makes the order of set constants in bytecode reproducible.
    subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": "0"})
    for source in directory.rglob("*.py"):
        source.unlink()


def _candidates(minor: str) -> Iterator[str]:
    name = f"python{minor}"
    if chosen := os.environ.get("LAMBDA_PYTHON"):
        yield chosen
    yield sys.executable
    if on_path := shutil.which(name):
        yield on_path
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    uv = Path.home() / ".local" / "share" / "uv" / "python"
    for found in (*pyenv.glob(f"versions/{minor}.*"), *uv.glob(f"cpython-{minor}.*")):
        yield str(found / "bin" / name)


def _has_version(python: str, minor: str) -> bool:
    program = "import sys; print(*sys.version_info[:2], sep='.')"
    try:
        run = subprocess.run(
            [python, "-I", "-c", program], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return run.stdout.strip() == minor
