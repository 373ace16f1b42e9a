"""Ties a serving process to the studio that started it as a child process."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable

GRACE_SECONDS = 2.0
"""Time for an orderly shutdown after the parent has exited."""


def report_port(port: int) -> None:
    """Write the port as one JSON line to standard output, then release the pipe.

    Later output of the process goes to standard error.
    """
    line = json.dumps({"port": port}) + "\n"
    os.write(1, line.encode())
    os.dup2(2, 1)


def exit_with_parent(shut_down: Callable[[], None]) -> None:
    """Call `shut_down` when standard input closes, and exit after `GRACE_SECONDS`.

    The parent holds the other end of the pipe. The pipe closes when the parent
    closes it and when the parent ends, even by `kill -9`.
    """

    def watch() -> None:
        # os.read: a daemon thread that blocks in sys.stdin would hold its lock at exit.
        while os.read(0, 1024):
            pass
        threading.Thread(target=_exit_after_grace, daemon=True).start()
        shut_down()

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _exit_after_grace() -> None:
    threading.Event().wait(GRACE_SECONDS)
    # A sampling thread may be in the middle of a long step and cannot be joined in time.
    sys.stderr.flush()
    os._exit(0)


def lower_priority() -> None:
    """Give interactive programs precedence for the CPU, where the platform supports it."""
    if hasattr(os, "nice"):
        os.nice(5)
