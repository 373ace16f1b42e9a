"""Runs a server until the test run that wants it is over, however that ends.

Usage: guard.py RUN_PID COMMAND...

The server may be asked for by several workers of one run and outlives the one
that started it, so it is nobody's child but this process's, which watches the run.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

GRACE_SECONDS = 5.0
LOOK_SECONDS = 1.0


def main(run_pid: int, command: list[str]) -> int:
    """Run the command; end it when told to, or when the run is gone."""
    server = subprocess.Popen(command)
    asked: list[int] = []
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda number, _: asked.append(number))
    while not asked and _alive(run_pid):
        try:
            return server.wait(LOOK_SECONDS)
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
