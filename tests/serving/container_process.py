"""The serving container without Docker: what the Dockerfile copies, started as SageMaker does.

Files land where the Dockerfile puts them, below a folder of the test's; the
entry point is the Dockerfile's, with SageMaker's word `serve` behind it. What
is not shown is the base image and the installation of its packages.
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
    """The Dockerfile's instructions with their arguments, continued lines joined."""
    text = DOCKERFILE.read_text("utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines()]
    written = [line for line in lines if line and not line.startswith("#")]
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in written)]


def arguments(instruction: str) -> list[str]:
    """The arguments of every instruction of a kind."""
    return [rest for name, rest in instructions() if name == instruction]


def copies() -> list[tuple[str, str]]:
    """What is copied from the repository, and to where in the image."""
    split = [shlex.split(rest) for rest in arguments("COPY")]
    return [(source, target) for *sources, target in split for source in sources]


@contextmanager
def sagemaker_container(
    directory: Path, *, archive: Path | None = None, environment: Mapping[str, str] | None = None
) -> Iterator[httpx.Client]:
    """The container, answering `/ping` with whatever it has to say.

    Args:
        directory: Stands for the container's root.
        archive: A `model.tar.gz`, unpacked as SageMaker does.
        environment: Variables of the container, as `create_model` gives them.
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
    # SageMaker's network is the container's own; a test's machine is not.
    command = [sys.executable, "-P", *entry_point, "serve", "--host", "127.0.0.1"]
    variables = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(directory / "opt" / "program"),
        "SAGEMAKER_BIND_TO_PORT": str(port),
        # Here /opt is not ours: the one thing that is said which SageMaker does not say.
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
    """Wait until its model is loaded, or cannot be."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        assert process.poll() is None, log.read_text("utf-8")
        assert time.monotonic() < deadline, log.read_text("utf-8")
        try:
            told = client.get("/ping").json()
        except httpx.TransportError:
            told = {}
        if told.get("ready") or "failed" in told:
            return
        time.sleep(0.05)
