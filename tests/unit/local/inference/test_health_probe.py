"""`HealthProbe` with a server on the loopback interface."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import cast

import pytest

from genai_studio.bootstrap.local import local_studio
from genai_studio.local.inference.health_probe import HealthProbe
from genai_studio.settings import Settings

pytestmark = pytest.mark.anyio

UNREACHABLE = "http://127.0.0.1:9"


class Container(HTTPServer):
    """Returns a configurable status for `/ping`."""

    status = 200
    body = b""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Ping(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        known = self.path == "/ping"
        self.send_response(cast(Container, self.server).status if known else 404)
        self.end_headers()
        self.wfile.write(cast(Container, self.server).body)

    def log_message(self, *_: object) -> None:
        """Suppress logging."""


@pytest.fixture
def container() -> Iterator[Container]:
    with Container(("127.0.0.1", 0), Ping) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        yield server
        server.shutdown()
        serving.join()


async def test_readiness_follows_the_ping_status(container: Container) -> None:
    server = HealthProbe(f"{container.url}/")
    assert await server.ready()

    container.status = 503

    assert not await server.ready()


@pytest.mark.parametrize(
    ("body", "ready"),
    [
        (b'{"ready": false, "failed": "Install genai-studio[diffusers]."}', True),
        (b'{"ready": false}', False),
        (b"[]", False),
        (b"not json", False),
    ],
)
async def test_a_default_model_that_failed_to_load_counts_as_ready(
    container: Container, body: bytes, ready: bool
) -> None:
    container.status, container.body = 503, body
    assert await HealthProbe(container.url).ready() is ready


@pytest.mark.parametrize("url", [UNREACHABLE, "http://", "no url", "http://[broken"])
async def test_an_unreachable_server_is_not_ready(url: str) -> None:
    assert not await HealthProbe(url).ready()


@pytest.mark.parametrize("status", [200, 503])
async def test_a_studio_with_endpoint_url_uses_its_readiness(
    tmp_path: Path, container: Container, status: int
) -> None:
    container.status = status
    wired = local_studio(Settings(data_dir=tmp_path, endpoint_url=container.url))
    try:
        assert await wired.endpoint.ready() == (status == 200)
    finally:
        wired.records.close()
