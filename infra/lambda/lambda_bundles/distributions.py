"""Install a bundle's libraries from wheels for Lambda's platform."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Iterable
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path


class Architecture(StrEnum):
    """Processor architecture of a Lambda function, by Lambda's name."""

    X86_64 = "x86_64"
    ARM64 = "arm64"

    @classmethod
    def of_this_machine(cls) -> Architecture:
        """Return the architecture of the machine that runs the build."""
        return cls.ARM64 if platform.machine() in {"aarch64", "arm64"} else cls.X86_64

    @property
    def platforms(self) -> tuple[str, ...]:
        """Wheel platform tags that run on Amazon Linux 2023 (glibc 2.34)."""
        processor = "aarch64" if self is Architecture.ARM64 else "x86_64"
        return (f"manylinux2014_{processor}", f"manylinux_2_28_{processor}")


def install(lock: Path, python: str, architecture: Architecture, target: Path) -> None:
    """Install the distributions of a lock file into `target`.

    Only wheels are installed. pip fails if a wheel for the platform is missing.
    """
    platforms = [f"--platform={tag}" for tag in architecture.platforms]
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--target", str(target), "--no-deps", "--no-compile", "--require-hashes"),
        *("--only-binary=:all:", "--implementation=cp", f"--python-version={python}"),
        *platforms,
        *("--root-user-action=ignore", "-r", str(lock)),
    ]
    subprocess.run(command, check=True)


def exclude(patterns: Iterable[str], target: Path) -> None:
    """Delete the files that match one of the patterns."""
    for path in [path for path in target.rglob("*") if path.is_file()]:
        name = path.relative_to(target).as_posix()
        if any(fnmatchcase(name, pattern) for pattern in patterns):
            path.unlink()
