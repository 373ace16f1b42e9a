"""After a studio was killed, another program on its port never receives a token."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from genai_studio.hosts.cli.client.running_studio import find_running_studio, knows_key
from genai_studio.local import proof
from genai_studio.local.directory_lock import DirectoryLock, is_locked
from tests.serving.studio_process import (
    TOY_PROGRAM,
    WAIT_SECONDS,
    StudioProcess,
    command,
    environment,
)

pytestmark = pytest.mark.anyio


@contextmanager
def impostor(port: int) -> Iterator[list[str]]:
    """Serve any request on a port as a healthy studio. Yields the received headers."""
    received: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            received.append(f"{self.path}\n{self.headers}")
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"status": "ok"}')

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def run(*arguments: str, data_dir: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments, "--data-dir", str(data_dir)),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=WAIT_SECONDS,
        check=False,
    )


def test_impostor_on_port_of_killed_studio_gets_no_token(tmp_path: Path) -> None:
    studio = StudioProcess(tmp_path / "data", program=TOY_PROGRAM)
    studio.start()
    port = urlsplit(studio.url).port
    assert port is not None
    studio.kill()
    assert (studio.data_dir / "studio.json").stat().st_mode & 0o777 == 0o600

    with impostor(port) as received:
        listed = run("history", data_dir=studio.data_dir)
        given = run("history", "--url", studio.url, data_dir=studio.data_dir)

    assert listed.returncode == 0, listed.stderr
    assert given.returncode != 0
    assert "is not the studio of" in given.stderr
    assert not any("authorization" in request.lower() for request in received)


async def test_proof_needs_the_key_and_the_lock(tmp_path: Path) -> None:
    studio = StudioProcess(tmp_path / "data", program=TOY_PROGRAM)
    studio.start()
    try:
        assert await find_running_studio(studio.data_dir) == studio.url
        assert not await knows_key(studio.url, proof.new_key())
        async with httpx.AsyncClient(trust_env=False) as client:
            for challenge in ("", "x" * 64, "0" * 63, "0" * 1_000):
                response = await client.get(f"{studio.url}/proof", params={"challenge": challenge})
                assert response.status_code in (400, 414)
    finally:
        studio.stop()


def test_lock_is_private_and_seen_by_others(tmp_path: Path) -> None:
    assert not is_locked(tmp_path)
    (tmp_path / "studio.lock").touch(0o666)
    lock = DirectoryLock.acquire(tmp_path)
    assert (tmp_path / "studio.lock").stat().st_mode & 0o777 == 0o600
    assert is_locked(tmp_path)
    lock.release()
    assert not is_locked(tmp_path)
