"""The libraries of a bundle, as their publishers built them for Lambda's platform."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path


class Architecture(StrEnum):
    """A processor that Lambda offers, by the name that it has there."""

    X86_64 = "x86_64"
    ARM64 = "arm64"

    @property
    def platforms(self) -> tuple[str, ...]:
        """The wheels that run on Amazon Linux 2023, whose glibc is 2.34."""
        processor = "aarch64" if self is Architecture.ARM64 else "x86_64"
        return (f"manylinux2014_{processor}", f"manylinux_2_28_{processor}")


def install(lock: Path, python: str, architecture: Architecture, target: Path) -> None:
    """Install what a lock names into `target`.

    Nothing is built: a wheel that is not published is an error.
    """
    platforms = [f"--platform={platform}" for platform in architecture.platforms]
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--target", str(target), "--no-deps", "--no-compile", "--require-hashes"),
        *("--only-binary=:all:", "--implementation=cp", f"--python-version={python}"),
        *platforms,
        *("--root-user-action=ignore", "-r", str(lock)),
    ]
    subprocess.run(command, check=True)


def exclude(patterns: Iterable[str], target: Path) -> None:
    """Delete the files of these patterns."""
    for path in [path for path in target.rglob("*") if path.is_file()]:
        name = path.relative_to(target).as_posix()
        if any(fnmatchcase(name, pattern) for pattern in patterns):
            path.unlink()
