"""The entry point of the serving container, started, called and stopped like by SageMaker."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import genai_studio

ROOT = Path(__file__).parents[2]
WAIT_SECONDS = 60
BODY = {"prompt": "x", "width": 64, "height": 64, "num_inference_steps": 2}


@pytest.fixture
def container(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    package = str(Path(genai_studio.__file__).parent.parent)
    command = [sys.executable, "-m", "genai_studio.inference", "--host", "127.0.0.1"]
    command += ["--pipeline", "toy=tests.serving.toy_pipeline:slow"]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([package, str(ROOT)]),
        "SAGEMAKER_BIND_TO_PORT": str(port),
        "TOY_STEP_SECONDS": "0.1",
    }
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + WAIT_SECONDS
    while not _responds(url):
        assert process.poll() is None, (tmp_path / "log").read_text()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield url, process
    process.kill()
    process.wait()


def _responds(url: str) -> bool:
    try:
        return httpx.get(f"{url}/ping").status_code == 200
    except httpx.TransportError:
        return False


def test_serves_ping_and_invocations_on_configured_port(
    container: tuple[str, subprocess.Popen[bytes]],
) -> None:
    url, _ = container
    response = httpx.post(
        f"{url}/invocations", json=BODY, headers={"Accept": "application/json;png"}
    )
    assert len(response.json()["generated_images"]) == 1


def test_sigterm_finishes_image_in_progress(
    container: tuple[str, subprocess.Popen[bytes]],
) -> None:
    url, process = container
    body = BODY | {"num_inference_steps": 8}
    headers = {"Accept": "application/x-ndjson"}
    with httpx.stream("POST", f"{url}/invocations", json=body, headers=headers) as response:
        lines = response.iter_lines()
        while '"step":2' not in next(lines):
            pass
        process.send_signal(signal.SIGTERM)
        rest = list(lines)
    assert rest[-1] == '{"type":"done"}'
    assert process.wait(WAIT_SECONDS) in (0, -signal.SIGTERM)
