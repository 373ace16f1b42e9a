"""The studio under attack: a process group that can be killed, stopped and restarted."""

from __future__ import annotations

import os
import queue
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL, Signals

from tests.serving.studio_process import alive, children_of, command, environment

START_SECONDS = 60.0
EXIT_SECONDS = 60.0


class Studio:
    """A studio with one data directory.

    Attributes:
        url: Base URL since the last start. Empty while the studio does not run.
        orphans: Inference processes that outlived their studio.
    """

    def __init__(self, data_dir: Path, log: Path, **variables: str) -> None:
        self.data_dir = data_dir
        self.url = ""
        self.orphans: list[int] = []
        self._log = log
        self._variables = variables
        self._command = command(
            *("up", "--no-browser", "--port", "0", "--data-dir", str(data_dir)),
            program="tests.chaos.studio_program",
        )
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, **variables: str) -> bool:
        """Start the studio. Returns whether it serves; it may fail or be killed instead."""
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                self._command,
                env=environment(**self._variables, **variables),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=_read, args=(self._process, lines), daemon=True).start()
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with suppress(queue.Empty):
                line = lines.get(timeout=0.1)
                if "/#token=" in line:
                    self.url = line.split()[-1].split("/#token=")[0]
                    return True
            if not self.running:
                self.reap()
                return False
        raise AssertionError("The studio neither started nor exited.")

    def child(self) -> int | None:
        """Return the process ID of the inference process, if there is one."""
        return next(iter(children_of(self.pid)), None) if self.running else None

    def signal(self, number: Signals) -> None:
        """Send a signal to the studio's process."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def signal_group(self, number: Signals) -> None:
        """Send a signal to the studio and its inference process at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def reap(self) -> None:
        """Wait for the end of the studio and of its inference process."""
        process = self._process
        assert process is not None
        self.url = ""
        process.wait(EXIT_SECONDS)
        deadline = time.monotonic() + EXIT_SECONDS
        while members := group_members(process.pid):
            if time.monotonic() > deadline:
                self.orphans += members
                for member in members:
                    with suppress(ProcessLookupError):
                        os.kill(member, SIGKILL)
                return
            time.sleep(0.01)

    def wait_for_exit(self, seconds: float) -> bool:
        """Wait for the end of the studio. Returns whether it ended in time."""
        assert self._process is not None
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


def group_members(group: int) -> list[int]:
    """Return the running processes of a process group."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                stat = (folder / "stat").read_text()
                if int(stat.rpartition(")")[2].split()[2]) == group and alive(int(folder.name)):
                    found.append(int(folder.name))
    return found


def _read(process: subprocess.Popen[str], lines: queue.SimpleQueue[str]) -> None:
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            lines.put(line)
