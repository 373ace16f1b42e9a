"""pytest plugin that provides the test servers and stops them at the end of the run."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.servers.processes.running import DIRECTORY, RUN, WITHOUT, stop_all

_RUN_DIRECTORY = pytest.StashKey[Path]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--without-servers",
        action="store_true",
        help="skip the tests that need DynamoDB Local, SeaweedFS or ministack",
    )
    parser.addoption(
        "--write-operations",
        action="store_true",
        help="record the rehearsal's AWS calls in tests/infra/permissions/operations.json",
    )


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return  # a pytest-xdist worker inherits the environment variables
    directory = Path(tempfile.mkdtemp(prefix="genai-studio-servers-"))
    config.stash[_RUN_DIRECTORY] = directory
    os.environ |= {DIRECTORY: str(directory), RUN: str(os.getpid())}
    if config.getoption("--without-servers"):
        os.environ[WITHOUT] = "1"


def pytest_unconfigure(config: pytest.Config) -> None:
    directory = config.stash.get(_RUN_DIRECTORY, None)
    if directory is not None:
        stop_all(directory)
        shutil.rmtree(directory, ignore_errors=True)
