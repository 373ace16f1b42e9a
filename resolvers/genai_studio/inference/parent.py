"""The tie between a serving process and the studio that started it as its child."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable

GRACE_SECONDS = 2.0
"""How long a finished parent's child may take for an orderly end."""


def tell_port(port: int) -> None:
    """Write one JSON line to standard output, then give that pipe up.

    What the process prints from here on goes where its standard error goes.
    """
    line = json.dumps({"port": port}) + "\n"
    os.write(1, line.encode())
    os.dup2(2, 1)


def end_with_parent(end: Callable[[], None]) -> None:
    """Call `end` when standard input ends, and make sure the process does.

    The parent holds the other end of that pipe: it closes when the parent asks
    for an end, and when the parent is gone however it went, `kill -9` included.
    """

    def watch() -> None:
        # os.read: a daemon thread inside sys.stdin would hold its lock at exit.
        while os.read(0, 1024):
            pass
        threading.Thread(target=_leave, daemon=True).start()
        end()

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _leave() -> None:
    threading.Event().wait(GRACE_SECONDS)
    # A sampling thread may be in the middle of a long step; nothing waits for it.
    sys.stderr.flush()
    os._exit(0)


def yield_processor() -> None:
    """Run behind the machine's interactive programs, where the system can."""
    if hasattr(os, "nice"):
        os.nice(5)
