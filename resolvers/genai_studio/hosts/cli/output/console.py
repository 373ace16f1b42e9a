"""Console output: results on standard output, everything else on standard error.

Rich omits colors and animation if the stream is not a terminal.
"""

from __future__ import annotations

import json
import sys

from rich.console import Console

from genai_studio.hosts.cli.output.terminal_text import escape_controls, escape_json

PIPE_WIDTH = 160
"""Width of tables that are not printed to a terminal."""


def out() -> Console:
    """Return a console for results."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)


def err() -> Console:
    """Return a console for progress, notes and errors."""
    return Console(stderr=True, highlight=False)


def print_plain(text: str) -> None:
    """Print a result without wrapping, color or truncation."""
    sys.stdout.write(f"{escape_controls(text)}\n")
    sys.stdout.flush()


def print_json(value: object) -> None:
    """Print a result as JSON."""
    sys.stdout.write(f"{escape_json(json.dumps(value, ensure_ascii=False, indent=2))}\n")
    sys.stdout.flush()
