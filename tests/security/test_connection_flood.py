"""Idle connections do not stop a server whose process may open only 256 files."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from benchmarks.servers.inference_server import TOY_PIPELINE
from genai_studio.http_server.file_limit import raise_file_limit
from genai_studio.http_server.limits import RESERVED_FILES
from genai_studio.inference.settings import BUILTIN
from tests.serving.studio_process import TOY_PROGRAM, StudioProcess, environment, until
from tests.serving.wire_client import WireClient

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inspects /proc, uses ulimit")

OPEN_FILES = 256
FLOOD = 2_000
MAX_SECONDS = 10.0
"""A page takes milliseconds; without limits, the server never responds."""

PARTS = (b"", b"GET / HT", b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n")


def limited(command: list[str], log: Path) -> list[str]:
    """Return the command line with a hard limit on open files, and with a log file."""
    script = f'ulimit -n {OPEN_FILES}; log=$1; shift; exec "$@" 2>"$log"'
    return ["bash", "-c", script, "bash", str(log), *command]


class LimitedStudio(StudioProcess):
    """A studio whose process may open only `OPEN_FILES` files."""

    def __init__(self, data_dir: Path, log: Path) -> None:
        super().__init__(data_dir, program=TOY_PROGRAM)
        self._command = limited(self._command, log)
        self.log = log


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[LimitedStudio]:
    process = LimitedStudio(tmp_path / "data", tmp_path / "log")
    process.start()
    try:
        process.until_ready()
        yield process
    finally:
        process.close()


@pytest.fixture(autouse=True)
def _files() -> None:
    if raise_file_limit() < FLOOD + 200:
        pytest.fail(f"This process must be able to open {FLOOD} connections.")


def flood(url: str, connections: ExitStack) -> None:
    """Open connections that send nothing or half a request."""
    port = urlsplit(url).port
    for number in range(FLOOD):
        client = connections.enter_context(socket.create_connection(("127.0.0.1", port), 30))
        part = PARTS[number % len(PARTS)]
        if part:
            try:
                client.send(part)
            except ConnectionError:
                continue  # already closed


@contextmanager
def signed_in(studio: StudioProcess) -> Iterator[WireClient]:
    client = WireClient(studio.url, studio.token)
    with client.http:
        yield client


def cpu_seconds(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / 100


def open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def test_studio_serves_users_during_a_flood(studio: LimitedStudio) -> None:
    with ExitStack() as connections:
        before = connections.enter_context(signed_in(studio))
        updates = connections.enter_context(before.subscription())
        flood(studio.url, connections)
        assert open_files(studio.pid) < OPEN_FILES

        started = time.monotonic()
        for _ in range(10):
            with signed_in(studio) as client:
                client.execute("generations", first=10)
            before.execute("viewer")
        assert time.monotonic() - started < MAX_SECONDS
        generation = before.submit("a red apple")
        assert any(
            update["id"] == generation["id"] and update["status"] == "SUCCEEDED"
            for update in updates
        )

        used = cpu_seconds(studio.pid)
        time.sleep(1)
        assert cpu_seconds(studio.pid) - used < 0.5
        assert len(studio.log.read_text().splitlines()) < 20

    until(lambda: open_files(studio.pid) < RESERVED_FILES, "connections are still open")
    with signed_in(studio) as client:
        client.execute("viewer")


def test_inference_server_responds_during_a_flood(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "genai_studio.inference", "--attached"]
    command = [*program, "--host", "127.0.0.1", "--port", "0"]
    process = subprocess.Popen(
        limited([*command, "--pipeline", f"{BUILTIN}={TOY_PIPELINE}"], tmp_path / "log"),
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}"
        with ExitStack() as connections, httpx.Client(trust_env=False, timeout=30) as client:
            flood(url, connections)
            started = time.monotonic()
            assert client.get(f"{url}/ping").status_code in {200, 503}
            assert time.monotonic() - started < MAX_SECONDS
        assert len((tmp_path / "log").read_text().splitlines()) < 20
    finally:
        process.communicate(timeout=60)
