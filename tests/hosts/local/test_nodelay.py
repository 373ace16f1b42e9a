"""Both servers send small writes at once, on HTTP connections and WebSockets."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from benchmarks.servers.inference_server import TOY_PIPELINE
from genai_studio.inference.settings import BUILTIN
from tests.serving.accepted_sockets import accepted_socket
from tests.serving.studio_process import StudioProcess, environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inspects the sockets in /proc")


@pytest.fixture(scope="module", params=["uvloop", "asyncio"])
def variables(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """Environment variables that choose the event loop: uvicorn takes uvloop if it imports."""
    path = environment()["PYTHONPATH"]
    if request.param == "asyncio":
        hidden = tmp_path_factory.mktemp("hidden")
        (hidden / "uvloop.py").write_text("raise ImportError")
        path = f"{hidden}{os.pathsep}{path}"
    return {"PYTHONPATH": path}


@pytest.fixture(scope="module")
def studio(
    variables: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StudioProcess]:
    process = StudioProcess(tmp_path_factory.mktemp("studio"), **variables)
    process.start()
    try:
        yield process
    finally:
        process.close()


@pytest.fixture(scope="module")
def inference(variables: dict[str, str]) -> Iterator[tuple[int, int]]:
    """The process ID and the port of an inference server."""
    program = [sys.executable, "-m", "genai_studio.inference", "--attached"]
    process = subprocess.Popen(
        [*program, "--host", "127.0.0.1", "--port", "0", "--pipeline", f"{BUILTIN}={TOY_PIPELINE}"],
        env=environment(**variables),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process.pid, json.loads(process.stdout.readline())["port"]
    finally:
        process.communicate(timeout=60)


def nodelay(pid: int, client: socket.socket) -> int:
    with accepted_socket(pid, client) as accepted:
        return accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def ask(port: int, path: str) -> socket.socket:
    """Send a request on a new connection, and return it when the response begins."""
    client = socket.create_connection(("127.0.0.1", port), timeout=60)
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    assert client.recv(1) == b"H"
    return client


def test_studio_sets_nodelay_on_http_connections(studio: StudioProcess) -> None:
    with ask(urlsplit(studio.url).port or 0, "/healthz") as client:
        assert nodelay(studio.pid, client)


def test_studio_sets_nodelay_on_websockets(studio: StudioProcess) -> None:
    url = f"{studio.url.replace('http', 'ws')}/graphql"
    with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")], proxy=None) as client:
        assert nodelay(studio.pid, client.socket)


def test_inference_server_sets_nodelay(inference: tuple[int, int]) -> None:
    pid, port = inference
    with ask(port, "/ping") as client:
        assert nodelay(pid, client)
