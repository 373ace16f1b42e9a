"""Start each server once per test run, on first use.

All pytest-xdist workers share the servers: DynamoDB Local and SeaweedFS take
seconds of CPU time to start, and every test has its own tables, buckets and pools.
The first worker starts a server under a lock and writes its URL to the directory of
the run.
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
"""Environment variables that the workers inherit."""

START_SECONDS = 60.0

_supervisors: list[subprocess.Popen[bytes]] = []
"""Keeps references, because Python warns if a Popen of a running process is deleted."""


def url_of(server: Server) -> str:
    """Return the URL of a server of this run, and start it if needed.

    Raises:
        ServerMissing: The server is not installed or does not start.
    """
    if os.environ.get(WITHOUT):
        pytest.skip(f"--without-servers skips tests that need {server.name}")
    directory = Path(os.environ[DIRECTORY])
    address = directory / f"{server.name}.url"
    with FileLock(directory / f"{server.name}.lock", timeout=2 * START_SECONDS):
        if not address.exists():
            address.write_text(_start(server, directory), "utf-8")
    return address.read_text("utf-8")


def stop_all(directory: Path) -> None:
    """Stop all servers of the run."""
    supervisors = [int(file.read_text("utf-8")) for file in directory.glob("*.pid")]
    for pid in supervisors:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 10
    while any(_alive(pid) for pid in supervisors) and time.monotonic() < deadline:
        time.sleep(0.05)


def _start(server: Server, directory: Path) -> str:
    data = directory / server.name
    data.mkdir()
    launch = server.launch(data)
    log = directory / f"{server.name}.log"
    supervisor = Path(__file__).with_name("supervisor.py")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(supervisor), os.environ[RUN], *launch.command],
            cwd=data,
            env=os.environ | launch.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _supervisors.append(process)
    (directory / f"{server.name}.pid").write_text(str(process.pid), "utf-8")
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            httpx.get(launch.url + launch.ready, timeout=5, trust_env=False)
            return launch.url
        time.sleep(0.1)
    tail = log.read_text("utf-8", "replace")[-2000:]
    raise ServerMissing(f"{server.name} does not start. End of its log:\n{tail}")


def _alive(pid: int) -> bool:
    """Return whether a process runs. Reap it if it is a child that has exited."""
    with suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
