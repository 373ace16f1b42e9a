"""Bytecode for the runtime's Python, so that a cold start compiles nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

LAMBDA_ROOT = "/var/task"
"""Where Lambda unpacks a bundle: tracebacks name files by it."""


def find_python(minor: str) -> str | None:
    """A Python of this minor version on this machine, whose bytecode Lambda's understands.

    Looked for: the variable LAMBDA_PYTHON, this Python, the PATH, and what
    pyenv and uv have installed.
    """
    return next((path for path in _candidates(minor) if _is(path, minor)), None)


def compile_all(directory: Path, python: str) -> None:
    """Put bytecode in the place of every source below `directory`.

    Both together would be twice as large. Tracebacks still name file and line.
    """
    command = [
        *(python, "-m", "compileall", "-q", "-f", "-b", "-j", "1"),
        *("-s", str(directory), "-p", LAMBDA_ROOT),
        # Never compared with a source: what is in a bundle does not change.
        *("--invalidation-mode", "unchecked-hash", str(directory)),
    ]
    # Sets of constants are written in the order of their hashes.
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


def _is(python: str, minor: str) -> bool:
    ask = "import sys; print(*sys.version_info[:2], sep='.')"
    try:
        answer = subprocess.run(
            [python, "-I", "-c", ask], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return answer.stdout.strip() == minor
