"""Run a server and stop it when the test run ends, even if the run is killed.

Usage: supervisor.py RUN_PID COMMAND...

All pytest-xdist workers of a run share the server, so it must outlive the worker
that started it. It is a child of this process, which polls the process of the run.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

GRACE_SECONDS = 5.0
POLL_SECONDS = 1.0


def main(run_pid: int, command: list[str]) -> int:
    """Run the command until a signal arrives or the test run has ended."""
    server = subprocess.Popen(command)
    received: list[int] = []
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda number, _: received.append(number))
    while not received and _alive(run_pid):
        try:
            return server.wait(POLL_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    server.terminate()
    try:
        return server.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        return server.wait()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
