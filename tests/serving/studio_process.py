"""`genai-studio up` as a process of its own, to use, to stop and to kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
PROGRAM = "genai_studio.hosts.cli"
TOY_PROGRAM = "tests.serving.toy_studio"
WAIT_SECONDS = 120.0
"""A machine that is busy with other tests may be slow; nothing is measured here."""


def until(condition: Callable[[], Any], what: str) -> Any:
    """What `condition` returns as soon as that is true."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline, what
        time.sleep(0.02)
    return found


def environment(**variables: str) -> dict[str, str]:
    """Ours, with the sources on the path and no setting of whoever runs the tests."""
    ours = {name: text for name, text in os.environ.items() if not name.startswith("GENAI_STUDIO")}
    ours.pop("AWS_SM_EP", None)
    return {**ours, "PYTHONPATH": f"{ROOT / 'resolvers'}{os.pathsep}{ROOT}", **variables}


def command(*arguments: str, program: str = PROGRAM) -> list[str]:
    """The command line of the program under test."""
    return [sys.executable, "-m", program, *arguments]


class StudioProcess:
    """A studio on a data directory; one object can be started again and again.

    Attributes:
        url: Of the newest start.
        token: Of the user whom it signs in.
    """

    def __init__(
        self, data_dir: Path, *arguments: str, program: str = PROGRAM, **variables: str
    ) -> None:
        self.data_dir = data_dir
        self.url = ""
        self.token = ""
        self._command = command(
            *("up", "--no-browser", "--port", "0", "--data-dir", str(data_dir), *arguments),
            program=program,
        )
        self._environment = environment(**variables)
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it; returns once it answers requests, whether or not its model is there."""
        process = subprocess.Popen(
            self._command, env=self._environment, stdout=subprocess.PIPE, text=True
        )
        self._process = process
        assert process.stdout is not None
        for line in process.stdout:
            if "/#token=" in line:
                self.url, self.token = line.split()[-1].split("/#token=")
                break
        else:
            raise AssertionError(f"The studio ended with {process.wait()} before it answered.")
        self._reader = threading.Thread(target=process.stdout.read)
        self._reader.start()

    def kill(self) -> None:
        """As `kill -9` does; returns when it and its child are gone."""
        children = children_of(self.pid)
        self._end(signal.SIGKILL)
        until(lambda: not any(alive(child) for child in children), "its child stayed")

    def stop(self) -> int:
        """As Ctrl-C does; returns its exit code."""
        return self._end(signal.SIGINT)

    def close(self) -> None:
        """Leave nothing behind, however the test ended."""
        if self._process is not None and self._process.poll() is None:
            self._end(signal.SIGTERM)

    def inference_pid(self) -> int:
        """Process id of the inference child that runs now."""
        (child,) = until(lambda: children_of(self.pid), "there is no child")
        return int(child)

    def until_ready(self) -> None:
        """Return when its health check says that it can take work."""
        with httpx.Client(trust_env=False) as client:
            until(
                lambda: client.get(f"{self.url}/healthz").status_code == httpx.codes.OK,
                "the model did not load",
            )

    def _end(self, how: signal.Signals) -> int:
        process, reader = self._process, self._reader
        assert process is not None
        assert reader is not None
        process.send_signal(how)
        code = process.wait(WAIT_SECONDS)
        reader.join()
        assert process.stdout is not None
        process.stdout.close()
        return code


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be buried does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def children_of(pid: int) -> list[int]:
    """Process ids of the living children of a process."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            parent = int(stat.rpartition(")")[2].split()[1])
            if parent == pid and alive(int(folder.name)):
                found.append(int(folder.name))
    return found
