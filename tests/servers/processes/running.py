"""The servers of this test run: each is started when it is first asked for, once.

One for all workers of pytest-xdist, not one for each: DynamoDB Local and
SeaweedFS take seconds of processor time to start, and tests keep apart by
tables, buckets and pools of their own anyway. The first to ask starts it under
a lock and leaves its address in the run's directory.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from filelock import FileLock

from tests.servers.processes.server import Server, ServerMissing

DIRECTORY = "GENAI_STUDIO_TEST_SERVERS"
RUN = "GENAI_STUDIO_TEST_RUN"
WITHOUT = "GENAI_STUDIO_TEST_WITHOUT_SERVERS"
"""Environment variables, since workers inherit them."""

START_SECONDS = 60.0

_guards: list[subprocess.Popen[bytes]] = []
"""Held on to, since a process that is forgotten while it runs is a warning."""


def url_of(server: Server) -> str:
    """Where the server of this run answers; starts it when nobody did.

    Raises:
        ServerMissing: It is not installed, or does not start.
    """
    if os.environ.get(WITHOUT):
        pytest.skip(f"{server.name} is left out by --without-servers")
    directory = Path(os.environ[DIRECTORY])
    address = directory / f"{server.name}.url"
    with FileLock(directory / f"{server.name}.lock", timeout=2 * START_SECONDS):
        if not address.exists():
            address.write_text(_start(server, directory), "utf-8")
    return address.read_text("utf-8")


def stop_all(directory: Path) -> None:
    """End every server of the run."""
    guards = [int(file.read_text("utf-8")) for file in directory.glob("*.pid")]
    for guard in guards:
        with suppress(ProcessLookupError):
            os.kill(guard, signal.SIGTERM)
    until = time.monotonic() + 10
    while any(_alive(guard) for guard in guards) and time.monotonic() < until:
        time.sleep(0.05)


def _start(server: Server, directory: Path) -> str:
    data = directory / server.name
    data.mkdir()
    launch = server.launch(data)
    log = directory / f"{server.name}.log"
    guard = Path(__file__).with_name("guard.py")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(guard), os.environ[RUN], *launch.command],
            cwd=data,
            env=os.environ | launch.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _guards.append(process)
    (directory / f"{server.name}.pid").write_text(str(process.pid), "utf-8")
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with suppress(httpx.TransportError):
            httpx.get(launch.url + launch.ready, timeout=5, trust_env=False)
            return launch.url
        time.sleep(0.1)
    tail = log.read_text("utf-8", "replace")[-2000:]
    raise ServerMissing(f"{server.name} does not start. It said:\n{tail}")


def _alive(pid: int) -> bool:
    """Whether a process runs; one of ours that has ended is reaped on the way."""
    with suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
