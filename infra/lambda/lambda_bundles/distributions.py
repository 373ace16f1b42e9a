"""Install a bundle's libraries from wheels for Lambda's platform."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Iterable
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

from uv import find_uv_bin


class Architecture(StrEnum):
    """Processor architecture of a Lambda function, by Lambda's name."""

    X86_64 = "x86_64"
    ARM64 = "arm64"

    @classmethod
    def of_this_machine(cls) -> Architecture:
        """Return the architecture of the machine that runs the build."""
        return cls.ARM64 if platform.machine() in {"aarch64", "arm64"} else cls.X86_64

    @property
    def platform(self) -> str:
        """Target triple whose wheels run on Amazon Linux 2023 (glibc 2.34), by uv's name."""
        return "aarch64-manylinux_2_28" if self is Architecture.ARM64 else "x86_64-manylinux_2_28"


def install(lock: Path, python: str, architecture: Architecture, target: Path) -> None:
    """Install the distributions of a lock file into `target`.

    Only wheels are installed. uv fails if a wheel for the platform is missing.
    """
    command = [
        *(find_uv_bin(), "pip", "install", "--quiet", "--target", str(target)),
        # The build changes files of the target, which must not be links into uv's cache.
        *("--link-mode=copy", "--no-deps", "--require-hashes", "--only-binary=:all:"),
        *(f"--python-version={python}", f"--python-platform={architecture.platform}"),
        *("-r", str(lock)),
    ]
    subprocess.run(command, check=True)


def exclude(patterns: Iterable[str], target: Path) -> None:
    """Delete the files that match one of the patterns."""
    for path in [path for path in target.rglob("*") if path.is_file()]:
        name = path.relative_to(target).as_posix()
        if any(fnmatchcase(name, pattern) for pattern in patterns):
            path.unlink()
