"""Where the commands write: answers on standard output, everything else on the other.

Rich leaves color and movement away by itself where the stream is no terminal.
"""

from __future__ import annotations

import json
import sys

from rich.console import Console

PIPE_WIDTH = 160
"""Columns of a table that goes into a file or another program."""


def out() -> Console:
    """Answers."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)


def err() -> Console:
    """Progress, notes and complaints, so that answers can be piped."""
    return Console(stderr=True, highlight=False)


def print_plain(text: str) -> None:
    """One answer exactly as it is: never wrapped, colored or cut."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def print_json(answer: object) -> None:
    """An answer for programs."""
    print_plain(json.dumps(answer, ensure_ascii=False, indent=2))
