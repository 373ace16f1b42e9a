"""Run the serving container without Docker.

Files are copied to the Dockerfile's paths below a temporary folder. The command is
the Dockerfile's entry point with SageMaker's argument `serve`. The base image and
the installation of packages are not covered.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "infra" / "sagemaker" / "Dockerfile"
WAIT_SECONDS = 120


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions and arguments, with continued lines joined."""
    text = DOCKERFILE.read_text("utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines()]
    written = [line for line in lines if line and not line.startswith("#")]
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in written)]


def arguments(instruction: str) -> list[str]:
    """Return the arguments of every instruction of one kind."""
    return [rest for name, rest in instructions() if name == instruction]


def copies() -> list[tuple[str, str]]:
    """Return source in the repository and target in the image of every copied path."""
    split = [shlex.split(rest) for rest in arguments("COPY")]
    return [(source, target) for *sources, target in split for source in sources]


@contextmanager
def sagemaker_container(
    directory: Path, *, archive: Path | None = None, environment: Mapping[str, str] | None = None
) -> Iterator[httpx.Client]:
    """Start the container and wait until loading its model has succeeded or failed.

    Args:
        directory: Root directory of the container.
        archive: A `model.tar.gz`, unpacked as SageMaker does.
        environment: Environment variables, as passed to `create_model`.
    """
    _copy_program(directory)
    model_dir = directory / "opt" / "ml" / "model"
    model_dir.mkdir(parents=True)
    if archive is not None:
        with tarfile.open(archive) as packed:
            packed.extractall(model_dir, filter="data")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    python, *entry_point = json.loads(arguments("ENTRYPOINT")[0])
    assert python == "python"
    # SageMaker isolates the container's network; the test machine does not.
    command = [sys.executable, "-P", *entry_point, "serve", "--host", "127.0.0.1"]
    variables = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(directory / "opt" / "program"),
        "SAGEMAKER_BIND_TO_PORT": str(port),
        # SageMaker does not set this variable. The test cannot write to /opt.
        "SM_MODEL_DIR": str(model_dir),
        **(environment or {}),
    }
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=directory, env=variables, stdout=log, stderr=log)
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", timeout=WAIT_SECONDS, trust_env=False
        ) as client:
            _until_settled(client, process, directory / "log")
            yield client
    finally:
        process.terminate()
        process.wait(WAIT_SECONDS)


def _copy_program(directory: Path) -> None:
    for source, target in copies():
        place = directory / target.lstrip("/")
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
            continue
        if target.endswith("/"):
            place /= Path(source).name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / source, place)


def _until_settled(client: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until loading the model has succeeded or failed."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        assert process.poll() is None, log.read_text("utf-8")
        assert time.monotonic() < deadline, log.read_text("utf-8")
        try:
            ping = client.get("/ping").json()
        except httpx.TransportError:
            ping = {}
        if ping.get("ready") or "failed" in ping:
            return
        time.sleep(0.05)
