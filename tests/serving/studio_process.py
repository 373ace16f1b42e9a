"""Run `genai-studio up` as a separate process."""

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
"""Timeout of every wait. Generous, because other tests may use the CPU."""


def until(condition: Callable[[], Any], what: str) -> Any:
    """Poll `condition` and return its first true value."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline, what
        time.sleep(0.02)
    return found


def environment(**variables: str) -> dict[str, str]:
    """Return this environment with the sources on the path and without studio settings."""
    inherited = {
        name: text for name, text in os.environ.items() if not name.startswith("GENAI_STUDIO")
    }
    inherited.pop("AWS_SM_EP", None)
    return {**inherited, "PYTHONPATH": f"{ROOT / 'resolvers'}{os.pathsep}{ROOT}", **variables}


def command(*arguments: str, program: str = PROGRAM) -> list[str]:
    """Return the command line of the program under test."""
    return [sys.executable, "-m", program, *arguments]


class StudioProcess:
    """A studio with a data directory. It can be restarted.

    Attributes:
        url: Base URL since the last start.
        token: Access token of the user.
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
        """Start the studio. Returns once it accepts requests; its model may still load."""
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
            raise AssertionError(f"The studio exited with code {process.wait()} during startup.")
        self._reader = threading.Thread(target=process.stdout.read)
        self._reader.start()

    def kill(self) -> None:
        """Send SIGKILL and wait until the studio and its children have exited."""
        children = children_of(self.pid)
        self._end(signal.SIGKILL)
        until(
            lambda: not any(alive(child) for child in children),
            "the child process is still running",
        )

    def stop(self) -> int:
        """Send SIGINT, as Ctrl-C does. Returns the exit code."""
        return self._end(signal.SIGINT)

    def close(self) -> None:
        """Terminate the studio if it is still running."""
        if self._process is not None and self._process.poll() is None:
            self._end(signal.SIGTERM)

    def inference_pid(self) -> int:
        """Return the process ID of the current inference process."""
        (child,) = until(lambda: children_of(self.pid), "there is no child process")
        return int(child)

    def until_ready(self) -> None:
        """Wait until the health check reports that the studio accepts work."""
        with httpx.Client(trust_env=False) as client:
            until(
                lambda: client.get(f"{self.url}/healthz").status_code == httpx.codes.OK,
                "the model did not load",
            )

    def _end(self, signal_to_send: signal.Signals) -> int:
        process, reader = self._process, self._reader
        assert process is not None
        assert reader is not None
        process.send_signal(signal_to_send)
        code = process.wait(WAIT_SECONDS)
        reader.join()
        assert process.stdout is not None
        process.stdout.close()
        return code


def alive(pid: int) -> bool:
    """Return whether a process runs. Zombies do not count."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def children_of(pid: int) -> list[int]:
    """Return the process IDs of the running children of a process."""
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
